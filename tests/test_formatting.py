"""Formatting: the cases of `tests/queries/formatting.md`, and that nothing is said differently."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.claims import claims_of
from specthis_analyzers.facts import markdown
from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.schema import json_schema
from specthis_analyzers.queries.formatting import applied, changes
from specthis_analyzers.text import Span, Text

TESTS = Path(__file__).parent
CASE = re.compile(
    r"^## (.+)\n(?:(?!````).*\n)*````before\n((?:(?!````).*\n)*)````\n(?:\n````after\n((?:(?!````).*\n)*)````\n)?",
    re.MULTILINE,
)
CASES = CASE.findall((TESTS / "queries" / "formatting.md").read_text(encoding="utf-8"))
SPECS = sorted((TESTS.parent / "docs" / "examples").glob("*/specs/*.md")) + sorted(
    (TESTS / "guard").rglob("specs/*.md")
)
PIECES = [
    "---\n", "name:  compute-a\n", "kind: compute\n", "depends_on: [a.md,b.md]\n", "depends_on:\n", "- a.md\n",
    "-  b.md\n", "title: 'x: y'\n", "title: |\n  text\n", "# note\n", "## Entries\n", "### base\n",
    "### wide  \n", "\n", "\n\n", "Script:scripts/a.py\n", "Script:  `a.py`\n", "Output: a.json (keys: x)\n",
    "Export outputs:\n", "-   r/a.tex\n", "- `r/b.tex`\n", "Status:   script ready\n", "Schema:\n",
    "-  `x: number`\n", "```\n", "Prose.\n", "<!-- specthis: ignore[a] b -->\n", "  ", "> ", "1. x\n",
    "Base\n----\n", "Routes:  `a.tex#b`\n", "Run:\n", "~~~\n",
]  # fmt: skip


def says(facts: SpecFacts) -> object:
    """What others read off a spec: its claims, and for each entry status, schema and inputs."""
    entries = [
        (
            entry.name.text,
            entry.side,
            entry.script and entry.script.text,
            [word.text for word in (*entry.outputs, *entry.exports, *entry.routes, *entry.inputs)],
            entry.state,
            entry.schema and json_schema(entry.schema),
            [field.label.text for field in entry.fields],
        )
        for entry in facts.entries
    ]
    keys = [
        (key.name.text, key.shape, [word.text for word in key.values])
        for key in (facts.front.keys if facts.front else ())
    ]
    headings = [(heading.level, heading.title.text) for heading in facts.headings]
    return set(claims_of("specs/a.md", facts)), entries, keys, headings, len(facts.suppressions)


def formatted(source: str) -> str:
    text = Text(source)
    return applied(text, changes(text)).source


@pytest.mark.parametrize(("name", "before", "after"), CASES, ids=[case[0] for case in CASES])
def test_formatting(name: str, before: str, after: str):
    assert formatted(before) == (after or before)


def test_every_case_is_read():
    headings = re.findall(
        r"^````before$", (TESTS / "queries" / "formatting.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(CASES) == len(headings)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_specs_as_researchers_have_them(path: Path):
    """Putting them in form changes nothing of what they say, and once is enough."""
    before = path.read_bytes().decode("utf-8", "replace")
    after = formatted(before)
    assert says(markdown.read(Text(after))) == says(markdown.read(Text(before)))
    assert formatted(after) == after


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["\n", "\r\n", "\r"]))
def test_nothing_is_said_differently(pieces: list[str], ending: str):
    """Of any text; a second time changes nothing, and line ends stay the document's."""
    before = "".join(pieces).replace("\n", ending)
    after = formatted(before)
    assert says(markdown.read(Text(after))) == says(markdown.read(Text(before)))
    assert formatted(after) == after
    if ending == "\r\n":
        assert after.count("\n") == after.count("\r\n")


@given(st.lists(st.sampled_from(PIECES), max_size=20), st.data())
def test_a_part_is_formatted_by_itself(pieces: list[str], data: st.DataObject):
    """What lies outside of a range stays, and what is said too."""
    text = Text("".join(pieces))
    start = data.draw(st.integers(0, len(text)))
    within = Span(start, data.draw(st.integers(start, len(text))))
    made = changes(text, within)
    assert says(markdown.read(applied(text, made))) == says(markdown.read(text))
    assert all(one.span.end <= other.span.start for one, other in pairwise(made))


def test_line_ends_are_the_documents_own():
    source = "### base\r\nScript: a.py\r\nOutput: `a.json`\r\n### wide\r\n\r\nScript: `b.py`\r\n"
    assert formatted(source) == (
        "### base\r\n\r\nScript: `a.py`\r\nOutput: `a.json`\r\n\r\n### wide\r\n\r\nScript: `b.py`\r\n"
    )


def test_edits_are_small():
    """Only what is out of form is touched."""
    text = Text("### base\n\nScript:  `a.py`\nOutput: `a.json`\n")
    assert [(text.source[change.span.start : change.span.end], change.text) for change in changes(text)] == [
        ("  ", " ")
    ]
