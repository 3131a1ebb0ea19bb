"""Around a place in the body of a spec: which entry it is in, what that says already, whether it is code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from ...facts import front_matter, markdown
from ...facts.contract import KINDS, SIDE_OF_KIND, Side
from ...text import Span, Text

LIST_LINE = re.compile(r"[ \t]*- ")
FIELD = re.compile(rf" {{0,3}}({'|'.join(sorted((*markdown.REQUIRED, *markdown.OPTIONAL), key=len, reverse=True))}):")


class Entry(Struct, frozen=True):
    """The entry around a place, as far as its lines can be read."""

    name: str
    side: Side | None
    """None where the kind of the spec says nothing of it."""
    labels: frozenset[str]
    """The fields it has, but for one in the line of the cursor."""
    block: Span


def entry_around(text: Text, body: int, offset: int, kind: str | None) -> Entry | None:
    """The entry whose lines a place is in; None in prose, code and comments."""
    if kind in KINDS and kind not in SIDE_OF_KIND:
        return None
    lines = front_matter.unified(text.source)
    line = text.line_span(text.line_of(offset))
    if lines.rfind("<!--", body, offset) > lines.rfind("-->", body, offset):
        return None
    above = markdown.scan(lines[: line.start], body, strict=False) or []
    at = _heading(above)
    if at is None:
        return None
    mark = above[at]
    assert isinstance(mark, markdown.Mark)
    below = markdown.scan(lines, line.end, strict=False) or []
    end = next((event.start for event in below if isinstance(event, markdown.Mark) and event.level <= 3), len(lines))
    events = [*above[at + 1 :], *(event for event in below if event.start < end)]
    labels = frozenset(event.text for event in events if isinstance(event, markdown.Label))
    if not (_is_listed(above[:at]) or labels & markdown.MUST or kind in SIDE_OF_KIND):
        return None
    return Entry(mark.title.text.strip("`"), SIDE_OF_KIND.get(kind or ""), labels, Span(mark.start, end))


def is_code(text: Text, body: int, offset: int) -> bool:
    """Whether a place is inside a fence, also one that nobody has closed yet."""
    start = text.line_span(text.line_of(offset)).start
    above = markdown.scan(front_matter.unified(text.source)[:start], body, strict=False)
    last = above[-1] if above else None
    return isinstance(last, markdown.Fence) and last.end >= start


def _heading(above: Sequence[markdown.Event]) -> int | None:
    """The heading of the entry that is still open, by its index."""
    for at in range(len(above) - 1, -1, -1):
        event = above[at]
        if isinstance(event, markdown.Mark) and event.level <= 3:
            return at if event.level == 3 and markdown.NAME.fullmatch(event.title.text.strip("`")) else None
    return None


def _is_listed(above: Sequence[markdown.Event]) -> bool:
    headings = [event for event in above if isinstance(event, markdown.Mark) and event.level <= 2]
    return bool(headings) and headings[-1].title.text.lower() in ("entry", "entries")


def owner_of_item(text: Text, offset: int, floor: int) -> tuple[str, Span] | None:
    """The label of the field that a list line belongs to, and the lines from there to the one above the cursor's."""
    number = text.line_of(offset)
    start = text.line_span(number).start
    blank = False
    while number > 0:
        number -= 1
        span = text.line_span(number)
        line = text.source[span.start : span.end]
        if span.start < floor:
            return None
        if field := FIELD.match(line):
            rest = line[field.end() :].strip()
            is_schema = field[1] in markdown.SCHEMAS
            return (
                (field[1], Span(span.start, start))
                if (not rest or not is_schema) and (is_schema or not blank)
                else None
            )
        if not line.strip():
            blank = True
        elif not (LIST_LINE.match(line) or line.startswith("  ")) or blank:
            return None
    return None
