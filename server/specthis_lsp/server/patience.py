"""Patience with what is just being written: what is missing or not closed in the block in hand can wait a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specthis_analyzers.finding import Finding
from specthis_analyzers.text import Span

from .documents import Document

if TYPE_CHECKING:
    from specthis_analyzers.facts.contract import SpecFacts

REST = 1.0
"""Seconds without an edit after which everything is said."""


UNFINISHED = ("missing-", "malformed-front-matter")
"""What more typing may well mend: a field that is to come, a bracket that is to be closed."""


def name(finding: Finding) -> tuple[str, str, str]:
    """What a finding is, wherever it stands by now."""
    return finding.code, finding.entry, finding.subject


def kept_back(findings: list[Finding], document: Document, facts: SpecFacts, now: float) -> list[Finding]:
    """The findings to say later: new, of something missing or not closed, in the block that holds the last edit."""
    if now - document.edited_at >= REST:
        return []
    block = _block(facts, document.edited.start)
    return [
        finding
        for finding in findings
        if finding.code.startswith(UNFINISHED)
        and finding.place.span is not None
        and block.start <= finding.place.span.start <= block.end
        and name(finding) not in document.shown
    ]


def _block(facts: SpecFacts, offset: int) -> Span:
    """The front matter or entry around an offset; nothing elsewhere."""
    front = facts.front.span if facts.front else None
    for block in (front, *(entry.block for entry in facts.entries)):
        if block is not None and block.start <= offset <= block.end:
            return block
    return Span(-1, -1)
