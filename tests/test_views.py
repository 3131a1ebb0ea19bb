"""The views of a whole project: they agree with what the rules found, in every project that a case shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markdown_cases import CASES, PROJECTS, Case, CaseWorld, project_of
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import shown
from specthis_analyzers.project import Project
from specthis_analyzers.settings import Policy
from specthis_analyzers.views.audit import Audit, Row, audit
from specthis_analyzers.views.changes import State, changes, other_keys
from specthis_analyzers.views.coverage import coverage, papers
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


@pytest.mark.parametrize("case", projects())
def test_nothing_changed_between_a_project_and_itself(case: Case) -> None:
    """Whatever its specs hold, and twice of one name."""
    project = project_of(CaseWorld(case))
    state = State(project.view, project.specs)
    assert not any(change.is_change for change in changes(state, state, lambda path: True))


@pytest.mark.parametrize("case", projects())
def test_whatever_a_paper_shows_has_one_place_and_at_most_one_owner(case: Case) -> None:
    """Every exhibit is counted once, and its owner exports something."""
    view = project_of(CaseWorld(case)).view
    exhibits = coverage(view, papers(view))
    assert len({(exhibit.path, exhibit.start) for exhibit in exhibits}) == len(exhibits)
    for exhibit in exhibits:
        assert exhibit.owner is None or exhibit.owner in {
            claim for export in view.names("export") for claim in view.claims("export", export)
        }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_a_value_has_no_other_keys_than_itself(value: Any) -> None:
    """NaN included."""
    assert list(other_keys(value, json.loads(json.dumps(value)))) == []


@given(VALUES, VALUES)
def test_other_values_have_other_keys(one: Any, two: Any) -> None:
    """Something is named if and only if two values are not the same, in either direction."""
    said = [bool(list(other_keys(*pair))) for pair in ((one, two), (two, one))]
    assert said[0] == said[1]
    if json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True):
        assert said == [False, False]


def test_keys_are_dotted_and_lists_are_one() -> None:
    """Objects are looked into, lists are the same or not."""
    before = {"a": {"x": 1, "y": 2}, "b": [1, {"c": 2}], "d": 1, "e": True}
    after = {"a": {"x": 1, "z": 3}, "b": [1, {"c": 3}], "d": 1.0, "e": 1}
    assert list(other_keys(before, after)) == ["`a.z` added", "`a.y` removed", "`b`", "`e`"]


def test_where_a_rule_failed_nothing_is_right() -> None:
    """Its silence says nothing; what the others found still counts."""
    project = project_of(CaseWorld(PROJECTS["fit"]))
    found = project.findings()
    view = audit(project.view, project.specs, found, found, crashed=project.specs)
    assert [set(row.marks.values()) for row in view.rows] == [{"unknown"}]
    assert view.rows[0].notes == ("a rule failed",)
