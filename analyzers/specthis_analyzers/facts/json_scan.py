"""JSON as Python writes it, never built: where it breaks, its top-level keys, where a value stands.

Accepts what `json.loads` accepts, `NaN` and lone surrogates included, however deeply nested: nothing here
recurses. The quick parsers say neither in words where a text breaks nor where a value stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from .contract import Problem

Path = tuple[str | int, ...]
"""The way from the top of a document to a value: keys of objects, indices of arrays."""

BLANK = r"[ \t\n\r]*+"
STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
SCALAR = rf"(?:{STRING}|{NUMBER}|true|false|null|NaN|-?Infinity)"
MEMBER = rf"{STRING}{BLANK}:{BLANK}{SCALAR}{BLANK}"
FLAT_LIST = rf"\[{BLANK}(?:{SCALAR}{BLANK}(?:,{BLANK}{SCALAR}{BLANK})*+)?+\]"
FLAT_OBJECT = rf"\{{{BLANK}(?:{MEMBER}(?:,{BLANK}{MEMBER})*+)?+\}}"
ITEM = rf"(?:(?:{SCALAR}|{FLAT_LIST}|{FLAT_OBJECT}){BLANK},{BLANK})"
LEAF = r"""(?:[^\[\]{}"]++|"(?:[^"\\]++|\\.)*+")*+"""

SKIP_BLANK = re.compile(BLANK)
ONE_SCALAR = re.compile(SCALAR)
ITEMS = re.compile(f"{BLANK}{ITEM}*+")
"""Items that hold no containers of containers, each with its comma: most of a result, taken in one step."""
STRIDE = 1024
MANY_ITEMS = re.compile(f"{ITEM}{{{STRIDE}}}+")
MEMBERS = re.compile(rf"{BLANK}(?:{STRING}{BLANK}:{BLANK}{ITEM})*+")
KEY = re.compile(rf"{BLANK}({STRING}){BLANK}:{BLANK}")
TAIL = re.compile(rf"{BLANK}([\]}},]?)")
TO_BRACKET = re.compile(rf"{LEAF}(?:(?:\[{LEAF}\]|\{{{LEAF}\}}){LEAF})*+([\[{{\]}}])", re.DOTALL)
"""Up to a bracket that matters: containers that hold no others are passed over whole."""
STRING_START = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
WORD = re.compile(r"-?\w{1,40}+")
SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
HAS_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

CLOSER = {"[": "]", "{": "}"}
FORMS: dict[str, Literal["object", "array"]] = {"{": "object", "[": "array"}


class Scan(Struct, frozen=True, array_like=True):
    """What a text is as JSON: its form, the keys of a top-level object, or where it breaks."""

    form: Literal["object", "array", "scalar", "malformed"]
    keys: tuple[str, ...] = ()
    problem: Problem | None = None


class Broken(Exception):
    """The text stops being JSON. Caught in `scan`, never seen outside."""

    def __init__(self, message: str, start: int, end: int) -> None:
        self.problem = Problem(message, start, end)


def without_lone_surrogates(text: str) -> str:
    """Escaped halves of surrogate pairs become an escaped U+FFFD, just as long, so that places stay true.

    Python writes and reads them; nothing that encodes its output as UTF-8 can carry them further.
    """
    if not HAS_SURROGATE.search(text):
        return text
    return SURROGATE.sub(lambda match: "\\ufffd" if match["lone"] else match[0], text)


def scan(text: str) -> Scan:
    """The whole text, once, from its start to its end or to where it breaks."""
    keys: dict[str, None] = {}
    start = _blank(text, 0)
    try:
        _walk(text, start, keys)
    except Broken as broken:
        return Scan("malformed", (), broken.problem)
    return Scan(FORMS.get(text[start], "scalar"), tuple(keys))


def places(text: str, wanted: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Start and end of the values at some paths of a valid text. Of a repeated key the last value counts.

    Only the containers on the way are looked into; a path that leads nowhere is left out.
    """
    paths = list(wanted)
    tree: dict[str | int, Any] = {}
    for path in paths:
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
    starts: dict[Path, int] = {}
    todo: list[tuple[int, Path, dict[str | int, Any]]] = [(_blank(text, 0), (), tree)]
    while todo:
        start, path, branch = todo.pop()
        starts[path] = start
        if branch:
            children = _children(text, start, branch)
            todo.extend((at, (*path, step), branch[step]) for step, at in children.items())
    return {path: (starts[path], _value_end(text, starts[path])) for path in paths if path in starts}


def key_place(text: str, keys: Iterable[str]) -> tuple[int, int] | None:
    """Where the last of some keys stands, each looked for in the object that the one before leads to."""
    at, place = _blank(text, 0), None
    for key in keys:
        found = next((found for found in _keys(text, at) if found[0] == key), None)
        if found is None:
            return None
        _, start, end, at = found
        place = start, end
    return place


def _keys(text: str, position: int) -> Iterator[tuple[str, int, int, int]]:
    """Each key of an object: its name, its place inside the quotes, where its value starts. A break ends them."""
    if not text.startswith("{", position):
        return
    position += 1
    while match := KEY.match(text, position):
        value = match.end()
        yield _unquoted(match[1]), match.start(1) + 1, match.end(1) - 1, value
        position = _blank(text, _value_end(text, value) if value < len(text) else value)
        if not text.startswith(",", position):
            return
        position += 1


class Member(Struct, frozen=True):
    """A value of a text: the way to it, and where it and its key stand; of an item of a list there is no key."""

    path: Path
    key: tuple[int, int] | None
    value: tuple[int, int]
    around: int
    """Where the container that it stands in begins."""

    @property
    def name(self) -> str:
        """The way as people write it: `runs[0].loss`."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return "".join(steps).removeprefix(".")


def member_at(text: str, offset: int) -> Member | None:
    """The innermost value around an offset, or the one whose key is there; None outside of all, or where text breaks.

    What stands before it is passed over, what comes behind is not looked at.
    """
    position = _blank(text, 0)
    found: Member | None = None
    for _ in range(MAX_DEPTH):
        opener = text[position : position + 1]
        children = _members_up_to(text, position) if opener == "{" else _elements_up_to(text, position + 1, offset)
        inside: Member | None = None
        for step, key, start, end in children if opener in CLOSER else ():
            if (key or (start, end))[0] > offset:
                break
            if offset <= end:
                inside = Member((*(found.path if found else ()), step), key, (start, end), position)
                break
        if inside is None:
            return found
        if inside.key is not None and offset <= inside.key[1]:
            return inside
        found, position = inside, inside.value[0]
    return found


def value_at(text: str, start: int) -> str:
    """The text of the value that begins at an offset."""
    return text[start : _value_end(text, start)]


MAX_DEPTH = 40
"""Deeper values are told of as part of those around them."""
Child = tuple[str | int, tuple[int, int] | None, int, int]
"""A step, the place of its key, and start and end of its value."""


def _members_up_to(text: str, position: int) -> Iterator[Child]:
    for name, start, end, value in _keys(text, position):
        value_end = _end_of_child(text, value)
        if value_end is None:
            return
        yield name, (start - 1, end + 1), value, value_end


def _elements_up_to(text: str, position: int, offset: int) -> Iterator[Child]:
    index = 0
    while True:
        while (many := MANY_ITEMS.match(text, position)) and many.end() <= offset:
            position, index = many.end(), index + STRIDE
        position = _blank(text, position)
        end = _end_of_child(text, position)
        if end is None:
            return
        yield index, None, position, end
        position = _blank(text, end)
        if not text.startswith(",", position):
            return
        position, index = position + 1, index + 1


def _end_of_child(text: str, start: int) -> int | None:
    """Where a value ends; None where there is none."""
    end = _value_end(text, start) if start < len(text) else start
    return end if end > start else None


def _blank(text: str, position: int) -> int:
    match = SKIP_BLANK.match(text, position)
    return match.end() if match else position


def _walk(text: str, position: int, keys: dict[str, None]) -> None:
    closers: list[str] = []
    while True:
        if closers:
            position = _to_value(text, position, closers, keys)
        closer = CLOSER.get(text[position : position + 1])
        if closer:
            position = _blank(text, position + 1)
            if not text.startswith(closer, position):
                closers.append(closer)
                continue
            position += 1
        else:
            position = _past_scalar(text, position)
        position = _past_closers(text, position, closers)
        if not closers:
            return


def _to_value(text: str, position: int, closers: list[str], keys: dict[str, None]) -> int:
    """The start of the next value of the innermost container that a run of simple ones does not cover."""
    if closers[-1] == "]":
        match = ITEMS.match(text, position)
        return match.end() if match else position
    if len(closers) > 1 and (match := MEMBERS.match(text, position)):
        position = match.end()
    match = KEY.match(text, position)
    if match is None:
        raise _no_key(text, _blank(text, position))
    if len(closers) == 1:
        keys[_unquoted(match[1])] = None
    return match.end()


def _past_scalar(text: str, position: int) -> int:
    match = ONE_SCALAR.match(text, position)
    if match is None:
        raise _no_value(text, position)
    return match.end()


def _past_closers(text: str, position: int, closers: list[str]) -> int:
    """After a value: past every container that ends here, and past the comma before the next value."""
    while closers:
        match = TAIL.match(text, position)
        found = match[1] if match else ""
        at = match.end() if match else position
        if found == ",":
            return at
        if found != closers[-1]:
            raise _broken(text, f"expected `,` or `{closers[-1]}`", at - len(found))
        closers.pop()
        position = at
    position = _blank(text, position)
    if position < len(text):
        raise _broken(text, "expected the end", position)
    return position


def _broken(text: str, complaint: str, position: int, end: int | None = None) -> Broken:
    if position >= len(text):
        return Broken(f"{complaint}, found the end of the file", len(text), len(text))
    return Broken(complaint, position, end or position + 1)


def _no_key(text: str, position: int) -> Broken:
    if not text.startswith('"', position):
        return _broken(text, "expected a key in double quotes", position)
    match = STRING_START.match(text, position)
    end = match.end() if match else position
    if text.startswith('"', end):
        return _broken(text, "expected `:`", _blank(text, end + 1))
    return _bad_string(text, position, end)


def _no_value(text: str, position: int) -> Broken:
    if match := STRING_START.match(text, position):
        return _bad_string(text, position, match.end())
    if match := WORD.match(text, position):
        return _broken(text, f"expected a value, found `{match[0]}`", position, match.end())
    return _broken(text, "expected a value", position)


def _bad_string(text: str, start: int, end: int) -> Broken:
    """Why a string that starts here goes no further than `end`."""
    stop = text[end : end + 1]
    if not stop:
        return Broken("a string is not closed", start, end)
    if stop in "\r\n":
        return Broken("a string is not closed on its line", start, end)
    if stop == "\\":
        return Broken("no such escape in a string", end, min(end + 2, len(text)))
    return Broken("a control character in a string", end, end + 1)


def _unquoted(raw: str) -> str:
    return json.loads(raw) if "\\" in raw else raw[1:-1]


def _children(text: str, start: int, wanted: Collection[str | int]) -> dict[str | int, int]:
    """Where the wanted values of one container start."""
    if text[start] == "{":
        return _members(text, start + 1, wanted)
    if text[start] == "[":
        return _elements(text, start + 1, wanted)
    return {}


def _members(text: str, position: int, wanted: Collection[str | int]) -> dict[str | int, int]:
    found: dict[str | int, int] = {}
    while match := KEY.match(text, position):
        name = _unquoted(match[1])
        position = match.end()
        if name in wanted:
            found[name] = position
        position = _blank(text, _value_end(text, position)) + 1
    return found


def _elements(text: str, position: int, wanted: Collection[str | int]) -> dict[str | int, int]:
    found: dict[str | int, int] = {}
    index = 0
    for target in sorted(step for step in wanted if isinstance(step, int)):
        while index <= target:
            position = _blank(text, position)
            if text.startswith("]", position):
                return found
            many = MANY_ITEMS.match(text, position) if index + STRIDE <= target else None
            if many:
                position, index = many.end(), index + STRIDE
                continue
            if index == target:
                found[index] = position
            position = _blank(text, _value_end(text, position))
            if text.startswith("]", position):
                return found
            position, index = position + 1, index + 1
    return found


def _value_end(text: str, position: int) -> int:
    if text[position] not in CLOSER:
        match = ONE_SCALAR.match(text, position)
        return match.end() if match else position
    depth, position = 1, position + 1
    while match := TO_BRACKET.match(text, position):
        position = match.end()
        depth += 1 if match[1] in CLOSER else -1
        if depth == 0:
            return position
    return len(text)
