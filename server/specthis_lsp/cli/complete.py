"""What a check is asked of artefacts beyond the settings, and how it is told whether they are complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.freshness import artefacts_of, state_of_artefact
from specthis_analyzers.project import Project
from specthis_analyzers.state import StateName
from specthis_analyzers.text import Text

from ..host.disk import Disk
from ..host.projects import Settled
from .arguments import Options
from .exits import UsageError, meant
from .look import Look
from .targets import Target, file_named
from .visible import visible


def asked(target: Target, settled: Settled, options: Options) -> Settled:
    """The settings, with what the command line asks of artefacts."""
    analysis = settled.configuration.analysis
    if options.freshness is not None:
        analysis = replace(analysis, freshness=options.freshness)
    if options.complete:
        document = "" if options.paper is None else _document(target, options.paper, settled)
        analysis = replace(analysis, complete=document)
    return replace(settled, configuration=replace(settled.configuration, analysis=analysis))


def _document(target: Target, written: str, settled: Settled) -> str:
    """The paper that was named; UsageError where it is no document."""
    disk = Disk(target.root)
    path = file_named(target, written)
    if path is not None:
        if paths.suffix(path) in LATEX and isinstance(disk.read(path), Text):
            return path
        raise UsageError(f"`{visible(written)}` is no LaTeX document")
    view = Project(disk, settled.configuration, recording=False).view
    known = sorted({root for host in view.names("host") for root in view.roots(host)})
    where = f"in `{visible(target.relative)}`" if target.prefix else "here"
    raise UsageError(f"there is no document `{visible(written)}` {where}{meant(written, known)}")


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
    all_of_it = f"{_count(states.total(), 'artefact')} of {what}"
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


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


LATEX = (".tex", ".ltx", ".latex")
LACKING: dict[StateName, str] = {"missing": "missing", "stale (contract)": "still to be done"}
