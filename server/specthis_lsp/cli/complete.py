"""The last lines of `--complete`: whether all that is promised is here, and fresh as far as one can know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specthis_analyzers.freshness import artefacts_of, state_of_artefact
from specthis_analyzers.project import Project
from specthis_analyzers.state import StateName

from ..host.disk import Disk
from ..host.projects import Settled
from .look import Look
from .targets import Target
from .visible import visible
from .wording import plural


def closing(looks: Sequence[Look]) -> Iterator[str]:
    """One line for each project: whether all is here, and fresh as far as one can know."""
    for look in looks:
        analysis = look.outcome.settled.configuration.analysis
        if analysis.complete is not None:
            states = states_of(look.target, look.outcome.settled, analysis.complete)
            named = analysis.complete or look.target.prefix.rstrip("/")
            what = f"`{named}`" if named else "the project"
            yield visible(_told(states, what, bool(analysis.complete), analysis.freshness == "mtime"))


def states_of(target: Target, settled: Settled, document: str) -> Counter[StateName]:
    """How many artefacts are in which state, of those that a document rests on, or of all there are."""
    project = Project(Disk(target.root), settled.configuration, settled.path, recording=False)
    view, found = project.view, dict[str, StateName]()
    demanded = view.demanded(document) if document else None
    for spec in project.specs:
        facts = project.facts(spec)
        for entry in facts.entries:
            if entry.side and (demanded is None or (spec, entry.name.text) in demanded):
                for _, path in artefacts_of(entry):
                    found[path] = state_of_artefact(spec, facts, entry, path, view).name
    return Counter(found.values())


def _told(states: Counter[StateName], what: str, is_document: bool, by_age: bool) -> str:
    if not states:
        return f"Nothing that a spec promises belongs to {what}." if is_document else "No spec promises anything."
    all_of_it = f"{plural(states.total(), 'artefact')} of {what}"
    lacking = [f"{states[state]} {words}" for state, words in LACKING.items() if states[state]]
    unknown = f", {states['unknown']} unknown" if states["unknown"] else ""
    stale, verb = states["stale"], "is" if states.total() == 1 else "are"
    if lacking or (by_age and stale):
        lacking += [f"{stale} out of date"] if stale else []
        return f"Not complete: of {all_of_it} {', '.join(lacking)}{unknown}."
    if stale:
        older = f"{stale} older than what went into {'it' if stale == 1 else 'them'}"
        return f"Complete, times aside: {all_of_it} {verb} here; {older} (--freshness mtime tells more){unknown}."
    return f"Complete: {all_of_it} {verb} here and fresh as far as known{unknown}."


LACKING: dict[StateName, str] = {"missing": "missing", "stale (contract)": "still to be done"}
