"""How each entry of a spec stands, in a few words: what lenses show above it, and hints behind what it writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, SpecFacts
from ..finding import Place
from ..freshness import artefacts_of
from ..rules.routes import routes_of_entry
from ..rules.rule import Spec
from ..state import StateName
from ..text import Span, Word
from ..view import View
from ..world import Unread
from .account import BY, Artefact, artefacts_in

LOUDEST: tuple[StateName, ...] = ("missing", "stale (contract)", "stale", "needs review", "unknown", "fresh")
"""Of several artefacts the state of the first of these that one is in stands for all."""
OF_AGE: tuple[StateName, ...] = ("stale", "needs review")
"""What only times tell, where they are asked."""


class Standing(Struct, frozen=True):
    """The loudest state among some artefacts, and which of them it is that of."""

    artefact: Artefact
    alike: int
    """How many of them are in that state."""
    of: int

    @property
    def state(self) -> StateName:
        return self.artefact.state.name

    @property
    def said(self) -> str:
        """The state and its reason, in one line: of several artefacts by name, of several reasons the first."""
        which = f" ({self.alike} of {self.of})" if self.of > 1 else ""
        name = f"{paths.name(self.artefact.path)}, " if self.of > 1 and self.state != "fresh" else ""
        return f"{self.state}{which}: {name}{self._briefly}".replace("`", "")

    @property
    def _briefly(self) -> str:
        state = self.artefact.state
        if len(state.moved) < 2:
            return self.artefact.why
        return f"{BY[state.evidence or '']}, {state.moved[0]} and {len(state.moved) - 1} more moved since"


class Hint(Struct, frozen=True):
    """A few words behind a word of a spec, and the sentence behind these."""

    at: int
    label: str
    why: str


def standing(view: View, spec: str, entry: Contract) -> Standing | None:
    """How the artefacts of an entry stand; None where it names none."""
    return loudest(artefacts_in(view, spec, entry))


def loudest(artefacts: Sequence[Artefact]) -> Standing | None:
    for state in LOUDEST:
        alike = [artefact for artefact in artefacts if artefact.state.name == state]
        if alike:
            return Standing(alike[0], len(alike), len(artefacts))
    return None


def first_artefact(view: View, entry: Contract) -> str | None:
    """The first output or export of an entry that is here."""
    return next((path for _, path in artefacts_of(entry) if view.is_here(path)), None)


def first_section(view: View, spec: str, entry: Contract) -> Place | None:
    """The heading of the first section, of those an entry's exports belong in, that is there."""
    subject = Spec(spec, _facts(view, spec))
    for route in routes_of_entry(subject, entry.routes) if subject.kind == "report" else ():
        place = view.section_place(route.path, route.label.text) if view.is_here(route.path) else None
        if place is not None:
            return Place(place.path, place.heading)
    return None


def hints(view: View, spec: str, within: Span) -> Iterator[Hint]:
    """Hints behind the outputs and exports in a range: of those that are not what their entry asks for.

    Nothing is said of what is fresh or unknown, and nothing of an output that nobody expects yet; of age only where
    times are asked. Behind a word that stands for several paths, how many.
    """
    times = view.looks_at_times(spec)
    for entry in _facts(view, spec).entries:
        if entry.side is None or entry.block.end < within.start or within.end < entry.block.start:
            continue
        for word, group in groupby(artefacts_in(view, spec, entry), key=lambda artefact: artefact.word):
            artefacts = list(group)
            if within.start <= word.end and word.start <= within.end:
                yield from _hint(entry, word, artefacts, times)


def _hint(entry: Contract, word: Word, artefacts: Sequence[Artefact], times: bool) -> Iterator[Hint]:
    found = loudest([artefact for artefact in artefacts if times or artefact.state.name not in OF_AGE])
    expected = found is not None and not (found.state == "missing" and not entry.ready)
    if found is not None and expected and found.state not in ("fresh", "unknown"):
        which = f" ({found.alike} of {found.of})" if found.of > 1 else ""
        yield Hint(word.end, f"{found.state}{which}", found.said)
    elif len(artefacts) > 1:
        names = ", ".join(artefact.path for artefact in artefacts[:10])
        more = ", …" if len(artefacts) > 10 else ""
        yield Hint(word.end, f"{len(artefacts)} variants", names + more)


def _facts(view: View, path: str) -> SpecFacts:
    facts = view.spec(path)
    return SpecFacts(None, (), ()) if isinstance(facts, Unread) else facts
