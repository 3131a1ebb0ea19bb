"""The drifted study repaired in Neovim by keys alone, as its page tells; then what one does while writing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from terminal import Terminal

NVIM, CONFIGURATION = sys.argv[1:3]
ENTER, ESCAPE = "\r", "\x1b"
NEXT_WINDOW = "\x17w"
COMPLETE, NEXT_CHOICE, TAKE = "\x18\x0f", "\x0e", "\x19"


def opened(*files: str) -> Terminal:
    terminal = Terminal([NVIM, "-u", CONFIGURATION, "-i", "NONE", "-n", *files])
    terminal.draw(0.5)
    return terminal


def with_lines(name: str) -> tuple[str, str]:
    """Lines that the page has one add."""
    return "--cmd", f"luafile {Path(__file__).with_name(name)}"


def the_study_is_repaired_without_a_mouse() -> None:
    terminal = opened("specs/compute-fraction.md")
    terminal.shows("Does more training data")
    terminal.keys(":SpecthisCheck" + ENTER)
    for code in ("missing-script", "missing-sectionversion", "schema-mismatch", "orphaned-export"):
        terminal.shows(code)
    for code in ("missing-script", "missing-sectionversion", "orphaned-export"):
        terminal.keys(f"/{code}" + ENTER + ENTER)
        terminal.draw(0.3)
        terminal.keys("gra")
        terminal.shows("Code actions")
        terminal.keys("1" + ENTER)
        terminal.hides(f"[{code}]")
        terminal.keys(NEXT_WINDOW)
    terminal.keys(NEXT_WINDOW + ":wall" + ENTER)
    terminal.keys(":edit results/grokking-decay-medium/run.json" + ENTER)
    terminal.keys(':%s/"decay"/"weight_decay"/' + ENTER + ":wall" + ENTER)
    terminal.hides("[schema-mismatch]")
    terminal.keys(":qall" + ENTER)
    terminal.draw(0.5)
    terminal.close()
    checked = subprocess.run(["specthis-lsp", "--check", "-q"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def a_path_is_completed() -> None:
    terminal = opened("specs/compute-structure.md")
    terminal.shows("compute-structure")
    terminal.keys(":SpecthisCheck" + ENTER)
    terminal.shows("nothing found")
    terminal.keys("/^Script:" + ENTER + "C" + "Script: `scripts/gr" + COMPLETE)
    terminal.shows("Script: `scripts/grokking.py")  # the only one that begins so
    terminal.close()


def a_status_of_two_words_is_completed() -> None:
    terminal = opened("specs/compute-structure.md")
    terminal.shows("compute-structure")
    terminal.keys(":SpecthisCheck" + ENTER)
    terminal.shows("nothing found")
    terminal.keys("/^Status:" + ENTER + "C" + "Status: " + COMPLETE)
    terminal.shows("Status: script TBD")
    terminal.keys(NEXT_CHOICE)
    terminal.shows("Status: script ready")
    terminal.close()


def choices_are_shown_as_one_types() -> None:
    terminal = opened(*with_lines("completion.lua"), "specs/compute-structure.md")
    terminal.shows("compute-structure")
    terminal.keys(":SpecthisCheck" + ENTER)
    terminal.shows("nothing found")
    terminal.keys("/^Script:" + ENTER + "C" + "Script:")
    terminal.shows("schemas/")
    assert "`" not in terminal.line("Script:"), terminal.text  # none is taken before somebody chooses
    terminal.keys(NEXT_CHOICE + TAKE)
    terminal.shows("Script: `reports/")
    terminal.close()


def a_lens_stands_behind_the_entry_in_the_first_file() -> None:
    terminal = opened(*with_lines("lenses.lua"), "specs/compute-fraction.md")
    terminal.shows("open output")
    assert "### sweep" in terminal.line("open output"), terminal.text
    terminal.close()


def a_save_puts_fields_in_form() -> None:
    terminal = opened(*with_lines("saving.lua"), "specs/compute-structure.md")
    terminal.shows("compute-structure")
    terminal.keys(":SpecthisCheck" + ENTER)
    terminal.shows("nothing found")
    terminal.keys("/^Script:" + ENTER + "C" + "Script:    scripts/grokking.py" + ESCAPE + ":w" + ENTER)
    terminal.shows("Script: `scripts/grokking.py`")
    assert "Script: `scripts/grokking.py`\n" in Path("specs/compute-structure.md").read_text(), terminal.text
    terminal.close()


CASES: tuple[Callable[[], None], ...] = (
    the_study_is_repaired_without_a_mouse,
    a_path_is_completed,
    a_status_of_two_words_is_completed,
    choices_are_shown_as_one_types,
    a_lens_stands_behind_the_entry_in_the_first_file,
    a_save_puts_fields_in_form,
)


def main() -> int:
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
