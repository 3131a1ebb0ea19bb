"""What is wrong with the text of a root as TeX reads it: files it does not find, labels set twice, circles of inputs.

Nothing here has a place in a text, so that prose typed around it changes nothing. What is read under a condition is
left out: which builds take it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from . import paths
from .claims import Claim, Table
from .facts import latex
from .facts.conditions import conditions_at, hidden_environments, included_only
from .facts.document import Event
from .paths import Outside
from .routing import Extent, Flow, Placed, candidates, entered_by, graphics_folders
from .searching import GRAPHIC_SUFFIXES, INPUT_SUFFIXES, Found, Spellings, look_up, places_of
from .settings import Analysis, Macros
from .text import Text
from .world import Presence, Unread

MOST = 100
"""Breaks of one kind told of one root."""

COMMANDS = frozenset((*Macros().inputs, *Macros().graphics, *latex.IMPORTS))
"""Commands that find a file as TeX does. One of a project's own may put a folder in front of the name."""
BY_PRODUCTS = frozenset((
    ".aux", ".bbl", ".toc", ".lof", ".lot", ".lol", ".ind", ".idx", ".gls", ".glo", ".acr", ".acn", ".nls", ".out",
    ".pdf_tex", ".ps_tex", ".eps_tex", ".pstex_t", ".pdf_t", ".pdftex_t", ".fd", ".ptc", ".mtc", ".thm", ".loe",
))  # fmt: skip
"""Suffixes of what TeX and its helpers write, or what lies with TeX itself."""
NOT_A_NAME = frozenset("{}*?$<>~#:;&|\\\n")


class Lost(Struct, frozen=True, array_like=True):
    """A name by which a root finds no file, and that no entry writes."""

    path: str
    """The file that gives the name."""
    name: str
    is_graphic: bool
    places: tuple[str, ...]
    """What it may mean, less a suffix it leaves out."""
    spelled: str = ""
    """The name as the disk has it, where only letters' case is another; then `places` is that file alone."""
    within: tuple[str, ...] = ()
    """The labels of the sections around it."""


class Twice(Struct, frozen=True, array_like=True):
    """A label that a root's text sets more than once."""

    label: str
    places: tuple[tuple[str, int], ...]
    """In reading order: the file, and the how manieth label of that name in it, from 0."""
    within: tuple[str, ...] = ()
    """The labels of the sections around any of them."""


class Circle(Struct, frozen=True, array_like=True):
    """Files that input one another. Each step is a file, and the name by which it inputs the next."""

    steps: tuple[tuple[str, str], ...]
    within: tuple[str, ...] = ()


class Breaks(Struct, frozen=True, array_like=True):
    """All of it, of one root."""

    lost: tuple[Lost, ...] = ()
    twice: tuple[Twice, ...] = ()
    circles: tuple[Circle, ...] = ()
    unread: tuple[str, ...] = ()
    """Files that it inputs and that are here, but could not be read."""


NO_BREAKS = Breaks()


class Looks(Protocol):
    """What the search for breaks asks."""

    analysis: Analysis

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]: ...
    def is_here(self, path: str) -> bool: ...
    def spellings(self, folder: str) -> Spellings: ...
    def presence(self, path: str) -> Presence: ...
    def text(self, path: str) -> Text | Unread: ...


def breaks_of(
    root: str, flow: Flow, extents: tuple[Extent, ...], labels: dict[str, tuple[int, int]], view: Looks
) -> Breaks:
    """The breaks of a root; none where it is not known to be compiled by itself."""
    search = _Search(root, flow, view)
    again = search.labels_set_again()
    lost = search.lost()
    circles = search.circles()
    if not (again or lost or circles):
        return NO_BREAKS
    conditions = search.conditions([*(at for ats in again.values() for at in ats), *lost, *circles])
    around = _Around(extents, labels)
    return Breaks(
        tuple(search.told_lost(lost, conditions, around)),
        tuple(search.told_twice(again, conditions, around)),
        tuple(search.told_circles(circles, conditions, around)),
    )


class _Around:
    """Which labels the sections around a place have."""

    def __init__(self, extents: tuple[Extent, ...], labels: dict[str, tuple[int, int]]) -> None:
        self.sections = [(extents[extent], label) for label, (_, extent) in labels.items()]

    def __call__(self, ats: Iterable[int]) -> tuple[str, ...]:
        wanted = list(ats)
        return tuple(label for extent, label in self.sections if any(extent.start <= at < extent.end for at in wanted))


Condition = tuple[object, ...]
"""What a place is read under, innermost last; empty where it is read in any case."""


