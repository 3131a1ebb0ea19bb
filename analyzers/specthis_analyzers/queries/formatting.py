"""Front matter and fields of a spec in one form: one blank behind a colon, backticks around paths, entries apart.

Nothing is said differently: an edit after which the spec would say something else is not made. Prose, code and the
order of things are the author's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from .. import paths
from ..facts import front_matter, markdown
from ..facts.contract import Contract, Field, Problem, SpecFacts
from ..text import Span, Text, Word
from ..view import View

KEY_LINE = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(.*?))?[ \t]*")
ITEM_LINE = re.compile(r"[ \t]*-[ \t]+([^\s#'\"].*?|\"[^\"]*\"|'[^']*')[ \t]*")
FLOW = re.compile(r"\[[ \t]*((?:[\w./-]+(?:[ \t]*,[ \t]*[\w./-]+)*)?)[ \t]*\]")
BULLET = re.compile(r"[ \t]*-( +)(?=[^ \r\n])")
INDENT = "  "
"""Before the items of a list in the front matter."""

MOST_TRIALS = 100
"""Times that a text is read to find out which edits say something else."""


class Change(Struct, frozen=True, order=True):
    """A piece of the text, and what it becomes."""

    span: Span
    text: str


Group = tuple[Change, ...]
"""Changes that are made together or not at all."""


def formatting(view: View, path: str, within: Span | None = None) -> list[Change]:
    """The changes that put a spec, or what touches a part of it, in form; none for other files."""
    text = view.text(path)
    if not path.endswith(".md") or paths.parent(path) != view.analysis.specs or not isinstance(text, Text):
        return []
    return changes(text, within)


def changes(text: Text, within: Span | None = None) -> list[Change]:
    """In order of place, apart from one another. Those after which the text would say something else are left out."""
    facts = markdown.read(text)
    if not facts.is_spec:
        return []
    groups = [group for group in _groups(text, facts) if group and (within is None or _touches(group, within))]
    before = meaning(facts)
    return _apart(_kept(text, groups, before, MOST_TRIALS)[0])


def applied(text: Text, made: Iterable[Change]) -> Text:
    """The text with changes, which do not overlap."""
    source = text.source
    for change in sorted(made, reverse=True):
        source = source[: change.span.start] + change.text + source[change.span.end :]
    return Text(source, text.bom)


def _touches(group: Group, within: Span) -> bool:
    return any(change.span.start <= within.end and within.start <= change.span.end for change in group)


def _kept(text: Text, groups: list[Group], before: Any, trials: int) -> tuple[list[Group], int]:
    """Those that say nothing else, found by halves; and how many more trials there may be. Without any, none."""
    if not groups or trials <= 0:
        return [], trials
    if _keeps(text, groups, before):
        return groups, trials - 1
    if len(groups) == 1:
        return [], trials - 1
    middle = len(groups) // 2
    first, left = _kept(text, groups[:middle], before, trials - 1)
    last, left = _kept(text, groups[middle:], before, left)
    both = [*first, *last]
    return (both if _keeps(text, both, before) else first), left - 1


def _keeps(text: Text, groups: list[Group], before: Any) -> bool:
    return meaning(markdown.read(applied(text, _apart(groups)))) == before


def _apart(groups: list[Group]) -> list[Change]:
    found: list[Change] = []
    for change in sorted({change for group in groups for change in group}):
        if not found or change.span.start >= found[-1].span.end:
            found.append(change)
    return found


def meaning(value: Any) -> Any:
    """What facts say, without where they say it."""
    if isinstance(value, Word):
        return value.text
    if isinstance(value, Problem):
        return value.message
    if isinstance(value, Span):
        return "somewhere"
    if isinstance(value, tuple):
        return tuple([meaning(item) for item in value])
    if isinstance(value, Field):
        return meaning((value.label, value.values))
    if isinstance(value, Struct):
        return tuple([meaning(getattr(value, name)) for name in value.__struct_fields__])
    return value


def _groups(text: Text, facts: SpecFacts) -> Iterator[Group]:
    if facts.front is not None and facts.front.problem is None:
        yield from _of_front(text, facts.front.span)
    for entry in facts.entries:
        yield from _around_heading(text, entry, facts.front.span.end if facts.front else 0)
        for field in entry.fields:
            yield from _of_field(text, field)


def _changed(text: Text, span: Span, new: str) -> Group:
    return (Change(span, new),) if text.source[span.start : span.end] != new else ()


# Front matter ------------------------------------------------------------------------------------------------


def _of_front(text: Text, front: Span) -> Iterator[Group]:
    """Keys line by line; the items of a list all at once, for they must stand below one another."""
    items: list[Change] = []
    for number in range(1, text.line_of(front.end)):
        line = text.line_span(number)
        written = text.source[line.start : line.end]
        if item := ITEM_LINE.fullmatch(written):
            items.append(Change(line, f"{INDENT}- {item[1]}"))
            continue
        yield _items(text, items)
        items = []
        if key := KEY_LINE.fullmatch(written):
            value = _flow(key[2]) if key[2] else ""
            yield _changed(text, line, f"{key[1]}: {value}" if value else f"{key[1]}:")
    yield _items(text, items)


def _items(text: Text, items: list[Change]) -> Group:
    return tuple(change for change in items if text.source[change.span.start : change.span.end] != change.text)


def _flow(value: str) -> str:
    """A list in brackets, with a blank behind each comma; any other value as it is."""
    written = FLOW.fullmatch(value)
    if written is None:
        return value
    return f"[{', '.join(item.strip() for item in written[1].split(','))}]" if written[1] else "[]"


# Entries -----------------------------------------------------------------------------------------------------


def _around_heading(text: Text, entry: Contract, body: int) -> Iterator[Group]:
    """One blank line above the heading of an entry, and one below. A comment above may be about it, and stays there."""
    line = text.line_of(entry.heading.start)
    above = line - 1
    while above >= 0 and not text.line(above).strip():
        above -= 1
    if above >= 0 and text.line_span(above).start > body and not text.line(above).rstrip().endswith("-->"):
        yield _one_blank(text, above, line)
    last = text.line_of(entry.heading.end)
    below = last + 1
    while below < len(text.line_starts) and not text.line(below).strip():
        below += 1
    if below < len(text.line_starts):
        yield _one_blank(text, last, below)


def _one_blank(text: Text, above: int, below: int) -> Group:
    """The lines between two lines, as one that is empty."""
    return _changed(text, Span(text.line_starts[above + 1], text.line_starts[below]), text.line_ending)


def _of_field(text: Text, field: Field) -> Iterator[Group]:
    """The blank behind the label, and backticks; then the same for the lines of its list."""
    first = text.line_of(field.label.start)
    colon = field.label.end + 1
    if field.rest.text:
        yield _changed(text, Span(colon, field.rest.start), " ")
    needs_ticks = field.label.text in markdown.MUST and field.label.text != "Status"
    if needs_ticks and "`" not in field.rest.text and " " not in field.rest.text and field.rest.text:
        yield _ticks(text, field, field.rest)
    listed = [value for value in field.values if value.start > field.rest.end]
    if not listed or "\n" in listed[0].text:
        return
    for number in range(first + 1, text.line_of(field.span.end) + 1):
        line = text.line_span(number)
        bullet = BULLET.match(text.source, line.start, line.end)
        if bullet is None:
            continue
        yield _changed(text, Span(*bullet.span(1)), " ")
        said = text.source[bullet.end() : line.end].rstrip()
        if needs_ticks and "`" not in said and " " not in said:
            yield _ticks(text, field, Word(said, bullet.end(), bullet.end() + len(said)))


def _ticks(text: Text, field: Field, said: Word) -> Group:
    """Backticks around a path that is all that a line says."""
    if not any(value.span == said.span for value in field.values) or front_matter.unified(said.text) != said.text:
        return ()
    return (Change(Span(said.start, said.start), "`"), Change(Span(said.end, said.end), "`"))
