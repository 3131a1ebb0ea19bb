"""A compute entry writes into a folder of reports.

Results and reports are two layers: a script computes, an exporter shows. A result among the reports is shown by
nobody's decision, and the next run changes the paper without anybody asking for it.

    Output: `reports/figures/loss.json`          (of a compute entry)

Write the result below the results folder, and let a report entry export what the paper shows. The folders are those
of `[layout]`; where `layout.reports` is not set, `reports`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .layout import listed, outputs_lying
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for written in outputs_lying("reports", spec, view):
        message = (
            f"`{written.word.text}` is a result and lies among the reports, not below {listed(view.analysis.results)}"
        )
        yield finding(
            RULE.code, RULE.severity, spec.path, written.word, message, entry=written.entry.name.text
        )  # fmt: skip


RULE = Rule("routing-leak", "error", check, kinds=("compute",))
