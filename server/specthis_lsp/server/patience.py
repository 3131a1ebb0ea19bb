"""Patience with what is just being written: what is missing or not closed in the block in hand can wait a second.

So can what is wrong with the word in hand, as long as that may become a right one, and all that this word does to
other files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from specthis_analyzers.finding import Finding
from specthis_analyzers.queries.becoming import may_become
from specthis_analyzers.text import Span

from .documents import Document

if TYPE_CHECKING:
    from specthis_analyzers.facts.contract import SpecFacts
    from specthis_analyzers.project import Project

REST = 1.0
"""Seconds without an edit after which everything is said."""


UNFINISHED = (
    "missing-", "malformed-front-matter", "malformed-schema", "orphaned-export", "undeclared-schema",
    "unmentioned-dependency", "unknown-schema", "unpaired-report", "unread-file", "unrouted-report",
    "variant-collision",
)  # fmt: skip
"""What more typing may well mend: a field that is to come, a bracket that is to be closed."""
IN_A_WORD = re.compile(r"[\w./-]")
IN_A_NAME = re.compile(r"[\w.:/-]")
"""The same where a name is known to other files: labels have colons."""
BEFORE_A_WORD = re.compile(r"[ \t]*:[ \t]*[`\"']?")
"""What stands between a label and the word that is to come."""


def name(finding: Finding) -> tuple[str, str, str]:
    """What a finding is, wherever it stands by now."""
    return finding.code, finding.entry, finding.subject


def kept_back(findings: list[Finding], document: Document, project: Project, path: str, now: float) -> list[Finding]:
    """The findings to say later: new, and of what the last edit may have left unfinished."""
    if now - document.edited_at >= REST:
        return []
    block = _block(project.facts(path), document.edited.start)
    return [
        finding
        for finding in findings
        if finding.place.span is not None
        and name(finding) not in document.shown
        and (_is_missing(finding, block) or _is_in_hand(finding, document, project, path))
    ]


def rest_to_come(documents: Mapping[str, Document], path: str, now: float) -> float:
    """Seconds until nobody is in the midst of a word in a file other than this one."""
    ends = [one.edited_at + REST for other, one in documents.items() if other != path and _is_in_a_name(one)]
    return max((end - now for end in ends), default=0.0)


def _is_in_a_name(document: Document) -> bool:
    """Whether the last edit took something away, or put less than a line to the middle or the end of a name."""
    source, start, end = document.text.source, document.edited.start, document.edited.end
    around = source[max(end - 1, 0) : end + 1]
    return start == end or (IN_A_NAME.search(around) is not None and "\n" not in source[start:end])


def as_shown(findings: list[Finding], shown: Sequence[Finding]) -> list[Finding]:
    """Of what is found in a file what was shown already, in the words of then where it stands where it stood."""
    names = set(map(name, shown))
    before = {(name(finding), finding.place): finding for finding in shown}
    return [before.get((name(finding), finding.place), finding) for finding in findings if name(finding) in names]


def _is_missing(finding: Finding, block: Span) -> bool:
    """Whether it is of something missing or not closed, in the block that holds the last edit."""
    span = finding.place.span
    return finding.code.startswith(UNFINISHED) and span is not None and block.start <= span.start <= block.end


def _block(facts: SpecFacts, offset: int) -> Span:
    """The front matter or entry around an offset; nothing elsewhere."""
    front = facts.front.span if facts.front else None
    for block in (front, *(entry.block for entry in facts.entries)):
        if block is not None and block.start <= offset <= block.end:
            return block
    return Span(-1, -1)


def _is_in_hand(finding: Finding, document: Document, project: Project, path: str) -> bool:
    """Whether it is of the word that the last edit ends, and that may become a right one."""
    span = finding.place.span
    typed = _typed(document.text.source, span, document.edited.end) if span else None
    return typed is not None and may_become(project.view, path, finding.code, typed)


def _typed(source: str, span: Span, at: int) -> str | None:
    """What there is so far of a word that goes on at an offset; None where another place is blamed."""
    if at < span.start or IN_A_WORD.match(source, at):
        return None
    if at <= span.end or not source[span.end : at].strip(" \t"):
        return source[span.start : at]
    return "" if BEFORE_A_WORD.fullmatch(source, span.end, at) else None
