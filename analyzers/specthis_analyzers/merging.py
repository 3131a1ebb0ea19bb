"""What a merge leaves in a text that nobody has resolved yet: two versions, between three lines of marks."""

from __future__ import annotations

import re

from .text import Span

OPENING = "<<<<<<< "
MARKS = tuple(re.compile(rf"^{mark}(?: [^\r\n]*)?\r?$", re.MULTILINE) for mark in ("<{7}", "={7}", ">{7}"))
REASON = "it holds an unresolved merge (`<<<<<<<`)"


def unresolved(source: str) -> Span | None:
    """The first line of an unresolved merge. All three marks must stand at line starts, in their order."""
    if OPENING not in source:
        return None
    found = []
    at = 0
    for mark in MARKS:
        match = mark.search(source, at)
        if match is None:
            return None
        found.append(match)
        at = match.end()
    return Span(found[0].start(), found[0].start() + len(found[0][0].rstrip("\r")))


def ours(source: str) -> str:
    """A text with only the first of the versions of each merge."""
    kept: list[str] = []
    other = False
    for line in source.splitlines(keepends=True):
        if line.startswith(("|||||||", "=======")):
            other = True
        elif line.startswith(">>>>>>>"):
            other = False
        elif not other and not line.startswith("<<<<<<<"):
            kept.append(line)
    return "".join(kept)
