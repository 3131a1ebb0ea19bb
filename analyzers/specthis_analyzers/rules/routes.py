"""Where the exports of a report belong: shared by the rules on routing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..routing import SectionPlace
from ..text import Word
from ..view import View
from ..world import Unread
from .rule import Spec

LATEX = (".tex", ".ltx", ".latex")


class Route(Struct, frozen=True):
    """A section of a document, as a spec names it. The words are places in the spec; the path is normal."""

    document: Word
    label: Word
    path: str


def routes_of(spec: Spec) -> Iterator[Route]:
    """The front-matter pair of a report, then what its entries say in `Routes:`."""
    if spec.kind != "report":
        return
    document, label = spec.scalar("host_doc"), spec.scalar("section_label")
    if document and label:
        yield from _route(document, label)
    for entry in spec.entries:
        for word in entry.routes:
            yield from _route_of_word(word)


def routes_of_entry(spec: Spec, words: tuple[Word, ...]) -> list[Route]:
    """Everywhere that one entry's exports may stand: the spec's pair, and its own `Routes:`."""
    document, label = spec.scalar("host_doc"), spec.scalar("section_label")
    found = list(_route(document, label)) if document and label else []
    for word in words:
        found += _route_of_word(word)
    return found


def documents_of(spec: Spec) -> dict[str, list[Word]]:
    """Each document that a report names, with the words that name it."""
    named: dict[str, list[Word]] = {}
    document = spec.scalar("host_doc") if spec.kind == "report" else None
    for word, path in _paths([document] if document else []):
        named[path] = [word]
    for route in routes_of(spec):
        words = named.setdefault(route.path, [])
        if route.document not in words:
            words.append(route.document)
    return named


def is_read(path: str, view: View) -> bool:
    """Whether a document is there and could be read: other languages than LaTeX are not."""
    return paths.suffix(path) in LATEX and view.is_here(path) and view.unread(path) is None


def last_heading_line(place: SectionPlace, view: View) -> int:
    """The line on which a section's title ends; what is inserted belongs below it."""
    text = view.text(place.path)
    return place.line if isinstance(text, Unread) else text.line_of(place.heading.end)


def _paths(words: list[Word]) -> Iterator[tuple[Word, str]]:
    for word in words:
        path = paths.project_path(word.text)
        if isinstance(path, str):
            yield word, path


def _route(document: Word, label: Word) -> Iterator[Route]:
    for word, path in _paths([document]):
        yield Route(word, label, path)


def _route_of_word(word: Word) -> Iterator[Route]:
    document, hash_sign, label = word.text.partition("#")
    if not hash_sign or not label:
        return
    at = word.start + len(document)
    yield from _route(Word(document, word.start, at), Word(label, at + 1, word.end))
