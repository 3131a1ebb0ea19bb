"""How questions about LaTeX documents are answered: their roots, their text in reading order, their sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from . import paths
from .breaks import Breaks, breaks_of
from .claims import Claim, Table
from .facts import building, index, latex, mentions, typed
from .facts.building import Building
from .facts.document import DocumentFacts
from .facts.index import Exported
from .routing import (
    Extent,
    Flow,
    Reached,
    Section,
    SectionPlace,
    candidates,
    extents_of,
    flow_of,
    place_of,
    reached_in,
    section_of,
    without_suffix,
)
from .searching import Spellings, spellings_of
from .settings import Analysis
from .text import MAX_BYTES, Text, Word
from .world import Item, Presence, Unread

INDEX = "_index.json"
MAX_FOLDERS = 2_000
"""Folders searched for LaTeX files; a tree with more is searched no further."""


class Sections(Struct, frozen=True):
    """A flow with its sections found."""

    flow: Flow
    extents: tuple[Extent, ...]
    labels: dict[str, tuple[int, int]]
    """For each label, its event and the section around it."""


class Asks(Protocol):
    """What answers about documents ask in turn: the part of a view that they need."""

    analysis: Analysis

    def ask(self, question: tuple[Any, ...], /) -> Any: ...
    def claims(self, table: Table, name: str) -> tuple[Claim, ...]: ...
    def document(self, path: str) -> DocumentFacts | Unread: ...
    def flow(self, root: str) -> Sections: ...
    def folder(self, folder: str) -> tuple[Item, ...]: ...
    def is_here(self, path: str) -> bool: ...
    def names(self, table: Table) -> tuple[str, ...]: ...
    def presence(self, path: str) -> Presence: ...
    def roots(self, path: str) -> tuple[str, ...]: ...
    def spellings(self, folder: str) -> Spellings: ...
    def text(self, path: str) -> Text | Unread: ...


class Papers:
    """The answers of one view. What they rest on they ask the view, so that it is recorded for whoever asks."""

    def __init__(self, view: Asks) -> None:
        self.view = view

    @property
    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {
            "roots": self.roots,
            "documents": self._documents,
            "readers": self.readers,
            "read by": self.read_by,
            "is root": self.is_root,
            "spellings": self.spellings,
            "flow": self.flow,
            "stretch": self.stretch,
            "section": self.section,
            "section place": self.section_place,
            "labels": self.labels,
            "set in": self.set_in,
            "sets": self.sets,
            "mentioned": self.mentioned,
            "handed": self.handed,
            "reached": self.reached,
            "speaker": self.speaker,
            "breaks": self.breaks,
            "building": self.building,
            "indexed": self.indexed,
            "passages": self.passages,
            "typed": self.typed,
            "uses": self.uses,
            "versioned": self.versioned,
            "versions in": self.versions_in,
        }

    def roots(self, path: str) -> tuple[str, ...]:
        reaching = tuple(paper for paper in self.view.analysis.papers if self._reaches(paper, path))
        if reaching:
            return reaching
        root = self._named_root(path)
        if root is not None:
            return (root,)
        facts = self.view.document(path)
        if isinstance(facts, Unread) or facts.is_root:
            return (path,)
        return self.view.ask(("readers",)).get(path, (path,))

    def readers(self) -> dict[str, tuple[str, ...]]:
        """By file, the documents with a class that read it, in the order in which they are found."""
        found: dict[str, list[str]] = {}
        for root in self._documents():
            for path in self.view.ask(("read by", root)) if self.view.ask(("is root", root)) else ():
                found.setdefault(path, []).append(root)
        return {path: tuple(roots) for path, roots in found.items()}

    def read_by(self, root: str) -> tuple[str, ...]:
        return self.view.flow(root).flow.files

    def is_root(self, path: str) -> bool:
        facts = self.view.document(path)
        return not isinstance(facts, Unread) and facts.is_root

    def _reaches(self, root: str, path: str) -> bool:
        return root == path or path in self.view.flow(root).flow.files

    def spellings(self, folder: str) -> Spellings:
        return spellings_of([item.name for item in self.view.folder(folder)])

    def _named_root(self, path: str) -> str | None:
        """The end of a chain of `% !TEX root` comments, else a subfile's own statement; None where neither says."""
        seen = [path]
        while (following := self._next_root(seen[-1])) is not None and following not in seen:
            seen.append(following)
        return seen[-1] if len(seen) > 1 else None

    def _next_root(self, path: str) -> str | None:
        facts = self.view.document(path)
        if isinstance(facts, Unread):
            return None
        for event in facts.events:
            written = event.text if event.kind == "root" else event.extra if event.text == "subfiles" else ""
            if written and event.kind in ("root", "class"):
                root = next(filter(self.view.is_here, candidates(written, (paths.parent(path),))), None)
                if root is not None:
                    return root
        return None

    def _documents(self) -> list[str]:
        """The LaTeX files, style files and classes of the report folders, and of those around the host documents."""
        found: dict[str, None] = {}
        pending = self._document_folders()
        seen = set(pending)
        while pending and len(seen) <= MAX_FOLDERS:
            folder = pending.pop(0)
            for item in self.view.folder(folder):
                path = f"{folder}/{item.name}" if folder else item.name
                if item.is_folder:
                    if folder and path not in seen and not item.name.startswith("."):
                        seen.add(path)
                        pending.append(path)
                elif item.name.endswith((".tex", ".sty", ".cls")):
                    found[path] = None
        return list(found)

    def _document_folders(self) -> list[str]:
        """Where documents are looked for first: a host may be a section's file, whose root lies in a folder above."""
        own = [paths.parent(path) for path in (*self.view.names("host"), *self.view.analysis.papers)]
        around = [paths.parent(folder) for folder in own]
        return list(dict.fromkeys((*(self.view.analysis.reports or ("reports",)), *own, *around)))

    def flow(self, root: str) -> Sections:
        flow = flow_of(root, self.view.analysis.macros, self._document_or_none, self.view.is_here)
        return Sections(flow, *extents_of(flow))

    def _found_label(self, document: str, label: str) -> list[tuple[str, Sections, int, int]]:
        """Per root of a host document: the root, its flow, the label's event and section."""
        found = []
        for root in self.view.roots(document):
            sections = self.view.flow(root)
            at, extent = sections.labels.get(label, (-1, -1))
            if at < 0:
                continue
            if root != document and sections.flow.events[at].path not in sections.flow.closure(document):
                continue
            found.append((root, sections, at, extent))
        return found

    def stretch(self, root: str, extent: int) -> Reached:
        """However many labels one section has, what it brings in is found once."""
        sections = self.view.flow(root)
        whole = sections.extents[extent]
        return reached_in(sections.flow, root, self.view.analysis.macros, whole.start, whole.end)

    def section(self, document: str, label: str) -> Section | None:
        found = [
            self._section_at(root, sections, extent, at)
            for root, sections, at, extent in self._found_label(document, label)
        ]
        if len(found) < 2:
            return found[0] if found else None
        return Section(*_union(found), versioned=any(section.versioned for section in found))

    def _section_at(self, root: str, sections: Sections, extent: int, at: int) -> Section:
        reached = self.view.ask(("stretch", root, extent))
        return section_of(reached, sections.flow, self.view.analysis.macros, sections.extents[extent], at)

    def section_place(self, document: str, label: str) -> SectionPlace | None:
        for _root, sections, at, extent in self._found_label(document, label):
            return place_of(sections.flow, sections.extents[extent], at)
        return None

    def labels(self, document: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for root in self.view.roots(document):
            sections = self.view.flow(root)
            within = None if root == document else sections.flow.closure(document)
            for label, (at, _) in sections.labels.items():
                if within is None or sections.flow.events[at].path in within:
                    found[label] = None
        return tuple(found)

    def set_in(self, label: str) -> tuple[str, ...]:
        return tuple(path for path in self._documents() if self.view.ask(("sets", path, label)))

    def sets(self, path: str, label: str) -> bool:
        facts = self.view.document(path)
        events = () if isinstance(facts, Unread) else facts.events
        return any(event.kind == "label" and event.text == label for event in events)

    def mentioned(self, document: str, label: str) -> bool:
        macros = self.view.analysis.macros
        files = {path: None for root in self.view.roots(document) for path in self.view.flow(root).flow.files}
        sources = [text.source for text in map(self.view.text, files) if isinstance(text, Text)]
        return mentions.mentions_label(sources, label, (*macros.labels, *macros.references))

    def handed(self, document: str, path: str) -> bool:
        stem = without_suffix(paths.name(path))
        return any(
            self._hands(file, stem) for root in self.view.roots(document) for file in self.view.flow(root).flow.files
        )

    def _hands(self, path: str, stem: str) -> bool:
        macros, text = self.view.analysis.macros, self.view.text(path)
        known = (*macros.inputs, *macros.graphics, *macros.labels, *macros.references, *latex.IMPORTS)
        return isinstance(text, Text) and mentions.mentions_file(text.source, stem, known)

    def reached(self, document: str) -> Reached:
        reached = []
        for root in self.view.roots(document):
            flow = self.view.flow(root).flow
            reached.append(reached_in(flow, root, self.view.analysis.macros, 0, len(flow.events)))
        return reached[0] if len(reached) == 1 else Reached(*_union(reached))

    def speaker(self, document: str) -> str | None:
        claims = self.view.claims("host", document)
        return claims[0].path if claims else None

    def breaks(self, root: str) -> Breaks:
        sections = self.view.flow(root)
        found = breaks_of(root, sections.flow, sections.extents, sections.labels, self.view)
        unread = {path for _, path in sections.flow.inputs}.difference(sections.flow.files)
        return replace(found, unread=tuple(sorted(unread))) if unread else found

    def building(self, root: str) -> Building:
        folders = list(dict.fromkeys(paths.parent(path) for path in self.view.flow(root).flow.files))
        above = paths.above(root)
        parts = [self._said(path, building.in_document) for path in self.view.flow(root).flow.files]
        for folder in dict.fromkeys((*folders, *above)):
            for item in self.view.folder(folder):
                path = f"{folder}/{item.name}" if folder else item.name
                if building.is_build_file(item.name) and folder in above:
                    parts.append(self._said(path, building.in_build_file))
                elif item.name.lower().endswith(building.STYLE_SUFFIXES):
                    parts.append(self._said(path, building.in_style_file))
        parts += [self._said(f"{folder}/.vscode/settings.json".lstrip("/"), building.in_style_file) for folder in above]
        return building.together(parts)

    def passages(self, document: str, label: str) -> tuple[tuple[str, int, int], ...]:
        found: dict[tuple[str, int, int], None] = {}
        for root, sections, at, extent in self._found_label(document, label):
            whole, events = sections.extents[extent], sections.flow.events
            first = events[whole.heading if whole.heading >= 0 else at]
            last = events[whole.end] if whole.end < len(events) else None
            end = last.event.start if last is not None and last.path == first.path else MAX_BYTES
            found[first.path, first.event.end, end] = None
            for placed in events[whole.start : whole.end]:
                if placed.event.kind != "input" or not placed.event.level:
                    continue
                folders = (paths.parent(root), paths.parent(placed.path), "")
                inside = next(filter(self.view.is_here, candidates(placed.event.text, folders)), None)
                if inside is not None and inside != first.path:
                    found[inside, 0, MAX_BYTES] = None
        return tuple(found)

    def typed(self, path: str) -> tuple[Word, ...]:
        text = self.view.text(path)
        return typed.numbers(text.source) if isinstance(text, Text) else ()

    def uses(self, root: str) -> frozenset[str]:
        texts = [self.view.text(path) for path in self.view.flow(root).flow.files]
        return frozenset().union(*(typed.uses(text.source) for text in texts if isinstance(text, Text)))

    def indexed(self) -> dict[str, Exported]:
        folder = self.view.analysis.specs
        text = self.view.text(f"{folder}/{INDEX}" if folder else INDEX)
        found = index.read(text.source) if isinstance(text, Text) else ()
        return {without_suffix(exported.path): exported for exported in found}

    def _said(self, path: str, reader: Callable[[str], Building]) -> Building:
        text = self.view.text(path)
        return reader(text.source) if isinstance(text, Text) else Building()

    def versioned(self) -> bool:
        if any(self.view.ask(("versions in", path)) for path in self._documents()):
            return True
        roots = {root: None for host in self.view.names("host") for root in self.view.roots(host)}
        files = {path: None for root in roots for path in self.view.flow(root).flow.files}
        return any(self.view.ask(("versions in", path)) for path in files)

    def versions_in(self, path: str) -> bool:
        """Whether a LaTeX file uses or defines a section version."""
        facts = self.view.document(path)
        if isinstance(facts, Unread):
            return False
        defined = {f"\\{macro}" for macro in self.view.analysis.macros.versions}
        return any(
            event.kind == "version" or (event.kind == "definition" and event.text in defined) for event in facts.events
        )

    def _document_or_none(self, path: str) -> DocumentFacts | None:
        facts = self.view.document(path)
        return None if isinstance(facts, Unread) else facts


def _union(parts: list[Any]) -> tuple[Any, ...]:
    """The fields of several Reached, put together."""
    return (
        tuple(dict.fromkeys(target for part in parts for target in part.targets)),
        frozenset().union(*(part.references for part in parts)),
        frozenset().union(*(part.unknown for part in parts)),
        frozenset().union(*(part.files for part in parts)),
        frozenset().union(*(part.obscure for part in parts)),
    )
