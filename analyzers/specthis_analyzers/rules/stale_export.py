"""A figure or table is not what its entry asks for any more.

The paper shows an export whose own status says `script TBD`: what it is to show was changed, and it was not made
again, or no script has made it yet. Whoever reads the paper cannot know.

    Export outputs: `reports/figures/loss.tex`          (which the paper shows)
    Status: script TBD

Run the exporter and set the status to `script ready`, or take the figure out of the paper. With `freshness = "mtime"`,
and while the spec is open in an editor, it is a hint where the Makefile, or the times of exporter and results, tell
that an export is older than what it is made from. What a checkout wrote has the time of the checkout, so nothing is
said of it; nor where another entry's result would have to be made again first, for then that is the finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract
from ..finding import Finding, Place, Related
from ..view import View
from .behind import stale_in
from .demanded import is_demanded
from .orphaned_export import all_standings
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.side != "report":
            continue
        if entry.state == "script TBD":
            yield from _by_contract(spec, entry, view)
        elif stale := stale_in(RULE.code, spec, entry, view):
            yield stale


def _by_contract(spec: Spec, entry: Contract, view: View) -> Iterator[Finding]:
    if spec.kind != "report" or is_demanded(spec, entry, view):
        return
    shown = [one for one in all_standings(spec, entry, view) if one.where in ("shown", "elsewhere")]
    here = [one for one in shown if view.is_here(one.path)]
    if here:
        message = f"the paper shows `{here[0].path}`, but its status says `script TBD`: it is not what is asked for"
        related = [Related(Place(spec.path, one.export.span), "nor is this") for one in here[1:]]
        yield finding(
            RULE.code, RULE.severity, spec.path, here[0].export, message,
            entry=entry.name.text, subject=here[0].path, related=tuple(related),
        )  # fmt: skip


RULE = Rule("stale-export", "warning", check, rests_on="machine", kinds=("report", "figure"))
