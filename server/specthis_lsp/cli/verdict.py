"""How a check ends: with its looks told as asked, and with the exit code that they make."""

from __future__ import annotations

from collections.abc import Sequence

from ..host.projects import Settled
from .arguments import Options
from .exits import CLEAN, FOUND, INTERNAL, USAGE
from .look import Look
from .looking import look_at
from .reporting import tell
from .targets import Target


def check(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Look at projects and show them."""
    if not ready:
        return CLEAN
    return show([look_at(target, settled, options) for target, settled in ready], options)


def show(looks: Sequence[Look], options: Options) -> int:
    """Tell of looks as asked, and the exit code they make."""
    told = tell(looks, options)
    if crashes := [crash for look in looks for crash in look.outcome.crashes]:
        from .crashes import tell_crashes

        tell_crashes(crashes)
    return max(verdict_of(looks, options), CLEAN if told else USAGE)


def verdict_of(looks: Sequence[Look], options: Options) -> int:
    """The exit code that looks make, whether or not they can be told of."""
    if any(look.outcome.crashes for look in looks):
        return INTERNAL
    stale = options.error_stale_baseline and any(look.gone for look in looks)
    failed = (stale or any(look.failed for look in looks)) and not options.exit_zero
    return FOUND if failed else CLEAN
