"""From the events of LaTeX files to sections: what each root's text holds, in the order TeX reads it.

A root's files are spliced where they are input, never scanned again, so a heading and its figure may lie in different
files. A section runs from its heading to the next of the same or a higher level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from msgspec import Struct

from . import paths
from .facts import latex
from .facts.document import DocumentFacts, Event
from .settings import Macros
from .text import Span

ARTEFACT_SUFFIXES = (".tex", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg")
"""Suffixes that LaTeX lets an author leave out; `fig.pdf` and `fig.png` side by side are one figure."""

MAX_EVENTS = 500_000
"""Files that input one another twice over and over multiply; beyond this a root is read no further."""

MAX_GRAPHICS_FOLDERS = 100
"""Each graphic may lie in each of them."""
LONGEST_FLOAT = 10_000
"""Events; what closes later was meant for another."""

OF_TEX = re.compile(
    r"(?:glyphtounicode|pdf-trans|supp-|tikzlibrary|pgflibrary)[\w.-]*|(?:insbox|epsf|xy|psfig|binhex|mssymb)(?:\.tex)?"
    r"|[\w-]+\.(?:sty|clo|def|fd|cfg|ldf|enc|code)"
)
"""Files that come with TeX, and that a paper inputs by their bare names: they define, and show nothing."""
PREAMBLE = "preamble"
"""Among what is obscure: files that are input before the document begins. They may define anything, but no section
stands in them."""

FLOATS = frozenset(name + star for name in latex.FLOATS for star in ("", "*"))
FRAME_LEVEL = 6


class Placed(Struct, frozen=True, array_like=True, gc=False):
    """An event and the file it stands in."""

    path: str
    event: Event


class Flow(Struct, frozen=True, array_like=True):
    """The events of a root and of all it inputs, in reading order."""

    events: tuple[Placed, ...]
    files: tuple[str, ...]
    """Every file read, the root first, in order of first reading."""
    inputs: frozenset[tuple[str, str]]
    """Which file inputs which."""
    floats: dict[int, int] = {}
    """Where each float that is closed ends, behind its last event, by its first."""

    def closure(self, path: str) -> frozenset[str]:
        """A file and all it inputs, at any depth."""
        found, pending = {path}, [path]
        while pending:
            current = pending.pop()
            for parent, child in self.inputs:
                if parent == current and child not in found:
                    found.add(child)
                    pending.append(child)
        return frozenset(found)


class Extent(Struct, frozen=True, array_like=True, gc=False):
    """One section as a range of a flow's events; `heading` is the index of its heading, or -1 before the first."""

    heading: int
    start: int
    end: int


class Target(Struct, frozen=True, array_like=True):
    """Whatever one input or graphic may stand for: paths without suffix, or a bare name found by TeX's own search."""

    paths: frozenset[str]
    name: str
    """The bare name, where it was written without a folder; else empty."""
    labels: frozenset[str] = frozenset()
    """Labels of the float around it, by which a text elsewhere can refer to it."""


class Reached(Struct, frozen=True, array_like=True):
    """What a stretch of text brings in, free of places so that prose typed around it changes nothing."""

    targets: tuple[Target, ...]
    references: frozenset[str]
    unknown: frozenset[str]
    """Names of inputs that could not be resolved; the empty name may be anything."""
    files: frozenset[str]
    obscure: frozenset[str]
    """Commands whose argument cannot be read off; `input` also for files that cannot be found, see `PREAMBLE`."""

    def find(self, path: str) -> list[Target]:
        """The inputs and graphics that bring a file in."""
        bare, name = without_suffix(path), without_suffix(paths.name(path))
        return [target for target in self.targets if bare in target.paths or target.name == name]

    def may_hold(self, path: str) -> bool:
        """Whether something unresolved could be this file, or bring it in."""
        return "" in self.unknown or without_suffix(paths.name(path)) in self.unknown


class Section(Reached, frozen=True, array_like=True):
    """A routed section: what it brings in, and whether it carries its version where it should."""

    versioned: bool = False


