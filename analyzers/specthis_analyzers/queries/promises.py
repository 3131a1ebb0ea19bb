"""What the contract of an entry asks of its script: what it reads, what it writes, and which keys that must hold."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, Schema, SpecFacts
from ..facts.schema import json_schema
from ..pairs import Entry, entries_of, shown_by
from ..text import Word
from ..view import View
from ..world import Unread

OPEN = frozenset("{}*?$<>")
MOST_INPUTS = 40


class Promised(Struct, frozen=True):
    """One key at the top of a result: its types as schemas write them, none meaning any, and what is said of it."""

    name: str
    types: tuple[str, ...] = ()
    required: bool = True
    note: str = ""


def plain(words: tuple[Word, ...]) -> list[str]:
    """The paths that words say outright, in their normal form."""
    found = (paths.project_path(word.text) for word in words if OPEN.isdisjoint(word.text))
    return [path for path in found if isinstance(path, str)]


def script_of(entry: Entry) -> str | None:
    found = plain((entry.contract.script,)) if entry.contract.script else []
    return found[0] if found else None


def written_by(entry: Entry) -> list[str]:
    """What its script writes: its output, or its exports; nothing where one of them is only known in a run."""
    words = entry.contract.outputs if entry.contract.side == "compute" else entry.contract.exports
    found = plain(words)
    return found if len(found) == len(words) else []


def read_by(view: View, entry: Entry) -> list[str]:
    """What it says that it reads, and of a report the results that it shows."""
    shown = shown_by(view, entry) if entry.contract.side == "report" else []
    results = [path for other in shown for path in plain(other.contract.outputs)]
    return list(dict.fromkeys([*results, *plain(entry.contract.inputs)]))


def all_read_by(view: View, entry: Entry) -> list[str]:
    """The same; where it names no result, the outputs of the specs that its own depends on."""
    found = read_by(view, entry)
    upstream = [path for spec in _dependencies(view, entry.spec) for path in _outputs(view, spec)]
    return found if any(path in found for path in upstream) else [*upstream[:MOST_INPUTS], *found]


def _dependencies(view: View, spec: str) -> list[str]:
    facts = view.spec(spec)
    key = facts.front.key("depends_on") if isinstance(facts, SpecFacts) and facts.front else None
    found = (paths.join(paths.parent(spec), word.text) for word in (key.values if key else ()))
    return [path for path in found if isinstance(path, str)]


def _outputs(view: View, spec: str) -> list[str]:
    entries = (entry for entry in entries_of(view, spec) if entry.contract.side == "compute")
    return [path for entry in entries for path in plain(entry.contract.outputs)]


# Keys --------------------------------------------------------------------------------------------------------


def promised(view: View, contract: Contract) -> list[Promised] | None:
    """The keys that a result must hold, in order; None where that is not said, or cannot be read."""
    schema = contract.schema
    if schema is None or schema.problems:
        return None
    if schema.keys:
        return _of_keys(schema)
    value = _as_json_schema(view, schema)
    return _of_json_schema(value) if value is not None else None


def same_schema(view: View, one: Contract, other: Contract) -> bool:
    """Whether two entries ask the same of their results; what asks nothing is like nothing."""
    if one.schema is None or other.schema is None:
        return False
    mine, others = promised(view, one), promised(view, other)
    return mine is not None and others is not None and _asked(mine) == _asked(others)


def _asked(keys: list[Promised]) -> set[tuple[str, frozenset[str], bool]]:
    return {(key.name, frozenset(key.types), key.required) for key in keys}


def _of_keys(schema: Schema) -> list[Promised]:
    """A key with dots asks for an object of the name before the first."""
    found: dict[str, Promised] = {}
    for key in schema.keys:
        name, dot, _ = key.name.text.partition(".")
        asked = Promised(name, ("object",) if dot else key.types, key.required, "" if dot else key.note)
        found.setdefault(name, asked)
    return list(found.values())


def _as_json_schema(view: View, schema: Schema) -> dict[str, Any] | None:
    text = json_schema(schema)
    if schema.file is not None:
        path = paths.project_path(schema.file.text)
        found = view.schema_file(path) if isinstance(path, str) else None
        text = None if found is None or isinstance(found, Unread) or found.problem else found.text
    try:
        value = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_json_schema(value: dict[str, Any]) -> list[Promised] | None:
    properties, required = value.get("properties"), value.get("required")
    if not isinstance(properties, dict):
        return None
    needed = required if isinstance(required, list) else []
    return [Promised(name, _types(asked), name in needed, _description(asked)) for name, asked in properties.items()]


def _types(asked: Any) -> tuple[str, ...]:
    """The types that a part of a JSON Schema names; none where it says it some other way."""
    kind = asked.get("type") if isinstance(asked, dict) else None
    if kind == "array" and len(inner := _types(asked.get("items"))) == 1:
        return (f"{inner[0]}[]",)
    kinds = kind if isinstance(kind, list) else [kind]
    return tuple(one for one in kinds if isinstance(one, str)) if all(isinstance(one, str) for one in kinds) else ()


def _description(asked: Any) -> str:
    said = asked.get("description") if isinstance(asked, dict) else None
    return " ".join(said.split()) if isinstance(said, str) else ""
