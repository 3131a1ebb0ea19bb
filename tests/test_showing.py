"""What is told around a text, against the cases of `tests/queries`: outlines, names, links, hints, explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markdown_cases import project_of
from specthis_analyzers.finding import Place
from specthis_analyzers.project import Project
from specthis_analyzers.queries import explanation as explaining
from specthis_analyzers.queries.explanation import explanation
from specthis_analyzers.queries.hints import brought
from specthis_analyzers.queries.links import links
from specthis_analyzers.queries.project_symbols import search
from specthis_analyzers.queries.symbols import Symbol, symbols
from specthis_analyzers.state import State
from specthis_analyzers.text import Span, Text, Word
from specthis_analyzers.views.account import Artefact
from specthis_analyzers.views.chain import chain
from specthis_analyzers.views.standing import Standing, hints, standing
from test_queries import Case, cases, shown
from worlds import DictWorld

EVERYWHERE = Span(0, 1 << 40)


def quoted(case: Case, span: Span) -> str:
    return case.files[case.cursor[0]][span.start : span.end]


def outline(project: Project, case: Case) -> Iterator[str]:
    yield from outlined(symbols(project.view, case.cursor[0]), case, "")


def outlined(found: Iterable[Symbol], case: Case, indent: str) -> Iterator[str]:
    for symbol in found:
        for part in (symbol.named, *(inside.whole for inside in symbol.inside)):
            assert symbol.whole.start <= part.start <= part.end <= symbol.whole.end
        detail = f" ({symbol.detail})" if symbol.detail else ""
        last = Text(case.files[case.cursor[0]]).position(symbol.whole.end).line + 1
        yield f"{indent}{symbol.kind} {symbol.name}{detail} to line {last}"
        yield from outlined(symbol.inside, case, indent + "  ")


def found(project: Project, case: Case) -> Iterator[str]:
    """The cursor stands behind the query, in the first line of a file of its own."""
    path, offset = case.cursor
    for one in search(project.view, case.files[path][:offset]):
        yield f"{one.kind} {one.name} in {one.within}, {shown(case.files, one.place)}"


def leading(project: Project, case: Case) -> Iterator[str]:
    for link in links(project.view, case.cursor[0]):
        yield f"{quoted(case, link.span)} -> {shown(case.files, link.target)}"


def hinted(project: Project, case: Case) -> Iterator[str]:
    path, text = case.cursor[0], Text(case.files[case.cursor[0]])
    if path.endswith(".md"):
        told = [(hint.at, hint.label, hint.why) for hint in hints(project.view, path, EVERYWHERE)]
    else:
        told = [(one.at, one.suffix or one.path, one.path) for one in brought(project.view, path, EVERYWHERE)]
    for at, label, why in told:
        yield f"line {text.line_of(at) + 1}: {label} | {why}"


def linked(project: Project, case: Case) -> Iterator[str]:
    """The chain of the entry at the cursor."""
    path, offset = case.cursor
    entry = next(entry for entry in project.facts(path).entries if offset in entry.block)
    project.refresh()
    concerning = project.concerning(path)
    made = chain(project.view, path, entry, concerning, concerning, ())
    strands = [*(("made by", one) for one in made.before), ("", made.own), *(("shown by", one) for one in made.after)]
    for how, strand in strands:
        yield f"{how} {strand.entry}".strip()
        for link in strand.links:
            why = f" | {link.why}" if link.why else ""
            where = "" if link.place is None else f", {shown(case.files, link.place)}"
            yield f"  {link.part} {link.name}: {link.state}{why}{where}"


def standing_of(project: Project, case: Case) -> Iterator[str]:
    path, offset = case.cursor
    entry = next(entry for entry in project.facts(path).entries if offset in entry.block)
    stands = standing(project.view, path, entry)
    yield stands.said if stands else "nothing"


def explained(project: Project, case: Case) -> Iterator[str]:
    told = explanation(project.view, *case.cursor)
    if told is None:
        yield "nothing"
        return
    yield f"{type(told).__name__} {quoted(case, told.span)!r}"
    yield from DETAILS.get(type(told), lambda told: ())(told)


def of_value(told: explaining.OfValue) -> Iterator[str]:
    value = told.value
    yield f"{told.name}: {value.type}, {value.said}" if value else f"{told.name}: nothing to say"
    if value and value.series:
        series = value.series
        ends = f"from {series.least} to {series.most}"
        yield f"{series.name} {ends}, {series.gaps} gaps, along {series.along or 'itself'}"
    yield from (f"written by {entry.name.text}" for _, entry in told.writers)
    if told.asked:
        yield f"asked as {'|'.join(told.asked.types)}"


DETAILS: dict[type, Callable[..., Iterable[str]]] = {
    explaining.OfWord: lambda told: [told.word],
    explaining.OfEntry: lambda told: [told.entry.name.text, *([told.artefact] if told.artefact else [])],
    explaining.OfSpec: lambda told: [told.path],
    explaining.OfKey: lambda told: [
        f"{told.key.name.text}, " + (f"{told.value.type} {told.value.said} in {told.path}" if told.value else "unseen")
    ],
    explaining.OfValue: of_value,
    explaining.OfFile: lambda told: [told.path, *(f"written by {entry.name.text}" for _, entry in told.writers)],
    explaining.OfLabel: lambda told: [f"{spec} in {document}" for spec, document in told.routes],
    explaining.OfMacro: lambda told: [
        f"{told.value} by {told.path}",
        *(f"written by {entry.name.text}" for _, entry in told.writers),
    ],
    explaining.OfRule: lambda told: [told.code],
    explaining.OfSetting: lambda told: [told.setting.name],
}
QUERIES: dict[str, Callable[[Project, Case], Iterator[str]]] = {
    "symbols": outline,
    "project_symbols": found,
    "links": leading,
    "hints": hinted,
    "chain": linked,
    "standing": standing_of,
    "explanation": explained,
}
ALL = [(name, case) for name in QUERIES for case in cases(name)]


@pytest.mark.parametrize(("name", "case"), ALL, ids=lambda value: value if isinstance(value, str) else value.name)
def test_what_is_shown(name: str, case: Case):
    project = project_of(DictWorld(dict(case.files)))
    assert list(QUERIES[name](project, case)) == case.lines


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_place_of_any_file_makes_anything_fail(data: st.DataObject):
    """Also where a piece of the file is cut out; what is told lies in the file, and what is led to is there."""
    case = data.draw(st.sampled_from([case for _, case in ALL]))
    files = dict(case.files)
    path = data.draw(st.sampled_from(sorted(files)))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(files[path]))] * 2)))
    files[path] = files[path][:start] + data.draw(st.sampled_from(["", "`", "{", "\n", "]", '"'])) + files[path][end:]
    view = Project(DictWorld(dict(files))).view
    size = len(files[path])
    list(outlined(symbols(view, path), Case("", files, (path, 0)), ""))
    places = [link.target for link in links(view, path)] + [one.place for one in search(view, path[:3])]
    assert all(place.path in files for place in places if isinstance(place, Place))
    assert all(0 <= one.at <= size for one in (*hints(view, path, EVERYWHERE), *brought(view, path, EVERYWHERE)))
    for offset in range(size + 3):
        told = explanation(view, path, offset)
        assert told is None or 0 <= told.span.start <= told.span.end <= size


def test_a_lens_has_room_for_what_stands_beside_it() -> None:
    """An entry may be older than dozens of results; the first of these tells where to begin."""
    state = State("stale", "times", ("results/a.json", "results/b.json", "results/c.json"))
    artefact = Artefact(Word("reports/a.tex", 0, 13), "reports/a.tex", state, "of no concern", (), complete=True)
    said = "stale (1 of 2): a.tex, by the times of files, results/a.json and 2 more moved since"
    assert Standing(artefact, 1, 2).said == said
