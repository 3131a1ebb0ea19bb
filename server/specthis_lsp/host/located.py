"""Where findings stand, as people count: worked out with a look, so that its like from the cache reads no text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from specthis_analyzers.finding import Finding
from specthis_analyzers.text import Position, Text
from specthis_analyzers.world import Unread

Located = dict[str, dict[int, Position]]
"""By path and offset. What is not in it can be had from the text."""


def located(findings: Iterable[Finding], read: Callable[[str], Text | Unread]) -> Located:
    """The lines and columns of findings that are printed: hints, often many, mostly are not."""
    found: Located = {}
    text: Text | None = None
    for finding in findings:
        path, span = finding.place.path, finding.place.span
        if span is None or finding.severity == "hint":
            continue
        if path not in found:
            said = read(path)
            text = said if isinstance(said, Text) else None
            found[path] = {}
        if text is not None:
            found[path].update((offset, text.position(offset)) for offset in (span.start, span.end))
    return found


def joined(parts: Iterable[Located]) -> Located:
    """The places of several looks."""
    found: Located = {}
    for part in parts:
        for path, positions in part.items():
            found.setdefault(path, {}).update(positions)
    return found
