"""`--check`: find the projects, look at each, show what was found, and end by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import may_show, shown
from specthis_analyzers.text import Text

from ..host.checking import check_project
from ..host.disk import Disk
from ..host.projects import Settled, settle
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
    ready = [(target, settled) for target in targets if (settled := settled_at(target)) is not None]
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
    if options.diff:
        from .mend import diff

        return diff
    return _fix_and_check if options.fix else check


def _fix_and_check(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Mend what can be mended, and look again: at the settings too, which may have been mended."""
    from .mend import fix

    for target, settled in ready:
        fix(target, settled, options)
    return check([(target, settled_at(target) or settled) for target, settled in ready], options)


def check(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Look at projects and show them."""
    if not ready:
        return CLEAN
    return show([look_at(target, settled, options) for target, settled in ready], options)


def show(looks: Sequence[Look], options: Options) -> int:
    """Tell of looks as asked, and the exit code they make."""
    told = tell(looks, options)
    crashed = tell_crashes(crash for look in looks for crash in look.outcome.crashes)
    if crashed:
        return INTERNAL
    if not told:
        return USAGE
    failed = any(look.failed for look in looks) and not options.exit_zero
    return FOUND if failed else CLEAN


def look_at(target: Target, settled: Settled, options: Options, over: Disk | None = None) -> Look:
    """Look at one project: what was found, through the policy, in the paths asked for."""
    policy = options.over(settled.configuration.policy)
    use_cache = options.use_cache and over is None
    with progress(f"Checking {visible(target.relative)} …"):
        outcome = check_project(target.root, settled, use_cache, lambda code: may_show(code, policy), over)
        found = concerning(target, settled, outcome.findings, options) if options.changed else outcome.findings
    findings = [finding for finding in shown(found, policy) if target.holds(finding.place.path)]
    return Look(target, outcome, findings, policy.fail_on)


def concerning(target: Target, settled: Settled, findings: Iterable[Finding], options: Options) -> list[Finding]:
    """Those findings that what changed concerns; UsageError where git does not say."""
    from ..host.changes import Unanswered, changed
    from ..host.concerning import concerning

    try:
        return concerning(target.root, settled, findings, changed(target.root, options.since))
    except Unanswered as why:
        raise UsageError(f"cannot tell what changed in `{visible(target.relative)}`: {visible(str(why))}") from None


def settled_at(target: Target, over: Disk | None = None) -> Settled | None:
    """The settings of a project; None, and one line on stderr, where they cannot be followed."""
    disk = over or Disk(target.root)
    settled = settle(disk)
    complaint = _complaint(settled, disk)
    if complaint:
        note(f"specthis-lsp: {visible(f'{target.prefix}{settled.path}')}{complaint}")
        return None
    return settled


def _complaint(settled: Settled, disk: Disk) -> str | None:
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
