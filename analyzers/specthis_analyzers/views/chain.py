"""The whole chain of one entry, from its spec to the section that shows it: how each link stands, and why.

Nothing is judged anew: artefacts by `state.py`, parts of the entry by the audit, exports by where the paper shows
them. Of other entries only those are looked at that share a name or depend on one another: the cost follows the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, SpecFacts
from ..facts.variants import paths_of
from ..finding import Finding, Place
from ..freshness import made_from, named_by
from ..pairs import Entry, entries_of, pair_of, reads_of, reports_near
from ..rules.orphaned_export import Whereabouts, all_standings
from ..rules.routes import Route, is_read, routes_of_entry
from ..rules.rule import Spec
from ..text import Span
from ..view import View
from ..world import Unread
from .account import Artefact, artefacts_in
from .audit import Row, audit

Part = Literal["spec", "script", "output", "schema", "exporter", "export", "section"]

MOST_NEIGHBOURS = 40
"""Entries of reports that are looked at for one that shows a result, and entries told of on either side."""
LOUDNESS: tuple[Whereabouts, ...] = ("nowhere", "elsewhere", "unknown", "shown")


class Link(Struct, frozen=True):
    """One link of a chain: what it is, where it stands, and how."""

    part: Part
    name: str
    """A path, a label, or what its status says."""
    place: Place | None
    """Where it is; None where it is not here."""
    state: str
    """A state of `state.py`, a presence, or where a paper shows it; empty where there is nothing to say."""
    why: str = ""


class Strand(Struct, frozen=True):
    """The links that one entry contributes."""

    spec: str
    entry: str
    heading: Span
    links: tuple[Link, ...]


class Chain(Struct, frozen=True):
    """An entry amid those it is made from and those that show it."""

    before: tuple[Strand, ...]
    own: Strand
    after: tuple[Strand, ...]
    row: Row
    """What the audit says of it."""


def chain(
    view: View, spec: str, entry: Contract, found: Sequence[Finding], shown: Sequence[Finding], crashed: Collection[str]
) -> Chain:
    """The chain of an entry. `found` is what rules found that concerns its spec, `shown` what policy leaves of it."""
    row = next(row for row in audit(view, [spec], found, shown, crashed).rows if row.entry.contract == entry)
    own = Strand(spec, entry.name.text, entry.heading, tuple(_links(view, spec, entry, row)))
    return Chain(_strands(view, _makers(view, spec, entry)), own, _strands(view, _showers(view, row.entry)), row)


def _strands(view: View, entries: Iterable[tuple[str, Contract]]) -> tuple[Strand, ...]:
    return tuple(
        [
            Strand(spec, entry.name.text, entry.heading, tuple(_links(view, spec, entry)))
            for spec, entry in islice(entries, MOST_NEIGHBOURS)
        ]
    )


# The links of one entry -------------------------------------------------------------------------------------------


def _links(view: View, spec: str, entry: Contract, row: Row | None = None) -> Iterator[Link]:
    """Its links in order; with a row also what only the audit can tell."""
    yield Link("spec", spec, Place(spec, entry.heading), entry.state or "", "" if entry.status else "it has no status")
    yield from _script(view, entry, row)
    part: Part = "output" if entry.side == "compute" else "export"
    for artefact in artefacts_in(view, spec, entry):
        yield _artefact(view, part, artefact)
    if row is not None and row.marks.get("schema") in ("yes", "no", "unknown") and entry.schema is not None:
        yield _schema(spec, entry, row)
    if entry.side == "report":
        yield from _sections(view, spec, entry)


def _script(view: View, entry: Contract, row: Row | None) -> Iterator[Link]:
    path = paths.project_path(entry.script.text) if entry.script else None
    if not isinstance(path, str):
        return
    part: Part = "script" if entry.side == "compute" else "exporter"
    presence = view.presence(path)
    against = _against(row, ("missing-script", "scope-creep", "exporter-writes-elsewhere")) if row else ""
    yield Link(part, path, Place(path, START) if presence == "here" else None, presence, against)


def _artefact(view: View, part: Part, artefact: Artefact) -> Link:
    here = Place(artefact.path, START) if view.is_here(artefact.path) else None
    return Link(part, artefact.path, here, artefact.state.name, artefact.why)


def _schema(spec: str, entry: Contract, row: Row) -> Link:
    assert entry.schema is not None
    state = {"yes": "holds", "no": "does not hold"}.get(row.marks["schema"], "unknown")
    return Link("schema", "", Place(spec, entry.schema.span), state, _against(row, OF_SCHEMA))


def _against(row: Row, codes: Collection[str]) -> str:
    """The first thing that was found against a part of an entry."""
    return next((finding.message for finding in row.findings if finding.code in codes), "")


START = Span(0, 0)
OF_SCHEMA = ("schema-mismatch", "non-finite-result", "malformed-schema", "unknown-schema", "malformed-output")


def _sections(view: View, path: str, entry: Contract) -> Iterator[Link]:
    spec = Spec(path, _facts(view, path))
    standings = list(all_standings(spec, entry, view)) if spec.kind == "report" else []
    for route in routes_of_entry(spec, entry.routes) if spec.kind == "report" else ():
        yield _section(view, route, [(standing.path, standing.where) for standing in standings])


def _section(view: View, route: Route, standings: Sequence[tuple[str, Whereabouts]]) -> Link:
    name = f"{route.path}#{route.label.text}"
    if not is_read(route.path, view):
        return Link("section", name, None, "unknown", f"`{route.path}` cannot be read")
    place = view.section_place(route.path, route.label.text)
    if place is None:
        return Link("section", name, None, "missing", f"`{route.path}` has no label `{route.label.text}`")
    where = Place(place.path, place.heading)
    for state in LOUDNESS:
        concerned = [path for path, found in standings if found == state]
        if concerned:
            why = "" if state == "shown" else ", ".join(f"`{path}`" for path in concerned)
            return Link("section", name, where, state, why)
    return Link("section", name, where, "")


# The entries around it --------------------------------------------------------------------------------------------


def _makers(view: View, spec: str, entry: Contract) -> Iterator[tuple[str, Contract]]:
    """The entries that write what this one is made from, in order."""
    seen = {(spec, entry.name.text)}
    sources, _ = made_from(named_by(spec, _facts(view, spec), entry), view)
    for source in sources:
        for claim in view.claims("path", source):
            if (claim.path, claim.entry) in seen:
                continue
            seen.add((claim.path, claim.entry))
            yield from ((claim.path, one) for one in _facts(view, claim.path).entries if one.name.text == claim.entry)


def _showers(view: View, entry: Entry) -> Iterator[tuple[str, Contract]]:
    """The entries of reports that read what this one computes; else the one that shows it by its name."""
    if entry.contract.side != "compute":
        return
    outputs = {path for word in entry.contract.outputs for path in (word.text, *paths_of(entry.contract, word.text))}
    specs = dict.fromkeys(reports_near(view, entry))
    near = (other for spec in specs for other in entries_of(view, spec) if other.contract.side == "report")
    readers = [other for other in islice(near, MOST_NEIGHBOURS) if not outputs.isdisjoint(reads_of(view, other))]
    if not readers and (pair := pair_of(view, entry)):
        readers = [pair]
    for other in readers:
        yield other.spec, other.contract


def _facts(view: View, path: str) -> SpecFacts:
    facts = view.spec(path)
    return SpecFacts(None, (), ()) if isinstance(facts, Unread) else facts
