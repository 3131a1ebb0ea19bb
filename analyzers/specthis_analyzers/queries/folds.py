"""What of a file can be folded away: front matter, sections and entries, long fields, lists, fences, comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from .. import paths
from ..facts import front_matter, markdown
from ..facts.contract import SpecFacts
from ..facts.document import DocumentFacts
from ..text import Span, Text
from ..view import View

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
ITEM = re.compile(r"[ \t]*[-*+] ")


class Fold(Struct, frozen=True, order=True):
    """Lines, from 0, of which the first stays. `sort` is `comment`, `front matter` or empty."""

    first: int
    last: int
    sort: str = ""


def folds(view: View, path: str) -> list[Fold]:
    """In order of lines, at most one from each line. Of LaTeX, only documents that specs speak of have any."""
    text = view.text(path)
    if not isinstance(text, Text):
        return []
    if path.endswith(".md") and paths.parent(path) == view.analysis.specs:
        facts = view.spec(path)
        return _tidy(_of_spec(text, facts)) if isinstance(facts, SpecFacts) else []
    if path.endswith(".tex") and is_spoken_of(view, path):
        facts = view.document(path)
        return _tidy(_of_document(text, facts)) if isinstance(facts, DocumentFacts) else []
    return []


def is_spoken_of(view: View, path: str) -> bool:
    """Whether a LaTeX file is part of a paper that some spec routes to."""
    return any(view.claims("host", file) for root in view.roots(path) for file in (path, *view.flow(root).flow.files))


def _tidy(found: Iterable[Fold]) -> list[Fold]:
    longest: dict[int, Fold] = {}
    for fold in found:
        known = longest.get(fold.first)
        if fold.last > fold.first and (known is None or fold.last > known.last):
            longest[fold.first] = fold
    return sorted(longest.values())


# Specs -------------------------------------------------------------------------------------------------------


def _of_spec(text: Text, facts: SpecFacts) -> Iterator[Fold]:
    body = facts.front.span.end if facts.front else 0
    if facts.front:
        yield Fold(0, text.line_of(facts.front.span.end), "front matter")
    headings = [(text.line_of(heading.title.start), heading.level) for heading in facts.headings]
    yield from _sections(text, headings, len(text.line_starts))
    fields = [field.span for entry in facts.entries for field in entry.fields]
    for span in fields:
        yield _lines(text, span)
    lines = front_matter.unified(text.source)
    events = markdown.scan(lines, body, strict=False) or []
    fences = [Span(event.start, event.end) for event in events if isinstance(event, markdown.Fence)]
    for fence in fences:
        yield _lines(text, fence)
    for comment in COMMENT.finditer(text.source, body):
        at = bisect_right(fences, Span(comment.start(), len(text))) - 1
        if at < 0 or comment.start() not in fences[at]:
            yield Fold(text.line_of(comment.start()), text.line_of(comment.end()), "comment")
    yield from _lists(text, body, [*fields, *fences])


def _lines(text: Text, span: Span) -> Fold:
    return Fold(text.line_of(span.start), text.line_of(max(span.start, span.end - 1)))


def _lists(text: Text, body: int, taken: list[Span]) -> Iterator[Fold]:
    """Runs of list items, with the lines indented below them, that belong to no field and no fence."""
    covered = {line for span in taken for line in range(text.line_of(span.start), text.line_of(span.end) + 1)}
    first = -1
    for number in range(text.line_of(body), len(text.line_starts) + 1):
        line = text.line(number) if number < len(text.line_starts) else ""
        goes_on = first >= 0 and line.startswith((" ", "\t")) and line.strip()
        if number not in covered and (ITEM.match(line) or goes_on):
            first = number if first < 0 else first
        elif first >= 0:
            yield Fold(first, number - 1)
            first = -1


def _sections(text: Text, headings: list[tuple[int, int]], end: int) -> Iterator[Fold]:
    """Each heading with what is below it, up to the next of its level or above; blank lines at the end stay."""
    open_ones: list[tuple[int, int]] = []
    for line, level in (*headings, (end, -100)):
        while open_ones and open_ones[-1][1] >= level:
            last = line - 1
            while last > open_ones[-1][0] and not text.line(last).strip():
                last -= 1
            yield Fold(open_ones.pop()[0], last)
        open_ones.append((line, level))


# LaTeX -------------------------------------------------------------------------------------------------------


def _of_document(text: Text, facts: DocumentFacts) -> Iterator[Fold]:
    ends = [event.line for event in facts.events if event.kind == "end" and event.text in ("document", "input")]
    headings = [(event.line, event.level) for event in facts.events if event.kind == "section"]
    yield from _sections(text, headings, min(ends, default=len(text.line_starts)))
    open_ones: list[tuple[str, int]] = []
    for event in facts.events:
        if event.kind == "begin" and event.text != "document":
            open_ones.append((event.text, event.line))
        elif event.kind == "end" and open_ones and open_ones[-1][0] == event.text:
            yield Fold(open_ones.pop()[1], event.line)
