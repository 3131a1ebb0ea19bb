"""What the words of a spec are, for editors that colour them: labels, names, paths, statuses, keys and types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from .. import paths
from ..facts.contract import STATUS, Contract, Field, FrontMatter, SpecFacts
from ..facts.schema import TYPE
from ..text import LINE_END, Text, Word
from ..view import View

TYPES = ("property", "class", "namespace", "string", "enumMember", "parameter", "type")
"""The sorts of words: labels and keys, entries, specs, paths and commands, statuses and kinds, keys of results and
their types. They are names that editors have colours for."""
DECLARATION = "declaration"
MODIFIERS = (DECLARATION,)

OF_FRONT: dict[str, str] = {
    "name": "namespace",
    "kind": "enumMember",
    "depends_on": "namespace",
    "host_doc": "string",
    "section_label": "string",
}
"""What the values of the front matter's keys are."""
KEY = re.compile(r"\s*([^\s:?,`]+)\??[ \t]*(?::[ \t]*([\w|\[\] \t]+))?")
TYPE_WORD = re.compile(r"[\w\[\]]+")


class Token(Struct, frozen=True, order=True):
    """A word on one line. `sort` is one of `TYPES`."""

    start: int
    end: int
    sort: str
    declared: bool = False
    """Whether it is here that the name is given."""


def tokens(view: View, path: str) -> list[Token]:
    """The words of a spec, in order; none overlaps another, none goes over the end of a line."""
    if not path.endswith(".md") or paths.parent(path) != view.analysis.specs:
        return []
    facts, text = view.spec(path), view.text(path)
    if not isinstance(facts, SpecFacts) or not isinstance(text, Text) or not facts.is_spec:
        return []
    return _apart(_by_line(text, _of_spec(text, facts)))


def _apart(found: Iterable[Token]) -> list[Token]:
    apart: list[Token] = []
    for token in sorted(found):
        if token.end > token.start and (not apart or token.start >= apart[-1].end):
            apart.append(token)
    return apart


def _by_line(text: Text, found: Iterable[Token]) -> Iterator[Token]:
    """Words that go over several lines, in pieces."""
    for token in found:
        start = token.start
        for ending in LINE_END.finditer(text.source, token.start, token.end):
            yield Token(start, ending.start(), token.sort, token.declared)
            start = ending.end()
        yield Token(start, token.end, token.sort, token.declared)


def _of_spec(text: Text, facts: SpecFacts) -> Iterator[Token]:
    if facts.front:
        yield from _of_front(facts.front)
    for entry in facts.entries:
        yield Token(entry.name.start, entry.name.end, "class", declared=True)
        for field in entry.fields:
            yield Token(field.label.start, field.label.end, "property")
            yield from _of_field(text, entry, field)


def _of_front(front: FrontMatter) -> Iterator[Token]:
    for key in front.keys:
        yield Token(key.name.start, key.name.end, "property")
        sort = OF_FRONT.get(key.name.text)
        for value in key.values if sort else ():
            yield Token(value.start, value.end, sort or "", declared=key.name.text == "name")


def _of_field(text: Text, entry: Contract, field: Field) -> Iterator[Token]:
    label = field.label.text
    if label == "Status":
        for value in field.values[:1]:
            said = STATUS.match(text.source, value.start, value.end)
            if said:
                yield Token(*said.span(), "enumMember")
    elif label in ("Schema", "Keys") and not (entry.schema and entry.schema.file):
        for value in field.values:
            yield from _of_keys(text, value)
    else:
        yield from (Token(value.start, value.end, "string") for value in field.values)
    if label == "Output" and entry.schema and entry.schema.form == "suffix":
        yield from (Token(key.name.start, key.name.end, "parameter") for key in entry.schema.keys)


def _of_keys(text: Text, value: Word) -> Iterator[Token]:
    """The keys of a code span, and their types."""
    for piece in re.finditer(r"[^,]+", text.source[value.start : value.end]):
        start, end = value.start + piece.start(), value.start + piece.end()
        key = KEY.match(text.source, start, end)
        if key is None:
            continue
        yield Token(*key.span(1), "parameter")
        for word in TYPE_WORD.finditer(text.source, *key.span(2)) if key[2] else ():
            if TYPE.fullmatch(word[0]):
                yield Token(*word.span(), "type")
