"""Lenses above entries and hints behind paths: how things stand, and a way to them; and when that is another than told.

A lens is told at first by its place alone, and worked out when the client asks for it: it asks for those that can be
seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from specthis_analyzers.facts.contract import Contract
from specthis_analyzers.queries.hints import brought
from specthis_analyzers.text import Span, Text
from specthis_analyzers.views.standing import first_artefact, first_section, hints, standing

from . import opening
from .feature import location
from .homes import Home
from .session import Session

NOTHING_TO_SAY = "names nothing that it writes"
"""Above an entry without an output or export: some clients draw a lens without words as a gap."""
SHOWN = "lenses and hints"
SOON = 0.2
"""Seconds after a change until these are compared with what was told."""
OF_A_PATH = 1
"""The kind of hint that says more than its text, as a type does."""


class Told(Struct):
    """What a client was told about one file: nothing else may have changed since."""

    version: int | None
    lenses: dict[int, str]
    """By the how manieth entry, the state."""
    hints: tuple[tuple[Span, tuple[str, ...]], ...] = ()
    """The words of the hints in each range that was asked about."""


def lenses(session: Session, home: Home, path: str) -> list[dict[str, Any]]:
    """The lenses of a spec, the states still to be worked out."""
    facts, text = home.project.facts(path), home.text(path)
    found: list[dict[str, Any]] = []
    told(session, home, path).lenses.clear()
    for at, entry in enumerate(facts.entries):
        if entry.side is None:
            continue
        where = session.documents.positions.range(text, entry.heading)
        data = {"uri": home.uri_of(path), "entry": at, "name": entry.name.text}
        found.append({"range": where, "data": data})
        found += [{"range": where, "command": command} for command in _ways(session, home, path, entry)]
    return found


def _ways(session: Session, home: Home, path: str, entry: Contract) -> Iterator[dict[str, Any]]:
    """Commands that lead from an entry to what it writes and to where that is shown; only what is here."""
    if not session.client.offers.shows:
        return
    view = home.project.view
    artefact = first_artefact(view, entry)
    if artefact is not None:
        name = "output" if entry.side == "compute" else "export"
        yield opening.command(f"open {name}", home.uri_of(artefact))
    section = first_section(view, path, entry)
    if section is not None:
        where = location(session, home, section)
        yield opening.command("open section", where["uri"], where["range"])


def resolved(session: Session, lens: dict[str, Any]) -> dict[str, Any]:
    """A lens with the state of its entry. Of an entry that is gone meanwhile nothing is said."""
    data = lens.get("data")
    uri, at, name = (data.get(key) for key in ("uri", "entry", "name")) if isinstance(data, dict) else (None,) * 3
    located = session.current(uri) if isinstance(uri, str) else None
    title = ""
    if located is not None and isinstance(at, int):
        home, path = located
        title = _title(home, path, at, name)
        told(session, home, path).lenses[at] = title
    return {**lens, "command": {"title": title, "command": ""}}


def _title(home: Home, path: str, at: int, name: Any) -> str:
    entries = home.project.facts(path).entries
    entry = entries[at] if 0 <= at < len(entries) else None
    if entry is None or entry.name.text != name:
        return ""
    found = standing(home.project.view, path, entry)
    return found.said if found else NOTHING_TO_SAY


# Hints ------------------------------------------------------------------------------------------------------------


def inlay_hints(session: Session, home: Home, path: str, span: Span) -> list[dict[str, Any]]:
    """The hints in a range of a file."""
    text, positions = home.text(path), session.documents.positions
    found = list(_hints(home, path, span))
    known = told(session, home, path)
    known.hints = (*(one for one in known.hints if one[0] != span), (span, _words(found)))[-MOST_RANGES:]
    return [
        {
            "position": positions.position(text, _behind(text, at)),
            "label": label,
            "kind": OF_A_PATH,
            "paddingLeft": True,
            "tooltip": why,
        }
        for at, label, why in found
    ]


MOST_RANGES = 8
"""Ranges of one file whose hints are remembered: what was scrolled by long ago is asked for again."""


def _hints(home: Home, path: str, span: Span) -> Iterator[tuple[int, str, str]]:
    view = home.project.view
    if path.endswith(".md"):
        yield from ((hint.at, hint.label, hint.why) for hint in hints(view, path, span))
    else:
        for one in brought(view, path, span):
            yield one.at, one.suffix or f"→ {one.path}", f"brings in {one.path}"


def _words(found: list[tuple[int, str, str]]) -> tuple[str, ...]:
    return tuple(label for _, label, _ in found)


def _behind(text: Text, at: int) -> int:
    """Behind the sign that closes a code span or an argument."""
    return at + 1 if text.source[at : at + 1] in ("`", "}") and at < len(text) else at


# What is another than told ----------------------------------------------------------------------------------------


def told(session: Session, home: Home, path: str) -> Told:
    """What is remembered of a file: as long as its text is the same. It is compared some time after each change."""
    session.upon_flush[SHOWN] = lambda: session.client.later(SHOWN, SOON, lambda: compare(session))
    document = home.documents.get(path)
    version = document.version if document else None
    known = session.shown.get((home.root, path))
    if not isinstance(known, Told) or known.version != version:
        known = session.shown[home.root, path] = Told(version, {})
    return known


def compare(session: Session) -> None:
    """Tell the client to ask again where lenses or hints are others than it has."""
    lens, hint = outdated(session)
    if lens and session.client.offers.refreshes_lenses:
        session.client.server.workspace_code_lens_refresh(None)
    if hint and session.client.offers.refreshes_hints:
        session.client.server.workspace_inlay_hint_refresh(None)
    if lens or hint:
        session.shown.clear()


def outdated(session: Session) -> tuple[bool, bool]:
    """Whether some lens, and whether some hint, says other than what holds now. Only open files are looked at.

    Of a file that was typed in since nothing is remembered: the client asks again by itself.
    """
    lens = hint = False
    for (root, path), known in list(session.shown.items()):
        home = session.homes.get(root)
        document = home.documents.get(path) if home else None
        if home is None or document is None or document.version != known.version:
            del session.shown[root, path]
            continue
        entries = home.project.facts(path).entries
        names = {at: entries[at].name.text for at in known.lenses if at < len(entries)}
        lens = lens or any(_title(home, path, at, names.get(at)) != title for at, title in known.lenses.items())
        hint = hint or any(_words(list(_hints(home, path, span))) != words for span, words in known.hints)
    return lens, hint
