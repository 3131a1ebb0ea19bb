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
FOLDER_BEFORE = re.compile(r"\{[ \t]*([^\s{}\\%\"]+?)/*[ \t]*\}(?:\s|%[^\r\n]*[\r\n])*\{[ \t]*\Z")
"""Of an `\\import`, the folder in front of the file."""
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
        found = self._found_by_all(event)
        if found is None:
            return
        ways, dropped = found
        if event.extra in IMPORTS:
            yield from self._imported(event, span, ways, dropped)
        else:
            thing = Thing("path", ways[0].target)
            yield Mention(thing, self.path, span, event.text, "read", "latex", ways, dropped, contract=True)

    def _imported(self, event: Event, span: Span, ways: tuple[Way, ...], dropped: str) -> Iterator[Mention]:
        """Folder and file. What the file brings in is looked for in that folder, so it goes where the file goes."""
        file = self.text.source[span.start : span.end]
        folder = event.text.removesuffix(file)
        bases = [paths.join(way.base, folder) for way in ways]
        if not event.text.endswith(file) or not all(isinstance(base, str) for base in bases):
            return
        target, place = ways[0].target, self._folder_before(span.start)
        together = "/" not in file and place is not None and len({way.base for way in ways}) == 1
        inside = [Way(target, str(base), target if together else "") for base in dict.fromkeys(bases)]
        yield Mention(
            Thing("path", target), self.path, span, file, "read", "latex", tuple(inside), dropped, contract=True
        )
        if place is not None:
            around = [Way(str(base), way.base, way.anchor, target if together else "")
                      for base, way in zip(bases, ways, strict=True)]  # fmt: skip
            thing, written = Thing("path", str(bases[0])), self.text.source[place.start : place.end]
            is_named = bool(thing.name)
            yield Mention(thing, self.path, place, written, "read", "latex", tuple(around), contract=is_named)

    def _folder_before(self, at: int) -> Span | None:
        match = FOLDER_BEFORE.search(self.text.source, max(at - LONGEST_OPTION, 0), at)
        return Span(*match.span(1)) if match else None

    def _found_by_all(self, event: Event) -> tuple[tuple[Way, ...], str] | None:
        """How each root finds a file, and the suffix that is left out; None where one of them does not."""
        ways: dict[Way, None] = {}
        suffixes: dict[str, None] = {}
        for root in self.roots:
            found = self._found(event, root)
            if found is None:
                return None
            way, suffix = found
            ways[way] = None
            suffixes[suffix] = None
        return (tuple(ways), next(iter(suffixes))) if len(suffixes) == 1 else None

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
