"""`--update-baseline`: what is found becomes what is accepted, and what is gone is dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from specthis_analyzers.baseline import (
    NAME,
    NOTHING_ACCEPTED,
    Accepted,
    Baseline,
    Malformed,
    accepting,
    compared,
    written,
)
from specthis_analyzers.finding import Finding

from ..host.projects import Settled
from .arguments import Options
from .baseline import named, read_baseline
from .exits import CLEAN, UsageError
from .look import Look
from .looking import gone_of, look_at
from .output import note
from .targets import Target
from .verdict import check
from .wording import plural


def update(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Accept what is found, drop what is gone, leave all that was not asked for; then check by it."""
    if options.baseline is not None and len(ready) > 1:
        raise UsageError("`--baseline FILE` is for one project, and there are several here")
    for target, settled in ready:
        look = look_at(target, settled, replace(options, use_baseline=False))
        _update(look, options)
    return check(ready, options) if ready else CLEAN


def _update(look: Look, options: Options) -> None:
    before = read_baseline(look.target, look.outcome.disk, options)
    if isinstance(before, Malformed) and not before.replaceable:
        raise UsageError(f"{named(look.target, options)}: {before.message}")
    known = before if isinstance(before, Baseline) else NOTHING_ACCEPTED
    after = accepting(_to_accept(look, known, options), _to_keep(look, known, options))
    if after == before or (before is None and not after.accepted):
        return
    _put(look.target, options, written(after))
    marks = {one.fingerprint for one in known.accepted}
    new = sum(one.fingerprint not in marks for one in after.accepted)
    gone = len(marks.difference(one.fingerprint for one in after.accepted))
    if not options.quiet:
        total = sum(one.count for one in after.accepted)
        note(f"{named(look.target, options)} accepts {plural(total, 'finding')}: {new} new, {gone} gone.")


def _to_accept(look: Look, known: Baseline, options: Options) -> Iterable[Finding]:
    """What is shown; hints only where they are, or were accepted before. Never what only this machine says."""
    from specthis_analyzers.rules import BY_CODE

    marks = {one.fingerprint for one in known.accepted}
    for finding in look.findings:
        rule = BY_CODE.get(finding.code)
        is_local = finding.severity == "info" or rule is None or rule.rests_on == "machine"
        is_quiet = finding.severity == "hint" and not options.verbose and finding.fingerprint not in marks
        if not is_local and not is_quiet:
            yield finding


def _to_keep(look: Look, known: Baseline, options: Options) -> list[Accepted]:
    """What was accepted and is not known to be gone: it was not asked for, or could not be looked for."""
    found = compared(look.findings, known)
    gone = {one.fingerprint for one in gone_of(found.gone, look.target, look.outcome, options)}
    here = {finding.fingerprint for finding in look.findings}
    return [one for one in known.accepted if one.fingerprint not in gone and one.fingerprint not in here]


def _put(target: Target, options: Options, text: str) -> None:
    from ..host.writing import Refused, inside
    from .files import put

    if options.baseline is not None:
        put(options.baseline, text)
        return
    try:
        put(inside(target.root, NAME, follow=True), text)
    except Refused as why:
        raise UsageError(f"cannot write {named(target, options)}: {why}") from None
