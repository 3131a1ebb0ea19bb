"""Text as everyone here means it: decoded once, counted in code points, in lines that end at LF, CRLF or CR.

`str.splitlines` and most libraries also break at form feeds and at U+2028; editors do not, so neither do we.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from msgspec import Struct

LINE_END = re.compile(r"\r\n|\n|\r")
REPLACEMENT = "\ufffd"
MAX_BYTES = 8 * 1024 * 1024
"""Larger files are not scanned; whoever reads them says so."""
LFS = b"version https://git-lfs.github.com/spec/"
ANNEX = b"/annex/objects/"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UNMARKED_UTF_16 = re.compile(rb"(?P<little>(?:[\x01-\x7f]\0){2})|(?:\0[\x01-\x7f]){2}")
"""Two letters with a zero beside each: no text in UTF-8 begins so."""
FEW_PLACES = 8
"""Places in one text up to which counting is cheaper than to find where every line starts."""
POINTER_BYTES = 1024
"""Longer files are no pointers, whatever they mention."""


class Span(Struct, frozen=True, array_like=True, gc=False, order=True):
    """A half-open range of offsets, in code points of the decoded text."""

    start: int
    end: int

    def __contains__(self, offset: int) -> bool:
        return self.start <= offset < self.end


class Word(Struct, frozen=True, array_like=True, gc=False):
    """A piece of text and where it stands. `text` may differ from the source between the offsets (quotes dropped)."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Position(Struct, frozen=True, array_like=True, gc=False, order=True):
    """A place as people count: line and column from 0, columns in code points."""

    line: int
    column: int


class Text:
    """Decoded text with its lines found on demand. Never changed once made."""

    __slots__ = ("__dict__", "bad", "bom", "counted", "held", "source")

    def __init__(self, source: str, bom: bool = False, bad: int | None = None, held: bool = False) -> None:
        self.source = source
        self.bom = bom
        self.bad = bad
        """The offset of the first byte in its file that is no UTF-8, or None."""
        self.held = held
        """Whether an editor holds it, who writes it in whatever encoding its file has."""
        self.counted = 0
        """How often line ends were counted up to a place, for want of `line_starts`."""

    def __len__(self) -> int:
        return len(self.source)

    @property
    def is_lossy(self) -> bool:
        """Whether some of it only stands in for bytes that could not be written back."""
        return self.bad is not None and not self.held

    @cached_property
    def encoded(self) -> bytes:
        """The text in UTF-8, in which it is searched for some words faster."""
        return self.source.encode("utf-8", "surrogatepass")

    @cached_property
    def line_starts(self) -> list[int]:
        source = self.source
        if "\r" not in source:
            return [0, *accumulate([len(line) + 1 for line in source.split("\n")[:-1]])]
        return [0, *(match.end() for match in LINE_END.finditer(source))]

    def line_of(self, offset: int) -> int:
        """The line that holds an offset, from 0. For a few places line ends are counted, for more all lines found."""
        if self.may_count():
            self.counted += 1
            return self.source.count("\n", 0, offset)
        return bisect_right(self.line_starts, offset) - 1

    def may_count(self) -> bool:
        """Whether few places were asked for up to now, and LF alone ends lines."""
        return self.counted < FEW_PLACES and "\r" not in self.source

    def lines_at(self, offset: int) -> tuple[str, str]:
        """The line that holds an offset, and the one above it; empty above the first."""
        offset = min(max(offset, 0), len(self.source))
        if not self.may_count():
            line = self.line_of(offset)
            return self.line(line), self.line(line - 1) if line else ""
        start = self.source.rfind("\n", 0, offset) + 1
        end = self.source.find("\n", offset)
        above = self.source[self.source.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)]
        return self.source[start : end if end >= 0 else len(self.source)], above

    def position(self, offset: int) -> Position:
        """Line and column of an offset; offsets beyond the text count as its end."""
        offset = min(max(offset, 0), len(self.source))
        line = self.line_of(offset)
        if self.may_count():
            return Position(line, offset - self.source.rfind("\n", 0, offset) - 1)
        return Position(line, offset - self.line_starts[line])

    def line_span(self, line: int) -> Span:
        """The offsets of a line without its line end; lines beyond the text are empty at its end."""
        if "line_starts" not in self.__dict__ and self.may_count():
            self.counted += 1
            return self._counted_line(line)
        starts = self.line_starts
        if line >= len(starts):
            return Span(len(self.source), len(self.source))
        start = starts[line]
        end = starts[line + 1] if line + 1 < len(starts) else len(self.source)
        return Span(start, start + len(self.source[start:end].rstrip("\r\n")))

    def _counted_line(self, line: int) -> Span:
        above = self.source.split("\n", min(line, len(self.source) + 1))  # some clients mean "the end" by any number
        if len(above) <= line:
            return Span(len(self.source), len(self.source))
        start = len(self.source) - len(above[line])
        end = self.source.find("\n", start)
        return Span(start, end if end >= 0 else len(self.source))

    def line(self, line: int) -> str:
        span = self.line_span(line)
        return self.source[span.start : span.end]

    def offset(self, position: Position) -> int:
        """The offset of a position; a column beyond the line counts as its end."""
        span = self.line_span(position.line)
        return min(span.start + position.column, span.end)

    @cached_property
    def line_ending(self) -> str:
        """The line end that this text uses first, LF if it has none; edits speak the same one."""
        match = LINE_END.search(self.source)
        return match[0] if match else "\n"


def is_pointer(data: bytes) -> bool:
    """Whether a file only stands in for one that Git LFS or git-annex keeps elsewhere."""
    if data.startswith((LFS, ANNEX)):
        return True
    return len(data) < POINTER_BYTES and data.startswith(b"../") and b".git" + ANNEX in data


def decode(data: bytes) -> Text:
    """Bytes as text: UTF-8, a byte order mark dropped and remembered, bad bytes replaced, the first one remembered.

    UTF-16 is read, and all of it is bad: a spec saved in it is one still, and told of.
    """
    if data.startswith(UTF_16):
        return Text(data.decode("utf-16", "replace"), bad=0)
    if b"\0" in data[:4] and (unmarked := UNMARKED_UTF_16.match(data)):
        return Text(data.decode("utf-16-le" if unmarked["little"] else "utf-16-be", "replace"), bad=0)
    bom = data.startswith(b"\xef\xbb\xbf")
    if bom:
        data = data[3:]
    try:
        text = Text(data.decode("utf-8"), bom)
        text.encoded = data
        return text
    except UnicodeDecodeError as error:
        return Text(data.decode("utf-8", "replace"), bom, len(data[: error.start].decode("utf-8", "replace")))
