"""References and renaming against the cases of `tests/queries`, and what holds of every renaming anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guard_repositories import OURS, contents, made_in
from markdown_cases import CASES, CaseWorld, project_of
from markdown_cases import Case as ProjectCase
from projects import SMALL
from specthis_analyzers import baseline
from specthis_analyzers.project import Project
from specthis_analyzers.queries.afterwards import afterwards
from specthis_analyzers.queries.mentions import mention_at, mentions
from specthis_analyzers.queries.moving import Refusal, mover, moving
from specthis_analyzers.queries.references import references
from specthis_analyzers.queries.renaming import Prepared, Renaming, prepare, rename
from specthis_analyzers.queries.things import Mention
from specthis_analyzers.text import Text
from test_queries import Case, cases, shown
from worlds import DictWorld


def driven(steps: Generator[None, None, Any]) -> Any:
    """What a question that comes in steps says in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("case", cases("references"), ids=lambda case: case.name)
def test_references(case: Case):
    """The declaration is marked; all is in order of path and place."""
    view = Project(DictWorld(dict(case.files))).view
    mention = mention_at(view, *case.cursor)
    found = driven(references(view, mention.thing)) if mention else []
    marks = {"declaration": " declared", "write": " written", "read": "", "text": " mentioned"}
    assert [shown(case.files, one.place) + marks[one.role] for one in found] == case.expected


@pytest.mark.parametrize("case", cases("renaming"), ids=lambda case: case.name)
def test_renaming(case: Case):
    view = Project(DictWorld(dict(case.files))).view
    if "move" in case.said:
        old, new = case.said["move"].split(" to ")
        edits = driven(moving(view, {old: new}, strict=False))
        found: Any = Renaming(tuple(edits.sure), tuple(edits.doubtful))
    else:
        found = driven(rename(view, *case.cursor, case.said["rename to"]))
    if "refused" in case.said:
        assert isinstance(found, Refusal)
        assert case.said["refused"] in found.message
        return
    assert isinstance(found, Renaming), found
    gone = {case.said["gone"]} if "gone" in case.said else set()
    expected = {path: text for path, text in case.files.items() if path not in gone} | case.becomes
    assert after(case.files, found) == expected


def after(files: dict[str, str], renaming: Renaming) -> dict[str, str]:
    """The files after a renaming; no edit may touch another."""
    result = dict(files)
    edits = sorted((*renaming.edits, *renaming.doubtful), key=lambda edit: (edit.path, edit.span))
    assert all(one.path != other.path or one.span.end <= other.span.start for one, other in pairwise(edits))
    for edit in reversed(edits):
        text = result[edit.path]
        assert edit.span.end <= len(text)
        result[edit.path] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    for move in renaming.moves:
        assert move.to not in result
        result[move.to] = result.pop(move.path)
    return result


@given(st.data())
def test_renaming_answers_anywhere(data: st.DataObject):
    """No place and no name makes it fail: either there are edits of what is there, or a reason."""
    case = data.draw(st.sampled_from(cases("renaming")))
    view = Project(DictWorld(dict(case.files))).view
    path = data.draw(st.sampled_from(sorted(case.files)))
    offset = data.draw(st.integers(0, len(case.files[path]) + 3))
    new = data.draw(st.text(max_size=12) | st.sampled_from(["a", "b/c.tex", "sec:b", "compute-b.md", "..", "/", "."]))
    prepared = prepare(view, path, offset)
    found = driven(rename(view, path, offset, new))
    if isinstance(found, Refusal):
        assert found.message
    else:
        assert isinstance(prepared, Prepared)
        after(case.files, found)


# Anywhere in what researchers have -----------------------------------------------------------------------------

BY_NAME = frozenset(("unpaired-report", "result-naming", "unfinished-entry", "typed-number", "stale-output"))
"""Rules that hold specs and entries to one another by what they are called: another name is another partner."""
ONE_OF_SEVERAL = frozenset(("duplicate-entry", "duplicate-label", "duplicate-output", "case-mismatch", "mixed-dialect"))
"""Findings that end where one of those concerned is called otherwise."""
BOM = "\ufeff"
COMMENTED_OUT = frozenset(("missing-section",))
"""An input in a comment is no mention: that it is kept out is not told of the new name."""
IN_PART = frozenset(("orphaned-export", "duplicate-output", "duplicate-entry"))
IN_PLACE_OF_IT = frozenset(("orphaned-export", "unresolved-input", "case-mismatch", "name-mismatch"))
"""A figure in several forms that a paper lost or misspells has one finding; called otherwise, one more. A copy of a
spec has one too, in place of all that it says twice, until one of the two or an entry has another name."""


WORLDS = [
    *(CaseWorld(ProjectCase(name), {**contents(name), **made}) for name in OURS for made in ({}, made_in(name))),
    *(CaseWorld(case) for cases in CASES.values() for case in cases if case.complete is None),
]
"""The repositories of the guard, as cloned and as worked in, and the cases of all rules."""


