"""`--statistics`: how many findings each rule has, most first; which of them `--fix` would mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from specthis_analyzers.settings import SEVERITIES, Severity

from .arguments import Options
from .look import Look
from .output import Style


class Row(Struct, frozen=True):
    """The findings of one rule, as loud as each other."""

    code: str
    severity: Severity
    count: int
    fixable: int


def rows(looks: Sequence[Look], options: Options) -> list[Row]:
    """Everything that is shown, hints too: they cost one line."""
    found: dict[tuple[str, Severity], tuple[int, int]] = {}
    for look in looks:
        for finding in look.findings:
            count, fixable = found.get((finding.code, finding.severity), (0, 0))
            found[finding.code, finding.severity] = (count + 1, fixable + (finding.safe_fix is not None))
    counted = [Row(code, severity, *counts) for (code, severity), counts in found.items()]
    return sorted(counted, key=lambda row: (-row.count, SEVERITIES.index(row.severity), row.code))


def table(looks: Sequence[Look], options: Options, style: Style) -> Iterator[str]:
    """For people: a line for each rule, with a mark where fixes are safe."""
    from .full import verdict

    counted = rows(looks, options)
    digits = len(str(max((row.count for row in counted), default=0)))
    width = max((len(row.code) for row in counted), default=0)
    for row in counted:
        mark = "[*]" if row.fixable == row.count else "[-]" if row.fixable else "[ ]"
        yield f"{row.count:>{digits}}  {mark}  {row.code:<{width}}  {style.paint(row.severity, row.severity)}"
    if counted and not options.quiet:
        yield ""
    if not options.quiet:
        yield from verdict(looks, options, style)


def statistics(looks: Sequence[Look], options: Options, style: Style) -> Iterator[str]:
    """For programs: a list, all projects together."""
    from json import dumps

    lines = [
        dumps({"code": row.code, "severity": row.severity, "count": row.count, "fixable": row.fixable})
        for row in rows(looks, options)
    ]
    yield "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


FORMS = {"full": table, "concise": table, "json": statistics}
