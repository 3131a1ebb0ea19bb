"""How findings are called after something was renamed: what was accepted of them stays accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from .. import paths
from ..finding import Finding, Place
from ..text import Span, Text
from ..view import View
from .mentions import entry_of
from .moving import mover
from .renaming import Renaming
from .things import Thing

BETWEEN_NAMES = re.compile(r"([ #])")
"""What parts the names in the subject of a finding."""
NOWHERE = Span(-1, -1)


def afterwards(
    view: View, renaming: Renaming, moves: dict[str, str], finders: Callable[[Finding], Iterable[str]]
) -> Callable[[Finding], Finding]:
    """The same finding by its names of then. `moves` are the files and folders that are elsewhere then.

    `finders` says the files whose checks found one.
    """
    edits = {(edit.path, edit.span): edit.text for edit in (*renaming.edits, *renaming.doubtful)}
    thing, moved = renaming.thing, mover(moves)
    names = {thing.name: renaming.called} if thing and thing.kind != "entry" else {}
    of_files = dict(names) if thing and thing.kind == "path" else {}
    for old, new in moves.items():
        names |= {name(old): name(new) for name in (paths.name, paths.stem) if old.endswith(".md")}

    def then(finding: Finding) -> Finding:
        places = (finding.place, *(related.place for related in finding.related))
        # What else is called so is meant only where it is edited.
        known = names if any((place.path, place.span) in edits for place in places) else of_files

        def called(name: str) -> str:
            return known.get(name) or moved(name)

        is_of_it = thing is not None and _is_entry(view, thing, finding.entry, finders(finding))
        subject = "".join(map(called, BETWEEN_NAMES.split(finding.subject)))
        if finding.subject == _written(view, finding.place):
            subject = edits.get((finding.place.path, finding.place.span or NOWHERE), subject)
        return replace(
            finding,
            place=Place(moved(finding.place.path), finding.place.span),
            entry=renaming.called if is_of_it else finding.entry,
            subject=subject,
            message="`".join(map(called, finding.message.split("`"))),
        )

    return then


def _is_entry(view: View, thing: Thing, entry: str, finders: Iterable[str]) -> bool:
    """Whether the entry that a finding is about is this one: another spec may have one of its name.

    A spec's check tells of that spec's own entries.
    """
    if thing.kind != "entry" or thing.name != entry:
        return False
    having = {path for path in finders if entry_of(view, Thing("entry", entry, path)) is not None}
    claims = [claim for side in ("compute", "report") for claim in view.claims("entry", f"{side} {entry}")]
    return (having or {claim.path for claim in claims}) == {thing.of}


def _written(view: View, place: Place) -> str | None:
    text = view.text(place.path)
    return text.source[place.span.start : place.span.end] if isinstance(text, Text) and place.span else None
