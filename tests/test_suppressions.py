"""Suppressions over every case there is: written for all that is found, they hold back that, and nothing else."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from markdown_cases import CASES, Case, CaseWorld, project_of
from specthis_analyzers.commenting import Spot, comment, spot_of
from specthis_analyzers.finding import Finding, Replace
from specthis_analyzers.merging import unresolved
from specthis_analyzers.policy import shown
from specthis_analyzers.project import Project
from specthis_analyzers.settings import Policy
from specthis_analyzers.text import Text
from specthis_analyzers.world import World
from test_rules import TODAY, applied

Files = dict[str, str | bytes | None]
REASON = "accepted, for the test"
ROUNDS = 4
OWN = ("malformed-suppression", "unused-suppression", "malformed-baseline")
"""Rules whose cases have suppressions of their own."""


def cases() -> list:
    return [
        pytest.param(case, id=f"{code}: {case.name}")
        for code, found in CASES.items()
        for case in found
        if code not in OWN and project_of(CaseWorld(case)).is_project
    ]


def seen(project: Project) -> list[Finding]:
    policy = Policy(profiles=project.configuration.policy.profiles)
    return shown(project.findings(), policy, project.suppressions, TODAY)


def text_in(world: World, path: str) -> Text | None:
    """A text that can be written back as it was, and whose author has decided what it says."""
    text = world.read(path)
    return text if isinstance(text, Text) and text.bad is None and not unresolved(text.source) else None


def suppressed(case: Case) -> Files:
    """The files of a case with a comment for everything that is found."""
    files = CaseWorld(case).files
    tried: set[str] = set()
    for _ in range(ROUNDS):
        world = CaseWorld(case, files)
        project = project_of(world)
        spots: dict[Spot, list[Finding]] = {}
        for finding in seen(project):
            spot = spot_of(finding, partial(text_in, world), project.facts, finding.fingerprint in tried)
            if spot is not None:
                spots.setdefault(spot, []).append(finding)
        edits: dict[tuple[str, int], Replace] = {}
        for spot, found in spots.items():
            text = text_in(world, spot.path)
            assert text is not None
            if (spot.path, spot.at) not in edits:
                edits[spot.path, spot.at] = comment(spot, [finding.code for finding in found], REASON, text)
                tried |= {finding.fingerprint for finding in found}
        if not edits:
            break
        files = applied(files, tuple(edits.values()))
    return files


@pytest.mark.parametrize("case", cases())
def test_what_is_suppressed_is_silent_and_nothing_else_is_moved(case: Case) -> None:
    """All is held back, the rules find what they found, and taking the comments out gives the files as they were."""
    before = CaseWorld(case)
    files = suppressed(case)
    world = CaseWorld(case, files)
    project = project_of(world)
    left = [finding for finding in seen(project) if text_in(world, finding.place.path) is not None]
    assert left == []
    assert marks(project) == marks(project_of(before))
    edits = tuple(
        Replace(path, suppression.removal, "")
        for path, listed in project.suppressions.items()
        for suppression in listed
        if suppression.reason == REASON
    )
    assert applied(files, edits) == before.files


def marks(project: Project) -> Counter[str]:
    return Counter(finding.fingerprint for finding in project.findings())


@pytest.mark.parametrize("case", cases())
def test_a_break_that_is_mended_leaves_a_suppression_that_nobody_needs(case: Case) -> None:
    """After each safe fix nothing is loud, and hints say which comment may go."""
    files = suppressed(case)
    found = [finding for finding in project_of(CaseWorld(case, files)).findings() if finding.safe_fix]
    for finding in found:
        assert finding.safe_fix is not None
        after = project_of(CaseWorld(case, applied(files, finding.safe_fix.edits)))
        told = [other for other in seen(after) if text_in(after.view.world, other.place.path) is not None]
        assert {other.code for other in told if other.severity in ("error", "warning")} <= case.uncovered
