"""In LaTeX: files as TeX finds them, labels, versions; first the exports that this section still lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import relpath

from ... import paths
from ...facts import latex
from ...facts.contract import SpecFacts
from ...routing import Flow
from ...text import Text
from ...view import View
from .choices import Choice, Completion, Slot, fitting, last_of
from .files import of_suffix, path_choices

COMMAND = re.compile(r"\\([A-Za-z@]+)\*?[ \t]*(?:\[[^\[\]]*\][ \t]*)*\{([^{}\\%]*)$")
COMMENT = re.compile(r"(?<!\\)(?:\\\\)*%")
ARGUMENT_REST = re.compile(r"[^{}\\%\r\n]*")
WORD_REST = re.compile(r"[^\s{}\\,%]*")
VERBATIM = re.compile(rf"\\(begin|end)\{{(?:{'|'.join(latex.VERBATIM)})\*?\}}")
SPECIAL = re.compile(r"[\s{}\\%#~$&^,\"`]")
"""Signs that a name in braces cannot have as they are."""
LISTS = ("cref", "Cref", "cpageref", "Cpageref")
GRAPHICS = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg"))
INPUTS = frozenset((".tex", ".pgf", ".tikz"))


def in_document(view: View, path: str, text: Text, offset: int) -> Completion | None:
    """The choices inside the braces of a command that means something here."""
    line = text.line_span(text.line_of(offset))
    written = text.source[line.start : offset]
    command = COMMAND.search(written)
    if command is None or COMMENT.search(written) or _is_verbatim(text, line.start):
        return None
    name, said = command[1], command[2]
    macros = view.analysis.macros
    if name in macros.references or name in macros.labels:
        return _labels(view, path, _slot(text, offset, said, line.end, lists=name in LISTS), name in macros.labels)
    slot = _slot(text, offset, said, line.end)
    if name in macros.inputs:
        return _files(view, path, slot, offset, is_graphic=False)
    if name in macros.graphics:
        return _files(view, path, slot, offset, is_graphic=True)
    if name in macros.versions:
        return _versions(view, path, slot)
    return None


def _is_verbatim(text: Text, offset: int) -> bool:
    last = last_of(VERBATIM, text, offset)
    return last is not None and last[1] == "begin"


def _slot(text: Text, offset: int, said: str, line_end: int, lists: bool = False) -> Slot:
    """The argument, or the name in it where it is a list of them; closed where its brace is."""
    typed = (said.rpartition(",")[2] if lists else said).lstrip()
    source = text.source
    argument = ARGUMENT_REST.match(source, offset, line_end)
    closing = argument.end() if argument else offset
    closed = source.startswith("}", closing)
    word = WORD_REST.match(source, offset, line_end)
    end = closing if closed and not lists else (word.end() if word else offset)
    return Slot(offset - len(typed), offset, end, typed, source[offset:end], after="" if closed else "}")


# Labels ------------------------------------------------------------------------------------------------------


def _labels(view: View, path: str, slot: Slot, is_set: bool) -> Completion | None:
    """To refer to: the labels of the paper, those of routed sections first. To set: those that reports route to."""
    root = view.roots(path)[0]
    known = view.flow(root).labels
    routed = frozenset(view.names("route"))
    if is_set:
        lacking = sorted(label for label in routed.difference(known) if _routes_here(view, root, label))
        return slot.completion(_named(slot, root, (label for label in lacking if label != slot.typed)))
    names, whole = fitting(sorted(known, key=lambda label: label not in routed), slot.typed)
    return slot.completion(_named(slot, root, names), whole)


def _named(slot: Slot, root: str, names: Iterable[str]) -> Iterator[Choice]:
    for name in names:
        if not SPECIAL.search(name):
            yield slot.choice(name, "label", about=("label", root, name))


def _routes_here(view: View, root: str, label: str) -> bool:
    """Whether a report that claims a label names a file of this paper as its host."""
    hosts = {claim.path for file in view.flow(root).flow.files for claim in view.claims("host", file)}
    return any(claim.path in hosts for claim in view.claims("route", label))


def _versions(view: View, path: str, slot: Slot) -> Completion | None:
    """What the sections of the paper say, the last one first."""
    events = view.flow(view.roots(path)[0]).flow.events
    said = [placed.event.text for placed in events if placed.event.kind == "version" and placed.event.text]
    found = dict.fromkeys(version for version in reversed(said) if not SPECIAL.search(version))
    return slot.completion(slot.choice(version, "word") for version in found if version != f"{slot.typed}{slot.rest}")


# Files -------------------------------------------------------------------------------------------------------


def _files(view: View, path: str, slot: Slot, offset: int, is_graphic: bool) -> Completion | None:
    """The exports that the section lacks, then what lies in the folder; all as seen from the root's folder."""
    root = view.roots(path)[0]
    base = paths.parent(root)
    suffixes = GRAPHICS if is_graphic else INPUTS
    lacking = dict.fromkeys(
        export for export in lacking_here(view, path, root, offset) if paths.suffix(export) in suffixes
    )
    exports: list[Choice] = []
    for export in lacking:
        name = _as_written(relpath(export, base or "."))
        if not SPECIAL.search(name):
            exports.append(slot.choice(name, "file", detail="not shown yet", about=("file", export)))
    shown = {choice.label for choice in exports}
    listed, whole = _listed(view, path, root, slot, suffixes)
    return slot.completion([*exports, *(choice for choice in listed if choice.label not in shown)], whole)


