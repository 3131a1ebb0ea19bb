"""Who claims which name, across all specs: tables built when first asked for, then kept by each file's own share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from . import paths
from .facts.contract import SpecFacts
from .facts.variants import paths_of

Table = Literal["spec", "misnamed", "host", "script", "export", "entry", "path", "dependency", "dialect"]
Share = Iterable[tuple[str, "Claim"]]
"""What one spec adds to a table: names, and the claim to each."""


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

Claims = dict[Table, list[tuple[str, Claim]]]
"""Claims by table, each with the name it is to."""

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

    def __init__(self, facts_of: Callable[[str], SpecFacts], recording: bool = True) -> None:
        self.facts_of = facts_of
        """The facts of a spec by its path, as they are now."""
        self.recording = recording
        """Whether specs may change: a single look need not know what each of them added."""
        self.specs: set[str] = set()
        self.tables: dict[Table, dict[str, set[Claim]]] = {table: {} for table in ASKED_BY_ALL}
        self.shares: dict[Table, dict[str, frozenset[tuple[str, Claim]]]] = {table: {} for table in ASKED_BY_ALL}
        """What each spec adds to a table, for the tables that were asked for."""

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        """Everyone who claims a name, in order of path."""
        claims = self._table(table).get(name, ())
        return tuple(claims) if len(claims) < 2 else tuple(sorted(claims))

    def names(self, table: Table) -> tuple[str, ...]:
        return tuple(sorted(self._table(table)))

    def exchange(self, path: str, facts: SpecFacts | None) -> set[tuple[Table, str]]:
        """Put one spec in place of what it was, or take it out; the names it gained or lost."""
        if facts is not None and path not in self.specs:
            return self._welcome(path, facts)
        if facts is None:
            self.specs.discard(path)
        moved: set[tuple[Table, str]] = set()
        for table, claims in self.tables.items():
            old = self.shares[table].pop(path, NO_SHARE)
            new = frozenset(SHARES[table](path, facts)) if facts else NO_SHARE
            if new:
                self.shares[table][path] = new
            for name, claim in old - new:
                claims[name].discard(claim)
                if not claims[name]:
                    del claims[name]
            for name, claim in new - old:
                claims.setdefault(name, set()).add(claim)
            moved.update((table, name) for name, _ in old ^ new)
        return moved

    def _welcome(self, path: str, facts: SpecFacts) -> set[tuple[Table, str]]:
        """Take in a spec that was not here: the way of thousands when a project is opened."""
        self.specs.add(path)
        moved: set[tuple[Table, str]] = set()
        for table, claims in self.tables.items():
            share = SHARES[table](path, facts)
            if self.recording:
                share = self.shares[table][path] = frozenset(share)
                moved.update((table, name) for name, _ in share)
            for name, claim in share:
                if name in claims:
                    claims[name].add(claim)
                else:
                    claims[name] = {claim}
        return moved

    def all_claims(self) -> Claims:
        """Every claim of the specs here, for a project that reads the others."""
        return {
            table: [(name, claim) for name, claims in self._table(table).items() for claim in claims]
            for table in SHARES
        }

    def add(self, others: Claims) -> None:
        """Take in the claims of specs that are read elsewhere."""
        for table, claims in others.items():
            here = self._table(table)
            for name, claim in claims:
                here.setdefault(name, set()).add(claim)

    def _table(self, table: Table) -> dict[str, set[Claim]]:
        claims = self.tables.get(table)
        if claims is None:
            claims = self.tables[table] = {}
            shares = self.shares[table] = {}
            for path in sorted(self.specs):
                share = frozenset(SHARES[table](path, self.facts_of(path)))
                if share:
                    shares[path] = share
                for name, claim in share:
                    claims.setdefault(name, set()).add(claim)
        return claims


NO_SHARE: frozenset[tuple[str, Claim]] = frozenset()
