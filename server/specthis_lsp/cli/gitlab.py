"""For GitLab: a Code Quality report, an array of findings with paths from the repository's root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from specthis_analyzers.finding import Finding
from specthis_analyzers.settings import Severity

from .look import Look
from .plain_json import dumps
from .repository import prefix
from .visible import visible

SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "info": "minor", "hint": "info"}
"""The loudest level, `blocker`, is left to people."""


def gitlab(looks: Sequence[Look], verbose: bool) -> Iterator[str]:
    yield "[\n" + ",\n".join(_lines(looks, verbose)) + "\n]"


def _lines(looks: Sequence[Look], verbose: bool) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for look in looks:
        before = prefix(look)
        for finding in look.told(verbose):
            mark = f"{before}\0{finding.fingerprint}"
            seen[mark] += 1
            yield dumps(_violation(look, finding, before, f"{mark}\0{seen[mark]}"))


def _violation(look: Look, finding: Finding, before: str, mark: str) -> dict[str, Any]:
    """What GitLab knows of a finding. A whole file is its first line: a line must be given."""
    ends = look.ends(finding.place.path, finding.place.span)
    lines = {"begin": ends[0].line + 1, "end": ends[1].line + 1} if ends else {"begin": 1}
    return {
        "description": visible(finding.message),
        "check_name": finding.code,
        # One for each finding of the report, or all but one are dropped; free of line numbers, or each would be new.
        "fingerprint": sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "severity": SEVERITIES[finding.severity],
        "location": {"path": f"{before}{finding.place.path}", "lines": lines},
    }
