"""The float that waits for a file: it has a caption, its label is named as the file is, and it shows nothing."""

from __future__ import annotations

import re

from msgspec import Struct

from .. import paths
from ..facts.document import DocumentFacts
from ..routing import FLOATS
from ..text import Span, Text
from ..view import View

COMMENT = re.compile(r"(?<!\\)%[^\r\n]*")
SHOWS_NOTHING = re.compile(
    r"\\(?:centering|raggedright|tiny|scriptsize|footnotesize|small|normalsize)(?![A-Za-z])"
    r"|\\label\s*\{[^{}]*\}|\\(?:vspace|hspace)\*?\s*\{[^{}]*\}"
)
CAPTION = re.compile(r"\\caption\*?\s*(?:\[[^\[\]]*\])?\s*(?=\{)")
OPTION = re.compile(r"\}\s*(?:\[[^\[\]]*\])?")


class Waiting(Struct, frozen=True):
    """Where something is to be put into a float: below a line, and as far in as the caption is."""

    after_line: int
    indent: str


def waiting_for(path: str, document: str, within: Span, view: View) -> Waiting | None:
    """The float of a stretch of a document that waits for a file; None where there is none, or several."""
    facts, text = view.document(document), view.text(document)
    if not isinstance(facts, DocumentFacts) or not isinstance(text, Text):
        return None
    wanted = _plain(paths.stem(path))
    found: list[Waiting] = []
    begun, labels = None, list[str]()
    for event in facts.events:
        if not within.start <= event.start < within.end:
            continue
        if event.kind == "begin" and event.text in FLOATS:
            begun, labels = event, []
        elif event.kind == "label":
            labels.append(_plain(re.split("[:/]", event.text)[-1]))
        elif begun and event.kind == "end" and event.text == begun.text:
            if wanted in labels:
                found += _place(text, Span(begun.end, event.start - len(r"\end{")))
            begun = None
    return found[0] if len(found) == 1 else None


def _place(text: Text, inside: Span) -> list[Waiting]:
    """Above the caption of a float that holds nothing but that."""
    body = text.source[inside.start : inside.end]
    hidden = COMMENT.sub(lambda comment: " " * len(comment[0]), body)
    option, captions = OPTION.match(hidden), list(CAPTION.finditer(hidden))
    if option is None or len(captions) != 1:
        return []
    caption = captions[0]
    rest = hidden[option.end() : caption.start()] + hidden[_closed(hidden, caption.end()) :]
    line = text.line_of(inside.start + caption.start())
    before = text.line(line)[: len(text.line(line)) - len(text.line(line).lstrip())]
    begins_its_line = inside.start + caption.start() == text.line_starts[line] + len(before)
    if SHOWS_NOTHING.sub("", rest).strip() or not begins_its_line:
        return []
    return [Waiting(line - 1, before)]


def _closed(source: str, start: int) -> int:
    """Behind the brace that closes the one at a place; the end where none does."""
    depth = 0
    for at in range(start, len(source)):
        if source[at] in "{}" and source[at - 1] != "\\":
            depth += 1 if source[at] == "{" else -1
            if depth == 0:
                return at + 1
    return len(source)


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-")
