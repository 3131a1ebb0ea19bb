"""How a finding is called after a renaming that mends all mentions: what was accepted of it stays accepted."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from .. import paths
from ..finding import Finding, Place
from .moving import mover
from .renaming import Renaming
from .things import Thing


def afterwards(
    renaming: Renaming, moves: dict[str, str], thing: Thing | None = None, new: str = ""
) -> Callable[[Finding], Finding]:
    """The same finding by its names of then. `thing` and `new` are what is renamed, where that is no file."""
    edits = {(edit.path, edit.span): edit.text for edit in (*renaming.edits, *renaming.doubtful)}
    moved = mover(moves)
    names = {paths.stem(old): paths.stem(now) for old, now in moves.items() if old.endswith(".md")}
    names |= {paths.name(old): paths.name(now) for old, now in moves.items() if old.endswith(".md")}
    if thing is not None and thing.kind != "path":
        names[thing.name] = new

    def called(name: str) -> str:
        return names.get(name, moved(name))

    def then(finding: Finding) -> Finding:
        place = finding.place
        subject = "#".join(called(part) for part in finding.subject.split("#"))
        if place.span is not None and subject == finding.subject:
            subject = edits.get((place.path, place.span), subject)
        is_of_entry = thing is not None and thing.kind == "entry" and thing.of == place.path
        entry = called(finding.entry) if is_of_entry else finding.entry
        message = "`".join(called(part) for part in finding.message.split("`"))
        return replace(finding, place=Place(moved(place.path), place.span), entry=entry, subject=subject, message=message)

    return then
