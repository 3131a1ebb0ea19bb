"""The settings that a verb goes by; where they cannot be followed, one line on stderr that says why."""

from __future__ import annotations

from specthis_analyzers.text import Text

from ..host.disk import Disk
from ..host.projects import Settled, settle
from ..host.settling import isolated
from .arguments import Options
from .exits import UsageError
from .output import note
from .parser import known_code
from .targets import Target
from .visible import visible


def settled_for(target: Target, options: Options, over: Disk | None = None) -> Settled | None:
    """The settings that a check goes by; None, and one line on stderr, where they cannot be followed."""
    settled = isolated() if options.isolated else settled_at(target, over)
    if settled is None or not (options.complete or options.freshness):
        return settled
    from .demanding import demanding

    return demanding(target, settled, options)


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
