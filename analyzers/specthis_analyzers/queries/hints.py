"""Which file LaTeX brings in, where its name does not say so: found in another folder, or without its suffix.

What lies where a reader would look first, from the folder of the root, needs no hint.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts.document import DocumentFacts, Event
from ..text import Span
from ..view import View
from .symbols import is_shown
from .targets import brought_in, searched


class Brought(Struct, frozen=True):
    """A file, and the offset behind the name that brings it in."""

    at: int
    path: str
    suffix: str
    """What alone the name leaves out; else empty."""


def brought(view: View, path: str, within: Span) -> Iterator[Brought]:
    """What a stretch of a LaTeX file brings in under names that do not say it; nothing where no report is concerned."""
    facts = view.document(path) if path.endswith(".tex") and is_shown(view, path) else None
    if not isinstance(facts, DocumentFacts):
        return
    folders = searched(view, path)
    for event in facts.events:
        concerned = event.kind in ("input", "graphic", "conditional") and event.text
        if not concerned or event.end < within.start or within.end < event.start:
            continue
        for place in brought_in(view, path, event, folders)[:1]:
            literal = paths.join(folders.inputs[0], event.text)
            if place.path not in _expected(literal, event):
                suffix = place.path.removeprefix(literal) if isinstance(literal, str) else place.path
                yield Brought(event.end, place.path, "" if suffix == place.path else suffix)


def _expected(literal: str | paths.Outside, event: Event) -> tuple[str, ...]:
    """What a reader would take the name for."""
    if not isinstance(literal, str):
        return ()
    return (literal,) if event.kind == "graphic" else (literal, f"{literal}.tex")
