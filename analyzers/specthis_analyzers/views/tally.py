"""The audit in five numbers: what is to be written, what does not hold, and what could not be looked at.

Every finding is counted once.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ..finding import Finding
from .audit import OF_CODE, Audit

ABSENT = ("missing-output", "missing-export")
"""What is merely not here is no mismatch."""
UNREAD = "unread-file"


class Tally(Struct, frozen=True):
    """How many there are of each."""

    entries: int
    to_be_written: int
    """Entries whose status is `script TBD`."""
    contract: int
    """Findings on entries, other than on their routing."""
    absent: int
    """Entries of which something is promised and not here."""
    routing: int
    """Orphaned exports, stale routings, and documents or sections that are not there."""
    conventions: tuple[str, ...]
    """The code of each finding on front matter, documents and settings."""
    unchecked: tuple[str, ...]
    """The files that were not checked in full."""


def tally(audited: Audit, shown: Sequence[Finding]) -> Tally:
    """Count the rows of an audit, and the findings that a policy shows."""
    on_entries = {finding for row in audited.rows for finding in row.findings}
    kinds: dict[str, list[Finding]] = {"contract": [], "absent": [], "routing": [], "conventions": [], "unread": []}
    for finding in shown:
        if finding.severity != "hint":
            kinds[_kind(finding, finding in on_entries)].append(finding)
    unread = [finding.subject for finding in kinds["unread"]]
    return Tally(
        entries=len(audited.rows),
        to_be_written=sum(row.status == "script TBD" for row in audited.rows),
        contract=len(kinds["contract"]),
        absent=len(kinds["absent"]),
        routing=len(kinds["routing"]),
        conventions=tuple(finding.code for finding in kinds["conventions"]),
        unchecked=tuple(dict.fromkeys([*unread, *(path for row in audited.rows for path in row.unchecked)])),
    )


def _kind(finding: Finding, on_entry: bool) -> str:
    if finding.code == UNREAD:
        return "unread"
    if finding.code in ABSENT:
        return "absent"
    if OF_CODE.get(finding.code) == "routing":
        return "routing"
    return "contract" if on_entry else "conventions"
