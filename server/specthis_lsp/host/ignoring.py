"""What `--add-ignore` would write: a comment for each finding that is wanted, planned in memory to the end.

The project is checked again with the comments laid over its disk, so what is written is known to work. Where a comment
beside a finding does not hold it back, one for the whole file is tried.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from specthis_analyzers.commenting import Spot, comment, spot_of
from specthis_analyzers.finding import Finding, Fix
from specthis_analyzers.project import Project

from .mending import Mended, Plan, Wanted, again, net
from .overlay import Overlay
from .rounds import Round
from .settling import Settled

MAX_ROUNDS = 5


class Ignoring(Struct, frozen=True):
    """What to write, and the findings for which no comment can be written."""

    plan: Plan
    left: list[Finding]


def ignoring(root: str, settled: Settled, wanted: Wanted, reason: str) -> Ignoring:
    """Plan comments that suppress everything that is wanted."""
    overlay = Overlay(root)
    project = Project(overlay, settled.configuration, settled.path)
    tried: set[str] = set()
    findings: list[Finding] = []
    mended: list[Mended] = []
    for _ in range(MAX_ROUNDS):
        findings = wanted(project.findings(), project.suppressions)
        round = Round(overlay.text, overlay.is_free)
        for spot, listed in _spots(findings, overlay, project, tried).items():
            text = overlay.text(spot.path)
            fix = Fix("", (comment(spot, [finding.code for finding in listed], reason, text),)) if text else None
            if fix and round.take(listed[0], fix):
                tried |= {finding.fingerprint for finding in listed}
                mended += [Mended(finding.code, frozenset((spot.path,))) for finding in listed]
        if not round.taken:
            break
        project = again(project, overlay, overlay.lay(round))
    return Ignoring(Plan(overlay.root, *net(overlay, {}), tuple(mended), project.crashes), findings)


def _spots(
    findings: Sequence[Finding], overlay: Overlay, project: Project, tried: set[str]
) -> dict[Spot, list[Finding]]:
    """The findings by where their comment goes: those of one place share one."""
    found: dict[Spot, list[Finding]] = {}
    for finding in findings:
        spot = spot_of(finding, overlay.text, project.facts, whole_file=finding.fingerprint in tried)
        if spot is not None:
            found.setdefault(spot, []).append(finding)
    return found
