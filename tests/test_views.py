"""The views of a whole project: they agree with what the rules found, in every project that a case shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from markdown_cases import CASES, PROJECTS, Case, CaseWorld, project_of
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import shown
from specthis_analyzers.project import Project
from specthis_analyzers.settings import Policy
from specthis_analyzers.views.audit import Audit, Row, audit
from specthis_analyzers.views.tally import tally


def projects() -> list:
    cases = [(code, case) for code, found in CASES.items() for case in found]
    named = [("README", case) for name, case in PROJECTS.items()]
    return [pytest.param(case, id=f"{code}: {case.name}") for code, case in (*named, *cases)]


def audited(case: Case, policy: Policy | None = None) -> tuple[Project, list[Finding], Audit]:
    project = project_of(CaseWorld(case))
    found = project.findings()
    told = shown(found, policy or Policy(profiles=project.configuration.policy.profiles))
    return project, told, audit(project.view, project.specs, found, told)


def places_in(finding: Finding, row: Row) -> Iterator[int]:
    """Where a finding stands in an entry's block, or above it in the front matter."""
    block = row.entry.contract.block
    for place in (finding.place, *(related.place for related in finding.related)):
        if place.path == row.entry.spec and place.span and block.start <= place.span.start < block.end:
            yield place.span.start


@pytest.mark.parametrize("case", projects())
def test_a_mark_says_wrong_exactly_where_a_finding_stands(case: Case) -> None:
    """An entry is wrong if and only if a finding louder than a hint stands in it, or above it for its route."""
    project, told, view = audited(case)
    assert project.crashes == ()
    loud = [finding for finding in told if finding.severity != "hint"]
    for row in view.rows:
        inside = [finding for finding in loud if any(True for _ in places_in(finding, row))]
        assert set(inside) <= set(row.findings)
        assert ("no" in row.marks.values()) == bool(row.findings)
        for finding in set(row.findings) - set(inside):
            assert row.side == "report"
            assert finding.place.span
            assert finding.place.span.start < row.entry.contract.block.start


@pytest.mark.parametrize("case", projects())
def test_every_finding_is_counted_once(case: Case) -> None:
    """The summary counts every finding louder than a hint, each in one place."""
    _, told, view = audited(case)
    counted = tally(view, told)
    unread = sum(finding.code == "unread-file" for finding in told)
    in_all = counted.contract + counted.absent + counted.routing + len(counted.conventions) + unread
    assert in_all == sum(finding.severity != "hint" for finding in told)


@pytest.mark.parametrize("case", projects())
def test_what_a_policy_hides_is_never_shown_as_right(case: Case) -> None:
    """With every rule ignored nothing is wrong, and what was wrong is unknown, or not asked."""
    _, _, before = audited(case)
    _, _, after = audited(case, Policy(ignore=tuple(CASES)))
    for row, hidden in zip(before.rows, after.rows, strict=True):
        for column, mark in row.marks.items():
            if mark == "no":
                assert hidden.marks[column] in ("unknown", "n/a"), (column, row.entry.name)
            else:
                assert hidden.marks[column] == mark


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_sound_projects_have_nothing_wrong(name: str) -> None:
    """Only what is not here is marked in the projects that cases start from."""
    _, _, view = audited(PROJECTS[name])
    against = {finding.code for row in view.rows for finding in row.findings}
    assert against <= {"missing-output", "missing-export"}


def test_where_a_rule_failed_nothing_is_right() -> None:
    """Its silence says nothing; what the others found still counts."""
    project = project_of(CaseWorld(PROJECTS["fit"]))
    found = project.findings()
    view = audit(project.view, project.specs, found, found, crashed=project.specs)
    assert [set(row.marks.values()) for row in view.rows] == [{"unknown"}]
    assert view.rows[0].notes == ("a rule failed",)
