"""Results that keep a plain schema, told without the validator, which is slow to import and to make ready.

Plain is a schema that asks for types, keys and items alone, and for dotted keys as key lists do. `keeps` says yes only
where the validator would; where it does not, that one is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeGuard

import msgspec
from msgspec import Struct

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
"""What is surely of a type. A float may be a whole number; whether it is, the validator says."""
WORDS = frozenset(("type", "properties", "required", "items", "allOf"))
CHOICE = frozenset(("if", "then", "else"))
MOST_LEVELS = 16


class Plain(Struct, frozen=True):
    """What is asked of one value; without types, it may be of any."""

    types: frozenset[type] | None = None
    required: tuple[str, ...] = ()
    members: Mapping[str, Plain] = {}
    items: Plain | None = None
    further: tuple[Plain | Choice, ...] = ()

    @property
    def is_of_types_alone(self) -> bool:
        return not (self.required or self.members or self.items or self.further)


class Choice(Struct, frozen=True):
    """What is asked of an object that has a key, and of any other."""

    key: str
    present: Plain
    absent: Plain


OF_ONE_TYPE = {name: Plain(frozenset(kinds)) for name, kinds in TYPES.items()}
"""What most keys are asked for."""


@lru_cache(maxsize=4096)
def plain(schema: str) -> Plain | None:
    """What the text of a JSON Schema asks for, where that is plain."""
    try:
        root = msgspec.json.decode(schema)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if not isinstance(root, dict) or root.pop("$schema", DIALECT) != DIALECT:
        return None
    return _plain(root, MOST_LEVELS)


def _plain(node: Any, levels: int) -> Plain | None:
    if not isinstance(node, dict) or not node.keys() <= WORDS or not levels:
        return None
    if len(node) == 1 and isinstance(node.get("type"), str):
        return OF_ONE_TYPE.get(node["type"])
    said, required, properties = node.get("type"), node.get("required", []), node.get("properties", {})
    names = [said] if isinstance(said, str) else said
    if not (names is None or _are_words(names, TYPES)) or not _are_words(required) or not isinstance(properties, dict):
        return None
    members = [(name, _plain(below, levels - 1)) for name, below in properties.items()]
    items = _plain(node["items"], levels - 1) if "items" in node else None
    further = [_choice(below, levels - 1) or _plain(below, levels - 1) for below in _list(node.get("allOf"))]
    if ("items" in node and items is None) or None in further or any(member is None for _, member in members):
        return None
    types = None if names is None else frozenset(kind for name in names for kind in TYPES[name])
    known = {name: member for name, member in members if member is not None}
    return Plain(types, tuple(required), known, items, tuple([more for more in further if more is not None]))


def _choice(node: Any, levels: int) -> Choice | None:
    if not isinstance(node, dict) or node.keys() != CHOICE:
        return None
    asked = node["if"]
    keys = asked["required"] if isinstance(asked, dict) and asked.keys() == {"required"} else None
    present, absent = _plain(node["then"], levels), _plain(node["else"], levels)
    if not _are_words(keys) or len(keys) != 1 or present is None or absent is None:
        return None
    return Choice(keys[0], present, absent)


def _list(value: Any) -> list[Any]:
    """A list as it is; of what is none, an entry that is not plain."""
    return [] if value is None else value if isinstance(value, list) else [None]


def _are_words(value: Any, among: Mapping[str, Any] | None = None) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(word, str) and (among is None or word in among) for word in value)


def keeps(asked: Plain, value: Any) -> bool:
    """Whether a value, as JSON is decoded, surely is what is asked for."""
    if asked.types is not None and type(value) not in asked.types:
        return False
    if type(value) is dict:
        for name in asked.required:
            if name not in value:
                return False
        for name, member in asked.members.items():
            if name in value and not keeps(member, value[name]):
                return False
    elif type(value) is list and asked.items is not None and not _keep(asked.items, value):
        return False
    return not asked.further or all(keeps(_chosen(more, value), value) for more in asked.further)


def _keep(asked: Plain, values: list[Any]) -> bool:
    """Whether each of some values is; thousands of numbers in one go."""
    if asked.is_of_types_alone:
        return asked.types is None or asked.types.issuperset(map(type, values))
    return all(keeps(asked, value) for value in values)


def _chosen(more: Plain | Choice, value: Any) -> Plain:
    if isinstance(more, Plain):
        return more
    # Of what is no object keys are not asked: it has them all.
    return more.present if type(value) is not dict or more.key in value else more.absent
