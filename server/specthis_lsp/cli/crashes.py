"""Rules that failed: said on stderr, with all that a report of the defect needs."""

from __future__ import annotations

from collections.abc import Iterable

from specthis_analyzers.finding import Crash

from .output import note
from .visible import visible

ISSUES = "Please report this with the lines above: the defect is in specthis-lsp, not in your project."


def tell_crashes(crashes: Iterable[Crash]) -> bool:
    """Say on stderr which rules failed: our defect, which must neither pass as clean nor hide what others found."""
    told = False
    for crash in crashes:
        told = True
        where = f" on `{visible(crash.path)}`" if crash.path else ""
        note(f"internal error: rule `{crash.code}` failed{where}; what other rules found stands")
        note(crash.traceback.rstrip("\n"))
    if told:
        note(ISSUES)
    return told
