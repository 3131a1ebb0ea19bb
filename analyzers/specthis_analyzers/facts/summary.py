"""What a value of a result is, in short: its type, its size, and the course of a row of numbers.

Nothing is smoothed, and nothing that is missing is bridged: a value that is null, NaN or infinite is a gap.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice, pairwise
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct

MOST_COLUMNS = 120
"""Stretches that a long series is told in: of each the least and the most, in their order."""
MOST_KEYS = 12
MOST_LOOKED_AT = 2000
"""Values looked at for a series."""
LONGEST = 120
"""Characters of a scalar."""
SHORTEST_SERIES = 3
ALONG = ("step", "steps", "epoch", "epochs", "iteration", "iterations", "time", "x")
"""Names of rows of numbers that others are told along."""
PREFERRED = "loss"


class Series(Struct, frozen=True, array_like=True):
    """A row of numbers."""

    name: str
    """The way to it from the top: `runs[0].test_loss`."""
    count: int
    gaps: int
    least: float
    most: float
    last: float
    """The last that is a number."""
    points: tuple[tuple[float, float | None], ...]
    """Where, and what; None in place of what is missing."""
    along: str = ""
    """The name of the row that says where; without one, points are counted from 0."""


class Summary(Struct, frozen=True, array_like=True):
    """A value in short."""

    type: str
    """As a schema would have it: `number[]`; of a mixed list `array`."""
    said: str
    """A scalar as it is written; of a container its size."""
    keys: tuple[tuple[str, str], ...] = ()
    """The first keys of an object, or of the first object of a list, and their types."""
    series: Series | None = None
    """The row that it is, or one that it holds: a loss before others."""


def of_data(data: bytes, name: str) -> Summary | None:
    """The value under a key of a JSON text, dotted or literal; the empty name is all of it. None where it is none."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value = _lenient(data.decode("utf-8", "replace"))
    value, around = _inside(value, name) if value is not ABSENT else (ABSENT, {})
    return summary(value, name, around) if value is not ABSENT else None


def of_text(text: str, name: str, around: str = "") -> Summary | None:
    """The value that a piece of JSON text is, and that which it stands in; None where it is none."""
    value = _lenient(text)
    beside = _lenient(around) if isinstance(value, list) and around else None
    return None if value is ABSENT else summary(value, name, beside if isinstance(beside, dict) else {})


def summary(value: Any, name: str, around: dict[str, Any]) -> Summary:
    """A value in short. `name` is the way to it; rows `around` it may say where its numbers stand."""
    series = series_in(value, name, around)
    if isinstance(value, dict):
        return Summary("object", _counted(len(value), "key"), _keys(value), series)
    if isinstance(value, list):
        first = value[0] if value and isinstance(value[0], dict) else {}
        return Summary(_type(value), _counted(len(value), "item"), _keys(first), series)
    said = json.dumps(value, ensure_ascii=False) if not isinstance(value, float) else repr(value)
    return Summary(_type(value), said if len(said) <= LONGEST else said[: LONGEST - 1] + "…")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' if number != 1 else ''}"


ABSENT = object()


def _lenient(text: str) -> Any:
    """As Python reads JSON: with NaN."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ABSENT


def _inside(value: Any, name: str) -> tuple[Any, dict[str, Any]]:
    """The value under a name and the object it stands in: the literal key first, then the way that its dots say."""
    if not name:
        return value, {}
    if isinstance(value, dict) and name in value:
        return value[name], value
    around: dict[str, Any] = {}
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return ABSENT, {}
        value, around = value[part], value
    return value, around


def _type(value: Any, depth: int = 3) -> str:
    if not isinstance(value, list):
        return TYPES[type(value)]
    kinds = set(map(type, value))
    if kinds == {list}:
        types = {_type(item, depth - 1) for item in value} if depth and len(value) <= MOST_LOOKED_AT else set[str]()
    else:
        types = {TYPES.get(kind, "array") for kind in kinds}
    if types == {"integer", "number"}:
        return "number[]"
    return f"{types.pop()}[]" if len(types) == 1 else "array"


TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    type(None): "null",
}


def _keys(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_short(name), _type(item)) for name, item in islice(value.items(), MOST_KEYS))


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:59] + "…"


# Rows of numbers --------------------------------------------------------------------------------------------------


def series_in(value: Any, name: str, around: dict[str, Any]) -> Series | None:
    """The row of numbers that a value is, or one that it holds: the first that is called a loss, else the first."""
    if isinstance(value, list) and _is_row(value):
        return _along(name, value, around)
    found: list[tuple[str, list[Any], dict[str, Any]]] = []
    for one in islice(_rows(value, name), MOST_LOOKED_AT):
        if PREFERRED in one[0].rpartition(".")[2].lower():
            return _along(*one)
        if one[0].rpartition(".")[2].lower() not in ALONG:
            found.append(one)
    return _along(*found[0]) if found else None


def _rows(value: Any, name: str) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Rows of numbers in a value, level by level, with the object that each stands in. Of a list the first item."""
    level: list[tuple[str, Any]] = [(name, value)]
    looked_at = 0
    while level and looked_at < MOST_LOOKED_AT:
        below: list[tuple[str, Any]] = []
        for way, one in level:
            if isinstance(one, list) and one and isinstance(one[0], dict | list):
                below.append((f"{way}[0]", one[0]))
            if not isinstance(one, dict):
                continue
            for key, item in islice(one.items(), MOST_LOOKED_AT):
                looked_at += 1
                there = f"{way}.{key}" if way else key
                if isinstance(item, list) and _is_row(item):
                    yield there, item, one
                elif isinstance(item, dict | list):
                    below.append((there, item))
        level = below


def _is_row(value: list[Any]) -> bool:
    """Whether a list holds numbers, and here and there nothing in their place."""
    if len(value) < SHORTEST_SERIES:
        return False
    numbers = [item for item in value if item is not None]
    return bool(numbers) and all(type(item) in (int, float) for item in numbers)


def _along(name: str, row: list[Any], around: dict[str, Any]) -> Series | None:
    """A row beside one of the same object that says where its numbers stand, if there is one that grows."""
    for key, other in around.items():
        if key.lower() in ALONG and isinstance(other, list) and len(other) == len(row) and other is not row:
            where = [_number(item) for item in other]
            grows = all(a is not None and b is not None and a < b for a, b in pairwise(where))
            if grows:
                return _series(row, name, [item or 0.0 for item in where], key)
    return _series(row, name, None, "")


def _series(row: list[Any], name: str, where: list[float] | None, along: str) -> Series | None:
    numbers = [_number(item) for item in row]
    known = [number for number in numbers if number is not None]
    if not known:
        return None
    places = where or [float(at) for at in range(len(numbers))]
    points = tuple(_thinned(list(zip(places, numbers, strict=True))))
    return Series(
        name[-LONGEST:], len(row), len(row) - len(known), min(known), max(known), known[-1], points, _short(along)
    )


def _number(item: Any) -> float | None:
    try:
        number = float(item)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _thinned(points: list[tuple[float, float | None]]) -> Iterator[tuple[float, float | None]]:
    """Of a long row the least and the most of each stretch; a stretch with a gap says so."""
    if len(points) <= 2 * MOST_COLUMNS:
        yield from points
        return
    size = -(-len(points) // MOST_COLUMNS)
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        known = [(place, number) for place, number in stretch if number is not None]
        if known:
            least, most = min(known, key=lambda point: point[1]), max(known, key=lambda point: point[1])
            yield from sorted({least, most})
        if len(known) < len(stretch):
            yield next(point for point in stretch if point[1] is None)
