"""Where text goes: results to stdout, everything else to stderr; a reader who left is no error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import IO, Any, Literal

from .exits import UsageError

Color = Literal["auto", "always", "never"]

STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "hint": "1;34",
    "bold": "1",
    "frame": "1;34",
    "help": "1;32",
}
DEFAULT_WIDTH = 100
MINIMAL_WIDTH = 40

LEFT: list[IO[Any]] = []
"""Streams whose readers left."""


class Style:
    """Paints text, or leaves it plain. `terminal` says whether a person reads along, `width` how wide."""

    def __init__(self, colored: bool = False, terminal: bool = False, width: int = DEFAULT_WIDTH) -> None:
        self.colored = colored
        self.terminal = terminal
        self.width = width

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colored else text


def style_of(color: Color) -> Style:
    """The style for stdout: as wide as the terminal, coloured as asked."""
    terminal = sys.stdout.isatty()
    colored = _wants_color(terminal) if color == "auto" else color == "always"
    return Style(colored, terminal, _width() if terminal else DEFAULT_WIDTH)


def _wants_color(terminal: bool) -> bool:
    """`NO_COLOR` is stronger than `FORCE_COLOR`, both are stronger than what stdout is."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and os.environ.get("TERM") != "dumb"


def _width() -> int:
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, MINIMAL_WIDTH)
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def prepare() -> None:
    """Let neither a closed stream nor a character that the terminal's encoding lacks end the program."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def emit(lines: Iterable[str]) -> None:
    """Write lines to stdout."""
    _write(sys.stdout, "".join(f"{line}\n" for line in lines))


def emit_text(text: str) -> None:
    """Write text to stdout as it is."""
    _write(sys.stdout, text)


def emit_bytes(data: bytes) -> None:
    """Write to stdout what is to arrive byte for byte."""
    sys.stdout.flush()
    _write(getattr(sys.stdout, "buffer", None) or open(os.devnull, "wb"), data)  # noqa: SIM115


def note(line: str) -> None:
    """Write a line about the work itself to stderr. Where that is full, nobody can be told of it."""
    with suppress(UsageError):
        _write(sys.stderr, f"{line}\n")


def is_read(stream: IO[Any]) -> bool:
    """Whether anybody may still read a stream: of a pipe, its other end. What asks this would else write for ever."""
    if stream in LEFT:
        return False
    try:
        from select import POLLERR, poll

        other = poll()
        other.register(stream.fileno(), 0)
        return not any(event & POLLERR for _, event in other.poll(0))
    except (ImportError, OSError, ValueError):  # a system without, or a stream that is no file
        return True


def _write(stream: IO[Any], text: str | bytes) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _forget(stream)
    except OSError as error:  # a full disk
        _forget(stream)
        raise UsageError(f"cannot write: {(error.strerror or 'unknown reason').lower()}") from None


def _forget(stream: IO[Any]) -> None:
    """Nobody reads any more: what is left, and what the interpreter flushes at its end, goes nowhere."""
    LEFT.append(stream)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
