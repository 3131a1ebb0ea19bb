"""The study as a tree: the entries of one spec, what each writes in which state, and the sections that are to show it.

Nothing is judged anew: states are those of `state.py`, and where an export stands is what the rules on routing know.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, Side, SpecFacts
from ..finding import Place
from ..rules.orphaned_export import all_standings
from ..rules.routes import Route, is_read, routes_of_entry
from ..rules.rule import Spec, is_pattern
from ..state import StateName
from ..text import Span
from ..view import View
from ..world import Presence
from .account import Artefact, artefacts_in

Showing = Literal["shown", "elsewhere", "nowhere", "unknown", "nothing", "missing"]
"""Of a section: what an entry exports is in it, is elsewhere in the paper, or is nowhere; it may lie where one cannot
look; there is nothing to be shown; or there is no such section."""

WORST_FIRST: tuple[StateName, ...] = ("missing", "stale (contract)", "stale", "needs review", "unknown", "fresh")
FARTHEST_FIRST: tuple[Showing, ...] = ("nowhere", "elsewhere", "unknown", "shown")


class Script(Struct, frozen=True):
    """What makes the artefacts."""

    path: str
    presence: Presence


class Destination(Struct, frozen=True):
    """A section that an entry's exports belong in."""

    document: str
    label: str
    showing: Showing
    place: Place | None
    """Where its label stands; None where there is no such section."""
    heading: Place | None = None
    """Where its heading does."""


class Node(Struct, frozen=True):
    """One entry."""

    name: str
    side: Side
    block: Span
    heading: Span
    status: str
    """What its status says: `script ready`, `script TBD`, or nothing."""
    state: StateName | None
    """The worst of its artefacts'; None where it writes none."""
    script: Script | None
    artefacts: tuple[Artefact, ...]
    sections: tuple[Destination, ...]


def study(view: View, path: str) -> tuple[Node, ...]:
    """The entries of one spec, in its order. Costs what that spec is worth, however many others there are."""
    facts = view.spec(path)
    if not isinstance(facts, SpecFacts):
        return ()
    spec = Spec(path, facts)
    return tuple([_node(view, spec, entry, entry.side) for entry in spec.entries if entry.side is not None])


def _node(view: View, spec: Spec, entry: Contract, side: Side) -> Node:
    written = artefacts_in(view, spec.path, entry)
    states = {artefact.state.name for artefact in written}
    return Node(
        name=entry.name.text,
        side=side,
        block=entry.block,
        heading=entry.heading,
        status=entry.state or "",
        state=next((state for state in WORST_FIRST if state in states), None),
        script=_script(view, entry),
        artefacts=written,
        sections=_sections(view, spec, entry),
    )


def _script(view: View, entry: Contract) -> Script | None:
    path = paths.project_path(entry.script.text) if entry.script else None
    if not isinstance(path, str) or is_pattern(path):
        return None
    return Script(path, view.presence(path))


def _sections(view: View, spec: Spec, entry: Contract) -> tuple[Destination, ...]:
    routes = routes_of_entry(spec, entry.routes) if spec.kind == "report" else []
    if not routes:
        return ()
    found = {standing.where for standing in all_standings(spec, entry, view)}
    farthest: list[Showing] = [where for where in FARTHEST_FIRST if where in found]
    return tuple([_destination(view, route, farthest[0] if farthest else "nothing") for route in routes])


def _destination(view: View, route: Route, showing: Showing) -> Destination:
    document, label = route.path, route.label.text
    if not is_read(document, view):
        return Destination(document, label, "unknown" if view.is_here(document) else "missing", None)
    place = view.section_place(document, label)
    if place is None:
        return Destination(document, label, "missing", None)
    return Destination(document, label, showing, Place(place.label_path, place.label), Place(place.path, place.heading))
