"""What grows around a place: word, value, line, field, entry, section, document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import paths
from ..facts.contract import SpecFacts
from ..facts.document import DocumentFacts
from ..text import Span, Text
from ..view import View

WORDS = (re.compile(r"[\w-]+"), re.compile(r"[^\s`,{}\[\]()#]+"), re.compile(r"[^`]+"), re.compile(r"`[^`]*`"))
"""Within a line of a spec: a word, a path, the inside of a code span, the whole of it."""
LATEX_WORDS = (re.compile(r"[\w-]+"), re.compile(r"[^\s{}\[\],%]+"), re.compile(r"[^{}]+"), re.compile(r"\{[^{}]*\}"),
               re.compile(r"\\[A-Za-z@]+\*?(?:\[[^\[\]]*\])*\{[^{}]*\}"))  # fmt: skip


def selection(view: View, path: str, offset: int) -> list[Span]:
    """The spans around a place, each larger than the one before; the last is the whole text."""
    text = view.text(path)
    if not isinstance(text, Text):
        return []
    offset = min(max(offset, 0), len(text))
    return chain([*_around(view, path, text, offset), Span(0, len(text))], offset)


def chain(spans: Iterable[Span], offset: int) -> list[Span]:
    """Of spans around a place those that lie in one another, the smallest first."""
    around = sorted(
        {span for span in spans if span.start <= offset <= span.end}, key=lambda span: span.end - span.start
    )
    found: list[Span] = []
    for span in around:
        if span.end > span.start or span == around[-1]:
            last = found[-1] if found else span
            if span.start <= last.start and last.end <= span.end:
                found.append(span)
    return found


def _around(view: View, path: str, text: Text, offset: int) -> Iterator[Span]:
    line = text.line_span(text.line_of(offset))
    is_spec = path.endswith(".md") and paths.parent(path) == view.analysis.specs
    for pattern in WORDS if is_spec else LATEX_WORDS:
        for match in pattern.finditer(text.source, line.start, line.end):
            yield _bare(text, Span(*match.span()))
    yield _bare(text, line)
    yield line
    if is_spec:
        facts = view.spec(path)
        yield from _in_spec(text, facts) if isinstance(facts, SpecFacts) else ()
    elif path.endswith(".tex"):
        facts = view.document(path)
        yield from _in_document(text, facts) if isinstance(facts, DocumentFacts) else ()


def _in_spec(text: Text, facts: SpecFacts) -> Iterator[Span]:
    if facts.front:
        yield facts.front.span
        for key in facts.front.keys:
            yield from (value.span for value in key.values)
            yield key.line
    for entry in facts.entries:
        yield entry.name.span
        yield _bare(text, entry.block)
        for field in entry.fields:
            yield field.span
            yield field.rest.span
            yield from (value.span for value in field.values)
    headings = [(text.line_span(text.line_of(heading.title.start)).start, heading.level) for heading in facts.headings]
    yield from _sections(text, headings)


def _in_document(text: Text, facts: DocumentFacts) -> Iterator[Span]:
    headings = [(text.line_span(event.line).start, event.level) for event in facts.events if event.kind == "section"]
    yield from _sections(text, headings)


def _sections(text: Text, headings: list[tuple[int, int]]) -> Iterator[Span]:
    """Each heading with what is below it, up to the next of its level or above."""
    open_ones: list[tuple[int, int]] = []
    for start, level in (*headings, (len(text), -100)):
        while open_ones and open_ones[-1][1] >= level:
            yield _bare(text, Span(open_ones.pop()[0], start))
        open_ones.append((start, level))


def _bare(text: Text, span: Span) -> Span:
    """A span without blanks at its ends."""
    said = text.source[span.start : span.end]
    start = span.start + len(said) - len(said.lstrip())
    return Span(start, max(start, span.start + len(said.rstrip())))
