"""What a LaTeX file names: the files it brings in, its root, its labels and those it refers to.

A name is looked for as TeX does, from each root that reads the file. Where nothing is, what an entry promises counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import paths
from ..facts.document import DocumentFacts, Event
from ..facts.latex import IMPORTS
from ..routing import ARTEFACT_SUFFIXES
from ..text import Span, Text
from ..view import View
from .things import Mention, Role, Thing, Way, of_file

FURTHER = re.compile(
    r"\\(bibliography|addbibresource|externaldocument|lstinputlisting|verbatiminput|VerbatimInput)(?![A-Za-z@])"
    r"\*?(?:\[[^\]\r\n]*\])?\{([^{}\\%]+)\}"
)
"""Commands that take a file, and that no rule asks about."""
LEFT_OUT = {"bibliography": ".bib", "externaldocument": ".tex"}
ITEM = re.compile(r"[^,\s]+")
LONGEST_OPTION = 400


def mentions(view: View, path: str) -> list[Mention]:
    """What a LaTeX file names, in order."""
    facts, text = view.document(path), view.text(path)
    if not isinstance(facts, DocumentFacts) or not isinstance(text, Text):
        return []
    reading = _Reading(view, path, text)
    found = [mention for event in facts.events for mention in reading.event(event)]
    found += reading.further()
    return sorted({mention.span: mention for mention in found}.values(), key=lambda mention: mention.span)


class _Reading:
    """One text, and the folders it is read from."""

    def __init__(self, view: View, path: str, text: Text) -> None:
        self.view = view
        self.path = path
        self.text = text
        self.roots = view.roots(path)

    def event(self, event: Event) -> Iterator[Mention]:
        span = Span(event.start, event.end)
        if event.kind in ("input", "graphic", "conditional") and event.text:
            yield from self._brought_in(event, span)
        elif event.kind in ("label", "reference"):
            role: Role = "declaration" if event.kind == "label" else "read"
            thing = Thing("label", event.text, self.path)
            yield Mention(thing, self.path, span, event.text, role, "latex", contract=True)
        elif event.kind == "root":
            yield from self._root(event.text, span)
        elif event.kind == "class" and event.text == "subfiles" and event.extra:
            at = self.text.source.rfind(event.extra, max(event.start - LONGEST_OPTION, 0), event.start)
            yield from self._root(event.extra, Span(at, at + len(event.extra))) if at >= 0 else ()
        elif event.kind == "graphics path":
            yield from self._graphics_folder(event, span)

    # Files that are brought in -------------------------------------------------------------------------------

    def _brought_in(self, event: Event, span: Span) -> Iterator[Mention]:
        """How each root finds the file; nothing where one of them does not."""
        written, folder = event.text, ""
        if event.extra in IMPORTS:
            folder, _, written = event.text.rpartition("/")
        ways: dict[Way, None] = {}
        suffixes: dict[str, None] = {}
        for root in self.roots:
            found = self._found(event, root)
            if found is None:
                return
            way, suffix = found
            base = paths.join(way.base, folder) if folder else way.base
            if not isinstance(base, str):
                return
            ways[Way(way.target, base, "" if folder else way.anchor)] = None
            suffixes[suffix] = None
        if ways and len(suffixes) == 1:
            target, dropped = next(iter(ways)).target, next(iter(suffixes))
            thing = Thing("path", target)
            yield Mention(thing, self.path, span, written, "read", "latex", tuple(ways), dropped, contract=True)

    def _found(self, event: Event, root: str) -> tuple[Way, str] | None:
        """The file as one root finds it, and the suffix that is left out: one that is here, else one promised."""
        tried = [
            (Way(path, base, anchor), suffix)
            for base, anchor in self._folders(event, root)
            for path, suffix in _candidates(event, base, self._is_graphic(event))
        ]
        here = (one for one in tried if self._is_file(one[0].target))
        promised = (one for one in tried if self.view.claims("export", one[0].target))
        return next(here, None) or next(promised, None)

    def _is_graphic(self, event: Event) -> bool:
        return event.kind == "graphic" or event.extra in self.view.analysis.macros.graphics

    def _is_file(self, path: str) -> bool:
        return bool(path) and self.view.is_here(path) and not self.view.folder(path)

    def _folders(self, event: Event, root: str) -> Iterator[tuple[str, str]]:
        """Where TeX looks, each with the file whose folder it is."""
        yield paths.parent(root), root
        if self._is_graphic(event):
            yield from ((folder, "") for folder in self._graphics_folders(root))
        yield paths.parent(self.path), self.path
        yield "", ""

    def _graphics_folders(self, root: str) -> Iterator[str]:
        for placed in self.view.flow(root).flow.events:
            if placed.event.kind == "graphics path":
                for base in (paths.parent(root), ""):
                    folder = paths.join(base, placed.event.text)
                    if isinstance(folder, str):
                        yield folder

    def _graphics_folder(self, event: Event, span: Span) -> Iterator[Mention]:
        bare = event.text.rstrip("/")
        for base, anchor in ((paths.parent(self.roots[0]), self.roots[0]), ("", "")):
            folder = paths.join(base, bare)
            if isinstance(folder, str) and folder and self.view.folder(folder):
                place = Span(span.start, span.start + len(bare))
                yield of_file(folder, self.path, place, bare, "read", "latex", base=base, anchor=anchor, contract=True)
                return

    # Other files ---------------------------------------------------------------------------------------------

    def _root(self, written: str, span: Span) -> Iterator[Mention]:
        yield from self._first(written, span, ("", ".tex"), [(paths.parent(self.path), self.path)])

    def further(self) -> Iterator[Mention]:
        """What commands are given that no event tells of, outside of comments."""
        for match in FURTHER.finditer(self.text.source):
            line = self.text.line_span(self.text.line_of(match.start()))
            if "%" in self.text.source[line.start : match.start()]:
                continue
            folders = [(paths.parent(self.roots[0]), self.roots[0]), (paths.parent(self.path), self.path), ("", "")]
            for item in ITEM.finditer(self.text.source, *match.span(2)):
                suffixes = dict.fromkeys((LEFT_OUT.get(match[1], ""), ""))
                yield from self._first(item[0], Span(*item.span()), suffixes, folders)

    def _first(
        self, written: str, span: Span, suffixes: Iterable[str], folders: Iterable[tuple[str, str]]
    ) -> Iterator[Mention]:
        """The first file that is here under a name, with or without a suffix."""
        for base, anchor in folders:
            for suffix in suffixes:
                target = paths.join(base, written + suffix)
                if isinstance(target, str) and self._is_file(target):
                    yield of_file(
                        target, self.path, span, written, "read", "latex",
                        base=base, anchor=anchor, dropped=suffix, contract=True,
                    )  # fmt: skip
                    return


def _candidates(event: Event, base: str, is_graphic: bool) -> Iterator[tuple[str, str]]:
    """The paths that a name may mean in a folder, and the suffix it leaves out for that."""
    path = paths.join(base, event.text)
    if not isinstance(path, str):
        return
    if not is_graphic:
        if not path.endswith(".tex"):
            yield f"{path}.tex", ".tex"
        yield path, ""
        return
    yield path, ""
    yield from ((path + suffix, suffix) for suffix in ARTEFACT_SUFFIXES)
