"""Queries against the cases of `tests/queries`: projects with a cursor, and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.finding import Place
from specthis_analyzers.project import Project
from specthis_analyzers.queries.definition import definition
from specthis_analyzers.text import Text
from worlds import DictWorld

CASES = Path(__file__).parent / "queries"
FILE = re.compile(r"^````(\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
TO = re.compile(r"^to: (.+)$", re.MULTILINE)


@dataclass
class Case:
    """A project, a cursor in one of its files, and the places that are expected."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    cursor: tuple[str, int] = ("", 0)
    expected: list[str] = field(default_factory=list)


def cases(name: str) -> list[Case]:
    """The cases of a file; one that has no cursor or expects nothing by mistake is an error."""
    text = (CASES / f"{name}.md").read_text(encoding="utf-8")
    return [_case(part) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]


def _case(part: str) -> Case:
    case = Case(part.partition("\n")[0])
    for path, content in FILE.findall(part):
        before, bar, after = content.partition("|")
        if bar:
            assert not case.cursor[0], f"{case.name}: two cursors"
            case.cursor = (path, len(before))
        case.files[path] = before + after
    case.expected = [place for place in TO.findall(FILE.sub("", part)) if place != "nothing"]
    assert case.cursor[0], f"{case.name}: no cursor"
    assert TO.search(part), f"{case.name}: nothing expected, not even nothing"
    return case


def shown(files: dict[str, str], place: Place) -> str:
    position = Text(files[place.path]).position(place.span.start if place.span else 0)
    return f"{place.path}:{position.line + 1}:{position.column + 1}"


@pytest.mark.parametrize("case", cases("definition"), ids=lambda case: case.name)
def test_definition(case: Case):
    project = Project(DictWorld(dict(case.files)))
    found = definition(project.view, *case.cursor)
    assert [shown(case.files, place) for place in found] == case.expected


@given(st.data())
def test_definition_answers_anywhere(data: st.DataObject):
    """No place of any file makes it fail, and what it finds is there."""
    case = data.draw(st.sampled_from(cases("definition")))
    project = Project(DictWorld(dict(case.files)))
    path = data.draw(st.sampled_from(sorted(case.files)))
    offset = data.draw(st.integers(0, len(case.files[path]) + 3))
    assert all(place.path in case.files for place in definition(project.view, path, offset))
