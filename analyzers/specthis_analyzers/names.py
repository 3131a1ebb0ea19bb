"""Who claims which name, across all specs: tables that each spec's own claims are added to, and taken from."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar, get_args

from msgspec import Raw, Struct, msgpack

from .claims import Claim, Table, claims_of
from .facts.contract import SpecFacts

Flat = tuple[Any, ...]
"""What one spec claims, laid end to end: table, name and claim, over and over. Of thousands it weighs a third."""
Claims = dict[str, Claim | list[Claim]]
"""The claims to each name of a table, in order. Most names have one; a list around it would weigh more than it."""
Places = dict[str, int | list[int]]
"""The same, of claims that stand in a list."""
Held = TypeVar("Held")
TABLES: tuple[Table, ...] = get_args(Table)
UNIQUE: tuple[Table, ...] = ("entry", "path")
"""Names that only one may claim."""
NOTHING: Places = {}

encode = msgpack.Encoder().encode
decode_claims = msgpack.Decoder(list[Claim]).decode
decode_places = msgpack.Decoder(Places).decode


class Told(Struct, frozen=True, array_like=True):
    """What one project claims, for another that reads the rest; packed, for most of it is seldom asked for."""

    claims: Raw
    """A list of all claims. An entry claims several names alike: its script, its output, and itself."""
    tables: dict[Table, Raw]
    """Of each name the `Places` of its claims in that list."""


class Moved(Struct):
    """What a spec that changes does to others: the names it gained or lost, and who now shares one, or does no more."""

    names: set[tuple[Table, str]]
    sharers: set[str]


class Names:
    """The tables. `exchange` says which names changed hands, so that only who asked about them looks again."""

    def __init__(self, lives_on: bool = True) -> None:
        """What is looked at once has nothing exchanged."""
        self.lives_on = lives_on
        self.specs: dict[str, Flat] = {}
        """What each spec claims, where that may come to be other."""
        self.tables: dict[Table, Claims] = {table: {} for table in TABLES}
        self.told_of: dict[Table, Raw] = {}
        """Claims of specs that are read elsewhere, until their table is asked for."""
        self.elsewhere: dict[Table, Places] = {}
        """The same once it was."""
        self.claimed_elsewhere: list[Claim] = []
        self.shared: dict[str, set[tuple[Table, str]]] = {}
        """By spec, the names it claims that only one may claim, and that others claim too."""

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]:
        """Everyone who claims a name, in order of path."""
        here = several(self.tables[table].get(name))
        there = self._elsewhere(table).get(name)
        if there is None:
            return tuple(here)
        return tuple(sorted((*here, *[self.claimed_elsewhere[place] for place in several(there)])))

    def names(self, table: Table) -> tuple[str, ...]:
        return tuple(sorted(self.tables[table].keys() | self._elsewhere(table).keys()))

    def contested(self, path: str) -> frozenset[tuple[Table, str]]:
        """The names of a spec that only one may claim, and that others claim too."""
        return frozenset(self.shared.get(path, ()))

    def welcome(self, path: str, facts: SpecFacts) -> None:
        """Take in a spec that was not here: the way of thousands when a project is opened."""
        claimed = claims_of(path, facts)
        self.specs[path] = tuple(chain.from_iterable(claimed)) if self.lives_on else ()
        tables = self.tables
        for table, name, claim in claimed:
            claims = tables[table]
            is_first = claims.setdefault(name, claim) is claim
            if not is_first and _insert(claims, name, claim) and table in UNIQUE:
                self._share(table, name, claim)

    def exchange(self, path: str, facts: SpecFacts | None) -> Moved:
        """Put one spec in place of what it was, or take it out: without facts."""
        had = self.specs.pop(path, ())
        claimed = [] if facts is None else claims_of(path, facts)
        has = tuple(chain.from_iterable(claimed))
        if facts is not None:
            self.specs[path] = has
        moved = Moved(set(), set())
        if had == has:  # as with most that is typed
            return moved
        before, after = set(_threes(had)), set(claimed)
        for table, name, claim in before - after:
            claims = self.tables[table]
            _remove(claims, name, claim)
            if name in claims and table in UNIQUE:
                moved.sharers |= self._part(table, name, claim)
            moved.names.add((table, name))
        for table, name, claim in after - before:
            if _insert(self.tables[table], name, claim) and table in UNIQUE:
                moved.sharers |= self._share(table, name, claim)
            moved.names.add((table, name))
        return moved

    def told(self) -> Told:
        """Every claim of the specs here, for a project that reads the others."""
        places: dict[Claim, int] = {}
        tables: dict[Table, Raw] = {}
        for table, claims in self.tables.items():
            found: Places = {}
            for name, held in claims.items():
                if type(held) is Claim:
                    found[name] = places.setdefault(held, len(places))
                else:
                    found[name] = [places.setdefault(claim, len(places)) for claim in several(held)]
            tables[table] = Raw(encode(found))
        return Told(Raw(encode(list(places))), tables)

    def listen(self, told: Told) -> None:
        """Take in the claims of specs that are read elsewhere."""
        self.told_of, self.claimed_elsewhere = dict(told.tables), decode_claims(told.claims)
        for table in UNIQUE:
            for name in self.tables[table].keys() & self._elsewhere(table).keys():
                for claim in self.claims(table, name):
                    self.shared.setdefault(claim.path, set()).add((table, name))

    def adopting(self, told: Told, same: dict[Any, Any]) -> Iterator[None]:
        """Take in, table by table, the claims of specs that were read elsewhere; from then on these are ours too.

        `same` holds one of each value that was adopted: told, each comes many times.
        """
        one_of = same.setdefault
        all_claims = decode_claims(told.claims)
        by_spec: dict[str, list[Any]] = {}
        for table, packed in told.tables.items():
            here = self.tables[table]
            for name, places in decode_places(packed).items():
                name = one_of(name, name)
                if type(places) is int and name not in here:  # as mostly
                    here[name] = claim = all_claims[places]
                    by_spec.setdefault(claim.path, []).extend((table, name, claim))
                    continue
                claims = [all_claims[place] for place in several(places)]
                for claim in claims:
                    by_spec.setdefault(claim.path, []).extend((table, name, claim))
                here[name] = both = sorted((*several(here.get(name)), *claims))
                for claim in both if table in UNIQUE else ():
                    self.shared.setdefault(claim.path, set()).add((table, name))
            yield
        for path, claimed in by_spec.items():
            self.specs[path] = tuple(claimed)

    def _elsewhere(self, table: Table) -> Places:
        """What is claimed elsewhere of a table."""
        if table in self.told_of:
            self.elsewhere[table] = decode_places(self.told_of.pop(table))
        return self.elsewhere.get(table, NOTHING)

    def _share(self, table: Table, name: str, claim: Claim) -> set[str]:
        """Note that a name is claimed a second time; the specs for which that is news. The first learns it too."""
        first, second = several(self.tables[table][name])[:2]
        among = {claim.path, first.path, second.path}
        news = {path for path in among if (table, name) not in self.shared.get(path, ())}
        for path in news:
            self.shared.setdefault(path, set()).add((table, name))
        return news

    def _part(self, table: Table, name: str, claim: Claim) -> set[str]:
        """Note that a claim was given up; the specs that share the name no more."""
        left = several(self.tables[table][name])
        gone = {claim.path}.difference(other.path for other in left)
        if len(left) == 1:
            gone.add(left[0].path)
        for path in gone:
            self.shared[path].discard((table, name))
            if not self.shared[path]:
                del self.shared[path]
        return gone


def _threes(flat: Flat) -> Iterator[tuple[Table, str, Claim]]:
    """What a spec claims, one by one."""
    parts = iter(flat)
    return zip(parts, parts, parts, strict=True)


def several(held: Held | list[Held] | None) -> Sequence[Held]:
    """What is held of a name: none, one, or more."""
    if held is None:
        return ()
    return held if isinstance(held, list) else (held,)


def _insert(table: Claims, name: str, claim: Claim) -> bool:
    """Add a claim to a name, once, in order; most specs come in order of path. Whether there are several now."""
    held = table.get(name)
    if held is None or held == claim:
        table[name] = claim
        return False
    claims = held if isinstance(held, list) else [held]
    if claims[-1] < claim:
        claims.append(claim)
    elif claim not in claims:
        insort(claims, claim)
    table[name] = claims
    return True


def _remove(table: Claims, name: str, claim: Claim) -> None:
    """Take a claim from a name, and the name with the last of them."""
    left = [other for other in several(table[name]) if other != claim]
    if left:
        table[name] = left if len(left) > 1 else left[0]
    else:
        del table[name]
