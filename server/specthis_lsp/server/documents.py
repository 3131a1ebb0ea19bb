"""What is open in the editor: each document's text as last sent, its version, and the URI as the client spells it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from specthis_analyzers.text import Span, Text

from . import uris
from .positions import Positions

logger = logging.getLogger(__name__)
LONG_AGO = float("-inf")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Document:
    """One open document."""

    __slots__ = (
        "changes", "edited", "edited_at", "is_doubted", "is_written", "on_disk", "opening", "shown", "stamp",
        "text", "tokens", "uri", "version",
    )  # fmt: skip

    def __init__(self, uri: str, version: int, text: Text, opening: int = 0) -> None:
        self.uri = uri
        self.version = version
        self.text = text
        self.opening = opening
        """How many documents were opened before it and with it."""
        self.is_doubted = False
        """Whether it was said in the log that its versions do not grow."""
        self.is_written = False
        """Whether nothing was written in it since it was known to be as its file is."""
        self.on_disk: str | None = None
        """What its file held when that was last looked at."""
        self.stamp: int | None = None
        """How its file looked then."""
        self.changes: Sequence[types.TextDocumentContentChangeEvent] = ()
        """The edits that led to its version."""
        self.edited = Span(0, 0)
        """Where the last edit stands in the text now."""
        self.edited_at = LONG_AGO
        """When it came, by the monotonic clock; long ago once it was saved."""
        self.shown: frozenset[tuple[str, str, str]] = frozenset()
        """The findings that were shown in it when all were."""
        self.tokens: tuple[str, list[int]] | None = None
        """The semantic tokens that the client has, and the name it has them by."""


class Documents:
    """The open documents. A client's word is taken: what cannot be right in it is logged, nothing more."""

    def __init__(self) -> None:
        self.positions = Positions()
        self.open_ones: dict[str, Document] = {}
        self.openings = 0

    def __iter__(self) -> Iterator[Document]:
        return iter(self.open_ones.values())

    def get(self, uri: str) -> Document | None:
        return self.open_ones.get(uris.key(uri))

    def open(self, uri: str, version: int, text: str) -> Document:
        if uris.key(uri) in self.open_ones:
            logger.warning("a document that is open is opened again, and counts as it is now: %s", uri)
        self.openings += 1
        document = self.open_ones[uris.key(uri)] = Document(uri, version, Text(decoded(text), held=True), self.openings)
        return document

    def close(self, uri: str) -> Document | None:
        document = self.open_ones.pop(uris.key(uri), None)
        if document is None:
            logger.warning("a document that is not open is closed: %s", uri)
        return document

    def change(
        self, uri: str, version: int | None, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """Apply edits in order, each to the text that the one before it left. Nothing is returned where there are none.

        VS Code's library says an edit once for each registration that covers the file, and one by language and one by
        pattern may both do.
        """
        document = self.get(uri)
        if document is None:
            logger.warning("an edit of a document that is not open: %s", uri)
            return None
        if version == document.version and changes == document.changes and not document.is_doubted:
            return None
        for change in changes:
            self._apply(document, change)
        if version is not None:
            self._note_version(document, version)
            document.changes = changes
        return document

    def _note_version(self, document: Document, version: int) -> None:
        """Edits count in the order in which they come, whatever their versions say."""
        if version <= document.version and not document.is_doubted:
            document.is_doubted = True
            logger.warning("version %d of a document after version %d: %s", version, document.version, document.uri)
        document.version = version

    def _apply(self, document: Document, change: types.TextDocumentContentChangeEvent) -> None:
        source, new = document.text.source, decoded(change.text)
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = self.positions.span(document.text, change.range.start, change.range.end)
            document.edited = Span(span.start, span.start + len(new))
            new = f"{source[: span.start]}{new}{source[span.end :]}"
        else:
            document.edited = _difference(source, new)
        bad = _moved(document.text.bad, document.edited.start, len(new) - len(source))
        document.text = Text(new, bad=bad, held=True)


def decoded(text: str) -> str:
    """Text of a message. Half a surrogate pair stands for no character; what replaces it has the same width."""
    if not text.isascii() and LONE_SURROGATE.search(text):
        text = LONE_SURROGATE.sub("\ufffd", text)
    return text


def _moved(place: int | None, start: int, grown: int) -> int | None:
    """Where a place is, if any, in a text that grew from an offset on."""
    return place if place is None or place <= start else max(start, place + grown)


def _difference(old: str, new: str) -> Span:
    """Where a text that came whole differs from the one before."""
    limit = min(len(old), len(new))
    start = next((at for at in range(limit) if old[at] != new[at]), limit)
    tail = next((at for at in range(limit - start) if old[-1 - at] != new[-1 - at]), limit - start)
    return Span(start, len(new) - tail)
