"""Which findings comments hold for, and which comments no finding needed."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from .facts.comments import takes_comments
from .finding import Finding, Place, Related
from .suppression import Suppression, Suppressions


class Suppressed(Struct, frozen=True):
    """A finding that a comment holds for."""

    finding: Finding
    suppression: Suppression


class Sorted(Struct, frozen=True):
    """Findings by what comments say of them."""

    left: list[Finding]
    suppressed: list[Suppressed]
    unneeded: list[tuple[str, Suppression, list[str]]]
    """By path, the suppressions that no finding needed, and which of their codes."""


def sort(findings: Iterable[Finding], suppressions: Suppressions, today: str) -> Sorted:
    """Findings and suppressions held to each other, on a day as ISO has it."""
    by_code = _by_code(suppressions)
    needed: set[tuple[str, int, str]] = set()
    left: list[Finding] = []
    suppressed: list[Suppressed] = []
    unread: set[str] = set()
    for finding in findings:
        found = _those_for(finding, by_code) if by_code else []
        needed.update((path, suppression.comment.start, finding.code) for path, suppression in found)
        holding = next((one for _, one in found if one.holds_on(today)), None)
        if holding is not None:
            suppressed.append(Suppressed(finding, holding))
        else:
            left.append(_past(finding, *found[0]) if found else finding)
        if finding.code == "unread-file":
            unread.add(finding.place.path)
    return Sorted(left, suppressed, [
        (path, suppression, unneeded)
        for path, listed in suppressions.items() if path not in unread
        for suppression in listed
        if (unneeded := [code for code in _codes(suppression) if (path, suppression.comment.start, code) not in needed])
    ])  # fmt: skip


def _by_code(suppressions: Suppressions) -> dict[tuple[str, str], list[Suppression]]:
    found: dict[tuple[str, str], list[Suppression]] = {}
    for path, listed in suppressions.items():
        for suppression in listed:
            for code in suppression.codes:
                found.setdefault((path, code.text), []).append(suppression)
    return found


def _codes(suppression: Suppression) -> list[str]:
    """The codes of which it can be told whether they are needed."""
    return [code.text for code in suppression.codes if code.text not in suppression.idle]


def _those_for(finding: Finding, by_code: dict[tuple[str, str], list[Suppression]]) -> list[tuple[str, Suppression]]:
    """The suppressions that cover a finding. One in a file without comments is suppressed where that is declared."""
    places = [finding.place]
    if not takes_comments(finding.place.path):
        places = [related.place for related in finding.related]
    return [
        (place.path, suppression)
        for place in places
        for suppression in by_code.get((place.path, finding.code), ())
        if suppression.covers(place.span)
    ]


def _past(finding: Finding, path: str, suppression: Suppression) -> Finding:
    """A finding that was suppressed until a day that is over."""
    why = f": {suppression.reason}" if suppression.reason else ""
    note = Related(Place(path, suppression.comment), f"was suppressed until {suppression.until}{why}")
    return replace(finding, related=(*finding.related, note))
