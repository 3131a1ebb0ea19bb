"""What a file holds, in outline: the headings, entries and fields of a spec; the sections and labels of a paper.

LaTeX is told of only where a report routes into it: of other files there are other servers to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from ..facts.contract import Contract, Heading, SpecFacts
from ..facts.document import DocumentFacts, Event
from ..text import Span, Text
from ..view import View

SymbolKind = Literal["heading", "entry", "field", "section", "label"]
LEAVES: tuple[SymbolKind, ...] = ("field", "label")
"""What holds nothing, and ends where it says."""
OUTERMOST = -10
"""Above the level of every heading."""
FIELD_LEVEL = 7
LABEL_LEVEL = 10
MOST = 5000
"""Symbols of one file; what comes after them is not told."""
LONGEST = 200
"""Characters of a name or a detail."""


class Symbol(Struct, frozen=True):
    """One thing in a file: all of it, and the name that stands for it."""

    name: str
    kind: SymbolKind
    whole: Span
    named: Span
    detail: str = ""
    inside: tuple[Symbol, ...] = ()


class Begun(Struct, frozen=True):
    """A symbol as far as one line tells it: it ends where one of its level or above begins."""

    symbol: Symbol
    level: int


def symbols(view: View, path: str) -> tuple[Symbol, ...]:
    """The outline of a spec, or of a LaTeX file that belongs to a report's paper; of other files nothing."""
    text = view.text(path)
    if not isinstance(text, Text):
        return ()
    if path.endswith(".md"):
        facts = view.spec(path) if view.claims("spec", _stem(path)) else None
        return nested(list(_of_spec(text, facts))[:MOST], len(text)) if isinstance(facts, SpecFacts) else ()
    if path.endswith(".tex") and is_shown(view, path):
        facts = view.document(path)
        found = list(_of_document(text, facts))[:MOST] if isinstance(facts, DocumentFacts) else []
        return nested(found, len(text))
    return ()


def is_shown(view: View, path: str) -> bool:
    """Whether a LaTeX file is part of a paper that a report routes into."""
    return any(view.claims("host", file) for root in view.roots(path) for file in view.flow(root).flow.files)


def nested(begun: Sequence[Begun], end: int) -> tuple[Symbol, ...]:
    """Symbols in reading order as a tree, each up to the next of its level or above."""
    top: list[Symbol] = []
    around: list[tuple[Begun, list[Symbol]]] = []

    def close(level: int, at: int) -> None:
        while around and around[-1][0].level >= level:
            done, inside = around.pop()
            symbol = done.symbol
            whole = symbol.whole
            if symbol.kind not in LEAVES:  # the label of a frame stands before its title
                start = min([whole.start, *(part.whole.start for part in inside)])
                whole = Span(start, max(whole.end, at))
            (around[-1][1] if around else top).append(
                Symbol(symbol.name, symbol.kind, whole, symbol.named, symbol.detail, tuple(inside))
            )

    for one in begun:
        close(one.level, one.symbol.whole.start)
        around.append((one, []))
    close(OUTERMOST, end)
    return tuple(top)


def _of_spec(text: Text, facts: SpecFacts) -> Iterator[Begun]:
    entries = {entry.heading.start: entry for entry in facts.entries}
    for heading in facts.headings:
        start = text.line_span(text.line_of(heading.title.start)).start
        entry = next((entries[at] for at in range(start, heading.title.start + 1) if at in entries), None)
        if entry is None:
            yield Begun(_heading(heading, start), heading.level)
        else:
            yield Begun(_entry(entry), heading.level)
            yield from (Begun(symbol, FIELD_LEVEL) for symbol in _fields(entry))


def _heading(heading: Heading, start: int) -> Symbol:
    title = heading.title
    return Symbol(_name(title.text), "heading", Span(start, title.end), title.span)


def _entry(entry: Contract) -> Symbol:
    said = entry.status.text if entry.status else ""
    return Symbol(_name(entry.name.text), "entry", entry.heading, entry.name.span, _shortened(said))


def _fields(entry: Contract) -> Iterator[Symbol]:
    for field in entry.fields:
        values = ", ".join(word.text for word in field.values[:20]) or field.rest.text
        yield Symbol(field.label.text, "field", field.span, field.label.span, _shortened(values))


def _of_document(text: Text, facts: DocumentFacts) -> Iterator[Begun]:
    for event in facts.events:
        if event.kind == "section":
            yield Begun(_of_event(text, event, "section", event.extra), event.level)
        elif event.kind == "label":
            yield Begun(_of_event(text, event, "label", ""), LABEL_LEVEL)


def _of_event(text: Text, event: Event, kind: SymbolKind, detail: str) -> Symbol:
    named = Span(event.start, event.end)
    start = text.line_span(text.line_of(event.start)).start
    if kind == "label":
        return Symbol(_name(event.text), kind, named, named, detail)
    return Symbol(_name(event.text), kind, Span(start, event.end), named, detail)


def _name(said: str) -> str:
    """A name on one line; never empty, which some editors take for a defect."""
    return _shortened(" ".join(said.split())) or "(no title)"


def _shortened(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