def _listed(view: View, path: str, root: str, slot: Slot, suffixes: frozenset[str]) -> tuple[list[Choice], bool]:
    """The files of the folder that is typed. TeX adds `.tex` itself."""
    base = paths.parent(root)
    written = slot.typed[: slot.typed.rfind("/") + 1]
    folder = paths.join(base, written) if written else base
    if not isinstance(folder, str):
        return [], True
    before = f"{folder}/" if folder else ""
    # The folder is listed as seen from the project; what is written is as seen from the root.
    inner = Slot(slot.start, slot.offset, slot.end, before + slot.typed[len(written) :], slot.rest, after=slot.after)
    found, whole = path_choices(view, inner, of_suffix(suffixes), first=view.report_folders(), but=(path, root))
    return [_seen_from(choice, slot, before, written) for choice in found if not SPECIAL.search(choice.label)], whole


def _seen_from(choice: Choice, slot: Slot, before: str, written: str) -> Choice:
    name = f"{written}{choice.label[len(before) :]}"
    if choice.sort == "folder":
        return Choice(name, "folder", name, choice.end)
    name = _as_written(name)
    return Choice(name, "file", f"{name}{slot.after}", choice.end, about=choice.about)


def _as_written(name: str) -> str:
    return name[: -len(".tex")] if name.endswith(".tex") else name


def lacking_here(view: View, path: str, root: str, offset: int) -> Iterator[str]:
    """The exports that reports route to the section around a place, that are here, and that it does not bring in."""
    sections = view.flow(root)
    at = _event_at(view, sections.flow, path, offset)
    if at < 0:
        return
    for label, (_, extent) in sections.labels.items():
        whole = sections.extents[extent]
        if not whole.start <= at < whole.end:
            continue
        for claim in view.claims("route", label):
            yield from _lacking(view, claim.path, label, sections.flow.files)


def _event_at(view: View, flow: Flow, path: str, offset: int) -> int:
    """The last event of a file's text before a place; where there is none, what brings the file in; else -1."""
    before = [at for at, placed in enumerate(flow.events) if placed.path == path and placed.event.start <= offset]
    if before:
        return before[-1]
    stem = paths.stem(path)
    brought = (
        at
        for at, placed in enumerate(flow.events)
        if placed.event.kind == "input" and paths.stem(placed.event.text) == stem
    )
    return next(brought, -1)


def _lacking(view: View, spec: str, label: str, files: tuple[str, ...]) -> Iterator[str]:
    facts = view.spec(spec)
    for document, entry_exports in _routed(facts, label) if isinstance(facts, SpecFacts) else ():
        host = paths.project_path(document)
        section = view.section(host, label) if isinstance(host, str) and host in files else None
        for export in entry_exports if section else ():
            found = paths.project_path(export)
            if section and isinstance(found, str) and not section.find(found) and view.is_here(found):
                yield found


def _routed(facts: SpecFacts, label: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each document with that label that a spec routes to, and the exports that belong there."""
    host = facts.front.scalar("host_doc") if facts.front else None
    own = facts.front.scalar("section_label") if facts.front else None
    for entry in facts.entries:
        exports = tuple(word.text for word in entry.exports)
        if host and own and own.text == label:
            yield host.text, exports
        for route in entry.routes:
            document, _, named = route.text.partition("#")
            if named == label:
                yield document, exports
