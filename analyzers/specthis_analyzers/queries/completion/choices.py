"""What can be written at a place: choices, and the part of the text that each stands in for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from ...text import Text

MOST = 200
"""Choices of one list. Of more, those that fit what is typed are offered, and the client asks again."""

Sort = Literal[
    "key", "kind", "field", "status", "folder", "file", "spec", "label",
    "schema key", "type", "rule", "setting", "word",
]  # fmt: skip

About = tuple[str, ...]
"""What a choice is, for whoever explains it later: see `explained.py`."""


class Choice(Struct, frozen=True):
    """One thing that can be written. It takes the place of what is typed, and of what follows up to `end`."""

    label: str
    sort: Sort
    text: str
    end: int
    snippet: str = ""
    """The same with stops for the cursor, `$1`; empty where it has none."""
    detail: str = ""
    filter: str = ""
    """What typed letters are compared with; empty: the label."""
    about: About = ()


class Completion(Struct, frozen=True):
    """The choices at a place, the best first. What is typed stands between `start` and `offset`."""

    start: int
    offset: int
    choices: tuple[Choice, ...]
    whole: bool = True
    """Whether these are all there are: else more typing brings others."""


class Slot(Struct, frozen=True):
    """The word that is being written: where it starts, where the cursor is, where it ends."""

    start: int
    offset: int
    end: int
    typed: str
    """The text between start and cursor."""
    rest: str = ""
    """The text between cursor and end."""
    before: str = ""
    """What must be put before a choice: the backtick or quote that nobody has typed yet."""
    after: str = ""
    """What must be put behind it."""

    def choice(self, name: str, sort: Sort, *, detail: str = "", about: About = (), label: str = "") -> Choice:
        """A name that stands in for the whole word."""
        text = f"{self.before}{name}{self.after}"
        return Choice(label or name, sort, text, self.end, detail=detail, filter=name, about=about)

    def completion(self, choices: Iterable[Choice], whole: bool = True) -> Completion | None:
        """The choices for this word; None where there are none."""
        found = tuple(choices)
        if len(found) > MOST:
            found, whole = found[:MOST], False
        return Completion(self.start, self.offset, found, whole) if found or not whole else None


def fitting(names: Sequence[str], typed: str) -> tuple[list[str], bool]:
    """The names to offer, and whether these are all: of very many, those that hold what is typed, ends first."""
    if len(names) <= MOST:
        return list(names), True
    sought = typed.lower()
    beginning: list[str] = []
    holding: list[str] = []
    for name in names:
        lower = name.lower()
        if lower.startswith(sought):
            beginning.append(name)
        elif sought in lower:
            holding.append(name)
        if len(beginning) == MOST:
            break
    return [*beginning, *holding][:MOST], False


def last_of(pattern: re.Pattern[str], text: Text, end: int) -> re.Match[str] | None:
    """The last match that ends before an offset."""
    found = None
    for match in pattern.finditer(text.source, 0, end):
        found = match
    return found


def escaped(text: str) -> str:
    """A text as a snippet has it."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
