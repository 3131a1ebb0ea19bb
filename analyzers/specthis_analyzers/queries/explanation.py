"""What the thing at a place is, for whoever points at it: an entry, a word of the format, a key, a file, a label.

Values only; how an entry stands is told by the views, and what is found wrong by the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts import configuration
from ..facts.comments import in_script
from ..facts.contract import Contract, Field, FrontMatter, Key, SchemaKey, SpecFacts
from ..facts.document import DocumentFacts, Event
from ..facts.json_scan import Member, member_at, value_at
from ..facts.latex import LETTERS, bare
from ..facts.summary import Summary, of_text
from ..facts.typed import values
from ..facts.variants import paths_of
from ..facts.vocabulary import FIELDS, FRONT_MATTER, KINDS, MACROS, PLACEHOLDERS, RESOURCES, STATUSES
from ..settings import Macros, Setting
from ..suppression import Suppression
from ..text import Span, Text, Word
from ..view import View
from .project_symbols import documents_of
from .targets import brought_in, spec_named

COMMAND = re.compile(rf"\\({LETTERS}+)")
IN_BRACES = re.compile(r"(?<=\{)\w+(?=\})")
ASKED: dict[str, tuple[re.Pattern[str], dict[str, str]]] = {
    "Resources": (re.compile(r"[\w.+!-]+"), RESOURCES),
    "Run": (IN_BRACES, PLACEHOLDERS),
    "Smoke": (IN_BRACES, PLACEHOLDERS),
}
"""By field, the words in it that mean something, and what."""
MOST_ROUTES = 20
MOST_RESULT_TEXT = 2 * 1024 * 1024
"""Characters of a result in which the value at a place is looked for."""


class OfWord(Struct, frozen=True):
    """A word of the format, and what it means."""

    span: Span
    word: str
    meaning: str


class OfEntry(Struct, frozen=True):
    """An entry, and the one of its artefacts that is pointed at; without one the entry as a whole."""

    span: Span
    spec: str
    entry: Contract
    artefact: str = ""


class OfGpu(Struct, frozen=True):
    """A GPU that an entry asks for."""

    span: Span
    name: str


class OfSpec(Struct, frozen=True):
    """A spec that another names."""

    span: Span
    path: str
    facts: SpecFacts


class OfKey(Struct, frozen=True):
    """A key that an entry asks of its output, and its value in the first output that has it."""

    span: Span
    key: SchemaKey
    value: Summary | None
    path: str = ""
    """The output that has it."""


class OfValue(Struct, frozen=True):
    """A value of a result, the entries that write the result, and what they ask of that key."""

    span: Span
    name: str
    value: Summary | None
    writers: tuple[tuple[str, Contract], ...]
    asked: SchemaKey | None


class OfFile(Struct, frozen=True):
    """A file that LaTeX brings in, and the entries that write it."""

    span: Span
    path: str
    writers: tuple[tuple[str, Contract], ...]


class OfLabel(Struct, frozen=True):
    """A label of a section that reports route to: the specs, and the document they name."""

    span: Span
    label: str
    routes: tuple[tuple[str, str], ...]
    is_version: bool = False
    """Whether it is the section's version that is pointed at."""


class OfMacro(Struct, frozen=True):
    """A LaTeX command that an export defines: the number it stands for, where it does, and the entries behind it."""

    span: Span
    macro: str
    value: str
    path: str
    writers: tuple[tuple[str, Contract], ...]


class OfRule(Struct, frozen=True):
    """The code of a rule, in a comment that suppresses it or in a settings file."""

    span: Span
    code: str


class OfSetting(Struct, frozen=True):
    """A setting."""

    span: Span
    setting: Setting


Explanation = OfWord | OfGpu | OfEntry | OfSpec | OfKey | OfValue | OfFile | OfLabel | OfMacro | OfRule | OfSetting


def explanation(view: View, path: str, offset: int) -> Explanation | None:
    """What stands at an offset of a file; None where nothing does that we know of."""
    return next(_explained(view, path, offset), None)


def _explained(view: View, path: str, offset: int) -> Iterator[Explanation]:
    ending = paths.suffix(path)
    if ending == ".md":
        facts = view.spec(path) if view.claims("spec", paths.stem(path)) else None
        if isinstance(facts, SpecFacts):
            yield from _of_suppressions(facts.suppressions, offset)
            yield from _in_spec(view, path, facts, offset)
    elif ending == ".tex":
        facts = view.document(path)
        if isinstance(facts, DocumentFacts):
            yield from _of_suppressions(facts.suppressions, offset)
            yield from _in_document(view, path, facts, offset)
    elif ending == ".json":
        yield from _in_result(view, path, offset)
    else:
        text = view.text(path)
        if isinstance(text, Text):
            yield from _of_suppressions(in_script(text, path), offset)
            yield from _in_settings(text, path, offset)


def _of_suppressions(suppressions: tuple[Suppression, ...], offset: int) -> Iterator[OfRule]:
    for suppression in suppressions:
        yield from (OfRule(code.span, code.text) for code in suppression.codes if _at(code, offset))


