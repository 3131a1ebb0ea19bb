"""Who claims which name, across all specs: tables built when first asked for, then kept by each file's own share."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from . import paths
from .facts.contract import SpecFacts
from .facts.variants import paths_of

Table = Literal["spec", "misnamed", "host", "script", "export", "entry", "path", "dependency", "dialect"]
Share = Iterable[tuple[str, "Claim"]]
"""What one spec adds to a table: names, and the claim to each."""
Held = Any
"""The facts of a spec in the form its project holds them in, packed or not."""


class Claim(Struct, frozen=True, array_like=True, gc=False, order=True):
    """One file's claim to a name. Without places, so that typing above it changes nothing for others."""

    path: str
    entry: str = ""


def _specs(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    yield paths.stem(path), Claim(path)


def _misnamed(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    name = facts.front.scalar("name") if facts.front else None
    if name and name.text != paths.stem(path):
        yield name.text, Claim(path)


def _hosts(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    host = facts.front.scalar("host_doc") if facts.front else None
    found = paths.project_path(host.text) if host else None
    if isinstance(found, str):
        yield found, Claim(path)


def _scripts(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    for entry in facts.entries:
        found = paths.project_path(entry.script.text) if entry.script else None
        if isinstance(found, str):
            yield found, Claim(path, entry.name.text)


def _exports(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    for entry in facts.entries:
        for export in entry.exports:
            found = paths.project_path(export.text)
            if isinstance(found, str):
                yield found, Claim(path, entry.name.text)


def _entries(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    for entry in facts.entries:
        if entry.side:
            yield f"{entry.side} {entry.name.text}", Claim(path)


def _written_paths(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    """What entries write, outputs and exports alike, one path per variant."""
    for entry in facts.entries:
        for word in (*entry.outputs, *entry.exports) if entry.side else ():
            for written in paths_of(entry, word.text):
                yield written, Claim(path, entry.name.text)


def _dependencies(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    """One name per arrow, so that all arrows are one answer, which an edit of anything else leaves as it is."""
    key = facts.front.key("depends_on") if facts.front else None
    for word in key.values if key else ():
        target = paths.join(paths.parent(path), word.text)
        if isinstance(target, str):
            yield f"{path}{ARROW}{target}", Claim(path)


def _dialects(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    if facts.front is not None:
        if facts.front.key("depends_on"):
            yield "0.0.1", Claim(path)
        if facts.front.key("consumes") or facts.front.key("references"):
            yield "0.1", Claim(path)
    if facts.markers:
        yield "0.1 bullets", Claim(path)


ARROW = "\n"
"""Between the two ends of a name in the table of dependencies."""

Claims = dict[Table, dict[str, list[Claim]]]
"""Claims by table and name, each list in order."""

SHARES: dict[Table, Callable[[str, SpecFacts], Share]] = {
    "spec": _specs,
    "misnamed": _misnamed,
    "host": _hosts,
    "script": _scripts,
    "export": _exports,
    "entry": _entries,
    "path": _written_paths,
    "dependency": _dependencies,
    "dialect": _dialects,
}


ASKED_BY_ALL: tuple[Table, ...] = ("dialect", "spec", "entry", "path", "dependency")
"""Every check asks for these, so their tables are kept from the start, rather than read off all specs later."""


class Names:
    """The tables. `exchange` says which names changed hands, so that only who asked about them looks again."""

    def __init__(self, unpacked: Callable[[Held], SpecFacts]) -> None:
        self.unpacked = unpacked
        self.specs: dict[str, Held] = {}
        """The facts of each spec that its claims were read off, in the form they are held in."""
        self.tables: dict[Table, dict[str, list[Claim]]] = {table: {} for table in ASKED_BY_ALL}

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        """Everyone who claims a name, in order of path."""
        return tuple(self._table(table).get(name, ()))

    def names(self, table: Table) -> tuple[str, ...]:
        return tuple(sorted(self._table(table)))

    def welcome(self, path: str, facts: SpecFacts, held: Held) -> None:
        """Take in a spec that was not here: the way of thousands when a project is opened."""
        self.specs[path] = held
        for table, claims in self.tables.items():
            for name, claim in SHARES[table](path, facts):
                _add(claims, name, claim)

    def exchange(self, path: str, held: Held | None) -> set[tuple[Table, str]]:
        """Put one spec in place of what it was, or take it out; the names it gained or lost."""
        before = self._facts(path)
        if held is None:
            self.specs.pop(path, None)
        else:
            self.specs[path] = held
        after = self._facts(path)
        moved: set[tuple[Table, str]] = set()
        for table, claims in self.tables.items():
            old = set(SHARES[table](path, before)) if before else set()
            new = set(SHARES[table](path, after)) if after else set()
            for name, claim in old - new:
                claims[name].remove(claim)
                if not claims[name]:
                    del claims[name]
            for name, claim in new - old:
                _add(claims, name, claim)
            moved.update((table, name) for name, _ in old ^ new)
        return moved

    def all_claims(self) -> Claims:
        """Every claim of the specs here, for a project that reads the others."""
        return {table: self._table(table) for table in SHARES}

    def add(self, others: Claims) -> None:
        """Take in the claims of specs that are read elsewhere."""
        for table, claims in others.items():
            here = self._table(table)
            for name in here.keys() & claims.keys():
                claims[name] = sorted(here[name] + claims[name])
            here.update(claims)

    def _facts(self, path: str) -> SpecFacts | None:
        held = self.specs.get(path)
        return None if held is None else self.unpacked(held)

    def _table(self, table: Table) -> dict[str, list[Claim]]:
        claims = self.tables.get(table)
        if claims is None:
            claims = self.tables[table] = {}
            for path, held in self.specs.items():
                for name, claim in SHARES[table](path, self.unpacked(held)):
                    _add(claims, name, claim)
        return claims


def _add(claims: dict[str, list[Claim]], name: str, claim: Claim) -> None:
    """Add a claim to a name, once, in order; most names have one, and most specs come in order of path."""
    known = claims.get(name)
    if known is None:
        claims[name] = [claim]
    elif known[-1] < claim:
        known.append(claim)
    elif claim not in known:
        insort(known, claim)
