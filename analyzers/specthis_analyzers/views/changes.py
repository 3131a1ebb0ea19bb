"""What changed for each entry between two states of a project: its contract, its results, its figures.

Results are told by their keys: that `loss` is another, not what it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, Schema, SpecFacts
from ..facts.variants import paths_of
from ..view import View
from ..world import Presence, Unread

MOST_KEYS = 8
"""Keys named of one result."""
FRONT_KEYS = ("host_doc", "section_label")
PLACES = ("Script", "Output", "Export script", "Export outputs", "Inputs", "Routes", "Variants")
"""Fields that name files: what else stands on their lines is prose, or a schema."""

MOVED: dict[tuple[Presence, Presence], str] = {("missing", "here"): "is new", ("here", "missing"): "is gone"}

IsSame = Callable[[str], bool | None]
"""Whether a file is, in both states, the same; None where nobody can tell."""


class State(Struct, frozen=True):
    """One state of a project: what may be asked of it, and its specs."""

    view: View
    specs: tuple[str, ...]


class Change(Struct, frozen=True):
    """What changed for one entry, in a few words each. `unknown` are files that could not be compared."""

    spec: str
    entry: str
    side: str
    contract: tuple[str, ...] = ()
    result: tuple[str, ...] = ()
    figure: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        return bool(self.contract or self.result or self.figure)


class Found(Struct, frozen=True):
    """An entry in one of the states."""

    spec: str
    facts: SpecFacts
    entry: Contract


def changes(old: State, new: State, is_same: IsSame) -> list[Change]:
    """Each entry of either state, in order of specs, those that are gone at the end."""
    before, after = _entries(old), _entries(new)
    pairs = {key: before.pop(key) for key in after if key in before}
    moved = {(side, name): key for key in before for side, name in [key[:2]]}
    for key in after:
        if key not in pairs and (other := moved.pop(key[:2], None)) is not None:
            pairs[key] = before.pop(other)
    found = [_change(pairs.get(key), there, old.view, new.view, is_same) for key, there in after.items()]
    gone = [Change(was.spec, was.entry.name.text, was.entry.side or "", ("entry removed",)) for was in before.values()]
    return found + gone


Key = tuple[str, str, str, int]
"""Side, name, spec, and how many of that name stand above."""


def _entries(state: State) -> dict[Key, Found]:
    found: dict[Key, Found] = {}
    for path in state.specs:
        facts = state.view.spec(path)
        if isinstance(facts, Unread):
            continue
        for entry in facts.entries:
            if entry.side is None:
                continue
            number = 0
            while (key := (entry.side, entry.name.text, path, number)) in found:
                number += 1
            found[key] = Found(path, facts, entry)
    return found


def _change(was: Found | None, now: Found, old: View, new: View, is_same: IsSame) -> Change:
    side = now.entry.side or ""
    if was is None:
        return Change(now.spec, now.entry.name.text, side, ("entry added",))
    contract = tuple(_contract(was, now, old, new, is_same))
    said: list[str] = []
    unknown: list[str] = []
    for path in dict.fromkeys((*_written(now.entry), *_written(was.entry))):
        difference = _difference(path, old, new, is_same)
        if difference is None:
            unknown.append(path)
        elif difference:
            said.append(f"`{path}` {difference}")
    if side == "compute":
        return Change(now.spec, now.entry.name.text, side, contract, tuple(said), (), tuple(unknown))
    return Change(now.spec, now.entry.name.text, side, contract, (), tuple(said), tuple(unknown))


# The contract ------------------------------------------------------------------------------------------------


def _contract(was: Found, now: Found, old: View, new: View, is_same: IsSame) -> Iterator[str]:
    if was.spec != now.spec:
        yield f"moved from `{was.spec}`"
    if was.entry.state != now.entry.state:
        yield f"status: {_status(was.entry)} → {_status(now.entry)}"
    before, after = _fields(was), _fields(now)
    for label in dict.fromkeys((*after, *before)):
        if label not in before:
            yield f"`{label}` added"
        elif label not in after:
            yield f"`{label}` removed"
        elif before[label] != after[label]:
            yield f"`{label}` changed"
    yield from _schema(was.entry.schema, now.entry.schema, is_same)
    script = paths.project_path(now.entry.script.text) if now.entry.script else None
    if isinstance(script, str):
        presence = (old.presence(script), new.presence(script))
        if presence in MOVED:
            yield f"script {MOVED[presence]}"
        elif _is_edited(script, is_same):
            yield "script edited"


def _is_edited(written: str, is_same: IsSame) -> bool:
    path = paths.project_path(written)
    return isinstance(path, str) and is_same(path) is False


def _status(entry: Contract) -> str:
    return f"`{entry.state}`" if entry.state else "none"


def _fields(found: Found) -> dict[str, tuple[str, ...]]:
    """What the fields say, status and schema aside, and where the spec's front matter says that it belongs."""
    said: dict[str, tuple[str, ...]] = {}
    for field in found.entry.fields:
        label = field.label.text
        if label not in ("Status", "Schema"):
            values = tuple(word.text for word in field.values)
            said[label] = values if label in PLACES else (" ".join(field.rest.text.split()), *values)
    for key in FRONT_KEYS if found.entry.side == "report" and found.facts.front else ():
        word = found.facts.front.scalar(key) if found.facts.front else None
        if word is not None:
            said[key] = (word.text,)
    return said


