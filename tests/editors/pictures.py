"""Take the pictures of the pages: `pictures.py FOLDER neovim|emacs|helix PROGRAM`, in a copy of the drifted study."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from picture import picture
from terminal import Terminal

HERE = Path(__file__).parent
ENTER = "\r"


def neovim(program: str) -> Terminal:
    configuration = str(HERE / "neovim" / "plugin.lua")
    terminal = Terminal([program, "-u", configuration, "-i", "NONE", "-n", "specs/compute-fraction.md"])
    terminal.shows("Does more training data")
    terminal.keys(":SpecthisCheck" + ENTER)
    terminal.shows("orphaned-export")
    terminal.keys("/missing-script" + ENTER + ENTER + "\x17d")
    terminal.draw(1)
    return terminal


def emacs(program: str) -> Terminal:
    here = HERE / "emacs"
    dark = "(progn (setq frame-background-mode 'dark) (frame-set-background-mode nil) (package-initialize))"
    start = ["--eval", dark, "-l", str(here / "init.el"), "specs/compute-fraction.md"]
    terminal = Terminal([program, "-nw", "-q", *start])
    terminal.shows("Does more training data")
    terminal.draw(3)
    terminal.keys("\x13Script: `scripts/" + ENTER + "\x1bxspecthis-eglot-check" + ENTER)
    terminal.shows("Compilation exited")
    terminal.keys("\x1bxflymake-goto-next-error" + ENTER)
    terminal.draw(1.5)
    return terminal


def helix(program: str) -> Terminal:
    terminal = Terminal([program, "specs/compute-fraction.md"])
    terminal.shows("Does more training data")
    terminal.keys("24gg")
    terminal.shows("spec lies")
    terminal.keys("]d a")
    terminal.shows("Change to")
    terminal.draw(0.5)
    return terminal


EDITORS: dict[str, Callable[[str], Terminal]] = {"neovim": neovim, "emacs": emacs, "helix": helix}

if __name__ == "__main__":
    folder, name, program = sys.argv[1:4]
    os.environ["COLORTERM"] = "truecolor"
    shown = EDITORS[name](program)
    Path(folder, f"{name}.svg").write_text(picture(shown.screen, f"The drifted study in {name.capitalize()}"))
    shown.close()
