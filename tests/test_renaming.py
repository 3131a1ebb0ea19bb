"""References and renaming against the cases of `tests/queries`, and what holds of every renaming anywhere."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.project import Project
from specthis_analyzers.queries.mentions import mention_at
from specthis_analyzers.queries.moving import Refusal, moving
from specthis_analyzers.queries.references import references
from specthis_analyzers.queries.renaming import Prepared, Renaming, prepare, rename
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
