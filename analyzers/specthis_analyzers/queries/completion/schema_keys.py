"""In a schema: the keys that the output on disk has, those not yet declared first, and their types."""

from __future__ import annotations

import re

from ... import paths
from ...facts.outline import outline
from ...facts.schema import TYPES
from ...text import Span, Text
from ...view import View
from ...world import Unread
from .choices import Choice, Completion, Slot, fitting
from .surroundings import Entry

MAX_BYTES = 4 * 1024 * 1024
"""Larger results are not opened while somebody types."""
OUTPUT = re.compile(r"^ {0,3}Output:[ \t]*`?([^`\s,]+)", re.MULTILINE)
UNWRITABLE = re.compile(r"[\s:?`\"',|]")
DECLARED = re.compile(r"`\s*([^\s`:?,|]+)")
TYPE_BEFORE = re.compile(r"[\w\[\]]*$")
TYPE_AFTER = re.compile(r"[\w\[\]]*")
KEY_AFTER = re.compile(r"[^\s:?`,|]*")


def keys_here(view: View, text: Text, entry: Entry, typed: str) -> dict[str, str]:
    """The keys of the entry's output and their types, at the depth that is typed: `metrics.` asks inside an object."""
    named = OUTPUT.search(text.source, entry.block.start, entry.block.end)
    path = paths.project_path(named[1]) if named else None
    if not isinstance(path, str):
        return {}
    data = view.world.data(path, MAX_BYTES)
    if isinstance(data, Unread):
        return {}
    prefix = typed.rpartition(".")[0]
    found = outline(data, tuple(prefix.split(".")) if prefix else (), table=paths.suffix(path) == ".csv")
    before = f"{prefix}." if prefix else ""
    return {f"{before}{key}": kind for key, kind in found.items() if not UNWRITABLE.search(key)}


def schema_choices(view: View, text: Text, entry: Entry, rest: Span, offset: int, declared: str) -> Completion | None:
    """Keys where a key is being written, types behind its colon. Half-typed code spans count."""
    source = text.source
    before = source[rest.start : offset]
    ticks = before.count("`")
    if ticks % 2 == 0:
        return _fresh(view, text, entry, rest, offset, declared)
    start = rest.start + before.rindex("`") + 1
    # Several keys may share one code span.
    start = max(start, source.rfind(",", start, offset) + 1)
    while start < offset and source[start] in " \t":
        start += 1
    typed = source[start:offset]
    key, colon, said = typed.partition(":")
    closing = source.find("`", offset, rest.end)
    between = source[offset : closing if closing >= 0 else rest.end]
    after = "" if closing >= 0 and "," not in between else "`"
    if colon:
        return _types(view, text, entry, key.strip().rstrip("?"), said, offset, rest, after)
    return _keys(view, text, entry, Slot(start, offset, offset, typed, after=after), rest, declared)


def _fresh(view: View, text: Text, entry: Entry, rest: Span, offset: int, declared: str) -> Completion | None:
    """Where the next code span may begin: nothing yet, or behind a comma."""
    source = text.source
    before = source[rest.start : offset]
    typed = re.search(r"[^\s,`]*$", before)
    assert typed
    head = before[: typed.start()].rstrip()
    if (head and not head.endswith(",")) or source.startswith("`", offset):
        return None
    blank = " " if not before and source[rest.start - 1 : rest.start] == ":" else ""
    slot = Slot(rest.start + typed.start(), offset, offset, typed[0], before=f"{blank}`", after="`")
    return _keys(view, text, entry, slot, rest, declared)


def _keys(view: View, text: Text, entry: Entry, slot: Slot, rest: Span, declared: str) -> Completion | None:
    """Each key with its type, where that is still to be written."""
    source = text.source
    token = KEY_AFTER.match(source, slot.offset, rest.end)
    end = token.end() if token else slot.offset
    has_type = source[end : rest.end].lstrip("? \t").startswith(":")
    known = keys_here(view, text, entry, slot.typed)
    said = set(DECLARED.findall(f"{declared}`{source[end : rest.end]}"))
    said.discard(slot.typed)
    order = sorted(known, key=lambda name: name in said)
    names, whole = fitting(order, slot.typed)
    choices: list[Choice] = []
    for name in names:
        kind = known[name]
        word = name if has_type or not kind else f"{name}: {kind}"
        text_of = f"{slot.before}{word}{'' if has_type else slot.after}"
        choices.append(Choice(name, "schema key", text_of, end, detail=kind, filter=name, about=()))
    return Slot(slot.start, slot.offset, end, slot.typed).completion(choices, whole)


def _types(
    view: View, text: Text, entry: Entry, key: str, said: str, offset: int, rest: Span, after: str
) -> Completion | None:
    """The type that the key has on disk, then all there are; lists of them once one is typed."""
    typed = TYPE_BEFORE.search(said)
    assert typed
    token = TYPE_AFTER.match(text.source, offset, rest.end)
    end = token.end() if token else offset
    here = keys_here(view, text, entry, key).get(key, "")
    names = [*([here] if here else []), *(name for name in TYPES if name != here)]
    names += [f"{name}[]" for name in TYPES[:5] if f"{name}[]" != here]
    blank = " " if said == "" else ""
    slot = Slot(offset - len(typed[0]), offset, end, typed[0], before=blank)
    used = {part.strip() for part in said[: typed.start()].split("|")}
    choices = (
        Choice(name, "type", f"{blank}{name}{after}", end, detail="as in the output on disk" if name == here else "")
        for name in names
        if name not in used
    )
    return slot.completion(choices)
