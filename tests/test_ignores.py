"""What git would not carry: our reading of ignore files is git's own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specthis_lsp.host.ignores import Ignores

PATTERNS = (
    "results/", "/results", "results", "*.json", "**/data/*.json", "**/*/data/**/*.json", "!keep.json", "data/**",
    "a/*/c", "/a", "scripts/*.py", "!scripts/fit.py", "[ab].py", "?.py", "# no rule", "", "\\#odd", "fit.py ", "*a*b*",
    "results/**/*.json", "!/results/", "/*", "!/scripts", "**", "*.py\r",
    "[z-a]", "[", "[!", "[[:alpha:]].py", "[[:digit:][:lower:]]", "f[[:alnum:]]t.py", "!scripts/[[:upper:]].py",
)  # fmt: skip
PATHS = (
    "results/fit.json", "results/data/fit.json", "results/data/deep/fit.json", "scripts/fit.py", "scripts/a.py", "a",
    "a/b/c", "a/c", "data/x/y.json", "keep.json", "results/keep.json", "#odd", "sub/results/fit.json", "xaybz",
    "sub/scripts/fit.py",
)  # fmt: skip

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to compare with")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ignores")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "sub").mkdir()
    return root


def ignored_by_git(root: Path) -> set[str]:
    command = [
        "git",
        "-C",
        str(root),
        "-c",
        "core.excludesFile=/dev/null",
        "check-ignore",
        "--no-index",
        "-z",
        "--stdin",
    ]
    done = subprocess.run(command, input="\0".join(PATHS), capture_output=True, text=True, check=False)
    return set(done.stdout.split("\0")) - {""}


def test_the_last_word_on_a_folder_is_said_of_the_folder(repository: Path) -> None:
    """A folder that is taken back is walked into, though a pattern before says everything."""
    (repository / ".gitignore").write_text("**\n!keep.json\n!/results/\n")
    (repository / "sub/.gitignore").write_text("")
    assert not Ignores(str(repository)).covers("results/keep.json")
    assert Ignores(str(repository)).covers("results/fit.json")


LINES = st.lists(st.sampled_from(PATTERNS), max_size=4)


@given(top=LINES, below=LINES)
def test_ignored_is_what_git_ignores(repository: Path, top: list[str], below: list[str]) -> None:
    """For any ignore files, at the top and in a folder below it, and any absent path."""
    (repository / ".gitignore").write_text("".join(f"{line}\n" for line in top), newline="")
    (repository / "sub/.gitignore").write_text("".join(f"{line}\n" for line in below), newline="")
    ignores = Ignores(str(repository))
    assert {path for path in PATHS if ignores.covers(path)} == ignored_by_git(repository)


@pytest.mark.parametrize("line", ["[z-a]", "[[:odd:]]", "[[]", "[a--b]", "[a&&b]", "[", "!", "\\"])
@pytest.mark.filterwarnings("error")
def test_a_line_that_is_no_pattern_is_passed_over(repository: Path, line: str) -> None:
    """The other lines hold, and nobody is warned."""
    (repository / ".gitignore").write_text(f"{line}\n*.json\n")
    (repository / "sub/.gitignore").write_text("")
    assert Ignores(str(repository)).covers("data/x/y.json")
    assert not Ignores(str(repository)).covers("scripts/fit.py")


def test_a_project_below_the_top_is_read_from_the_top(repository: Path) -> None:
    """The ignore files of the whole repository bear on a project in one of its folders."""
    (repository / ".gitignore").write_text("sub/results/\n")
    (repository / "sub/.gitignore").write_text("")
    ignores = Ignores(str(repository / "sub"))
    assert ignores.covers("results/fit.json")
    assert not ignores.covers("scripts/fit.py")


def test_a_submodule_that_was_not_fetched_may_hold_anything(repository: Path) -> None:
    """A plain `git clone` leaves its folder empty; once it is fetched, what is absent from it is missing."""
    (repository / ".gitmodules").write_text(
        '[submodule "paper"]\n\tpath = the paper\n\turl = https://git.overleaf.com/1\n'
    )
    inside = repository / "the paper"
    inside.mkdir()
    assert Ignores(str(repository)).waits_in_submodule("the paper/main.tex")
    assert Ignores(str(inside)).waits_in_submodule("main.tex")
    assert not Ignores(str(repository)).waits_in_submodule("the paper 2/main.tex")
    (inside / ".git").write_text("gitdir: ../.git/modules/paper\n")
    assert not Ignores(str(repository)).waits_in_submodule("the paper/main.tex")
