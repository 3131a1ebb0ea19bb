"""The schema of an entry as its result on disk has it, in the form that the project writes schemas in.

A result is one sample, so what is promised of it is what a sample can tell: which keys there are, and the types of
their values. Any number is a `number`, and what is `null` may be anything.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .. import paths
from ..facts import result
from ..facts.contract import Contract, Schema, SchemaForm, SpecFacts
from ..finding import Fix, Replace
from ..pairs import Entry
from ..text import Span, Text
from ..view import View
from ..world import Unread

HELD = (".json", ".csv")
MOST_SPECS = 20
"""Specs that are asked for the form of their schemas."""

PLAIN_KEY = re.compile(r"[^\s:?`\"'.,()|]+")
"""A key that every form can say; dots would lead into objects."""

Member = tuple[str, str]
"""A key, and the type of its value; the empty string is any."""


def can_declare(view: View, entry: Entry) -> bool:
    """Whether an entry says nothing of what its result holds, and that is one that could be held to it."""
    contract = entry.contract
    return contract.side == "compute" and contract.schema is None and _output(contract) is not None


def can_declare_again(entry: Entry) -> bool:
    """Whether an entry says in its own words what its one result holds, so that they could follow the disk."""
    contract = entry.contract
    schema = contract.schema
    said = schema is not None and schema.form != "file" and not schema.problems
    is_one = sum(paths.suffix(word.text) in HELD for word in contract.outputs) == 1
    return contract.side == "compute" and said and is_one and _output(contract) is not None


def hindrance(view: View, entry: Entry) -> str | None:
    """Why the schema cannot be taken from the disk; None where nothing is known to stand against it."""
    path = _output(entry.contract)
    return None if path is None or view.is_here(path) else f"`{path}` is not here"


def declared(view: View, entry: Entry) -> Fix | None:
    """The edit that declares the keys of an entry's result; None where it is no object or table, or cannot be read."""
    path, text = _output(entry.contract), view.text(entry.spec)
    members = _members(view, path) if path else []
    if path is None or not members or not isinstance(text, Text):
        return None
    form, label = _form(view, entry)
    if any(not PLAIN_KEY.fullmatch(name) for name, _ in members):
        form = "schema fence"
    edit = _written(form, label, members, entry, text)
    return Fix(title(entry), (edit,)) if edit else None


def declared_again(view: View, entry: Entry) -> Fix | None:
    """The edit that puts the keys of an entry's result in place of those it declares, in the form that it has."""
    path, text, schema = _output(entry.contract), view.text(entry.spec), entry.contract.schema
    members = _members(view, path) if path else []
    if schema is None or not members or not isinstance(text, Text):
        return None
    if schema.source is None and any(not PLAIN_KEY.fullmatch(name) for name, _ in members):
        return None
    edit = _rewritten(schema, members, entry, text)
    return Fix(title(entry, again=True), (edit,)) if edit else None


def title(entry: Entry, again: bool = False) -> str:
    return f"Declare the schema of `{_output(entry.contract)}` {'again, ' if again else ''}as it is on disk"


def _output(contract: Contract) -> str | None:
    """The result that a schema would hold for: the first that is held to one, if its path is said outright."""
    written = next((word.text for word in contract.outputs if paths.suffix(word.text) in HELD), None)
    path = paths.project_path(written) if written and not re.search(r"[{}*?$<>]", written) else None
    return path if isinstance(path, str) else None


# What it holds -----------------------------------------------------------------------------------------------


def _members(view: View, path: str) -> list[Member]:
    """The keys of a result with the types of their values; of a table, its columns."""
    data = view.world.data(path, view.analysis.max_result_bytes)
    if isinstance(data, Unread):
        return []
    if paths.suffix(path) == ".csv":
        return [(name, "") for name in result.read(data, None, table=True).keys]
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return []
    return [(name, type_of(member)) for name, member in value.items()] if isinstance(value, dict) else []


