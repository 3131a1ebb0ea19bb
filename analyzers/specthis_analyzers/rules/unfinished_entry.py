"""An entry that must be done is still to be done.

Before a paper is submitted, `specthis-lsp --check --complete --paper reports/paper.tex` asks of everything it rests on
that it be here and done. An entry whose status says `script TBD` is not.

    Output: `results/fit-base/fit.json`
    Status: script TBD

Write its script, run it, and set the status to `script ready`; or take what it would show out of the paper. In an
ordinary check nothing is said: to plan an entry is no mistake.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .demanded import is_demanded
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if view.analysis.complete is None:
        return
    for entry in spec.entries:
        if entry.state == "script TBD" and is_demanded(spec, entry, view):
            of = f" of `{view.analysis.complete}`" if view.analysis.complete else ""
            message = f"entry `{entry.name.text}`{of} is still to be done: its status says `script TBD`"
            yield finding(RULE.code, RULE.severity, spec.path, entry.status, message, entry=entry.name.text)


RULE = Rule("unfinished-entry", "error", check, rests_on="machine", kinds=("compute", "report", "figure"))