class SectionPlace(Struct, frozen=True, array_like=True):
    """Where a section stands: its heading (or its label, where it has none), and its label."""

    path: str
    heading: Span
    line: int
    """The line of the heading, from 0."""
    label: Span
    label_path: str
    label_line: int
    """The line of the label; of a label in a float, the last line of the float."""
    last: tuple[str, int] | None
    """File and line of the last input or graphic of the section that stands in the heading's own file."""


def without_suffix(path: str) -> str:
    """A path less a suffix that LaTeX lets an author leave out."""
    lower = path.lower()
    for suffix in ARTEFACT_SUFFIXES:
        if lower.endswith(suffix):
            return path[: -len(suffix)]
    return path


def candidates(name: str, folders: Iterable[str]) -> list[str]:
    """The project paths that a name in `\\input` may mean, TeX's own order: with `.tex` first, then as written."""
    found: list[str] = []
    for folder in folders:
        path = paths.join(folder, name)
        if isinstance(path, str):
            found += [path] if path.endswith(".tex") else [f"{path}.tex", path]
    return list(dict.fromkeys(found))


def flow_of(
    root: str,
    macros: Macros,
    document: Callable[[str], DocumentFacts | None],
    is_here: Callable[[str], bool],
) -> Flow:
    """Splice a root and all it inputs. What is not there, or was entered before and not left, is passed over."""
    folder = paths.parent(root)
    events: list[Placed] = []
    files: dict[str, None] = {}
    inputs: set[tuple[str, str]] = set()
    open_files: list[tuple[str, Iterator[Event]]] = []

    def enter(path: str) -> bool:
        facts = document(path)
        if facts is None or any(path == other for other, _ in open_files) or len(open_files) > 200:
            return False
        files[path] = None
        open_files.append((path, iter(facts.events)))
        return True

    enter(root)
    while open_files and len(events) < MAX_EVENTS:
        path, rest = open_files[-1]
        event = next(rest, None)
        if event is None:
            open_files.pop()
            continue
        if loads(event, macros):
            found = _resolve(event.text, folder, paths.parent(path), is_here)
            if found is not None:
                inputs.add((path, found))
            if found is None or not enter(found):
                event = _unresolved(event)
            else:
                events.append(Placed(path, _resolved(event)))
                continue
        events.append(Placed(path, event))
    if open_files:
        events.append(Placed(root, Event("unknown", "", 0, 0, 0, extra="too many events")))
    return Flow(tuple(events), tuple(files), frozenset(inputs), dict(_floats(events)))


def _floats(events: list[Placed]) -> Iterator[tuple[int, int]]:
    """Each float's first event and where it ends, as brackets of its name pair up."""
    begun: dict[str, list[int]] = {}
    for at, placed in enumerate(events):
        kind, name = placed.event.kind, placed.event.text
        if kind == "begin" and name in FLOATS:
            begun.setdefault(name, []).append(at)
        elif kind == "end" and begun.get(name):
            yield begun[name].pop(), at + 1


def loads(event: Event, macros: Macros) -> bool:
    """Whether an event reads a file as LaTeX, be it only if the file is there. `\\IfFileExists` only asks."""
    if event.kind == "conditional":
        return event.extra != "IfFileExists" and event.extra not in macros.graphics
    return event.kind == "input"


def _resolve(name: str, root_folder: str, own_folder: str, is_here: Callable[[str], bool]) -> str | None:
    """As TeX does, from the root's folder; else from the file's own and the project's, where builds may start."""
    for path in candidates(name, dict.fromkeys((root_folder, own_folder, ""))):
        if is_here(path):
            return path
    return None


def _resolved(event: Event) -> Event:
    return Event(event.kind, event.text, event.start, event.end, event.line, 1, event.extra)


def _unresolved(event: Event) -> Event:
    return Event(event.kind, event.text, event.start, event.end, event.line, 0, event.extra)


