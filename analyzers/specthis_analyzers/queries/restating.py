"""What an entry's status could say instead: the other state, in its report as well where that shows what is undone."""

from __future__ import annotations

import re

from .. import paths
from ..finding import Fix, Replace
from ..pairs import Entry, pair_of
from ..text import Span, Text
from ..view import View

READY, UNDONE = "script ready", "script TBD"
NOTE = re.compile(r" \(`[^`\n]+` of `[^`\n]+` is to be done again\)")
"""What a report's status says while its compute entry is undone: it goes once that is done."""


def restated(view: View, entry: Entry) -> list[Fix]:
    """The ways to flip an entry's status; none where it says neither state."""
    if entry.contract.state == UNDONE:
        return [Fix(f"Set the status to `{READY}`", (_done(view, entry),))]
    if entry.contract.state != READY:
        return []
    fix = Fix(f"Set the status to `{UNDONE}`", (_flip(entry, UNDONE),))
    pair = pair_of(view, entry) if entry.contract.side == "compute" else None
    if pair is None or pair.contract.state != READY:
        return [fix]
    note = f" (`{entry.name}` of `{paths.name(entry.spec)}` is to be done again)"
    both = (*fix.edits, _flip(pair, UNDONE, note))
    return [fix, Fix(f"{fix.title}, and that of `{pair.name}`, which shows it", both)]


def hindrance(view: View, entry: Entry) -> str | None:
    """Why an entry that is undone cannot be called ready yet; None where nothing stands against it."""
    script = paths.project_path(entry.contract.script.text) if entry.contract.script else None
    if entry.contract.state != UNDONE or not isinstance(script, str) or view.presence(script) != "missing":
        return None
    return f"`{script}` does not exist yet"


def _flip(entry: Entry, state: str, note: str = "") -> Replace:
    """The edit that puts another state in the place of the one said; free text after it stays."""
    status = entry.contract.status
    assert status is not None
    return Replace(
        entry.spec, Span(status.start, status.start + len(READY if state == UNDONE else UNDONE)), state + note
    )


def _done(view: View, entry: Entry) -> Replace:
    """The edit that says it is ready, without a note on why it was not."""
    edit, text = _flip(entry, READY), view.text(entry.spec)
    noted = NOTE.match(text.source, edit.span.end) if isinstance(text, Text) else None
    return Replace(edit.path, Span(edit.span.start, noted.end()), edit.text) if noted else edit
