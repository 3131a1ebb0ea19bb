"""What an object in a result holds, a type for each key, as a schema would say it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from . import result

RAW_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
RAW_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
MOST_ITEMS = 10_000
"""Of longer lists the first items say the type."""
TYPE_OF_SIGN = {b"{": "object", b'"': "string", b"t": "boolean", b"f": "boolean", b"n": "null"}
NUMBERS = ("integer", "number")


def outline(data: bytes, steps: tuple[str, ...] = (), *, table: bool = False) -> dict[str, str]:
    """The keys and their types, of the whole or of the object that `steps` lead to. Empty for what holds no keys.

    Never raises. A column of a `table` has no type.
    """
    if table:
        return {} if steps else dict.fromkeys(result.read(data, None, table=True).keys, "")
    try:
        return _outline(data.removeprefix(result.BOM), steps)
    except result.REFUSED:
        return _outline_leniently(data, steps)


def _outline(data: bytes | msgspec.Raw, steps: tuple[str, ...]) -> dict[str, str]:
    keys = RAW_KEYS.decode(data)
    if steps:
        return _outline(keys[steps[0]], steps[1:]) if steps[0] in keys else {}
    return {name: _type(bytes(raw)) for name, raw in keys.items()}


def _type(raw: bytes) -> str:
    sign = raw[:1]
    if sign == b"[":
        return f"{kind}[]" if (kind := _of_items(RAW_ITEMS.decode(raw)[:MOST_ITEMS])) else "array"
    return TYPE_OF_SIGN.get(sign) or _of_number(raw)


def _of_number(raw: bytes) -> str:
    return "number" if any(sign in raw for sign in b".eE") else "integer"


def _of_items(items: list[msgspec.Raw]) -> str:
    """What all of them are; empty where that is no one type."""
    kinds = {"array" if bytes(item)[:1] == b"[" else _type(bytes(item)) for item in items}
    if kinds == set(NUMBERS):
        return "number"
    return kinds.pop() if len(kinds) == 1 else ""


def _outline_leniently(data: bytes, steps: tuple[str, ...]) -> dict[str, str]:
    """The same where Python wrote what JSON does not have, `NaN` and the like."""
    try:
        value: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return {str(name): _type_of(item) for name, item in value.items()} if isinstance(value, dict) else {}


def _type_of(value: Any) -> str:
    if isinstance(value, list):
        kinds = {"array" if isinstance(item, list) else _type_of(item) for item in value[:MOST_ITEMS]}
        kind = "number" if kinds == set(NUMBERS) else kinds.pop() if len(kinds) == 1 else ""
        return f"{kind}[]" if kind else "array"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "object" if isinstance(value, dict) else "null"