def _schema(was: Schema | None, now: Schema | None, is_same: IsSame) -> Iterator[str]:
    if was is None or now is None:
        if was is not now:
            yield "schema added" if was is None else "schema removed"
        return
    before = {key.name.text: (key.types, key.required) for key in was.keys}
    after = {key.name.text: (key.types, key.required) for key in now.keys}
    for name in dict.fromkeys((*after, *before)):
        if before.get(name) != after.get(name):
            what = "added" if name not in before else "removed" if name not in after else "changed"
            yield f"schema: `{name}` {what}"
    if (_source(was), was.file and was.file.text) != (_source(now), now.file and now.file.text):
        yield "schema changed"
    elif now.file is not None and _is_edited(now.file.text, is_same):
        yield f"schema `{now.file.text}` edited"


def _source(schema: Schema) -> str:
    return " ".join(schema.source.text.split()) if schema.source else ""


# Results and figures -----------------------------------------------------------------------------------------


def _written(entry: Contract) -> list[str]:
    written = (path for word in (*entry.outputs, *entry.exports) for path in paths_of(entry, word.text))
    return [path for path in written if "{" not in path]


def _difference(path: str, old: View, new: View, is_same: IsSame) -> str | None:
    """What happened to a file, in words; nothing where it is the same, None where that cannot be told."""
    presence = (old.presence(path), new.presence(path))
    if presence == ("missing", "missing"):
        return ""
    if presence in MOVED:
        return MOVED[presence]
    same = is_same(path) if presence[0] in ("here", "pointer") and presence[1] in ("here", "pointer") else None
    if same is None or same:
        return None if same is None else ""
    return _values(path, old, new) if paths.suffix(path) == ".json" else "changed"


def _values(path: str, old: View, new: View) -> str:
    """Which keys of a JSON file changed."""
    limit = new.analysis.max_result_bytes
    read = [view.world.data(path, limit) for view in (old, new)]
    try:
        before, after = (json.loads(data) for data in read if not isinstance(data, Unread))
    except (ValueError, RecursionError):
        return "changed"
    said = list(other_keys(before, after))
    if not said:
        return "is written otherwise, its values are the same"
    more = f" and {len(said) - MOST_KEYS} more" if len(said) > MOST_KEYS else ""
    return f"changed: {', '.join(said[:MOST_KEYS])}{more}"


def other_keys(before: Any, after: Any) -> Iterator[str]:
    """Dotted keys that one has and the other lacks, or that hold another value; objects are looked into, lists not."""
    pending: list[tuple[str, Any, Any]] = [("", before, after)]
    while pending:
        key, one, two = pending.pop()
        if isinstance(one, dict) and isinstance(two, dict):
            names = [*two, *(name for name in one if name not in two)]
            inner = ((f"{key}.{name}" if key else name, one.get(name, GONE), two.get(name, GONE)) for name in names)
            pending += reversed(list(inner))
        elif one is GONE or two is GONE:
            yield f"`{key}` {'added' if one is GONE else 'removed'}"
        elif not _equal(one, two):
            yield f"`{key}`" if key else "the whole"


GONE = object()


def _equal(one: Any, two: Any) -> bool:
    """Whether two values are the same; NaN is NaN, and 1 is 1.0 but not true."""
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(two, numbers) and isinstance(one, bool) == isinstance(two, bool):
        return one == two or (one != one and two != two)
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    except (RecursionError, ValueError):
        return False


def unchanged(found: Iterable[Change]) -> int:
    """How many entries are as they were, as far as can be told."""
    return sum(not change.is_change for change in found)
