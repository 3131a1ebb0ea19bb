"""Who claims which name, across all specs: built by adding and removing each file's own contribution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from . import paths
from .facts.contract import SpecFacts

Table = Literal["spec", "host", "script", "export", "dialect"]


class Claim(Struct, frozen=True, array_like=True, gc=False, order=True):
    """One file's claim to a name. Without places, so that typing above it changes nothing for others."""

    path: str
    entry: str = ""


Contribution = frozenset[tuple[Table, str, Claim]]
NOTHING: Contribution = frozenset()


def contribution(path: str, facts: SpecFacts) -> Contribution:
    """What one spec adds to the tables."""
    if not facts.is_spec:
        return NOTHING
    found: set[tuple[Table, str, Claim]] = {("spec", paths.stem(path), Claim(path))}
    if host := facts.front.scalar("host_doc") if facts.front else None:
        _add_path(found, "host", host.text, Claim(path))
    for entry in facts.entries:
        if entry.script:
            _add_path(found, "script", entry.script.text, Claim(path, entry.name.text))
        for export in entry.exports:
            _add_path(found, "export", export.text, Claim(path, entry.name.text))
    for dialect in _dialects(facts):
        found.add(("dialect", dialect, Claim(path)))
    return frozenset(found)


def _add_path(found: set[tuple[Table, str, Claim]], table: Table, written: str, claim: Claim) -> None:
    path = paths.project_path(written)
    if isinstance(path, str):
        found.add((table, path, claim))


def _dialects(facts: SpecFacts) -> Iterable[str]:
    if facts.front is not None:
        if facts.front.key("depends_on"):
            yield "0.0.1"
        if facts.front.key("consumes") or facts.front.key("references"):
            yield "0.1"
    if facts.markers:
        yield "0.1 bullets"


class Names:
    """The tables. `exchange` says which names changed hands, so that only who asked about them looks again."""

    def __init__(self) -> None:
        self.tables: dict[Table, dict[str, set[Claim]]] = {
            "spec": {}, "host": {}, "script": {}, "export": {}, "dialect": {},
        }  # fmt: skip

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        """Everyone who claims a name, in order of path."""
        return tuple(sorted(self.tables[table].get(name, ())))

    def names(self, table: Table) -> tuple[str, ...]:
        return tuple(sorted(self.tables[table]))

    def exchange(self, before: Contribution, after: Contribution) -> set[tuple[Table, str]]:
        """Replace one file's contribution by another; the names it gained or lost."""
        if before == after:
            return set()
        for table, name, claim in before - after:
            claims = self.tables[table][name]
            claims.discard(claim)
            if not claims:
                del self.tables[table][name]
        for table, name, claim in after - before:
            self.tables[table].setdefault(name, set()).add(claim)
        return {(table, name) for table, name, _ in before ^ after}
