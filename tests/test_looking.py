"""A look at a disk finds whatever changed, however little of it shows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from projects import FILES, SPEC, write
from specthis_lsp.host import disk
from specthis_lsp.host.living import Living
from specthis_lsp.server.homes import Home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", FILES)


@pytest.fixture
def living(root: Path) -> Living:
    """A project that was looked at when nothing in it was young."""
    living = Living(str(root))
    codes(living)
    return living


def codes(living: Living) -> list[str]:
    """What is found once everything was looked at."""
    for _ in living.look_again():
        pass
    return [finding.code for finding in living.project.findings()]


def same_time(path: Path, change: Callable[[], object]) -> None:
    """Change a file, after which its times are those of before, as far as one can set them."""
    before = path.stat()
    change()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


RESULT, BAD = "results/fit/fit.json", '{"lost": 1}'
UNKNOWN = SPEC.replace("ready", "reday")


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [(RESULT, BAD, "schema-mismatch"), ("specs/compute-fit.md", UNKNOWN, "unknown-status")],
)
@pytest.mark.parametrize("is_replaced", [False, True])
def test_the_same_size_and_time(root: Path, living: Living, path: str, text: str, code: str, is_replaced: bool):
    """As `rsync -t` leaves a file, or another one of that time and size that is put in its place; both ways."""
    assert codes(living) == []
    for content, expected in ((text, [code]), (FILES[path], [])):
        same_time(root / path, lambda content=content: rewrite(root / path, content, is_replaced))
        assert codes(living) == expected


def rewrite(path: Path, text: str, is_replaced: bool) -> None:
    if is_replaced:
        path.with_name("aside").write_text(text)
        path.with_name("aside").replace(path)
    else:
        path.write_text(text)


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [(RESULT, BAD, "schema-mismatch"), ("specs/compute-fit.md", UNKNOWN, "unknown-status")],
)
def test_twice_within_one_step_of_the_clock(
    root: Path, living: Living, monkeypatch: pytest.MonkeyPatch, path: str, text: str, code: str
):
    """A file that was just written is read again with the next look: it may have been written again."""
    assert codes(living) == []
    ordinary, before = os.stat, os.stat(root / path)

    def stat(where: str) -> os.stat_result:
        return before if where.endswith(path) else ordinary(where)

    monkeypatch.setattr(disk.os, "stat", stat)
    (root / path).write_text(text)
    assert codes(living) == [code]


def test_a_file_of_old_that_came_before_the_first_look(root: Path):
    """What is moved into its place is as old as it was where it came from."""
    write(root, {"aside.md": UNKNOWN})
    os.utime(root / "aside.md", ns=(10**18, 10**18))
    living = Living(str(root))
    (root / "aside.md").replace(root / "specs/compute-fit.md")
    assert codes(living) == ["unknown-status"]


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="who may do all is refused nothing")
def test_permission_that_is_taken_and_given_again(root: Path, living: Living):
    assert codes(living) == []
    for folder in (root / "specs/compute-fit.md", root / "scripts"):
        mode = folder.stat().st_mode
        folder.chmod(0)
        assert codes(living) == (["unread-file"] if folder.is_file() else [])
        folder.chmod(mode)
        assert codes(living) == []


@pytest.mark.parametrize("kind", ["folder", "link to a folder"])
def test_a_spec_that_becomes_a_folder_is_none_any_more(root: Path, living: Living, kind: str):
    """It is nothing that could be read."""
    spec = root / "specs/compute-fit.md"
    spec.unlink()
    spec.mkdir() if kind == "folder" else spec.symlink_to("../scripts")
    assert codes(living) == []
    assert living.project.specs == ()


def test_a_link_that_leads_to_itself_hides_no_other_file(root: Path):
    (root / "specs/loop.md").symlink_to("loop.md")
    assert Living(str(root)).project.specs == ("specs/compute-fit.md",)


def test_a_file_that_is_gone_has_nothing_below_it_to_look_for(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Below a folder that is gone all is; to find what that was, every question is gone through."""
    home = Home(str(root), root.as_uri())
    home.refresh()
    looked: list[None] = []
    questions = home.project.view.answers.questions
    monkeypatch.setattr(home.project.view.answers, "questions", lambda: (looked.append(None), questions())[1])
    gone = (
        ("results/fit/fit.json", "missing-output", 0),
        ("results", "missing-output", 1),
        ("scripts", "missing-script", 1),
    )
    for path, lost, looks in gone:
        (root / path).rename(root / "elsewhere")
        home.look_at([path])
        home.refresh()
        assert [finding.code for finding in home.project.findings()] == [lost]
        assert len(looked) == looks
        (root / "elsewhere").rename(root / path)
        home.look_at([path])
        home.refresh()
        looked.clear()
