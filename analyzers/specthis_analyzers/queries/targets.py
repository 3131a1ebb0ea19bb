"""Which file of the project something written names: a path, a spec, what LaTeX brings in, the root of a document.

Only what is there is a place to go to.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts.document import Event
from ..finding import Place
from ..routing import ARTEFACT_SUFFIXES, candidates
from ..text import Span
from ..view import View

START = Span(0, 0)


def file_named(view: View, written: str) -> list[Place]:
    path = paths.project_path(written)
    if not isinstance(path, str) or not path or not view.is_here(path) or view.folder(path):
        return []
    return [Place(path, START)]


def spec_named(view: View, path: str, written: str) -> list[Place]:
    """A spec by its filename, or by its name alone."""
    for name in (written, f"{written}.md") if not written.endswith(".md") else (written,):
        beside = paths.join(paths.parent(path), name)
        if isinstance(beside, str) and beside.endswith(".md") and view.is_here(beside):
            return [Place(beside, START)]
    return []


class Searched(Struct, frozen=True):
    """The folders in which what a LaTeX file brings in is looked for, in order."""

    inputs: tuple[str, ...]
    graphics: tuple[str, ...]


def searched(view: View, path: str) -> Searched:
    """As TeX looks from each root, then as seen from the file itself and from the project."""
    inputs: dict[str, None] = {}
    graphics: dict[str, None] = {}
    for root in view.roots(path):
        inputs[paths.parent(root)] = None
        graphics |= dict.fromkeys((paths.parent(root), *_graphics_folders(view, root)))
    last = {paths.parent(path): None, "": None}
    return Searched(tuple(inputs | last), tuple(graphics | last))


def brought_in(view: View, path: str, event: Event, folders: Searched | None = None) -> list[Place]:
    """The file that an input or graphic brings in. Whoever asks for many finds the folders once."""
    folders = folders or searched(view, path)
    return next((found for name in _names(event, folders) if (found := file_named(view, name))), [])


def _names(event: Event, folders: Searched) -> Iterator[str]:
    if event.kind != "graphic":
        yield from candidates(event.text, folders.inputs)
        return
    for folder in folders.graphics:
        path = paths.join(folder, event.text)
        if isinstance(path, str):
            yield path
            yield from (path + suffix for suffix in ARTEFACT_SUFFIXES)


def _graphics_folders(view: View, root: str) -> Iterator[str]:
    for placed in view.flow(root).flow.events:
        if placed.event.kind == "graphics path":
            folder = paths.join(paths.parent(root), placed.event.text)
            if isinstance(folder, str):
                yield folder


def root_named(view: View, path: str, event: Event) -> list[Place]:
    """The root that a comment or a subfile names."""
    written = event.text if event.kind == "root" else event.extra
    named = paths.join(paths.parent(path), written)
    for name in (named, f"{named}.tex") if isinstance(named, str) and written else ():
        if found := file_named(view, name):
            return found
    return []