def entered_by(flow: Flow, macros: Macros) -> list[int]:
    """For each event of a flow the event that input its file; -1 in the root."""
    found: list[int] = []
    opened: list[tuple[str, int]] = []
    entering = -1
    for at, placed in enumerate(flow.events):
        path = placed.path
        if entering >= 0 and path != opened[-1][0] and all(path != other for other, _ in opened):
            opened.append((path, entering))
        while opened and opened[-1][0] != path:
            opened.pop()
        if not opened:
            opened.append((path, -1))
        found.append(opened[-1][1])
        entering = at if placed.event.level and loads(placed.event, macros) else -1
    return found


def extents_of(flow: Flow) -> tuple[tuple[Extent, ...], dict[str, tuple[int, int]]]:
    """The sections of a flow, and for each label its event and its section: the innermost around it."""
    extents: list[Extent] = [Extent(-1, 0, len(flow.events))]
    labels: dict[str, tuple[int, int]] = {}
    around: list[tuple[int, int]] = []  # the open sections: level, index into extents
    above: list[int] = []  # labels that stand right above the next heading

    def close(down_to: int, at: int) -> None:
        while around and around[-1][0] >= down_to:
            _, index = around.pop()
            open_extent = extents[index]
            extents[index] = Extent(open_extent.heading, open_extent.start, at)

    for at, placed in enumerate(flow.events):
        event = placed.event
        if event.kind == "section":
            close(event.level, at)
            for label_at in above:
                labels.setdefault(flow.events[label_at].event.text, (label_at, len(extents)))
            above.clear()
            around.append((event.level, len(extents)))
            extents.append(Extent(at, at, len(flow.events)))
        elif event.kind == "end" and event.text == "frame":
            close(FRAME_LEVEL, at)
        elif event.kind == "label":
            if _is_above_heading(flow, at):
                above.append(at)
            else:
                labels.setdefault(event.text, (at, around[-1][1] if around else 0))
    return tuple(extents), labels


def _is_above_heading(flow: Flow, at: int) -> bool:
    """Whether a label stands right above a heading, as after `\\phantomsection`, and nearer to it than to the last."""
    here = flow.events[at]
    following = flow.events[at + 1] if at + 1 < len(flow.events) else here
    if following.event.kind != "section" or following.path != here.path:
        return False
    if following.event.line - here.event.line > 1:
        return False
    before = flow.events[at - 1] if at else here
    of_last = before.event.kind in ("section", "label", "version") and before.path == here.path
    return not of_last or here.event.line - before.event.line > 1


def reached_in(flow: Flow, root: str, macros: Macros, start: int, end: int) -> Reached:
    """What a stretch of a flow brings in."""
    folder = paths.parent(root)
    graphics = graphics_folders(flow, folder)
    targets: list[Target] = []
    references: set[str] = set()
    unknown: set[str] = set()
    files: set[str] = set()
    obscure: set[str] = set()
    body = _body(flow) if start == 0 else 0
    for at, labels in _with_float_labels(flow, start, end):
        path, event = flow.events[at].path, flow.events[at].event
        files.add(path)
        if event.kind in ("input", "graphic", "conditional"):
            folders = dict.fromkeys((folder, paths.parent(path), "", *graphics))
            targets.append(target_of(event.text, folders, labels))
            if loads(event, macros) and not event.level and not OF_TEX.fullmatch(event.text):
                unknown.add("")
                obscure.add("input" if at >= body else PREAMBLE)
        elif event.kind == "reference":
            references.add(event.text)
        elif event.kind == "unknown":
            obscure.add(event.extra)
            if event.extra not in macros.references and event.extra not in macros.labels:
                unknown.add(_literal_name(event.text))
    return Reached(tuple(targets), frozenset(references), frozenset(unknown), frozenset(files), frozenset(obscure))


def _body(flow: Flow) -> int:
    """Where the document begins; 0 where no text says so."""
    begins = (at for at, placed in enumerate(flow.events) if placed.event.kind == "begin")
    return next((at for at in begins if flow.events[at].event.text == "document"), 0)


