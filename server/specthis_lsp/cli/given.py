"""`--stdin-filename`: one file checked as an editor has it, before it is saved; its text as mended, where asked for.

All facts are the project's, with the given text in the place of the file, so what is shown is what a check would show
of that file after saving. `--fix` writes nothing and prints the text, as formatters do: with every safe fix made that
lies in this file alone. Its exit code says whether something remains.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from msgspec.structs import replace

from specthis_analyzers.finding import Finding, Replace
from specthis_analyzers.suppression import Suppressions

from ..host.mending import Plan, plan
from ..host.overlay import Overlay
from ..host.projects import Settled, project_around
from .arguments import Options
from .crashes import tell_crashes
from .exits import INTERNAL, USAGE, UsageError
from .looking import look_at, showing
from .mend import choice, show_differences, tell_mended
from .output import emit_bytes
from .settled import settled_for
from .targets import NO_SPECS, Target, target
from .verdict import show
from .visible import visible

MAX_GIVEN_BYTES = 256 * 1024 * 1024


def run(name: str, options: Options) -> int:
    """Check the text on stdin as the file of that name; UsageError where it is in no project."""
    target = _target(name)
    data = _read()
    overlay = _over(target, data)
    settled = settled_for(target, options, overlay)
    if settled is None:
        return USAGE
    if not (options.fix or options.diff):
        return show([look_at(target, settled, options, overlay)], options)
    planned = _plan(target, settled, options, overlay)
    if options.diff:
        return show_differences([(target, planned)], options)
    after = planned.changes[0].after if planned.changes else data
    emit_bytes(after)
    tell_mended(planned.mended, options)
    crashed = tell_crashes(planned.crashes)
    return INTERNAL if crashed else _verdict(target, after, options)


def _target(name: str) -> Target:
    full = os.path.abspath(name)
    if not name or os.path.isdir(full):
        raise UsageError(f"`--stdin-filename` takes the path of a file, not `{visible(name)}`")
    root = project_around(os.path.dirname(full))
    if root is None:
        raise UsageError(f"`{visible(name)}`: {NO_SPECS}")
    return target(root, (os.path.relpath(full, root).replace(os.sep, "/"),))


def _read() -> bytes:
    if sys.stdin is None:
        raise UsageError("`--stdin-filename` reads a text from stdin, which is closed")
    try:
        data = sys.stdin.buffer.read(MAX_GIVEN_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read stdin: {(error.strerror or 'unknown reason').lower()}") from None
    if len(data) > MAX_GIVEN_BYTES:
        raise UsageError(f"what is on stdin is larger than {MAX_GIVEN_BYTES >> 20} MiB")
    return data


def _over(target: Target, data: bytes) -> Overlay:
    overlay = Overlay(target.root)
    overlay.given[target.asked[0]] = data
    return overlay


def _plan(target: Target, settled: Settled, options: Options, overlay: Overlay) -> Plan:
    how, choose = showing(target, settled, overlay, options), choice(options)

    def stays_inside(finding: Finding) -> bool:
        fix = choose(finding)
        return fix is not None and all(isinstance(edit, Replace) and target.holds(edit.path) for edit in fix.edits)

    def wanted(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
        shown = how.sift(findings, suppressions).findings
        return [finding for finding in shown if target.holds(finding.place.path) and stays_inside(finding)]

    return plan(target.root, settled, wanted, overlay, choose)


def _verdict(target: Target, data: bytes, options: Options) -> int:
    """How a check of the mended text ends. Reports go into files only: stdout has the text."""
    overlay = _over(target, data)
    settled = settled_for(target, options, overlay)
    if settled is None:
        return USAGE
    return show([look_at(target, settled, options, overlay)], replace(options, silent=True))