def type_of(value: Any, depth: int = 3) -> str:
    """The type of a value as a schema says it; the empty string where it tells nothing."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    if not isinstance(value, list):
        return ""
    inner = {type_of(item, depth - 1) for item in value} if depth else {""}
    [one] = inner if len(inner) == 1 else [""]
    return f"{one}[]" if one else "array"


# How it is said ----------------------------------------------------------------------------------------------


def _form(view: View, entry: Entry) -> tuple[SchemaForm, str]:
    """The form of most schemas of this spec, else of other compute specs, and what the field is called there."""
    for specs in ([entry.spec], _others(view, entry)):
        found = Counter(_forms(view, specs))
        if found:
            return found.most_common(1)[0][0]
    return "keys", "Schema"


def _others(view: View, entry: Entry) -> list[str]:
    names = [name for name in view.names("spec") if name.startswith("compute-")][:MOST_SPECS]
    return [claim.path for name in names for claim in view.claims("spec", name) if claim.path != entry.spec]


def _forms(view: View, specs: Iterable[str]) -> Iterator[tuple[SchemaForm, str]]:
    for spec in specs:
        facts = view.spec(spec)
        for contract in facts.entries if isinstance(facts, SpecFacts) else ():
            schema = contract.schema
            if schema is not None and not schema.problems:
                yield schema.form, "Keys" if contract.field("Keys") and not contract.field("Schema") else "Schema"


def _said(members: list[Member]) -> list[str]:
    return [f"{name}: {kind}" if kind else name for name, kind in members]


def _written(form: SchemaForm, label: str, members: list[Member], entry: Entry, text: Text) -> Replace | None:
    output = entry.contract.field("Output")
    if output is None:
        return None
    said = _said(members)
    if form == "suffix":
        at = text.source.find("`", entry.contract.outputs[0].end)
        if 0 <= at < output.span.end:
            return Replace(entry.spec, Span(at + 1, at + 1), f" (keys: {', '.join(said)})")
    if form == "bullets":
        return _block(entry, text, ["Schema:", "", *(f"- `{key}`" for key in said)])
    if form in FENCES:
        info, content = FENCES[form]
        return _block(entry, text, ["Schema:", f"```{info}", *content(members), "```"])
    line = f"{label}: {', '.join(f'`{key}`' for key in said)}"
    end = text.line_span(text.line_of(output.span.end)).end
    return Replace(entry.spec, Span(end, end), f"{text.line_ending}{line}")


EXAMPLES: dict[str, Any] = {"number": 0.5, "string": "text", "boolean": True, "object": {}, "array": [], "": None}


def _example(kind: str) -> Any:
    """A value that shows nothing but a type."""
    return [_example(kind[:-2])] if kind.endswith("[]") else EXAMPLES[kind]


def _json_schema(members: list[Member]) -> list[str]:
    properties = {name: _as_schema(kind) for name, kind in members}
    schema = {"type": "object", "properties": properties, "required": [name for name, _ in members]}
    return json.dumps(schema, indent=2, ensure_ascii=False).split("\n")


def _json_example(members: list[Member]) -> list[str]:
    return json.dumps({name: _example(kind) for name, kind in members}, indent=2).split("\n")


def _as_schema(kind: str) -> dict[str, Any]:
    if kind.endswith("[]"):
        return {"type": "array", "items": _as_schema(kind[:-2])}
    return {"type": kind} if kind else {}


FENCES: dict[SchemaForm, tuple[str, Callable[[list[Member]], list[str]]]] = {
    "schema fence": ("json schema", _json_schema),
    "example fence": ("json example", _json_example),
}
"""What a fence says that it holds, and its lines."""


def _rewritten(schema: Schema, members: list[Member], entry: Entry, text: Text) -> Replace | None:
    """Only what says the keys is replaced; notes on them go with it."""
    said, ending = _said(members), text.line_ending
    if schema.source is not None:
        return Replace(entry.spec, schema.source.span, ending.join(FENCES[schema.form][1](members)))
    if schema.form == "suffix":
        return Replace(entry.spec, schema.span, f" {', '.join(said)}")
    field = next((one for one in entry.contract.fields if one.span == schema.span), None)
    if field is None:
        return None
    if schema.form == "bullets":
        start = text.line_span(text.line_of(field.values[0].start)).start
        return Replace(entry.spec, Span(start, field.span.end), ending.join(f"- `{key}`" for key in said))
    words = Span(field.values[0].start - 1, field.values[-1].end + 1)
    return Replace(entry.spec, words, ", ".join(f"`{key}`" for key in said))


def _block(entry: Entry, text: Text, lines: list[str]) -> Replace:
    """Lines of their own below the last field of an entry."""
    last = max(field.span.end for field in entry.contract.fields)
    end = text.line_span(text.line_of(last)).end
    return Replace(entry.spec, Span(end, end), text.line_ending.join(("", "", *lines)))