# Specs ------------------------------------------------------------------------------------------------------------


def _in_spec(view: View, path: str, facts: SpecFacts, offset: int) -> Iterator[Explanation]:
    front = facts.front
    if front is not None and front.span.start <= offset <= front.span.end:
        yield from _in_front_matter(view, path, front, offset)
        return
    for entry in facts.entries:
        if entry.block.start <= offset <= entry.block.end:
            yield from _in_entry(view, path, entry, offset)


def _in_front_matter(view: View, path: str, front: FrontMatter, offset: int) -> Iterator[Explanation]:
    for key in front.keys:
        meaning = FRONT_MATTER.get(key.name.text)
        if meaning and _at(key.name, offset):
            yield OfWord(key.name.span, key.name.text, meaning)
        for word in key.values:
            if _at(word, offset):
                yield from _of_value(view, path, key, word)


def _of_value(view: View, path: str, key: Key, word: Word) -> Iterator[Explanation]:
    kind = next((meaning for name, meaning in KINDS.items() if name == word.text), None)
    if key.name.text == "kind" and kind:
        yield OfWord(word.span, word.text, kind)
    elif key.name.text == "depends_on":
        for place in spec_named(view, path, word.text):
            facts = view.spec(place.path)
            if isinstance(facts, SpecFacts):
                yield OfSpec(word.span, place.path, facts)
    elif key.name.text == "section_label":
        yield from _of_label(view, word.span, word.text)


def _in_entry(view: View, path: str, entry: Contract, offset: int) -> Iterator[Explanation]:
    if entry.heading.start <= offset <= entry.heading.end:
        yield from [OfEntry(entry.heading, path, entry)] if entry.side else []
        return
    for key in entry.schema.keys if entry.schema else ():
        if key.name.start <= offset <= key.name.end:
            yield _of_key(view, entry, key)
    for field in entry.fields:
        if _at(field.label, offset):
            yield OfWord(field.label.span, f"{field.label.text}:", FIELDS[field.label.text])
        elif field.span.start <= offset <= field.span.end:
            yield from _in_command(view, field, offset)
            yield from _in_field(path, entry, field.label.text, field.rest, offset)


def _in_command(view: View, field: Field, offset: int) -> Iterator[OfWord | OfGpu]:
    """A key of `Resources:`, a GPU it names, or a word in braces that a command has filled in."""
    form, known = ASKED.get(field.label.text, (None, {}))
    for word in field.values if form else ():
        for match in form.finditer(word.text) if form else ():
            name, span = match[0], Span(word.start + match.start(), word.start + match.end())
            if span.start <= offset <= span.end:
                yield from [OfWord(span, name, known[name])] if name in known else []
                yield from [OfGpu(span, name)] if known is RESOURCES and name.upper() in view.analysis.gpus else []


def _in_field(path: str, entry: Contract, label: str, rest: Word, offset: int) -> Iterator[Explanation]:
    if label == "Status" and entry.status and entry.state and offset <= entry.status.start + len(entry.state):
        span = Span(entry.status.start, entry.status.start + len(entry.state))
        yield OfWord(span, entry.state, STATUSES[entry.state])
    if entry.side is None:
        return
    for word in (*entry.outputs, *entry.exports):
        if _at(word, offset):
            written = paths_of(entry, word.text)
            yield OfEntry(word.span, path, entry, written[0] if len(written) == 1 else "")
    if label in ("Script", "Export script", "Routes", "Inputs", "Schema"):
        yield OfEntry(rest.span, path, entry)


def _of_key(view: View, entry: Contract, key: SchemaKey) -> OfKey:
    for word in entry.outputs:
        for path in paths_of(entry, word.text):
            value = view.member(path, key.name.text) if paths.suffix(path) == ".json" else None
            if value is not None:
                return OfKey(key.name.span, key, value, path)
    return OfKey(key.name.span, key, None)


# LaTeX ------------------------------------------------------------------------------------------------------------


def _in_document(view: View, path: str, facts: DocumentFacts, offset: int) -> Iterator[Explanation]:
    text = view.text(path)
    for at, event in enumerate(facts.events):
        # A version's name is as long as what it says: both stand for it.
        before = _command(text, event) if event.kind == "version" and isinstance(text, Text) else 0
        if not event.start - before <= offset <= event.end:
            continue
        span = Span(event.start, event.end)
        if event.kind in ("input", "graphic", "conditional") and event.text:
            for place in brought_in(view, path, event)[:1]:
                writers = writers_of(view, place.path)
                yield from [OfFile(span, place.path, writers)] if writers else []
        elif event.kind == "label":
            yield from _of_label(view, span, event.text, path)
        elif event.kind == "version":
            label = _label_of_section(facts.events, at)
            routed = _of_label(view, span, label, path) if label else ()
            yield from (OfLabel(span, one.label, one.routes, is_version=True) for one in routed)
    if isinstance(text, Text):
        yield from _of_command(view, path, text, offset)


