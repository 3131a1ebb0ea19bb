"""A project taken in as it was kept is the one that is read anew, whatever happened to it in between."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL, copy_of, write
from server_client import CAPABILITIES, Client
from specthis_analyzers.project import Project
from specthis_analyzers.text import Text
from specthis_lsp.host import opening
from specthis_lsp.host.disk import YOUNG_NS
from specthis_lsp.host.living import Living
from specthis_lsp.host.second import MANY_SPECS, see_off
from specthis_lsp.host.snapshot import NAMES
from test_cache import change
from test_incremental import FILES

TICK = 0.02
"""Seconds after which a file can be told from its next version here, on any disk that tests run on."""


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every project is as good as large, and any change worth looking at."""
    monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths: True)
    monkeypatch.setattr("specthis_lsp.host.disk.YOUNG_NS", TICK * 1e9)
    monkeypatch.setattr(opening, "MOST_MOVED", 1000)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_of("drifted", tmp_path)


def opened(root: Path) -> Project:
    """A project that was read, and all that is to be kept of it kept."""
    project = Living(str(root)).project
    see_off(wait=True)
    return project


def kept(root: Path) -> list[Path]:
    return [path for name in NAMES if (path := root / ".specthis" / "cache" / name).exists()]


def settle_clock() -> None:
    time.sleep(2 * TICK)


def is_read_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a project is opened by reading it; either way what is found is what a look without help finds."""
    living = Living(str(root))
    see_off(wait=True)
    with monkeypatch.context() as patch:
        patch.setattr("specthis_lsp.host.living.is_large", lambda paths: False)
        plain = opened(root)
    assert living.project.findings() == plain.findings()
    assert (living.project.specs, living.project.suppressions) == (plain.specs, plain.suppressions)
    return "kept" not in living.way


def test_what_nobody_touched_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_clock()
    assert is_read_anew(root, monkeypatch)
    assert len(kept(root)) == 2
    asked: list[str] = []
    monkeypatch.setattr(Project, "_read", lambda project, path: asked.append(path))
    assert not is_read_anew(root, monkeypatch)
    assert asked == []


def test_it_lives_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is taken away and put back; what is found is what a project opened then finds."""
    settle_clock()
    opened(root)
    living = Living(str(root))
    before = living.project.findings()
    monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths: False)
    for path in sorted(path for path in root.rglob("*") if path.is_file() and ".specthis" not in path.parts):
        name, data = path.relative_to(root).as_posix(), path.read_bytes()
        path.unlink()
        living.look_at([name])
        assert living.project.findings() == opened(root).findings(), name
        path.write_bytes(data)
        living.look_at([name])
    assert living.project.findings() == before


