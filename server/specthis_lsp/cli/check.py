"""`--check`: find the projects, and do with them what the options say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..host.projects import Settled
from .arguments import Options, parse
from .exits import CLEAN, USAGE
from .settled import settled_for
from .targets import Target, find
from .verdict import check


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
        from .show_settings import show_settings

        return show_settings
    if options.show_files:
        from .show_files import show_files

        return show_files
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
