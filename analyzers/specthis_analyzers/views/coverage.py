"""Which of the graphics and tables that papers show have an owner: an entry that exports them.

A graphic is what `\\includegraphics` brings in. A table, or a figure drawn in LaTeX, is an `\\input` inside a float;
elsewhere an input is taken for text, unless an entry exports it. What stands inside such a file is a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from .. import paths
from ..claims import Claim
from ..facts.document import DocumentFacts, Event
from ..routing import Flow, Placed, Target, graphics_folders, target_of, without_suffix
from ..view import View


class Exhibit(Struct, frozen=True):
    """A graphic or table that a paper shows, where it first does, and who exports it."""

    name: str
    """As written."""
    path: str
    """The LaTeX file that brings it in."""
    start: int
    owner: Claim | None = None


def coverage(view: View, roots: Iterable[str]) -> tuple[Exhibit, ...]:
    """Every graphic and table of the documents, once, in reading order."""
    owners = _Owners(view)
    found: dict[tuple[object, ...], Exhibit] = {}
    for root in roots:
        flow = view.flow(root).flow
        for placed, target in _shown(view, root, flow, owners):
            known = _files(view, target) or (target.paths, target.name)
            found.setdefault(known, Exhibit(placed.event.text, placed.path, placed.event.start, owners.of(target)))
    return tuple(found.values())


def coverage_of(view: View, document: str) -> tuple[Exhibit, ...]:
    """The same of one document and all it inputs; names in the file of a section mean what its paper makes of them."""
    roots = view.roots(document)
    parts = frozenset().union(*(view.flow(root).flow.closure(document) for root in roots))
    return tuple(exhibit for exhibit in coverage(view, roots) if exhibit.path in parts)


def papers(view: View) -> tuple[str, ...]:
    """The documents of a project: those that the settings name, else the roots of the host documents."""
    hosts = (host for host in view.names("host") if view.is_here(host))
    return view.analysis.papers or tuple(dict.fromkeys(root for host in hosts for root in view.roots(host)))


class _Owners:
    """The exports of all entries, by path and by bare name without suffix."""

    def __init__(self, view: View) -> None:
        self.by_path: dict[str, Claim] = {}
        self.by_name: dict[str, Claim] = {}
        for export in view.names("export"):
            claim = view.claims("export", export)[0]
            self.by_path.setdefault(without_suffix(export), claim)
            self.by_name.setdefault(without_suffix(paths.name(export)), claim)

    def of(self, target: Target) -> Claim | None:
        by_path = (self.by_path[path] for path in sorted(target.paths) if path in self.by_path)
        return next(by_path, self.by_name.get(target.name))


def _shown(view: View, root: str, flow: Flow, owners: _Owners) -> Iterator[tuple[Placed, Target]]:
    folder = paths.parent(root)
    graphics = graphics_folders(flow, folder)
    parts: set[str] = set()
    end = 0
    for at, placed in enumerate(flow.events):
        end = max(end, flow.floats.get(at, 0))
        if placed.path in parts or placed.event.kind not in ("input", "graphic", "conditional"):
            continue
        folders = dict.fromkeys((folder, paths.parent(placed.path), "", *graphics))
        target = target_of(placed.event.text, folders, frozenset())
        read = [path for bare in target.paths for path in (bare, f"{bare}.tex") if path in flow.files]
        if _is_graphic(view, placed.event) or (
            not any(_only_defines(view, path) for path in read) and (at < end or owners.of(target))
        ):
            parts.update(read)
            yield placed, target


def _is_graphic(view: View, event: Event) -> bool:
    return event.kind == "graphic" or (event.kind == "conditional" and event.extra in view.analysis.macros.graphics)


def _only_defines(view: View, path: str) -> bool:
    """Whether a file holds numbers as macros, and nothing to be shown."""
    facts = view.document(path)
    events = facts.events if isinstance(facts, DocumentFacts) else ()
    return bool(events) and all(event.kind == "definition" for event in events)


def _files(view: View, target: Target) -> tuple[str, ...]:
    """What of all it may stand for is there: two ways to write one file are one exhibit."""
    found = []
    for bare in sorted(target.paths):
        stem = paths.name(bare)
        names = {item.name for item in view.folder(paths.parent(bare)) if not item.is_folder}
        if any(without_suffix(name) == stem for name in names if name.startswith(stem)):
            found.append(bare)
    return tuple(found)
