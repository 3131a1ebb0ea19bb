"""Places in the protocol's units: lines, and columns counted as client and server agreed.

The engine counts code points of the whole text; a client counts bytes, UTF-16 units or code points within a line.
Nothing else in the server converts between the two. Columns beyond a line count as its end, lines beyond the text as
the end of the text, and a column inside a character as its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from specthis_analyzers.text import Span, Text

ENCODINGS = ("utf-8", "utf-16", "utf-32")
DEFAULT = "utf-16"

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}
"""How a line is written in each unit, and the bytes of one unit; code points need no codec."""


class LinePosition(Protocol):
    """A position as it arrives."""

    line: int
    character: int


def choose(offered: Sequence[Any] | None) -> str:
    """The first encoding that a client offers and we speak; UTF-16 where it offers none of these."""
    names = (str(getattr(name, "value", name)) for name in offered or ())
    return next((name for name in names if name in ENCODINGS), DEFAULT)


class Positions:
    """Converts offsets and positions under one encoding."""

    def __init__(self, encoding: str = DEFAULT) -> None:
        self.encoding = encoding
        self.codec, self.unit = CODECS.get(encoding, ("", 0))

    def position(self, text: Text, offset: int) -> dict[str, int]:
        """Where an offset stands, as plain data."""
        place = text.position(offset)
        return {"line": place.line, "character": self._units(text, offset - place.column, place.column)}

    def range(self, text: Text, span: Span | None) -> dict[str, Any]:
        """Where a span stands, as plain data; no span means the first line."""
        span = span or text.line_span(0)
        start, inside = self.position(text, span.start), text.source[span.start : span.end]
        if len(inside) < span.end - span.start or span.start < 0 or "\n" in inside or "\r" in inside:
            return {"start": start, "end": self.position(text, span.end)}
        # Most spans lie within one line, whose end is then known as well.
        return {"start": start, "end": {"line": start["line"], "character": start["character"] + self._width(inside)}}

    def offset(self, text: Text, position: LinePosition) -> int:
        """The offset of a position that a client sent."""
        line = text.line_span(max(position.line, 0))
        column = max(position.character, 0)
        written = text.source[line.start : line.end]
        if not self.codec or written.isascii():
            return min(line.start + column, line.end)
        encoded = written.encode(self.codec, "replace")[: column * self.unit]
        return line.start + len(encoded.decode(self.codec, "ignore"))

    def span(self, text: Text, start: LinePosition, end: LinePosition) -> Span:
        """The span between two positions, whichever comes first."""
        first, last = sorted((self.offset(text, start), self.offset(text, end)))
        return Span(first, last)

    def _units(self, text: Text, start: int, column: int) -> int:
        start = max(min(start, len(text.source) - column), 0)
        return self._width(text.source[start : start + column])

    def _width(self, written: str) -> int:
        if not self.codec or written.isascii():
            return len(written)
        return len(written.encode(self.codec, "replace")) // self.unit
