"""`--check`: find the projects, look at each, show what was found, and end by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specthis_analyzers.baseline import Accepted
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import Shown, may_show
from specthis_analyzers.text import Text

from ..host.checking import Outcome, check_project
from ..host.disk import Disk
from ..host.projects import Settled, settle
from ..host.settling import isolated
from ..host.showing import Showing, was_looked_for
from .accepting import baseline_for
from .arguments import Options, known_code, parse
from .crashes import tell_crashes
from .exits import CLEAN, FOUND, INTERNAL, USAGE, UsageError
from .look import Look
from .output import note
from .progress import progress
from .reporting import tell
from .targets import Target, find
from .visible import visible


def run(arguments: list[str]) -> int:
    """The verb: what follows it, to an exit code."""
    options = parse(arguments)
    if options.stdin_filename is not None:
        from .given import run as given

        return given(options.stdin_filename, options)
    targets = find(options.paths)
    ready = [(target, settled) for target in targets if (settled := settled_for(target, options)) is not None]
    refused = USAGE if len(ready) < len(targets) else CLEAN
    return max(refused, _act(options)(ready, options))


def _act(options: Options) -> Callable[[Sequence[tuple[Target, Settled]], Options], int]:
    """What to do with the projects; what is rarely done is not imported before."""
    if options.show_settings:
        from .show import settings

        return settings
    if options.show_files:
        from .show import files

        return files
    if options.why is not None:
        from .why import why

        return why
    if options.watch:
        from .watch import watch

        return watch
    if options.diff:
        from .mend import diff

        return diff
    if options.add_ignore is not None:
        from .ignoring import ignore

        return ignore
    if options.update_baseline:
        from .accepting import update

        return update
    return _fix_and_check if options.fix else check


def _fix_and_check(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Mend what can be mended, and look again: at the settings too, which may have been mended."""
    from .mend import fix

    for target, settled in ready:
        fix(target, settled, options)
    if options.fix_only:
        return CLEAN
    return check([(target, settled_for(target, options) or settled) for target, settled in ready], options)


def check(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Look at projects and show them."""
    if not ready:
        return CLEAN
    return show([look_at(target, settled, options) for target, settled in ready], options)


def show(looks: Sequence[Look], options: Options) -> int:
    """Tell of looks as asked, and the exit code they make."""
    told = tell(looks, options)
    tell_crashes(crash for look in looks for crash in look.outcome.crashes)
    return max(verdict_of(looks, options), CLEAN if told else USAGE)


def verdict_of(looks: Sequence[Look], options: Options) -> int:
    """The exit code that looks make, whether or not they can be told of."""
    if any(look.outcome.crashes for look in looks):
        return INTERNAL
    stale = options.error_stale_baseline and any(look.gone for look in looks)
    failed = (stale or any(look.failed for look in looks)) and not options.exit_zero
    return FOUND if failed else CLEAN


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
    if not options.use_baseline:
        return Showing(options.over(settled.configuration.policy))
    return Showing(options.over(settled.configuration.policy), baseline_for(target, disk, options))


def concerning(target: Target, settled: Settled, findings: Iterable[Finding], options: Options) -> list[Finding]:
    """Those findings that what changed concerns; UsageError where git does not say."""
    from ..host.changes import Unanswered, changed
    from ..host.concerning import concerning

    try:
        return concerning(target.root, settled, findings, changed(target.root, options.since))
    except Unanswered as why:
        raise UsageError(f"cannot tell what changed in `{visible(target.relative)}`: {visible(str(why))}") from None


def settled_for(target: Target, options: Options, over: Disk | None = None) -> Settled | None:
    """The settings that a check goes by; None, and one line on stderr, where they cannot be followed."""
    settled = isolated() if options.isolated else settled_at(target, over)
    if settled is None or not (options.complete or options.freshness):
        return settled
    from .complete import asked

    return asked(target, settled, options)


def settled_at(target: Target, over: Disk | None = None) -> Settled | None:
    """The settings of a project; None, and one line on stderr, where they cannot be followed."""
    disk = over or Disk(target.root)
    settled = settle(disk)
    wrong = complaint(target, settled, disk)
    if wrong is not None:
        note(wrong)
        return None
    return settled


def complaint(target: Target, settled: Settled, disk: Disk) -> str | None:
    """Why settings cannot be followed, as one line; None where they can."""
    wrong = _wrong(settled, disk)
    return None if wrong is None else f"specthis-lsp: {visible(f'{target.prefix}{settled.path}')}{wrong}"


def _wrong(settled: Settled, disk: Disk) -> str | None:
    configuration = settled.configuration
    if configuration.problem is not None:
        text = disk.read(settled.path or "")
        line = text.line_of(configuration.problem.span.start) + 1 if isinstance(text, Text) else 1
        return f":{line}: {visible(configuration.problem.message)}"
    # A selection of rules that do not exist selects nothing, and would pass for clean.
    policy = configuration.policy
    for name, codes in (("select", policy.select), ("ignore", policy.ignore), ("severity", policy.severity)):
        for code in codes:
            try:
                known_code(code)
            except UsageError as error:
                return f": `rules.{name}`: {visible(str(error))}"
    return None
