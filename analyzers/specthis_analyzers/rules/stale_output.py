"""A result is not what its entry asks for any more.

The status of an entry says `script TBD`: what it promises was changed, and its script does not yet keep it. A result
is here still, of what was promised before, and the paper shows what an exporter made of it.

    Output: `results/fit-base/fit.json`          (which the exporter of a shown figure reads)
    Status: script TBD

Bring the script up to the contract, run it, and set the status to `script ready`. That may take days, so it is a hint
and no more. With `freshness = "mtime"`, and while the spec is open in an editor, the same is said where the Makefile,
or the times of script and inputs, tell that a result is older than what it is made from. What a checkout wrote has
the time of the checkout, so nothing is said of it; nor where another entry's result would have to be made again
first, for then that is the finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..finding import Finding, Place, Related
from ..freshness import artefacts_of, made_from, named_by
from ..view import View
from ..world import Unread
from .behind import stale_in
from .demanded import is_demanded
from .orphaned_export import Standing, standings
from .outputs import read_outputs
from .rule import Rule, Spec, finding
from .unpaired_report import COMPUTE, REPORT


def check(spec: Spec, view: View) -> Iterator[Finding]:
    aged = view.looks_at_times(spec.path)
    for entry in spec.entries:
        if entry.side != "compute":
            continue
        if entry.state == "script TBD":
            yield from _by_contract(spec, entry, view)
        elif aged and (stale := stale_in(RULE.code, spec, entry, view)):
            yield stale


def _by_contract(spec: Spec, entry: Contract, view: View) -> Iterator[Finding]:
    if is_demanded(spec, entry, view):
        return
    read = read_outputs(spec, view)
    for word, path in artefacts_of(entry):
        shown = _shown(spec, path, view) if path in read else None
        if shown:
            report, standing = shown
            message = (
                f"`{path}` is not what is asked for: its status says `script TBD`, and the paper shows "
                f"`{standing.path}`, which is made from it"
            )
            yield finding(
                RULE.code, RULE.severity, spec.path, word, message, entry=entry.name.text, subject=path,
                related=(Related(Place(report, standing.export.span), "the export"),),
            )  # fmt: skip


def _shown(spec: Spec, path: str, view: View) -> tuple[str, Standing] | None:
    """The export that the paper shows, and the report it stands in, of those that are surely made from a result."""
    stem = paths.stem(spec.path)
    claims = view.claims("spec", REPORT + stem.removeprefix(COMPUTE)) if stem.startswith(COMPUTE) else ()
    for claim in claims:
        facts = view.spec(claim.path)
        if isinstance(facts, Unread) or facts.kind != "report":
            continue
        report = Spec(claim.path, facts)
        for entry in facts.entries:
            shown = [one for one in standings(report, entry, view) if one.where == "shown" and view.is_here(one.path)]
            if shown and path in made_from(named_by(claim.path, facts, entry), view)[0]:
                return claim.path, shown[0]
    return None


RULE = Rule("stale-output", "hint", check, rests_on="machine", kinds=("compute",))
