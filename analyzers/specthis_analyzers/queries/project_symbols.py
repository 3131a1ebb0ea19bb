"""What a project holds, by name: specs, entries, the labels of its sections, and what it exports.

Only names are searched, and only what is found is looked up: the cost of a search follows the names, not the texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from .. import paths
from ..claims import Claim, Table
from ..facts.contract import SpecFacts
from ..finding import Place
from ..text import Span
from ..view import View

NamedKind = Literal["spec", "entry", "label", "export"]
MOST = 200
"""Names that one search finds."""
LONGEST_QUERY = 200
"""Letters of a query that count."""
START = Span(0, 0)


class Named(Struct, frozen=True):
    """One thing of the project, by name, and the file or spec it belongs to."""

    name: str
    kind: NamedKind
    place: Place
    within: str = ""


def search(view: View, query: str) -> list[Named]:
    """What has the letters of a query in its name, in their order; what has them together comes first."""
    tables: list[tuple[NamedKind, Table, tuple[str, ...]]] = [(*pair, view.names(pair[1])) for pair in TABLES]
    found: list[Named] = []
    seen: set[tuple[NamedKind, str]] = set()
    for matches in _matchers(query):
        for kind, table, names in tables:
            for name, shown in zip(names, _lowered(kind, names), strict=True):
                if not matches(shown) or (kind, name) in seen:
                    continue
                if len(found) >= MOST:
                    return found[:MOST]
                seen.add((kind, name))
                found += LOOK_UP[kind](view, name, view.claims(table, name))
    return found[:MOST]


def _matchers(query: str) -> Iterator[Callable[[str], object]]:
    """From the closest match to the loosest. An empty query is matched by everything."""
    wanted = "".join(query.split()).lower()[:LONGEST_QUERY]
    if wanted:
        yield lambda name: wanted in name
    # Up to the next letter that is wanted and never back: a name that does not match is read once.
    yield re.compile("".join(f"[^{letter}]*+{letter}" for letter in map(re.escape, wanted))).match


@lru_cache(maxsize=8)
def _lowered(kind: NamedKind, names: tuple[str, ...]) -> tuple[str, ...]:
    """What people know of each name of a table; kept from one letter of a query to the next."""
    return tuple([_shown(kind, name).lower() for name in names])


def _shown(kind: NamedKind, name: str) -> str:
    """The part of a name of a table that people know."""
    return name.partition(" ")[2] if kind == "entry" else name


def _specs(view: View, name: str, claims: tuple[Claim, ...]) -> Iterator[Named]:
    for claim in claims:
        yield Named(name, "spec", Place(claim.path, START), paths.parent(claim.path))


def _entries(view: View, name: str, claims: tuple[Claim, ...]) -> Iterator[Named]:
    side, _, said = name.partition(" ")
    for claim in claims:
        for entry in _facts(view, claim.path).entries:
            if entry.side == side and entry.name.text == said:
                yield Named(said, "entry", Place(claim.path, entry.name.span), paths.stem(claim.path))


def _labels(view: View, name: str, claims: tuple[Claim, ...]) -> Iterator[Named]:
    """The section of a label that reports route to; one that is nowhere is not told of."""
    seen: set[Place] = set()
    for claim in claims:
        for document in documents_of(_facts(view, claim.path), name):
            found = view.section_place(document, name) if view.is_here(document) else None
            place = Place(found.label_path, found.label) if found else None
            if place is not None and place not in seen:
                seen.add(place)
                yield Named(name, "label", place, document)


def _exports(view: View, name: str, claims: tuple[Claim, ...]) -> Iterator[Named]:
    """A file that is here, else the word that says it will be."""
    claim = claims[0]
    if view.is_here(name):
        yield Named(name, "export", Place(name, START), claim.entry)
        return
    for entry in _facts(view, claim.path).entries:
        for word in entry.exports if entry.name.text == claim.entry else ():
            if paths.project_path(word.text) == name:
                yield Named(name, "export", Place(claim.path, word.span), claim.entry)
                return


def documents_of(facts: SpecFacts, label: str) -> list[str]:
    """The documents in which a spec routes to a label."""
    front = facts.front
    document, own = (front.scalar("host_doc"), front.scalar("section_label")) if front else (None, None)
    named = [document.text] if document and own and own.text == label else []
    for entry in facts.entries:
        routes = (word.text.partition("#") for word in entry.routes)
        named += [path for path, _, wanted in routes if wanted == label]
    found = (paths.project_path(path) for path in named)
    return list(dict.fromkeys(path for path in found if isinstance(path, str)))


def _facts(view: View, path: str) -> SpecFacts:
    facts = view.spec(path)
    return facts if isinstance(facts, SpecFacts) else SpecFacts(None, (), ())


TABLES: tuple[tuple[NamedKind, Table], ...] = (
    ("spec", "spec"),
    ("entry", "entry"),
    ("label", "route"),
    ("export", "export"),
)
LOOK_UP: dict[NamedKind, Callable[[View, str, tuple[Claim, ...]], Iterator[Named]]] = {
    "spec": _specs,
    "entry": _entries,
    "label": _labels,
    "export": _exports,
}
