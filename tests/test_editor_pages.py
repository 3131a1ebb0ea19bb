"""The pages on editors show the configuration that the proofs in these editors run, and pictures that are there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from test_server import BREAKS

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "editors"
PROOFS = ROOT / "tests" / "editors"
MORE = ("completion.lua", "lenses.lua", "saving.lua")
"""What may be added to the configuration of Neovim."""
CONFIGURATIONS = {
    "neovim.md": [PROOFS / "neovim" / name for name in ("plugin.lua", "plain.lua", "older.lua", *MORE)],
    "emacs.md": [PROOFS / "emacs" / name for name in ("init.el", "plain.el")],
    "helix.md": [ROOT / "editors" / "helix" / "languages.toml"],
}
MOST = 150_000
"""Bytes of a picture."""


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```\w+\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("page", "files"), CONFIGURATIONS.items())
def test_a_page_shows_what_is_proved(page: str, files: list[Path]) -> None:
    """Each of its blocks is a file that an editor is started with, in this order."""
    assert blocks(PAGES / page) == [path.read_text() for path in files]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda path: path.name)
def test_what_a_page_links_to_is_there_and_small(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith("http"):
            assert (PAGES / target).exists(), target
            assert (PAGES / target).suffix == ".md" or (PAGES / target).stat().st_size < MOST, target


def test_the_walk_through_the_drifted_study_names_all_that_is_wrong_there() -> None:
    page = (PAGES / "neovim.md").read_text()
    assert all(code in page for codes in BREAKS.values() for code in codes)


def test_the_editors_are_named_by_the_help_of_make() -> None:
    """Whoever asks make what there is finds the proofs."""
    assert "make test-editors" in (ROOT / "Makefile").read_text().partition("$(READY):")[0]


@pytest.mark.skipif(sys.platform == "win32", reason="the proofs are for systems with terminals")
def test_a_proof_that_does_not_come_to_its_end_has_failed(tmp_path: Path) -> None:
    """Cases that were never reached count against it, and an editor that cannot be had counts as neither."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import prove\n"
        "def ends(): yield prove.Proof('a', ['sh', '-c', 'echo ok one; echo end'])\n"
        "def stops(): yield prove.Proof('b', ['sh', '-c', 'echo ok one; exit 0'])\n"
        "def fails(): yield prove.Proof('c', ['sh', '-c', 'echo FAIL one; echo end; exit 1'])\n"
        "def lacks(): raise prove.Unavailable('no such editor'); yield\n"
        "prove.EDITORS = {'ends': ends, 'stops': stops, 'fails': fails, 'lacks': lacks}\n"
        "sys.exit(prove.main([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(PROOFS)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-4:] == [
        "ends: 1 passed, 0 failed",
        "stops: 1 passed, 1 failed",
        "fails: 0 passed, 1 failed",
        "lacks: not run: no such editor",
    ]