def graphics_folders(flow: Flow, root_folder: str) -> list[str]:
    """Where else graphics are looked for: what `\\graphicspath` names, as seen from the root and from the project."""
    written = dict.fromkeys(placed.event.text for placed in flow.events if placed.event.kind == "graphics path")
    folders: list[str] = []
    for name in islice(written, MAX_GRAPHICS_FOLDERS):
        for base in (root_folder, ""):
            folder = paths.join(base, name)
            if isinstance(folder, str):
                folders.append(folder)
    return folders


def _with_float_labels(flow: Flow, start: int, end: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Each event of a stretch with the labels of the outermost float around it."""
    at = start
    while at < end:
        stop = _float_end(flow, at, end)
        labels = frozenset(
            flow.events[inner].event.text for inner in range(at, stop) if flow.events[inner].event.kind == "label"
        ) if stop > at + 1 else frozenset()  # fmt: skip
        for inner in range(at, stop):
            yield inner, labels
        at = stop


def _float_end(flow: Flow, at: int, end: int) -> int:
    """The end of the float that opens here, else of this one event. A float never closed is none."""
    stop = flow.floats.get(at, at + 1)
    return stop if stop <= min(end, at + LONGEST_FLOAT) else at + 1


def target_of(name: str, folders: Iterable[str], labels: frozenset[str]) -> Target:
    """What an input or graphic may stand for, as seen from some folders."""
    bare = without_suffix(name)
    joined = (paths.join(folder, bare) for folder in folders)
    return Target(frozenset(path for path in joined if isinstance(path, str)), "" if "/" in bare else bare, labels)


def _literal_name(argument: str) -> str:
    """The last part of an argument, where it can be read off: `\\figures/loss.pdf` can only be a `loss`."""
    last = without_suffix(argument.rpartition("/")[2].strip())
    return "" if not last or any(letter in last for letter in "\\#|{}$") else last


def section_of(reached: Reached, flow: Flow, macros: Macros, extent: Extent, label_at: int) -> Section:
    """A section from what its extent brings in."""
    return Section(
        reached.targets,
        reached.references,
        reached.unknown,
        reached.files,
        reached.obscure,
        versioned=_is_versioned(flow, macros, extent, label_at),
    )


VERSION_LINES = 10


def _is_versioned(flow: Flow, macros: Macros, extent: Extent, label_at: int) -> bool:
    """Whether a version stands between heading and label, or at most ten lines below the heading.

    A version in another file than the heading's counts up to the next heading: lines there measure nothing.
    """
    anchor = flow.events[extent.heading if extent.heading >= 0 else label_at]
    headings = 0
    for at in range(extent.start, extent.end):
        placed = flow.events[at]
        if placed.event.kind == "section":
            headings += 1
        if not _may_be_version(placed.event, macros):
            continue
        if extent.heading <= at <= label_at:
            return True
        if placed.path != anchor.path:
            if headings <= 1:
                return True
        elif 0 <= placed.event.line - anchor.event.line <= VERSION_LINES:
            return True
    return False


def _may_be_version(event: Event, macros: Macros) -> bool:
    """A version, or the input of a file that cannot be found and may hold one."""
    if event.kind == "unknown":
        return event.extra in macros.inputs or event.extra in latex.IMPORTS
    return event.kind == "version" or (loads(event, macros) and not event.level)


def place_of(flow: Flow, extent: Extent, label_at: int) -> SectionPlace:
    label = flow.events[label_at]
    heading = flow.events[extent.heading] if extent.heading >= 0 else label
    last = None
    label_line = label.event.line
    at = max(extent.start, 0)
    while at < extent.end:
        stop = _float_end(flow, at, extent.end)
        inside = (flow.events[inner] for inner in range(at, stop))
        if any(placed.path == heading.path and placed.event.kind in ("input", "graphic") for placed in inside):
            last = (heading.path, flow.events[stop - 1].event.line)
        if at <= label_at < stop and flow.events[stop - 1].path == label.path:
            label_line = flow.events[stop - 1].event.line
        at = stop
    return SectionPlace(
        heading.path,
        Span(heading.event.start, heading.event.end),
        heading.event.line,
        Span(label.event.start, label.event.end),
        label.path,
        label_line,
        last,
    )
