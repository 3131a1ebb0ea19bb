"""Who claims which name, across all specs: tables built when first asked for, then kept by each file's own share."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from . import paths
from .facts.contract import SpecFacts
from .facts.variants import paths_of

Table = Literal["spec", "misnamed", "host", "route", "script", "export", "entry", "path", "dependency", "dialect"]
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


def _routed_labels(path: str, facts: SpecFacts) -> Iterator[tuple[str, Claim]]:
    label = facts.front.scalar("section_label") if facts.front else None
    if label:
        yield label.text, Claim(path)
    for entry in facts.entries:
        for route in entry.routes:
            yield route.text.rpartition("#")[2], Claim(path)


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
    "route": _routed_labels,
    "script": _scripts,
    "export": _exports,
    "entry": _entries,
    "path": _written_paths,
    "dependency": _dependencies,
    "dialect": _dialects,
}


ASKED_BY_ALL: tuple[Table, ...] = ("dialect", "spec", "entry", "path", "dependency")
"""Every check asks for these, so their tables are kept from the start, rather than read off all specs later."""
ASKED_OF_THE_WHOLE: tuple[Table, ...] = ("dependency",)
"""Only what looks at the project as a whole asks for these."""
UNIQUE: frozenset[Table] = frozenset(("entry", "path"))
"""Names that only one may claim."""


class Moved(Struct):
    """What a spec that changes does to others: the names it gained or lost, and who now shares one, or does no more."""

    names: set[tuple[Table, str]]
    sharers: set[str]


class Names:
    """The tables. `exchange` says which names changed hands, so that only who asked about them looks again."""

    def __init__(self, unpacked: Callable[[Held], SpecFacts]) -> None:
        self.unpacked = unpacked
        self.specs: dict[str, Held] = {}
        """The facts of each spec that its claims were read off, in the form they are held in."""
        self.tables: dict[Table, dict[str, list[Claim]]] = {table: {} for table in ASKED_BY_ALL}
        self.shared: dict[str, set[tuple[Table, str]]] = {}
        """By spec, the names it claims that only one may claim, and that others claim too."""

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        """Everyone who claims a name, in order of path."""
        return tuple(self._table(table).get(name, ()))

    def names(self, table: Table) -> tuple[str, ...]:
        return tuple(sorted(self._table(table)))

    def contested(self, path: str) -> frozenset[tuple[Table, str]]:
        """The names of a spec that only one may claim, and that others claim too."""
        return frozenset(self.shared.get(path, ()))

    def welcome(self, path: str, facts: SpecFacts, held: Held) -> None:
        """Take in a spec that was not here: the way of thousands when a project is opened."""
        self.specs[path] = held
        for table, claims in self.tables.items():
            for name, claim in SHARES[table](path, facts):
                _add(claims, name, claim)
                if table in UNIQUE and len(claims[name]) > 1:
                    self._share(table, name, claim)

    def exchange(self, path: str, held: Held | None) -> Moved:
        """Put one spec in place of what it was, or take it out."""
        before = self._facts(path)
        if held is None:
            self.specs.pop(path, None)
        else:
            self.specs[path] = held
        after = self._facts(path)
        moved = Moved(set(), set())
        for table, claims in self.tables.items():
            old = set(SHARES[table](path, before)) if before else set()
            new = set(SHARES[table](path, after)) if after else set()
            for name, claim in old - new:
                claims[name].remove(claim)
                if table in UNIQUE and claims[name]:
                    moved.sharers |= self._part(table, name, claim)
                if not claims[name]:
                    del claims[name]
            for name, claim in new - old:
                _add(claims, name, claim)
                if table in UNIQUE and len(claims[name]) > 1:
                    moved.sharers |= self._share(table, name, claim)
            moved.names.update((table, name) for name, _ in old ^ new)
        return moved

    def all_claims(self, whole: bool = True) -> Claims:
        """Every claim of the specs here, for a project that reads the others, and looks at the whole or not."""
        return {table: self._table(table) for table in SHARES if whole or table not in ASKED_OF_THE_WHOLE}

    def add(self, others: Claims) -> None:
        """Take in the claims of specs that are read elsewhere."""
        for table, claims in others.items():
            here = self._table(table)
            both = here.keys() & claims.keys()
            here.update({**claims, **{name: sorted(here[name] + claims[name]) for name in both}})
            for name in both if table in UNIQUE else ():
                for claim in here[name]:
                    self._share(table, name, claim)

    def _share(self, table: Table, name: str, claim: Claim) -> set[str]:
        """Note that a name is claimed a second time; the specs for which that is news. The first learns it too."""
        first, second = self.tables[table][name][:2]
        among = {claim.path, first.path, second.path}
        news = {path for path in among if (table, name) not in self.shared.get(path, ())}
        for path in news:
            self.shared.setdefault(path, set()).add((table, name))
        return news

    def _part(self, table: Table, name: str, claim: Claim) -> set[str]:
        """Note that a claim was given up; the specs that share the name no more."""
        left = self.tables[table][name]
        gone = {claim.path}.difference(other.path for other in left)
        if len(left) == 1:
            gone.add(left[0].path)
        for path in gone:
            self.shared[path].discard((table, name))
            if not self.shared[path]:
                del self.shared[path]
        return gone

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
