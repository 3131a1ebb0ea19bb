"""A program in a terminal of ours: keys in, the screen out, as text or as a picture."""

from __future__ import annotations

import time

import pexpect  # pyright: ignore[reportMissingModuleSource]
import pyte  # pyright: ignore[reportMissingImports]

PATIENCE = 20.0
"""Seconds after which what is waited for counts as never coming."""


class Terminal:
    """One program and the screen that it draws."""

    def __init__(self, command: list[str], columns: int = 100, lines: int = 30) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.program = pexpect.spawn(command[0], command[1:], dimensions=(lines, columns), timeout=5)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def line(self, part: str) -> str:
        """The first line of the screen that has this in it."""
        return next((line for line in self.text.splitlines() if part in line), "")

    def draw(self, seconds: float) -> None:
        """Let the program draw for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.stream.feed(self.program.read_nonblocking(65536, 0.05))
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                return

    def keys(self, keys: str) -> None:
        """Press keys, each for itself: an editor in a terminal takes an escape and a letter at once for another key."""
        for key in keys:
            self.program.send(key)
            self.draw(0.05)

    def shows(self, wanted: str) -> None:
        """Wait until the screen shows a text."""
        self._wait(wanted, True)

    def hides(self, unwanted: str) -> None:
        """Wait until it is gone."""
        self._wait(unwanted, False)

    def _wait(self, text: str, shown: bool) -> None:
        end = time.monotonic() + PATIENCE
        while (text in self.text) is not shown:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} is {'not' if shown else 'still'} shown:\n{self.text}")
            self.draw(0.1)

    def close(self) -> None:
        self.program.close(force=True)