class _Search:
    """One root: its events, and where names in it are looked for."""

    def __init__(self, root: str, flow: Flow, view: Looks) -> None:
        self.root = root
        self.folder = paths.parent(root)
        self.events = flow.events
        self.flow = flow
        self.view = view
        self.macros = view.analysis.macros
        self.entered: list[int] | None = None

    def input_of(self, at: int) -> int:
        """The event by which the file of an event was input; -1 in the root."""
        if self.entered is None:
            self.entered = entered_by(self.flow, self.macros)
        return self.entered[at]

    # Labels.

    def labels_set_again(self) -> dict[tuple[bool, str], list[int]]:
        """The events of each label that is set more than once, in different places. A frame's are of their own, and one
        that is padded is another label."""
        first: dict[tuple[bool, str], int] = {}
        again: dict[tuple[bool, str], list[int]] = {}
        for at, placed in enumerate(self.events):
            event = placed.event
            if event.kind != "label" or event.is_padded:
                continue
            key = (event.extra == "frame", event.text)
            before = first.setdefault(key, at)
            if before != at and len(again) < MOST:
                again.setdefault(key, [before]).append(at)
        return {key: ats for key, ats in again.items() if len(self._distinct(ats)) > 1}

    def _distinct(self, ats: list[int]) -> dict[tuple[str, int], int]:
        """Of a file that is read twice each label counts once."""
        found: dict[tuple[str, int], int] = {}
        for at in ats:
            found.setdefault((self.events[at].path, self.events[at].event.start), at)
        return found

    def told_twice(
        self, again: dict[tuple[bool, str], list[int]], conditions: dict[int, Condition], around: _Around
    ) -> Iterator[Twice]:
        for (_, label), ats in again.items():
            alike: dict[Condition, list[int]] = {}
            for at in self._distinct(ats).values():
                alike.setdefault(conditions[at], []).append(at)
            numbers = self._numbers(label)
            for places in alike.values():
                if len(places) > 1:
                    told = places[:MOST]
                    keys = [(self.events[at].path, self.events[at].event.start) for at in told]
                    yield Twice(label, tuple((path, numbers[path, start]) for path, start in keys), around(told))

    def _numbers(self, label: str) -> dict[tuple[str, int], int]:
        """The how manieth of a file's labels of one name each of them is, by its file and offset."""
        starts: dict[str, set[int]] = {}
        for placed in self.events:
            if placed.event.text == label and placed.event.kind == "label":
                starts.setdefault(placed.path, set()).add(placed.event.start)
        return {(path, start): number for path in starts for number, start in enumerate(sorted(starts[path]))}

    # Files.

    def lost(self) -> dict[int, Lost]:
        """The events that name a file which is not found, each name of a file once, by the first of its events."""
        if not self._is_compiled():
            return {}
        own = {placed.event.text.lstrip("\\") for placed in self.events if placed.event.kind == "definition"}
        if "input@path" in own:
            return {}
        graphics, anywhere = self._graphics_folders()
        found: dict[int, Lost] = {}
        seen: set[tuple[str, str, str]] = set()
        for at, placed in enumerate(self.events):
            path, event = placed.path, placed.event
            if event.kind not in ("input", "graphic") or event.extra not in COMMANDS or event.extra in own:
                continue
            if (path, event.kind, event.text) in seen or (event.kind == "graphic" and anywhere):
                continue
            lost = self._look_for(path, event, graphics)
            if lost is not None:
                found[at] = lost
            else:
                seen.add((path, event.kind, event.text))
            if len(found) >= MOST:
                break
        return found

    def _is_compiled(self) -> bool:
        """Whether the root is one: a file without a class of its own may be read from anywhere."""
        if self.root in self.view.analysis.papers:
            return True
        for placed in self.events:
            if placed.event.kind == "class":
                return True
            if placed.path != self.root and placed.event.kind in ("section", "label", "graphic"):
                return False
        return False

    def _graphics_folders(self) -> tuple[list[str], bool]:
        """Where graphics are looked for beside where all is; and whether some of it cannot be read off."""
        own = {paths.parent(placed.path) for placed in self.events if placed.event.kind == "graphics path"}
        folders = [folder for base in (self.folder, *own) for folder in graphics_folders(self.flow, base)]
        return folders, any(placed.event.extra == "graphicspath" for placed in self.events if _is_unknown(placed))

    def _look_for(self, path: str, event: Event, graphics: list[str]) -> Lost | None:
        name = event.text
        if NOT_A_NAME.intersection(name) or paths.suffix(name) in BY_PRODUCTS or name.endswith(("/", ".")):
            return None
        is_graphic = event.kind == "graphic"
        suffixes = GRAPHIC_SUFFIXES if is_graphic else INPUT_SUFFIXES
        near = list(dict.fromkeys((self.folder, paths.parent(path), *(graphics if is_graphic else ()))))
        first = paths.join(near[0], name)
        if isinstance(first, Outside) or self._is_result(first):
            return None
        folders = list(dict.fromkeys((*near, *paths.above(self.folder), *paths.above(paths.parent(path)))))
        found = look_up(name, folders, suffixes, self.view.spellings)
        if found is True:
            return None
        if isinstance(found, Found):
            return Lost(path, name, is_graphic, (found.path,), found.name)
        places = places_of(name, near)
        if any(self.view.claims("path", place + suffix) for place in places for suffix in suffixes):
            return None
        # A folder of that name beside the document is the one that is meant, not one that git ignores further up.
        beside = "/" in name and any(self.view.spellings(paths.parent(place)).exact for place in places)
        if any(self._may_be_there(place, suffixes) for place in (places if beside else places_of(name, folders))):
            return None
        return Lost(path, name, is_graphic, places)

    def _may_be_there(self, path: str, suffixes: tuple[str, ...]) -> bool:
        """Whether a file may be there all the same: behind a link, or kept out of git."""
        return any(self.view.presence(path + suffix) != "missing" for suffix in suffixes)

    def _is_result(self, path: str) -> bool:
        """Whether a path lies closer to results than to texts: results come and go, and are never listed."""
        analysis = self.view.analysis
        among = paths.deepest(path, [folder for folder in analysis.results if not paths.below(self.folder, folder)])
        return among > max(0, paths.deepest(path, analysis.reports))

    def told_lost(self, lost: dict[int, Lost], conditions: dict[int, Condition], around: _Around) -> Iterator[Lost]:
        told: set[tuple[str, str, bool]] = set()
        for at, name in lost.items():
            key = (name.path, name.name, name.is_graphic)
            if not conditions[at] and key not in told:
                told.add(key)
                yield Lost(*key, name.places, name.spelled, around([at]))

    # Circles.

    def circles(self) -> dict[int, list[int]]:
        """Inputs of a file that is being read, each with the inputs that lead from there to here."""
        found: dict[int, list[int]] = {}
        seen: set[tuple[str, str]] = set()
        for at, placed in enumerate(self.events):
            path, event = placed.path, placed.event
            if event.kind != "input" or event.level or (path, event.text) in seen:
                continue
            seen.add((path, event.text))
            target = self._target(path, event)
            way = self._way_from(target, at) if target else None
            if way is not None:
                found[at] = way
        return found

    def _target(self, path: str, event: Event) -> str | None:
        """The file that is input as TeX itself finds it."""
        folders = [self.folder, *([paths.parent(path)] if event.extra in latex.IMPORTS else ())]
        return next((other for other in candidates(event.text, folders) if self.view.is_here(other)), None)

    def _way_from(self, target: str, at: int) -> list[int] | None:
        """The inputs that lead from an open file down to an event; None where it is not open."""
        way: list[int] = []
        while self.events[at].path != target:
            at = self.input_of(at)
            if at < 0:
                return None
            way.append(at)
        return way[::-1]

    def told_circles(
        self, circles: dict[int, list[int]], conditions: dict[int, Condition], around: _Around
    ) -> Iterator[Circle]:
        told: set[frozenset[str]] = set()
        for at, way in circles.items():
            steps = tuple((self.events[step].path, self.events[step].event.text) for step in (*way, at))
            files = frozenset(path for path, _ in steps)
            sure = all(self._is_sure(step) for step in way)
            if not conditions[at] and sure and files not in told and len(told) < MOST:
                told.add(files)
                yield Circle(steps, around([at]))

    def _is_sure(self, at: int) -> bool:
        """Whether a step of a circle is one in any build: found as TeX finds it, and not only if it is there."""
        path, event = self.events[at].path, self.events[at].event
        return event.kind == "input" and self._target(path, event) is not None

    # Conditions.

    def conditions(self, wanted: Iterable[int]) -> dict[int, Condition]:
        """What each event is read under, in its own file and where that is input."""
        ways: dict[int, list[int]] = {}
        for at in wanted:
            way = [at]
            while (before := self.input_of(way[-1])) >= 0:
                way.append(before)
            ways[at] = way
        asked: dict[str, set[int]] = {}
        for step in {step for way in ways.values() for step in way}:
            asked.setdefault(self.events[step].path, set()).add(self.events[step].event.start)
        texts = {path: text.source for path in self.flow.files if isinstance(text := self.view.text(path), Text)}
        hidden = frozenset().union(*(hidden_environments(source) for source in texts.values()))
        only = [names for source in texts.values() if (names := included_only(source)) is not None]
        plain = frozenset((*self.macros.inputs, *self.macros.graphics, *self.macros.labels, *latex.IMPORTS))
        plain = plain.difference(latex.CONDITIONAL_INPUTS)
        states = {path: conditions_at(texts.get(path, ""), places, plain, hidden) for path, places in asked.items()}

        def condition(step: int) -> Iterator[object]:
            path, event = self.events[step].path, self.events[step].event
            if state := states[path][event.start]:
                yield path, state
            if event.extra == "include" and any(event.text not in names for names in only):
                yield "includeonly", event.text
            if event.kind == "conditional":
                yield path, event.start

        return {at: tuple(part for step in way for part in condition(step)) for at, way in ways.items()}


def _is_unknown(placed: Placed) -> bool:
    return placed.event.kind == "unknown"
