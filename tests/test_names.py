"""The tables of names: kept up to date spec by spec, they equal those built of all specs at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.claims import Claim, Table
from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.markdown import read
from specthis_analyzers.names import TABLES, UNIQUE, Names, several
from specthis_analyzers.text import decode

PATHS = ("specs/compute-a.md", "specs/compute-b.md", "specs/compute-c.md")
ENTRIES = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("123")), max_size=3)
STEPS = st.lists(st.tuples(st.sampled_from(PATHS), st.one_of(st.none(), ENTRIES)), max_size=12)


def facts_of(entries: list[tuple[str, str]]) -> SpecFacts:
    blocks = "".join(f"### {name}\nScript: `s.py`\nOutput: `results/{output}.json`\n" for name, output in entries)
    return read(decode(f"---\nname: a\nkind: compute\ndepends_on: []\n---\n## Entries\n{blocks}".encode()))


def names_of(specs: dict[str, SpecFacts]) -> Names:
    names = Names()
    for path, facts in sorted(specs.items()):
        names.welcome(path, facts)
    return names


def tables_of(names: Names) -> dict[Table, dict[str, list[Claim]]]:
    return {table: {name: list(names.claims(table, name)) for name in names.names(table)} for table in TABLES}


@given(STEPS)
def test_names_that_changed_hands_equal_names_taken_in_at_once(
    steps: list[tuple[str, list[tuple[str, str]] | None]],
) -> None:
    """Whatever specs come, change and go: the same tables, and the same names are claimed twice."""
    names, specs = Names(), dict[str, SpecFacts]()
    for path, entries in steps:
        before = {other: names.contested(other) for other in PATHS}
        facts = None if entries is None else facts_of(entries)
        moved = names.exchange(path, facts)
        specs = {other: kept for other, kept in specs.items() if other != path}
        if facts is not None:
            specs[path] = facts
        assert moved.sharers >= {other for other in PATHS if names.contested(other) != before[other]}
    fresh = names_of(specs)
    assert tables_of(names) == tables_of(fresh)
    for path in PATHS:
        assert names.contested(path) == fresh.contested(path) == _claimed_twice(path, fresh)


def _claimed_twice(path: str, names: Names) -> frozenset[tuple[Table, str]]:
    """The names of a spec that have two claims, looked for in the whole of the tables."""
    return frozenset(
        (table, name)
        for table in UNIQUE
        for name, held in names.tables[table].items()
        if len(claims := several(held)) > 1 and any(claim.path == path for claim in claims)
    )


@given(st.dictionaries(st.sampled_from(PATHS), ENTRIES))
def test_two_halves_that_tell_each_other_their_claims_equal_the_whole(
    entries: dict[str, list[tuple[str, str]]],
) -> None:
    """As two processes do: each reads some of the specs, and takes in what the other one found."""
    specs = {path: facts_of(found) for path, found in entries.items()}
    half = names_of({path: facts for path, facts in specs.items() if path != PATHS[1]})
    half.listen(names_of({path: facts for path, facts in specs.items() if path == PATHS[1]}).told())
    whole = names_of(specs)
    for path in specs.keys() - {PATHS[1]}:
        assert half.contested(path) == whole.contested(path)
    for table in TABLES:
        assert half.names(table) == whole.names(table)
    assert tables_of(half) == tables_of(whole)


@given(st.dictionaries(st.sampled_from(PATHS), ENTRIES), STEPS)
def test_names_that_were_adopted_change_hands_as_those_read_here(
    entries: dict[str, list[tuple[str, str]]], steps: list[tuple[str, list[tuple[str, str]] | None]]
) -> None:
    """A project that was read by two processes lives on in one."""
    specs = {path: facts_of(found) for path, found in entries.items()}
    half = names_of({path: facts for path, facts in specs.items() if path != PATHS[1]})
    for _ in half.adopting(names_of({path: facts for path, facts in specs.items() if path == PATHS[1]}).told(), {}):
        pass
    whole = names_of(specs)
    assert half.specs.keys() == whole.specs.keys()
    for path, found in steps:
        facts = None if found is None else facts_of(found)
        assert half.exchange(path, facts) == whole.exchange(path, facts)
    assert tables_of(half) == tables_of(whole)