@pytest.mark.parametrize("seed", range(8))
def test_whatever_moved_in_between_is_seen(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edits, removals, renames, links and new files, a few at a time: what was kept grows older and older."""
    pick = random.Random(seed)
    folder = tmp_path / "study"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(str(text))
    settle_clock()
    opened(folder)
    for _ in range(12):
        for _ in range(pick.randrange(1, 4)):
            with contextlib.suppress(OSError):  # below what is a file, or a link to nowhere
                change(folder, pick)
        settle_clock()
        is_read_anew(folder, monkeypatch)


def test_what_was_there_before_comes_back_under_its_old_times(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a folder is moved aside and another one, older than the last look, is moved into its place."""
    other = root / "other"
    shutil.copytree(root / "specs", other)
    spec = next(other.glob("compute-*.md"))
    spec.write_text(spec.read_text().replace("script ready", "script reday"))
    settle_clock()
    opened(root)
    (root / "specs").rename(root / "aside")
    other.rename(root / "specs")
    settle_clock()
    assert not is_read_anew(root, monkeypatch)


def test_files_that_git_begins_to_ignore_are_no_longer_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_clock()
    opened(root)
    (root / ".git").mkdir(exist_ok=True)
    (root / ".gitignore").write_text("/scripts/\n/results/\n")
    settle_clock()
    assert not is_read_anew(root, monkeypatch)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x93\xc0\xc0\xc0", b"\xff" * 1000])
def test_what_is_damaged_is_not_taken_in(root: Path, name: str, damage: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(root)
    (root / ".specthis" / "cache" / name).write_bytes(damage)
    assert is_read_anew(root, monkeypatch)


def test_what_is_damaged_in_its_midst_is_read_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever bytes are other, all is as it is found, or as it was kept."""
    settle_clock()
    opened(root)
    pick = random.Random(0)
    [first, _] = kept(root)
    whole = first.read_bytes()
    for at in range(len(whole) // 40, len(whole), len(whole) // 40):
        first.write_bytes(whole[:at] + bytes([pick.randrange(256)]) + whole[at + 1 :])
        opened(root).findings()
        first.write_bytes(whole[:at])
        assert is_read_anew(root, monkeypatch)
        first.write_bytes(whole)


def test_halves_of_two_readings_do_not_fit(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when one was killed before it wrote its own."""
    settle_clock()
    opened(root)
    first, second = kept(root)
    half = first.read_bytes()
    second.unlink()
    assert is_read_anew(root, monkeypatch)
    first.write_bytes(half)
    assert is_read_anew(root, monkeypatch)


def test_other_settings_are_another_project(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_clock()
    opened(root)
    (root / "specthis.toml").write_text('[rules]\nprofiles = ["specthis"]\n')
    assert is_read_anew(root, monkeypatch)


def test_where_much_moved_all_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_clock()
    opened(root)
    for spec in (root / "specs").glob("*.md"):
        spec.touch()
    monkeypatch.setattr(opening, "MOST_MOVED", 0.25)
    assert is_read_anew(root, monkeypatch)


def test_what_is_looked_at_again_and_again_is_read_once_more(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few files that moved cost little at each start, and in the end as much as to read all."""
    (root / ".specthis" / "cache").mkdir(parents=True)
    settle_clock()
    opened(root)
    spec = root / "specs" / "compute-fraction.md"
    spec.touch()
    settle_clock()
    monkeypatch.setattr(opening, "MOST_MOVED", 3 / len(Living(str(root)).project.specs))
    assert [is_read_anew(root, monkeypatch) for _ in range(5)] == [False, False, True, False, False]


def test_a_process_that_dies_while_it_looks_is_no_loss(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_clock()
    opened(root)
    monkeypatch.setattr(opening, "_look_at_a_part", lambda channel, relook, part: os._exit(1))
    assert is_read_anew(root, monkeypatch)


def test_nothing_is_left_in_the_folders_of_others(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "notes.md").write_text("# Notes\n")
    opened(tmp_path)
    assert os.listdir(tmp_path) == ["specs"]


def test_what_an_editor_shows_is_not_kept(root: Path) -> None:
    living = Living(str(root), at_once=False)
    living.disk.open.add("specs/compute-fraction.md")
    living.disk.buffers["specs/compute-fraction.md"] = Text("")
    for _ in living.reading():
        pass
    see_off(wait=True)
    assert kept(root) == []


def many() -> dict[str, str]:
    """So many specs that more than one process is worth its price."""
    files = {"specthis.toml": "", "scripts/fit.py": ""}
    for number in range(MANY_SPECS + 1):
        spec = SMALL["specs/compute-a.md"].replace("compute-a", f"compute-{number}")
        spec = spec.replace("results/a.json", f"results/{number}.json").replace("base", f"base-{number}")
        files[f"specs/compute-{number}.md"] = spec
        files[f"results/{number}.json"] = SMALL["results/a.json"]
    return files


def test_a_server_that_starts_again_knows_what_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By real files, times and processes; and it lives on from there."""
    monkeypatch.undo()
    root = write(tmp_path, many())
    specs = [root / "specs" / f"compute-{number}.md" for number in range(3)]
    texts = [spec.read_text() for spec in specs]
    specs[0].write_text(texts[0].replace("ready", "reday"))
    time.sleep(YOUNG_NS / 1e9 + 0.1)
    found = [lives(root)]
    made = made_at(root)
    specs[0].write_text(texts[0])
    specs[1].write_text(texts[1].replace("ready", "reday"))
    (root / "results" / "7.json").unlink()
    found.append(lives(root, specs[2], texts[2].replace("ready", "reday")))
    assert found == [
        {"compute-0.md": ["unknown-status"]},
        {"compute-1.md": ["unknown-status"], "compute-2.md": ["unknown-status"], "compute-7.md": ["missing-output"]},
    ]
    assert made_at(root) == made, "it was not read anew"


def test_what_somebody_prefers_is_known_before_a_project_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By other rules than it was kept for it would be read anew at each start, and then once more."""
    monkeypatch.undo()
    root = write(tmp_path, many())
    (root / "specs/compute-0.md").open("a").write("\nCohorts are told apart by a colour-blind palette.\n")
    prefers = {"rules": {"profiles": ["specthis"]}}
    time.sleep(YOUNG_NS / 1e9 + 0.1)
    first = lives(root, prefers=prefers)
    assert first == {"compute-0.md": ["layout-prose"]}
    made = made_at(root)
    assert lives(root, prefers=prefers) == first
    assert made_at(root) == made, "it was not read anew"


def made_at(root: Path) -> list[int]:
    """When each half was kept: who read it may still be at it when the server has ended."""
    while len(kept(root)) < len(NAMES):
        time.sleep(TICK)
    return [path.stat().st_mtime_ns for path in kept(root)]


def lives(
    root: Path, opened: Path | None = None, text: str = "", prefers: dict[str, Any] | None = None
) -> dict[str, list[str]]:
    """What is told in one life of a server, a file opened with another text on the way."""
    client = Client()
    client.answers["workspace/configuration"] = [prefers, prefers]
    client.start(root, {**CAPABILITIES, "workspace": {**CAPABILITIES["workspace"], "configuration": bool(prefers)}})
    if opened is not None:
        client.open(opened, text)
        client.settle()
    assert client.end() == 0
    told = client.diagnostics.items()
    return {Path(uri).name: [one["code"] for one in found] for uri, found in sorted(told) if found}
