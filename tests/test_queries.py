"""Queries against the cases of `tests/queries`: projects with a cursor, and where it leads."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from specthis_analyzers.facts import script
from specthis_analyzers.facts.result import ResultFacts
from specthis_analyzers.finding import Create, Fix, Place, Replace
from specthis_analyzers.pairs import Entry, entries_of
from specthis_analyzers.project import Project
from specthis_analyzers.queries.creating import can_create, created
from specthis_analyzers.queries.declaring import can_declare, can_declare_again, declared, declared_again
from specthis_analyzers.queries.definition import definition
from specthis_analyzers.queries.restating import restated
from specthis_analyzers.rules.outputs import outputs_of
from specthis_analyzers.rules.rule import Spec
from specthis_analyzers.text import Text
from specthis_analyzers.view import View
from specthis_lsp.host.rounds import applied
from worlds import DictWorld

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=2),
    max_leaves=6,
)
FORMS = [
    "\n",
    " (keys: loss)\n",
    "\nKeys: `loss`\n",
    "\nSchema:\n```json example\n{}\n```\n\n",
    "\nSchema:\n```json schema\n{}\n```\n\n",
    "\nSchema:\n\n- `loss`\n\n",
]
CASES = Path(__file__).parent / "queries"
FILE = re.compile(r"^````(\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
OFFER = re.compile(r"^offers: (.+)$", re.MULTILINE)
BECOMES = re.compile(r"^````becomes (\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^````.*?^````$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^## ", re.MULTILINE)
SAID = re.compile(r"^(rename to|refused|gone|move): (.+)$", re.MULTILINE)
TOLD = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TO = re.compile(r"^to: (.+)$", re.MULTILINE)


@dataclass
class Case:
    """A project, a cursor in one of its files, and the places that are expected."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    cursor: tuple[str, int] = ("", 0)
    expected: list[str] = field(default_factory=list)
    offered: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The titles of edits that are expected, each with the files that it makes others."""
    said: dict[str, str] = field(default_factory=dict)
    """What else is told of a renaming: see `tests/queries/renaming.md`."""
    becomes: dict[str, str] = field(default_factory=dict)
    """All files that anything makes others."""
    lines: list[str] = field(default_factory=list)
    """What is expected where more is told than places: the lines of a fence that says `text`."""


def cases(name: str) -> list[Case]:
    """The cases of a file; one that has no cursor or expects nothing by mistake is an error."""
    text = (CASES / f"{name}.md").read_text(encoding="utf-8")
    starts = [match.start() for match in HEADING.finditer(FENCE.sub(lambda fence: " " * len(fence[0]), text))]
    return [_case(text[start + 3 : end]) for start, end in pairwise([*starts, len(text)])]


def _case(part: str) -> Case:
    case = Case(part.partition("\n")[0], becomes=dict(BECOMES.findall(part)))
    case.said = dict(SAID.findall(FENCE.sub("", part)))
    for path, content in FILE.findall(part):
        before, bar, after = content.partition("|")
        if bar:
            assert not case.cursor[0], f"{case.name}: two cursors"
            case.cursor = (path, len(before))
        case.files[path] = before + after
    case.expected = [place for place in TO.findall(FILE.sub("", part)) if place != "nothing"]
    titles = list(OFFER.finditer(part))
    ends = [*(title.start() for title in titles[1:]), len(part)] if titles else []
    for title, end in zip(titles, ends, strict=True):
        case.offered += [(title[1], dict(BECOMES.findall(part, title.end(), end)))] * (title[1] != "nothing")
    lines = TOLD.search(FENCE.sub("", part))
    case.lines = lines[1].splitlines() if lines else []
    assert case.cursor[0] or "move" in case.said, f"{case.name}: no cursor"
    assert TO.search(part) or titles or case.said or lines, f"{case.name}: nothing expected, not even nothing"
    return case


def shown(files: dict[str, str], place: Place) -> str:
    position = Text(files[place.path]).position(place.span.start if place.span else 0)
    return f"{place.path}:{position.line + 1}:{position.column + 1}"


@pytest.mark.parametrize("case", cases("definition"), ids=lambda case: case.name)
def test_definition(case: Case):
    project = Project(DictWorld(dict(case.files)))
    found = definition(project.view, *case.cursor)
    assert [shown(case.files, place) for place in found] == case.expected


QUERIES_OF_ENTRIES: dict[str, Callable[[View, Entry], list[Fix]]] = {
    "restating": restated,
    "creating": lambda view, entry: [fix] if can_create(view, entry) and (fix := created(view, entry)) else [],
    "declaring": lambda view, entry: [fix] if can_declare(view, entry) and (fix := declared(view, entry)) else [],
    "declaring_again": lambda view, entry: (
        [fix] if can_declare_again(entry) and (fix := declared_again(view, entry)) else []
    ),
}


def entry_at(project: Project, path: str, offset: int) -> Entry | None:
    found = (entry for entry in entries_of(project.view, path) if offset in entry.contract.block)
    return next(found, None)


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name in QUERIES_OF_ENTRIES for case in cases(name)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_what_can_be_done_to_an_entry(name: str, case: Case):
    project = Project(DictWorld(dict(case.files)))
    entry = entry_at(project, *case.cursor)
    assert entry
    fixes = QUERIES_OF_ENTRIES[name](project.view, entry)
    assert [(fix.title, edited(case.files, fix)) for fix in fixes] == case.offered


def edited(files: dict[str, str], fix: Fix) -> dict[str, str]:
    """The files that a fix makes others, as they are then."""
    found: dict[str, str] = {}
    for path in dict.fromkeys(edit.path for edit in fix.edits):
        replaces = [edit for edit in fix.edits if isinstance(edit, Replace) and edit.path == path]
        found[path] = applied(files.get(path, ""), replaces)
    return {**found, **{edit.path: edit.text for edit in fix.edits if isinstance(edit, Create)}}


@given(st.dictionaries(st.text(max_size=12), VALUES, min_size=1, max_size=6), st.sampled_from(FORMS))
@example({"list": [False], "lists": [[1.5]], "mixed": [1, "a"]}, FORMS[3])
def test_what_is_declared_holds_for_what_is_there(result: dict[str, Any], form: str):
    """Whatever a result holds: the entry then has a schema, it can be read, and the result departs from it nowhere."""
    spec = "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n### b\n\nScript: `b.py`\nOutput: `b.json`\n"
    other = f"Status: script TBD\n\n### c\n\nScript: `c.py`\nOutput: `c.json`{form}Status: script TBD\n"
    files = {"specs/compute-a.md": spec + other, "b.json": json.dumps(result)}
    project = Project(DictWorld(dict(files)))
    entry = entry_at(project, "specs/compute-a.md", len(spec) - 3)
    assert entry
    assert can_declare(project.view, entry)
    fix = declared(project.view, entry)
    assert fix
    again = Project(DictWorld({**files, **edited(files, fix)}))
    schema = entries_of(again.view, "specs/compute-a.md")[0].contract.schema
    assert schema
    assert schema.problems == ()
    [found] = outputs_of(Spec("specs/compute-a.md", again.facts("specs/compute-a.md")), again.view)[:1]
    assert isinstance(found.result, ResultFacts)
    assert found.result.mismatches == ()
    assert "malformed-schema" not in {one.code for one in again.findings()}


@given(st.dictionaries(st.text(max_size=12), VALUES, min_size=1, max_size=6), st.sampled_from(FORMS[1:]))
def test_what_is_declared_again_holds_for_what_is_there(result: dict[str, Any], form: str):
    """Where it can be said in the form that there is: the schema stays one that can be read, and asks what is there."""
    spec = "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n### b\n\nScript: `b.py`\nOutput: `b.json`"
    files = {"specs/compute-a.md": f"{spec}{form}Status: script TBD\n", "b.json": json.dumps(result)}
    project = Project(DictWorld(dict(files)))
    entry = entry_at(project, "specs/compute-a.md", len(spec))
    assert entry
    assert can_declare_again(entry)
    fix = declared_again(project.view, entry)
    if fix is None:
        assert "fence" not in str(entry.contract.schema and entry.contract.schema.form)
        return
    again = Project(DictWorld({**files, **edited(files, fix)}))
    contract = entries_of(again.view, "specs/compute-a.md")[0].contract
    assert contract.schema
    assert contract.schema.problems == ()
    assert entry.contract.schema
    assert contract.schema.form == entry.contract.schema.form
    assert contract.ready == entry.contract.ready
    [found] = outputs_of(Spec("specs/compute-a.md", again.facts("specs/compute-a.md")), again.view)
    assert isinstance(found.result, ResultFacts)
    assert found.result.mismatches == ()
    assert "malformed-schema" not in {one.code for one in again.findings()}


LINES = """#!/usr/bin/env python3
"A script of weak."
r'of weak'
'of ' "weak"
import json
from .beside import results
DECAY = 0.1
DECAYS = {"weak": 0.1, "strong": [0.3]}
name = "weak"  # weak
path = "results/fit-weak/fit.json"
open("results/fit-weak/fit.json", "w").write(str(DECAY))
open(f"results/fit-{name}/fit.json", "w")
open(f"{base}/fit-weak/{name}.json", 'w')
print("é", 'weak', "./results/fit-weak/fit.json", b"weak")
if True: raise SystemExit
        x = (
"\\
""".splitlines()
SCRIPTS = st.builds(
    lambda lines, ending: ending.join([*lines, ""]),
    st.lists(st.sampled_from([*LINES, '"""', "'''Of weak.", "'''"]), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
TWO = """---
name: compute-fit
kind: compute
depends_on: []
---

### weak

Script: `weak.py`
Output: `results/fit-weak/fit.json` (keys: loss)
Status: script ready

### strong

Decay 0.3.

Script: `strong.py`
Output: `results/fit-strong/fit.json` (keys: loss)
Status: script ready
"""


@given(SCRIPTS)
def test_whatever_the_model_is_the_script_made_can_be_read_and_writes_nothing_of_the_model(source: str):
    """A script that cannot be cloned for certain is no model; then the contract alone is."""
    project = Project(DictWorld({"specs/compute-fit.md": TWO, "weak.py": source}))
    fix = created(project.view, entries_of(project.view, "specs/compute-fit.md")[1])
    assert fix
    made = edited({"specs/compute-fit.md": TWO}, fix)
    assert ast.get_docstring(ast.parse(made["strong.py"]))
    assert "results/fit-weak/fit.json" not in script_writes(made["strong.py"])
    assert "specs/compute-fit.md" not in made or "raise SystemExit(" in made["strong.py"]


def script_writes(source: str) -> set[str]:
    return {word.text for word in script.read(Text(source), "strong.py").writes}


@given(
    st.text("ab\"'\\\\`{}% é🙂", min_size=1, max_size=8),
    st.dictionaries(st.text("ab\"'\\\\ %é🙂", min_size=1, max_size=4), VALUES, max_size=4),
)
def test_whatever_a_contract_says_the_script_made_of_it_can_be_read(name: str, example: dict[str, Any]):
    """Quotes, backslashes and braces in names and keys are a script's own, too."""
    schema = f"Schema:\n```json example\n{json.dumps(example)}\n```\n"
    spec = f"---\nkind: compute\n---\n\n### {name}\n\nScript: `b.py`\nOutput: `b.json`\nStatus: script TBD\n{schema}"
    project = Project(DictWorld({"specs/compute-a.md": spec}))
    for entry in entries_of(project.view, "specs/compute-a.md"):
        fix = created(project.view, entry)
        assert fix
        ast.parse(fix.edits[-1].text if isinstance(fix.edits[-1], Create) else "(")


@given(st.data())
def test_definition_answers_anywhere(data: st.DataObject):
    """No place of any file makes it fail, and what it finds is there."""
    case = data.draw(st.sampled_from(cases("definition")))
    project = Project(DictWorld(dict(case.files)))
    path = data.draw(st.sampled_from(sorted(case.files)))
    offset = data.draw(st.integers(0, len(case.files[path]) + 3))
    assert all(place.path in case.files for place in definition(project.view, path, offset))
