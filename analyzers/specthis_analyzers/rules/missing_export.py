"""A figure or table that an entry promises is not here.

The exporter is ready, so what it writes can be had: it was not run on this machine, or its exports are kept out of
git. A paper that inputs them does not compile until they are here.

    Export outputs: `reports/figures/loss.tex`
    Status: script ready

Run the exporter. On a fresh clone this is as it should be, so it is an information and no more, and it stands once
for all that one entry has not written.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .absent import absent_in
from .rule import Rule, Spec


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.side == "report" and (absent := absent_in(RULE.code, RULE.severity, spec, entry, entry.exports, view)):
            yield absent


RULE = Rule("missing-export", "info", check, rests_on="machine", kinds=("report", "figure"))
