"""What a user of Helix meets, in a copy of the drifted study: keys pressed, and what the screen shows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from terminal import Terminal

SPEC = "specs/compute-fraction.md"
ESCAPE, ENTER = "\x1b", "\r"
CONFIGURATION = Path.home() / ".config" / "helix"


@contextmanager
def helix(path: str) -> Iterator[Terminal]:
    """Helix with a file of the study open; what is done to the file is undone after it."""
    before = Path(path).read_text()
    terminal = Terminal([os.environ["HELIX"], path])
    try:
        yield terminal
    finally:
        terminal.keys(ESCAPE + ESCAPE + ":qa!" + ENTER)
        terminal.draw(0.5)
        terminal.close()
        Path(path).write_text(before)


def what_is_wrong_is_shown_where_it_is() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies: status says")


def text_that_is_not_saved_counts() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys("t.as" + ESCAPE)
        terminal.shows("scripts/fractions.py")
        terminal.hides("spec lies")


def a_quick_fix_is_applied_and_saved() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys("]d a")
        terminal.shows("Change to `scripts/fractions.py`")
        terminal.keys(ENTER)
        terminal.hides("spec lies")
        terminal.keys(":w" + ENTER)
        terminal.shows("written")
        assert "Script: `scripts/fractions.py`" in Path(SPEC).read_text()


def from_a_spec_to_the_script_it_names() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys("jjt/lllgd")
        terminal.shows("scripts/model.py")


def hover_says_what_a_finding_means() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys("]d k")
        terminal.shows("missing-script")


def the_whole_project_is_listed() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys(" D")
        for code in ("missing-script", "schema-mismatch", "orphaned-export", "missing-section"):
            terminal.shows(code)


def a_label_is_renamed_in_the_paper_and_in_the_spec_that_names_it() -> None:
    paper = Path("reports/sections/grokking.tex")
    with helix("specs/report-grokking.md") as terminal:
        before = paper.read_text()
        terminal.shows("section_label: sec:grokking")
        terminal.shows("Shows the four entries")
        terminal.keys("8ggf:lll r")
        terminal.shows("rename-to:")
        terminal.keys("\x15sec:when" + ENTER)
        terminal.shows("section_label: sec:when")
        terminal.keys(":wa" + ENTER)
        terminal.draw(1)
        assert "\\label{sec:when}" in paper.read_text()
        paper.write_text(before)


def a_path_is_completed() -> None:
    with helix(SPEC) as terminal:
        terminal.keys("24gg")
        terminal.shows("spec lies")
        terminal.keys("t.c" + "Script: `scripts/gro")
        terminal.shows("grokking.py  file")


def a_paper_is_looked_after_as_well() -> None:
    with helix("reports/sections/grokking.tex") as terminal:
        terminal.keys("2gg")
        terminal.shows("has no")


def elsewhere_nothing_is_started() -> None:
    (Path.home() / "notes.md").write_text("# Notes\n")
    with chdir(Path.home()), helix("notes.md") as terminal:
        terminal.shows("# Notes")
        terminal.keys(" k")
        terminal.shows("No configured language server supports hover")


CASES: tuple[Callable[[], None], ...] = (
    what_is_wrong_is_shown_where_it_is,
    text_that_is_not_saved_counts,
    a_quick_fix_is_applied_and_saved,
    from_a_spec_to_the_script_it_names,
    hover_says_what_a_finding_means,
    the_whole_project_is_listed,
    a_label_is_renamed_in_the_paper_and_in_the_spec_that_names_it,
    a_path_is_completed,
    a_paper_is_looked_after_as_well,
    elsewhere_nothing_is_started,
)


def main() -> int:
    CONFIGURATION.mkdir(parents=True)
    shutil.copy(os.environ["LANGUAGES"], CONFIGURATION / "languages.toml")
    (CONFIGURATION / "config.toml").write_text('[editor]\nend-of-line-diagnostics = "hint"\n')
    failed = 0
    for case in CASES:
        name = case.__name__.replace("_", " ")
        try:
            case()
        except AssertionError as problem:
            failed += 1
            print(f"FAIL {name}\n{problem}", flush=True)
        else:
            print(f"ok   {name}", flush=True)
    print("end")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