def _of_command(view: View, path: str, text: Text, offset: int) -> Iterator[OfWord | OfMacro]:
    """A command by its name: one that the settings know, or one that an export defines."""
    line = text.line_span(text.line_of(offset))
    for match in COMMAND.finditer(text.source, line.start, line.end):
        if match.start() <= offset <= match.end():
            span, name = Span(*match.span()), match[1]
            meaning = _meaning(view.analysis.macros, name)
            yield from [OfWord(span, match[0], meaning)] if meaning else _of_definition(view, path, span, match[0])


def _meaning(macros: Macros, name: str) -> str:
    """What a command means by the settings; nothing for what LaTeX itself knows."""
    for setting, meaning in MACROS.items():
        known, plain = getattr(macros, setting), getattr(Macros(), setting)
        if name in bare(known) and (name not in plain or setting == "versions"):
            return meaning
    return ""


def _of_definition(view: View, path: str, span: Span, macro: str) -> Iterator[OfMacro]:
    for placed in view.flow(view.roots(path)[0]).flow.events:
        if placed.event.kind == "definition" and placed.event.text == macro:
            writers, text = writers_of(view, placed.path), view.text(placed.path)
            if writers and isinstance(text, Text):
                yield OfMacro(span, macro, values(text.source).get(macro[1:], ""), placed.path, writers)
            return


def _command(text: Text, event: Event) -> int:
    """The letters between the backslash of a command on the same line and what it says."""
    line = text.line_span(event.line)
    backslash = text.source.rfind("\\", line.start, event.start)
    return event.start - backslash if backslash >= 0 else 0


def _label_of_section(events: tuple[Event, ...], at: int) -> str:
    """The label nearest to a version, between the headings around it; empty where there is none."""
    start = next((index for index in range(at, -1, -1) if events[index].kind == "section"), 0)
    end = next((index for index in range(at + 1, len(events)) if events[index].kind == "section"), len(events))
    labels = [index for index in range(start, end) if events[index].kind == "label"]
    return events[min(labels, key=lambda index: abs(index - at))].text if labels else ""


def _of_label(view: View, span: Span, label: str, path: str | None = None) -> Iterator[OfLabel]:
    """A label that some spec routes to; where a file is given, only if it is that file's."""
    routes: list[tuple[str, str]] = []
    for claim in view.claims("route", label)[:MOST_ROUTES]:
        facts = view.spec(claim.path)
        for document in documents_of(facts, label) if isinstance(facts, SpecFacts) else ():
            place = view.section_place(document, label) if view.is_here(document) else None
            if path is None or (place is not None and place.label_path == path):
                routes.append((claim.path, document))
    if routes:
        yield OfLabel(span, label, tuple(dict.fromkeys(routes)))


# Results and settings ---------------------------------------------------------------------------------------------


def _in_result(view: View, path: str, offset: int) -> Iterator[Explanation]:
    writers = writers_of(view, path)
    text = view.text(path) if writers else None
    if not isinstance(text, Text) or len(text) > MOST_RESULT_TEXT:
        return
    member = member_at(text.source, offset)
    if member is None:
        return
    start, end = member.value
    value = of_text(text.source[start:end], member.name, value_at(text.source, member.around))
    on_value = member.key is None or (offset >= start and text.source[start] not in "[{")
    span = Span(start, end) if on_value or member.key is None else Span(*member.key)
    yield OfValue(span, member.name, value, writers, _asked(writers, member))


def _asked(writers: tuple[tuple[str, Contract], ...], member: Member) -> SchemaKey | None:
    """What the first entry that speaks of a key asks of it."""
    keys = (key for _, entry in writers for key in (entry.schema.keys if entry.schema else ()))
    names = (member.name, ".".join(step for step in member.path if isinstance(step, str)))
    return next((key for key in keys if key.name.text in names), None)


def writers_of(view: View, path: str) -> tuple[tuple[str, Contract], ...]:
    """The entries that say they write a path."""
    found: list[tuple[str, Contract]] = []
    for claim in view.claims("path", path):
        facts = view.spec(claim.path)
        for entry in facts.entries if isinstance(facts, SpecFacts) else ():
            if entry.name.text == claim.entry and any(
                path in paths_of(entry, word.text) for word in (*entry.outputs, *entry.exports)
            ):
                found.append((claim.path, entry))
    return tuple(found)


def _in_settings(text: Text, path: str, offset: int) -> Iterator[Explanation]:
    table = dict(configuration.SETTINGS_FILES).get(path)
    if table is None or not configuration.is_settings(text, table):
        return
    said = configuration.read(text, table)
    yield from (OfRule(code.span, code.text) for code in said.codes if code.end and _at(code, offset))
    for name in said.given:
        group, _, key = name.rpartition(".")
        span = configuration.place_of(text, table, group, key)
        if span.start <= offset <= span.end and text.source[span.start : span.end] == key:
            yield OfSetting(span, configuration.BY_NAME[name])


def _at(word: Word, offset: int) -> bool:
    return word.start <= offset <= word.end
