"""A check from the cache says what a check without one says, whatever happened to files or cache in between."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from pathlib import Path

import pytest

from specthis_analyzers.settings import Policy
from specthis_lsp.host import cache
from specthis_lsp.host.cache import RACY_NANOSECONDS
from specthis_lsp.host.checking import Outcome, check_project
from test_incremental import FILES, PATHS, edited


def settle_clock() -> None:
    """Let files grow old enough to be told from their next version."""
    time.sleep(RACY_NANOSECONDS / 1e9 + 0.02)


def look(root: Path, use_cache: bool = True) -> Outcome:
    return check_project(str(root), use_cache=use_cache)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(text, str)
        (folder / path).write_text(text)
    (folder / ".git").mkdir()
    look(folder)  # makes the folder of the cache, and with it a young time for the one around it
    settle_clock()
    look(folder)
    return folder


def agrees(root: Path) -> bool:
    """Whether the cache, twice in a row, says what reading everything says."""
    plain = look(root, use_cache=False)
    cached = [look(root), look(root)]
    return all(
        (other.findings, other.specs, other.entries, other.suppressions)
        == (plain.findings, plain.specs, plain.entries, plain.suppressions)
        for other in cached
    )


def test_nothing_moved_is_answered_from_the_cache(root: Path) -> None:
    """A second look at an untouched project reads nothing and finds the same."""
    outcome = look(root)
    assert outcome.from_cache
    assert outcome.findings == look(root, use_cache=False).findings


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_changes_is_seen_through_the_cache(root: Path, seed: int) -> None:
    """Edits, removals, renames and new files: after each, the cached verdict is the plain one."""
    pick = random.Random(seed)
    for _ in range(12):
        with contextlib.suppress(OSError):  # below what is a file, or a link to nowhere
            change(root, pick)
        assert agrees(root)
        settle_clock()
        assert agrees(root)


def change(root: Path, pick: random.Random) -> None:
    path = root / pick.choice([path for path in PATHS if path != "specthis.toml"])
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = pick.randrange(7)
    if kind == 5 and path.is_file():
        path.unlink()
        path.mkdir()
    elif kind == 6 and not path.exists():
        path.symlink_to(root / pick.choice(("specs", "scripts", "", "nowhere")))
    elif path.is_dir():
        path.unlink() if path.is_symlink() else shutil.rmtree(path)
    elif kind == 0 and path.is_file():
        path.unlink()
    elif kind == 1 and path.is_file():
        target = root / pick.choice(PATHS[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    elif kind == 2:
        shutil.rmtree(root / "results", ignore_errors=True)
    elif kind == 3 and not path.exists():
        path.symlink_to(root / pick.choice(list(FILES)))
    elif path.exists():
        path.write_text(edited(path.read_text(errors="replace"), pick))
    else:
        path.write_text(str(FILES.get(pick.choice(list(FILES)))))


def test_a_script_that_git_begins_to_ignore_is_no_longer_missing(root: Path) -> None:
    """The ignore files of the repository are among what a look depends on."""
    (root / "scripts/fit.py").unlink()
    settle_clock()
    assert [finding.code for finding in look(root).findings] == ["missing-script", "missing-script"]
    settle_clock()
    look(root)
    (root / ".gitignore").write_text("scripts/fit.py\n")
    assert agrees(root)
    assert [finding.code for finding in look(root).findings] == ["missing-script"]


def test_other_settings_are_another_look(root: Path) -> None:
    """What was found under other settings is not used."""
    (root / "specthis.toml").write_text('[layout]\nspecs = "nowhere"\n')
    assert look(root).findings == ()


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x93\xc0\xc0\xc0", b"\xff" * 1000])
@pytest.mark.parametrize("name", ["head", "body"])
def test_a_damaged_cache_is_no_cache(root: Path, name: str, damage: bytes) -> None:
    """Any bytes in place of the cache lead to a plain look."""
    (root / ".specthis/cache" / name).write_bytes(damage)
    assert agrees(root)


def test_a_truncated_cache_is_no_cache(root: Path) -> None:
    """A cache cut off anywhere, as by a kill or a full disk, leads to a plain look."""
    for name in ("head", "body"):
        kept = (root / ".specthis/cache" / name).read_bytes()
        for end in range(0, len(kept), max(1, len(kept) // 7)):
            (root / ".specthis/cache" / name).write_bytes(kept[:end])
            assert agrees(root)


def test_no_bit_of_the_cache_may_flip(root: Path) -> None:
    """Some would make another value of it, and no error: another message, another place."""
    for name in ("head", "body"):
        kept = (root / ".specthis/cache" / name).read_bytes()
        for at in range(0, len(kept), max(1, len(kept) // 40)):
            flipped = kept[at] ^ 1 << at % 8
            (root / ".specthis/cache" / name).write_bytes(kept[:at] + bytes([flipped]) + kept[at + 1 :])
            assert agrees(root)


def test_a_cache_folder_that_is_a_link_is_not_followed(root: Path, tmp_path: Path) -> None:
    """A repository cannot make us write somewhere else."""
    shutil.rmtree(root / ".specthis")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / ".specthis").symlink_to(elsewhere)
    look(root)
    assert list(elsewhere.iterdir()) == []


def test_the_cache_keeps_itself_out_of_git(root: Path) -> None:
    """Nobody has to add a line to an ignore file."""
    assert (root / ".specthis/.gitignore").read_text() == "*\n"


def test_no_cache_leaves_no_trace(tmp_path: Path) -> None:
    """Without the cache nothing is written into the project."""
    (tmp_path / "specs").mkdir()
    look(tmp_path, use_cache=False)
    assert os.listdir(tmp_path) == ["specs"]


def test_deleting_the_cache_is_always_safe(root: Path) -> None:
    """The next look simply makes it again."""
    shutil.rmtree(root / ".specthis")
    assert agrees(root)


@pytest.mark.parametrize("path", FILES)
def test_a_large_look_is_proved_by_two(root: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Whichever process sees that something moved, the look is taken again."""
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    monkeypatch.setattr(cache, "LARGE_HEAD", 0)
    monkeypatch.setattr(cache, "may_fork", lambda: True)
    settle_clock()
    look(root)
    assert look(root).from_cache
    with open(root / path, "a") as file:
        file.write("\n")
    assert not look(root).from_cache


def test_what_a_script_begins_to_write_is_seen(root: Path) -> None:
    """Scripts are among what a look depends on, also those of which nothing was found."""
    settle_clock()
    look(root)
    assert look(root).from_cache
    (root / "scripts/export.py").write_text('open("reports/extra.tex", "w")\n')
    assert [finding.code for finding in look(root).findings] == ["exporter-writes-elsewhere", "missing-script"]
    assert agrees(root)
    settle_clock()
    look(root)
    assert look(root).from_cache
    (root / "scripts/export.py").write_text("")
    assert [finding.code for finding in look(root).findings] == ["missing-script"]


def test_a_profile_asked_for_by_one_run_asks_its_rules(root: Path) -> None:
    """What a look found without the rules of a profile is no answer for one that wants them."""
    settle_clock()
    look(root)
    assert look(root).from_cache
    naming = Policy(select=("result-naming",))
    assert not check_project(str(root), policy=naming).from_cache
    assert check_project(str(root), policy=naming).from_cache
