"""`--fix` and `--diff`: the same plan, carried out or shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from os import fsencode

from specthis_analyzers.finding import Finding
from specthis_analyzers.suppression import Suppressions
from specthis_analyzers.text import decode

from ..host.checking import check_project
from ..host.disk import Disk
from ..host.mending import Change, Choice, Mended, Plan, Wanted, any_single, plan, safe
from ..host.projects import Settled
from ..host.writing import write
from .arguments import Options
from .crashes import tell_crashes
from .exits import CLEAN, FOUND, INTERNAL
from .looking import concerning, showing
from .output import emit_text, note
from .progress import progress
from .targets import Target
from .visible import visible
from .wording import plural


def fix(target: Target, settled: Settled, options: Options) -> None:
    """Apply the fixes of the findings asked for, and say on stderr what was done."""
    written = write(_plan(target, settled, options))
    for path, why in written.refused.items():
        note(f"Left `{visible(target.prefix + path)}` alone: {visible(why)}.")
    tell_mended(written.mended, options)


def tell_mended(mended: Sequence[Mended], options: Options) -> None:
    """Say on stderr what was mended."""
    codes = [one.code for one in mended]
    if codes and not options.quiet:
        note(f"Fixed {plural(len(codes), 'finding')} ({', '.join(dict.fromkeys(codes))}).")


def diff(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Print what `--fix` would do, write nothing, and end with 1 if there is something to do."""
    return show_differences(((target, _plan(target, settled, options)) for target, settled in ready), options)


def show_differences(plans: Iterable[tuple[Target, Plan]], options: Options) -> int:
    """Print plans as `patch` takes them."""
    found = crashed = False
    for target, planned in plans:
        found |= bool(planned.mended)
        # For `patch` every byte counts; for a terminal none may be hostile.
        lines = _lines(target, planned)
        crashed |= tell_crashes(planned.crashes)
        emit_text("".join(f"{visible(line)}\n" for line in lines) if sys.stdout.isatty() else _joined(lines))
    if crashed:
        return INTERNAL
    return FOUND if found and not options.exit_zero else CLEAN


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _plan(target: Target, settled: Settled, options: Options) -> Plan:
    with progress(f"Checking {visible(target.relative)} …"):
        return plan(target.root, settled, wanted_by(target, settled, options), choose=choice(options))


def choice(options: Options) -> Choice:
    """Which fix of a finding is made unasked."""
    return any_single if options.unsafe_fixes else safe


def wanted_by(target: Target, settled: Settled, options: Options) -> Wanted:
    """What of the findings is shown, and so to be mended."""
    how = showing(target, settled, Disk(target.root), options)
    marks = _marks(target, settled, options) if options.changed else None

    def wanted(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
        shown = how.sift(findings, suppressions).findings
        found = [finding for finding in shown if target.holds(finding.place.path)]
        return found if marks is None else [finding for finding in found if finding.fingerprint in marks]

    return wanted


def _marks(target: Target, settled: Settled, options: Options) -> set[str]:
    """The fingerprints of what changes concern, before anything is mended."""
    outcome = check_project(target.root, settled, options.use_cache)
    shown = showing(target, settled, outcome.disk, options).sift(outcome.findings, outcome.suppressions).findings
    return {finding.fingerprint for finding in concerning(target, settled, shown, options)}


def _lines(target: Target, planned: Plan) -> Iterator[str]:
    for change in planned.changes:
        yield from _difference(_quoted(target.prefix + change.path), change)
    for move in planned.moves:
        yield f"rename from {_quoted(target.prefix + move.path)}"
        yield f"rename to {_quoted(target.prefix + move.to)}"


def _quoted(path: str) -> str:
    """A path as git and `patch` write one that could be taken for lines of the diff: in quotes, its bytes escaped."""
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    plain = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in fsencode(path))
    return f'"{"".join(plain)}"'


def _difference(path: str, change: Change) -> Iterator[str]:
    """A unified diff of one file. Lines end at LF only, as `patch` has it: a CR belongs to its line."""
    from difflib import unified_diff

    before = _split(decode(change.before).source) if change.before is not None else []
    after = _split(decode(change.after).source)
    origin = "/dev/null" if change.before is None else path
    for line in unified_diff(before, after, origin, path, lineterm="\n"):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _split(source: str) -> list[str]:
    *lines, last = source.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