def findings(world: CaseWorld) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.place.path) for one in project_of(world).findings() if one.code not in BY_NAME)


def another(mention: Mention) -> str:
    """A name of the same form."""
    folders, slash, name = mention.written.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if mention.thing.kind != "path" or mention.dropped or not stem:
        return f"{mention.written}zz"
    return f"{folders}{slash}{stem}zz{dot}{suffix}"


def moved_world(world: CaseWorld, renaming: Renaming) -> CaseWorld:
    """The world after a renaming; files keep their times."""
    texts = {edit.path: world.read(edit.path) for edit in (*renaming.edits, *renaming.doubtful)}
    sources = {path: text.source for path, text in texts.items() if isinstance(text, Text) and text.bad is None}
    edited = after(sources, Renaming(renaming.edits, renaming.doubtful))
    boms = {path for path, text in texts.items() if isinstance(text, Text) and text.bom}
    files = {**world.files, **{path: (BOM * (path in boms) + text).encode() for path, text in edited.items()}}
    moved = mover({move.path: move.to for move in renaming.moves})
    result = CaseWorld(ProjectCase(""), {moved(path): content for path, content in files.items()})
    result.states = {moved(path): state for path, state in world.states.items()}
    result.times = {moved(path): time for path, time in world.times.items()}
    result.checkout = {moved(path) for path in world.checkout}
    return result


def told_again(world: CaseWorld, there: CaseWorld, renaming: Renaming) -> list[str]:
    """The codes of what is found after a renaming although all was accepted before."""
    project = project_of(world)
    known = project.findings()
    moves = {move.path: move.to for move in renaming.moves}
    then = afterwards(project.view, renaming, moves, project.finders)
    accepted = baseline.renamed(baseline.accepting(known), known, then)
    return [one.code for one in baseline.compared(project_of(there).findings(), accepted).new]


@given(st.data())
def test_nothing_breaks_by_a_renaming_and_the_way_back_leads_to_the_same_bytes(data: st.DataObject):
    """In the guard's repositories and the cases of all rules: findings stay as they are, up to the name."""
    world = data.draw(st.sampled_from(WORLDS))
    view = project_of(world).view
    path = data.draw(st.sampled_from(sorted(world.files)))
    named = mentions(view, path)
    assume(named)
    mention = data.draw(st.sampled_from(named))
    assume(not mention.doubtful)
    found = driven(rename(view, path, mention.span.start, another(mention)))
    assume(isinstance(found, Renaming))
    assume(all(move.path in world.files for move in found.moves))
    assume(not world.state(mention.thing.name))  # whether git ignores the new name nobody knows here
    there = moved_world(world, found)
    moved = mover({move.path: move.to for move in found.moves})
    before = Counter({(code, moved(place)): count for (code, place), count in findings(world).items()})
    now = findings(there)
    told_in_part = IN_PART if any(code in IN_PLACE_OF_IT for code, _ in before) else frozenset()
    assert [code for code, _ in now - before if code not in told_in_part] == []
    assert [code for code, _ in before - now if code not in ONE_OF_SEVERAL | COMMENTED_OUT | told_in_part] == []
    by_name = {*BY_NAME, *told_in_part, *ONE_OF_SEVERAL, *COMMENTED_OUT}
    assert [code for code in told_again(world, there, found) if code not in by_name] == []
    back_at = [one for one in mentions(project_of(there).view, moved(path)) if one.written == another(mention)]
    assume(not any(code in ONE_OF_SEVERAL for code, _ in before | now))
    assert back_at, "no way back"
    back = driven(rename(project_of(there).view, moved(path), back_at[0].span.start, mention.written))
    assert isinstance(back, Renaming), back
    assert moved_world(there, back).files == world.files


def test_what_was_accepted_of_a_heading_on_another_level_stays_accepted():
    """The entry below it has another name then, and the finding is the same."""
    spec = SMALL["specs/compute-a.md"].replace("### base", "## base")
    world = CaseWorld(ProjectCase(""), {**SMALL, "specs/compute-a.md": spec})
    assert [code for code, _ in findings(world)] == ["misplaced-field"]
    found = driven(rename(project_of(world).view, "specs/compute-a.md", spec.index("base"), "plain"))
    assert isinstance(found, Renaming)
    assert told_again(world, moved_world(world, found), found) == []


def test_a_heading_without_a_name_has_none_to_rename():
    spec = SMALL["specs/compute-a.md"].replace("### base", "### ")
    view = project_of(CaseWorld(ProjectCase(""), {**SMALL, "specs/compute-a.md": spec})).view
    assert [one.written for one in mentions(view, "specs/compute-a.md") if one.thing.kind == "entry"] == []
