"""Looking at one project: what is found there and, of that, what is shown, held back, or gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specthis_analyzers.baseline import Accepted
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import Shown, may_show

from ..host.checking import Outcome, check_project
from ..host.disk import Disk
from ..host.projects import Settled
from ..host.showing import Showing, was_looked_for
from .arguments import Options
from .baseline import baseline_for
from .exits import UsageError
from .look import Look
from .progress import progress
from .targets import Target
from .visible import visible


def look_at(target: Target, settled: Settled, options: Options, over: Disk | None = None) -> Look:
    """Look at one project: what was found, through the policy, in the paths asked for."""
    policy = options.over(settled.configuration.policy)
    use_cache = options.use_cache and over is None
    with progress(f"Checking {visible(target.relative)} …"):
        outcome = check_project(target.root, settled, use_cache, policy, over)
        return look_of(target, outcome, options)


def look_of(target: Target, outcome: Outcome, options: Options) -> Look:
    """What of an outcome is to be shown, and what is held back."""
    policy = options.over(outcome.settled.configuration.policy)
    shown = showing(target, outcome.settled, outcome.disk, options).sift(outcome.findings, outcome.suppressions)
    if options.changed or not target.whole:
        shown = _asked_for(shown, target, outcome, options)
    gone = gone_of(shown.gone, target, outcome, options)
    return Look(target, outcome, shown.findings, policy.fail_on, shown.suppressed, shown.accepted, gone)


def _asked_for(shown: Shown, target: Target, outcome: Outcome, options: Options) -> Shown:
    """Of what is shown, what lies in the paths asked for and, where that is wanted, concerns what changed."""
    found = [*shown.findings, *shown.accepted, *(one.finding for one in shown.suppressed)]
    if options.changed:
        found = concerning(target, outcome.settled, found, options)
    asked = {id(finding) for finding in found if target.holds(finding.place.path)}
    return Shown(
        [finding for finding in shown.findings if id(finding) in asked],
        [one for one in shown.suppressed if id(one.finding) in asked],
        [finding for finding in shown.accepted if id(finding) in asked],
        shown.gone,
    )


def gone_of(gone: Sequence[Accepted], target: Target, outcome: Outcome, options: Options) -> list[Accepted]:
    """Of what the baseline accepts and was not found, what was looked for."""
    asked = [] if options.changed else [one for one in gone if target.holds(one.path)]
    if not asked or outcome.crashes or any(finding.code == "mixed-dialect" for finding in outcome.findings):
        return []
    policy = options.over(outcome.settled.configuration.policy)
    unread = {finding.place.path for finding in outcome.findings if finding.code == "unread-file"}
    return [
        one
        for one in asked
        if may_show(one.code, policy) and one.path not in unread and was_looked_for(one, outcome.disk)
    ]


def showing(target: Target, settled: Settled, disk: Disk, options: Options) -> Showing:
    """How findings of a project are shown; UsageError where its baseline cannot be read."""
    policy = options.over(settled.configuration.policy)
    return Showing(policy, baseline_for(target, disk, options) if options.use_baseline else None)


def concerning(target: Target, settled: Settled, findings: Iterable[Finding], options: Options) -> list[Finding]:
    """Those findings that what changed concerns; UsageError where git does not say."""
    from ..host.changes import Unanswered, changed
    from ..host.concerning import concerning

    try:
        return concerning(target.root, settled, findings, changed(target.root, options.since))
    except Unanswered as why:
        raise UsageError(f"cannot tell what changed in `{visible(target.relative)}`: {visible(str(why))}") from None
