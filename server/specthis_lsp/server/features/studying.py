"""The study as a tree, for editors that show one: a request of our own, and a notification once its answer is old.

`specthis/study` without a `uri` lists the projects and their specs; with one, the entries of that spec. So the cost
follows what is unfolded. `specthis/studyChanged` comes once after an answer, when something moved; who still shows the
tree asks again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from specthis_analyzers.finding import Finding
from specthis_analyzers.settings import SEVERITIES

from ..feature import Feature
from ..session import Session

if TYPE_CHECKING:
    from ..homes import Home

STUDY = "specthis/study"
CHANGED = "specthis/studyChanged"
REST = 0.5
"""Seconds without a further change after which the client is told."""
SLICE = 200
"""Specs described in one go."""


async def study(session: Session, params: Any) -> dict[str, Any]:
    """Projects and their specs, or the entries of one spec; of what is no spec there are none."""
    uri = params.get("uri") if isinstance(params, dict) else None
    if session.scheduled:
        session.flush()
    _watch(session)
    if uri is None:
        return {"projects": [await _project(home) for home in list(session.homes.values()) if home.is_project]}
    home, path = (session.locate(uri) if isinstance(uri, str) else None) or (None, "")
    return {"entries": _entries(session, home, path) if home and path in home.project.names.specs else []}


def _watch(session: Session) -> None:
    """Tell the client, once, when something has moved and come to rest."""
    seen = _moves(session)

    def look() -> None:
        if _moves(session) != seen:
            session.client.later(STUDY, REST, tell)

    def tell() -> None:
        session.upon_flush.pop(STUDY, None)
        session.client.tell(CHANGED, {})

    session.upon_flush[STUDY] = look


def _moves(session: Session) -> list[tuple[str, int]]:
    return [(root, home.moves) for root, home in session.homes.items()]


# Projects ----------------------------------------------------------------------------------------------------


async def _project(home: Home) -> dict[str, Any]:
    specs: list[dict[str, Any]] = []
    for number, path in enumerate(home.project.specs):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        findings = _of_spec(home, path)
        entries = sum(entry.side is not None for entry in home.project.facts(path).entries)
        specs.append({"uri": home.uri_of(path), "path": path, "entries": entries, "findings": _counted(findings)})
    return {"uri": home.uri_of(""), "root": home.root, "specs": specs}


def _of_spec(home: Home, path: str) -> list[Finding]:
    """What is found in a spec, and what its check found in the paper: no row of the tree but its own leads there."""
    project = home.project
    checked = project.checked.get(path)
    elsewhere = {finding.place.path for finding in checked.findings} - {path} if checked else set()
    own = home.findings(path) if project.found_in.get(path) else []
    others = [one for place in sorted(elsewhere) for one in home.findings(place) if path in project.finders(one)]
    return [*own, *(one for one in others if one.place.path not in project.names.specs)]


def _counted(findings: list[Finding]) -> dict[str, int]:
    """How many there are of each severity, the loudest first; hints are no news."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in SEVERITIES if severity != "hint" and counts[severity]}


# Entries -----------------------------------------------------------------------------------------------------


def _entries(session: Session, home: Home, path: str) -> list[dict[str, Any]]:
    from specthis_analyzers.views import study as views

    findings = home.findings(path)
    return [_entry(session, home, path, node, findings) for node in views.study(home.project.view, path)]


def _entry(session: Session, home: Home, path: str, node: Any, findings: list[Finding]) -> dict[str, Any]:
    positions, text = session.documents.positions, home.text(path)
    inside = [one for one in findings if one.place.span and node.block.start <= one.place.span.start < node.block.end]
    return {
        "name": node.name,
        "side": node.side,
        "range": positions.range(text, node.heading),
        "status": node.status,
        "state": node.state,
        "findings": _counted(inside),
        "script": None if node.script is None else _file(home, node.script.path, node.script.presence),
        "artefacts": [
            _file(home, one.path, home.project.view.presence(one.path)) | {"state": one.state.name, "why": one.why}
            for one in node.artefacts
        ],
        "sections": [_section(session, home, one) for one in node.sections],
    }


def _file(home: Home, path: str, presence: str) -> dict[str, Any]:
    return {"path": path, "uri": home.uri_of(path), "presence": presence}


def _at(home: Home, place: Any) -> list[Finding]:
    """The findings that stand at a place of another file."""
    if place is None or not home.project.found_in.get(place.path):
        return []
    return [one for one in home.findings(place.path) if one.place.span == place.span]


def _section(session: Session, home: Home, section: Any) -> dict[str, Any]:
    place = section.place
    where = session.documents.positions.range(home.text(place.path), place.span) if place else None
    return {
        "document": section.document,
        "label": section.label,
        "showing": section.showing,
        "findings": _counted(_at(home, section.heading)),
        "uri": home.uri_of(place.path if place else section.document),
        "range": where,
    }


FEATURES = (Feature(STUDY, study),)
