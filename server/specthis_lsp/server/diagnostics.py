"""Findings in the protocol's words, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from specthis_analyzers.finding import Finding, Related
from specthis_analyzers.policy import UNUSED
from specthis_analyzers.settings import SEVERITIES
from specthis_analyzers.text import Text

from ..host.manual import address
from .positions import Positions

SOURCE = "specthis"
MOST = 1000
"""Diagnostics of one file; the loudest are kept."""

UNNECESSARY = 1
"""The tag of what could as well not be there."""

SEVERITY = {name: number for number, name in enumerate(SEVERITIES, start=1)}


class Wording:
    """How findings are put, for one client."""

    def __init__(self, positions: Positions, related: bool, described: bool, tagged: bool = False) -> None:
        self.positions = positions
        self.related = related
        """Whether the client shows related places."""
        self.described = described
        """Whether it follows a code to its description."""
        self.tagged = tagged
        """Whether it fades what is tagged as unnecessary."""

    def diagnostic(
        self, finding: Finding, text: Text, text_of: Callable[[str], Text], uri_of: Callable[[str], str]
    ) -> dict[str, Any]:
        diagnostic: dict[str, Any] = {
            "range": self.positions.range(text, finding.place.span),
            "severity": SEVERITY[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": finding.message,
        }
        if self.tagged and finding.code == UNUSED:
            diagnostic["tags"] = [UNNECESSARY]
        if self.described:
            diagnostic["codeDescription"] = {"href": address(finding.code)}
        if self.related and finding.related:
            diagnostic["relatedInformation"] = [self._related(related, text_of, uri_of) for related in finding.related]
        return diagnostic

    def _related(
        self, related: Related, text_of: Callable[[str], Text], uri_of: Callable[[str], str]
    ) -> dict[str, Any]:
        path = related.place.path
        where = self.positions.range(text_of(path), related.place.span)
        return {"location": {"uri": uri_of(path), "range": where}, "message": related.message}


def loudest(findings: list[Finding], most: int = MOST) -> list[Finding]:
    """At most so many findings, in their order; where there are more, the quietest are left out."""
    if len(findings) <= most:
        return findings
    kept = sorted(findings, key=lambda finding: SEVERITY[finding.severity])[:most]
    return sorted(kept, key=lambda finding: finding.order)


def mentioned(findings: Iterable[Finding]) -> frozenset[str]:
    """The files that findings point to beside their own."""
    return frozenset(related.place.path for finding in findings for related in finding.related)
