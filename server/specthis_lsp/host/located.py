"""Where findings stand, as people count, and the lines there: worked out once, so that a look kept needs no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from specthis_analyzers.finding import Finding
from specthis_analyzers.text import Position, Span, Text
from specthis_analyzers.world import Unread

LONG_LINE = 1000
"""Characters; of longer lines, which are seldom anybody's prose, the text is read when they are shown."""


class Excerpt(Struct, frozen=True, array_like=True):
    """A span as people see it: where it begins and ends, the line it begins on, and the one above, empty if none."""

    start: Position
    end: Position
    line: str
    above: str


Located = dict[str, dict[Span, Excerpt]]
"""By path. What is not in it can be had from the text."""


def excerpt_in(text: Text, span: Span) -> Excerpt:
    start, end = text.position(span.start), text.position(span.end)
    return Excerpt(start, end, *text.lines_at(span.start))


def located(findings: Iterable[Finding], read: Callable[[str], Text | Unread]) -> Located:
    """The excerpts of findings that are printed: hints, often many, mostly are not."""
    found: Located = {}
    texts: dict[str, Text | None] = {}
    for finding in findings:
        path, span = finding.place.path, finding.place.span
        if span is None or finding.severity == "hint":
            continue
        if path not in texts:
            said = read(path)
            texts[path] = said if isinstance(said, Text) else None
        text = texts[path]
        if text is not None:
            excerpt = excerpt_in(text, span)
            if len(excerpt.line) + len(excerpt.above) < LONG_LINE:
                found.setdefault(path, {})[span] = excerpt
    return found


def joined(parts: Iterable[Located]) -> Located:
    """The places of several looks."""
    found: Located = {}
    for part in parts:
        for path, excerpts in part.items():
            found.setdefault(path, {}).update(excerpts)
    return found
