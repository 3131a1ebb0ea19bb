"""`--add-ignore`: a comment beside everything that is shown, so that the next check shows only what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specthis_analyzers.commenting import refusal
from specthis_analyzers.finding import Finding
from specthis_analyzers.suppression import Suppressions

from ..host.ignoring import ignoring
from ..host.mending import Wanted
from ..host.projects import Settled
from ..host.writing import write
from .arguments import Options
from .exits import UsageError
from .mend import wanted_by
from .output import note
from .progress import progress
from .targets import Target
from .verdict import check
from .visible import visible
from .wording import plural


def ignore(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Write the comments, say on stderr what was done, and check again."""
    reason = (options.add_ignore or "").strip()
    refused = refusal(reason)
    if refused:
        raise UsageError(f"`--add-ignore` takes a reason, not `{visible(reason)}`: {refused}")
    for target, settled in ready:
        _ignore(target, settled, reason, options)
    return check(ready, options)


def _ignore(target: Target, settled: Settled, reason: str, options: Options) -> None:
    with progress(f"Checking {visible(target.relative)} …"):
        planned = ignoring(target.root, settled, _told(wanted_by(target, settled, options), options), reason)
    written = write(planned.plan)
    for path, why in written.refused.items():
        note(f"Left `{visible(target.prefix + path)}` alone: {visible(why)}.")
    if written.mended and not options.quiet:
        files = len({path for one in written.mended for path in one.touched})
        note(f"Suppressed {plural(len(written.mended), 'finding')} in {plural(files, 'file')}.")


def _told(wanted: Wanted, options: Options) -> Wanted:
    """Of what is wanted, what is shown to people: hints only where these were asked for."""

    def told(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
        found = wanted(findings, suppressions)
        return [finding for finding in found if options.verbose or finding.severity != "hint"]

    return told
