"""The paths of a file that lead somewhere: each with what it leads to, where that is here.

In a spec: its front matter and the fields of its entries; a label with its document leads to the section. In LaTeX:
what is brought in, and the root that a comment or a subfile names.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, SpecFacts
from ..facts.document import DocumentFacts
from ..finding import Place
from ..text import Span, Word
from ..view import View
from .targets import brought_in, file_named, root_named, searched, spec_named

FIELDS = ("Script", "Export script", "Output", "Export outputs", "Inputs", "Also writes", "Variants", "Workflows")
"""The fields that name files."""
MOST = 2000
"""Links of one file; what comes after them is not told."""


class Link(Struct, frozen=True):
    """A stretch of text and the place it leads to."""

    span: Span
    target: Place
    name: str
    """What it leads to, for people."""


def links(view: View, path: str) -> list[Link]:
    """Every link of a file, in order of reading."""
    if path.endswith(".md"):
        facts = view.spec(path)
        found = _in_spec(view, path, facts) if isinstance(facts, SpecFacts) else iter(())
    elif path.endswith((".tex", ".sty", ".cls")):
        facts = view.document(path)
        found = _in_document(view, path, facts) if isinstance(facts, DocumentFacts) else iter(())
    else:
        return []
    told = {link.span: link for _, link in zip(range(MOST), found, strict=False)}
    return [told[span] for span in sorted(told)]


def _in_spec(view: View, path: str, facts: SpecFacts) -> Iterator[Link]:
    front = facts.front
    document = front.scalar("host_doc") if front else None
    label = front.scalar("section_label") if front else None
    key = front.key("depends_on") if front else None
    for word in key.values if key else ():
        yield from _to(word.span, spec_named(view, path, word.text))
    if document:
        yield from _to(document.span, file_named(view, document.text))
        yield from _to_label(view, label.span, document.text, label.text) if label else ()
    for entry in facts.entries:
        yield from _of_entry(view, entry)


def _of_entry(view: View, entry: Contract) -> Iterator[Link]:
    for field in entry.fields:
        for word in field.values if field.label.text in FIELDS else ():
            yield from _to(word.span, file_named(view, word.text))
    if entry.schema and entry.schema.file:
        yield from _to(entry.schema.file.span, file_named(view, entry.schema.file.text))
    for route in entry.routes:
        yield from _of_route(view, route)


def _of_route(view: View, route: Word) -> Iterator[Link]:
    """The whole word leads to the section; to the document where that has no such label."""
    document, _, label = route.text.partition("#")
    to_label = list(_to_label(view, route.span, document, label)) if label else []
    yield from to_label or _to(route.span, file_named(view, document))


def _to(span: Span, found: list[Place]) -> Iterator[Link]:
    for place in found[:1]:
        yield Link(span, place, place.path)


def _to_label(view: View, span: Span, document: str, label: str) -> Iterator[Link]:
    path = paths.project_path(document)
    place = view.section_place(path, label) if isinstance(path, str) and view.is_here(path) else None
    if place is not None:
        yield Link(span, Place(place.path, place.heading), f"{place.path}#{label}")


def _in_document(view: View, path: str, facts: DocumentFacts) -> Iterator[Link]:
    folders = searched(view, path)
    for event in facts.events:
        if not event.text:
            continue
        if event.kind in ("input", "graphic", "conditional"):
            yield from _to(Span(event.start, event.end), brought_in(view, path, event, folders))
        elif event.kind == "root":
            yield from _to(Span(event.start, event.end), root_named(view, path, event))
