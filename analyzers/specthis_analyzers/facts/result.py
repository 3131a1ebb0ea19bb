"""What a result file holds, and how it departs from its schema.

The scanner behind it is imported where a text is no plain JSON: compiling its expressions takes a while.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from .. import merging
from ..text import Span, decode, is_pointer
from .contract import Problem
from .plain_schema import keeps, plain
from .validation import STAND_IN, Compiled, Departure, Resolve, absent, compiled, departures, dotted

if TYPE_CHECKING:
    from .json_scan import Path


class Mismatch(Struct, frozen=True, array_like=True, gc=False):
    """One departure of a result from its schema. `start` and `end` cover the place in the result's text."""

    kind: Literal["missing", "type", "other"]
    key: str
    """Dotted from the top, `rows[3].loss`; the empty string is the whole document."""
    message: str
    """``required key missing: `k` ``, ``schema mismatch on `k`: expected number, found string``."""
    start: int
    end: int


Form = Literal["object", "array", "scalar", "table", "malformed", "pointer", "large", "unread"]


class ResultFacts(Struct, frozen=True, array_like=True):
    """What one result file says."""

    form: Form
    """`pointer`: a Git LFS or annex pointer stands in for it. `unread`: valid, but too deep to validate."""
    keys: tuple[str, ...] = ()
    """Top-level keys in order, or the header of a table. Halves of surrogate pairs are U+FFFD."""
    problem: Problem | None = None
    """Where and why it stops being JSON; continues a sentence, "it is no JSON: ...\""""
    mismatches: tuple[Mismatch, ...] = ()
    non_finite: tuple[str, ...] = ()
    """Dotted keys whose value is NaN or infinite; filled only where a schema asked for values."""
    first_non_finite: Span | None = None
    """Where the first of these values stands."""


LIMIT = 16 * 1024 * 1024
"""Values of larger results are not validated, only their top-level keys are looked at."""
MOST_NON_FINITE = 20
HEADER_BYTES = 1024 * 1024

BOM = b"\xef\xbb\xbf"
WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

BLANK_BYTES = re.compile(rb"[ \t\n\r]*+")
LINE = re.compile(r"[^\n\r]*+(?:\r\n|\n|\r)?+")
DELIMITERS = (",", ";", "\t")


class _Skipped(Struct, array_like=True):
    """An array of anything: what has no field is checked and passed over."""


TOP_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
TOP_ARRAY = msgspec.json.Decoder(_Skipped)
VALUE = msgspec.json.Decoder()
REFUSED = (msgspec.DecodeError, UnicodeError, RecursionError)


def read(
    data: bytes,
    schema: str | None,
    *,
    table: bool = False,
    limit: int = LIMIT,
    resolve: Resolve | None = None,
) -> ResultFacts:
    """What the bytes of a result say, held against the text of a JSON Schema if there is one. Never raises.

    `table` reads a CSV. `resolve` gives the text of files that the schema refers to. A schema that cannot be
    used asks nothing here; `check_schema` says why.
    """
    if is_pointer(data):
        return ResultFacts("pointer")
    if table:
        return _read_table(data, schema, resolve)
    data = data.removeprefix(BOM)
    problem = None if data.isascii() else _no_utf8(data)
    if problem:
        return ResultFacts("malformed", problem=problem)
    if schema is None:
        return _read_keys(data)
    kept = _kept(data, schema) if len(data) <= limit else None
    return kept or _held_to(data, compiled(schema, resolve), limit)


def _held_to(data: bytes, against: Compiled, limit: int) -> ResultFacts:
    if against.validator is None:
        return _read_keys(data)
    if len(data) > limit:
        return _read_large(data, against)
    try:
        value = VALUE.decode(data)
    except REFUSED:
        return _read_lenient(data, against)
    return _judged(value, data, against, ())


def _kept(data: bytes, schema: str) -> ResultFacts | None:
    """A result that surely is what its schema asks for, as most are; None where the validator is to say."""
    asked = plain(schema)
    if asked is None:
        return None
    try:
        value = VALUE.decode(data)
    except REFUSED:
        return None
    return ResultFacts(*_outline(value)) if keeps(asked, value) else None


def _no_utf8(data: bytes) -> Problem | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = WIDE.get(data[:2])
        if encoding:
            return Problem(f"it is {encoding}, not UTF-8", 0, min(1, len(decode(data))))
        bad = decode(data).bad or 0
        return Problem(f"it is not UTF-8: byte 0x{data[error.start]:02x}", bad, bad + 1)
    return None


def _read_keys(data: bytes) -> ResultFacts:
    try:
        return ResultFacts("object", tuple(TOP_KEYS.decode(data)))
    except REFUSED:
        return _scanned(data)


def _scanned(data: bytes) -> ResultFacts:
    """The second look, at what the quick parser rejects: a list, Python's literals, or a broken text."""
    from .json_scan import scan, without_lone_surrogates

    try:
        TOP_ARRAY.decode(data)
        return ResultFacts("array")
    except REFUSED:
        pass
    text = without_lone_surrogates(data.decode("utf-8"))
    if not text.strip(" \t\r\n"):
        return ResultFacts("malformed", problem=Problem("it is empty", 0, 0))
    merge = merging.unresolved(text)
    if merge is not None:
        return ResultFacts("malformed", problem=Problem(merging.REASON, merge.start, merge.end))
    seen = scan(text)
    return ResultFacts(seen.form, seen.keys, seen.problem)


def _read_large(data: bytes, against: Compiled) -> ResultFacts:
    facts = _read_keys(data)
    if facts.form == "malformed":
        return facts
    if facts.form != "object":
        return ResultFacts("large")
    match = BLANK_BYTES.match(data)
    start = match.end() if match else 0
    mismatches = tuple(_mismatch(found, start, start + 1) for found in absent(against.root, facts.keys))
    return ResultFacts("large", facts.keys, mismatches=mismatches)


def _read_lenient(data: bytes, against: Compiled) -> ResultFacts:
    from .json_scan import without_lone_surrogates

    facts = _scanned(data)
    if facts.form == "malformed":
        return facts
    text = without_lone_surrogates(data.decode("utf-8"))
    try:
        value = _loaded(text)
    except RecursionError:
        return ResultFacts("unread", facts.keys)
    value, non_finite = _made_finite(value)
    facts = _judged(value, data, against, tuple(dotted(path) for path in non_finite))
    return replace(facts, first_non_finite=_place(text, non_finite[0])) if non_finite else facts


def _place(text: str, path: Path) -> Span | None:
    from .json_scan import places

    found = places(text, {path}).get(path)
    return Span(*found) if found else None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        # Python refuses to read integers of thousands of digits; as floats they are infinite.
        return json.loads(text, parse_int=float)


def _outline(value: Any) -> tuple[Form, tuple[str, ...]]:
    """The form of a value, and its keys."""
    if isinstance(value, dict):
        return "object", tuple(value)
    return "array" if isinstance(value, list) else "scalar", ()


def _judged(value: Any, data: bytes, against: Compiled, non_finite: tuple[str, ...]) -> ResultFacts:
    form, keys = _outline(value)
    try:
        found = departures(against, value, len(data))
    except (ValueError, RecursionError):
        # The validator goes 255 levels deep.
        return ResultFacts("unread", keys, non_finite=non_finite)
    mismatches = _placed(found, data) if found else ()
    return ResultFacts(form, keys, mismatches=mismatches, non_finite=non_finite)


def _placed(found: list[Departure], data: bytes) -> tuple[Mismatch, ...]:
    from .json_scan import places, without_lone_surrogates

    text = without_lone_surrogates(data.decode("utf-8"))
    spans = places(text, {departure.path for departure in found})
    mismatches: list[Mismatch] = []
    for departure in found:
        start, end = spans.get(departure.path, (0, 0))
        mismatches.append(_mismatch(departure, start, start + 1 if departure.kind == "missing" else end))
    return tuple(sorted(mismatches, key=lambda mismatch: mismatch.start))


def _mismatch(departure: Departure, start: int, end: int) -> Mismatch:
    return Mismatch(departure.kind, departure.key, departure.message, start, end)


def _made_finite(value: Any) -> tuple[Any, list[Path]]:
    """A value with stand-ins for NaN and the infinities, and where they were: of an array only the first."""
    if _is_not_finite(value):
        return STAND_IN, [()]
    found: list[Path] = []
    todo: list[tuple[Path, Any, Iterator[Any]]] = [((), value, _steps(value))]
    while todo:
        path, container, steps = todo[-1]
        step = next(steps, None)
        if step is None:
            todo.pop()
            continue
        item = container[step]
        if isinstance(item, dict | list):
            todo.append(((*path, step), item, _steps(item)))
        elif _is_not_finite(item):
            container[step] = STAND_IN
            if len(found) < MOST_NON_FINITE:
                found.append((*path, step))
            if isinstance(container, list):
                _settle(container, step)
    return value, found


def _settle(items: list[Any], start: int) -> None:
    for index in range(start, len(items)):
        if _is_not_finite(items[index]):
            items[index] = STAND_IN


def _steps(value: Any) -> Iterator[Any]:
    """The keys or indices of a container that may lead to something not finite."""
    if not isinstance(value, dict | list):
        return iter(())
    items = value.values() if isinstance(value, dict) else value
    try:
        if all(map(isfinite, items)):
            return iter(())
    except (TypeError, OverflowError):
        pass  # Not all are numbers that a double can hold, so each is looked at.
    return iter(list(value)) if isinstance(value, dict) else iter(range(len(value)))


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and not isfinite(value)


def _read_table(data: bytes, schema: str | None, resolve: Resolve | None) -> ResultFacts:
    if WIDE.get(data[:2]):
        return ResultFacts("malformed", problem=_no_utf8(data))
    text = decode(data[:HEADER_BYTES])
    merge = merging.unresolved(text.source)
    if merge is not None:
        return ResultFacts("malformed", problem=Problem(merging.REASON, merge.start, merge.end))
    lines = ((match[0], match.start()) for match in LINE.finditer(text.source))
    start = next((at for line, at in lines if line.strip()), None)
    if start is None:
        return ResultFacts("malformed", problem=Problem("it is empty", 0, 0))
    header, length = _header(text.source, start)
    if text.bad is not None and text.bad < start + length:
        return ResultFacts("malformed", problem=Problem("it is not UTF-8", text.bad, text.bad + 1))
    against = compiled(schema, resolve) if schema is not None else None
    found = absent(against.root, header) if against and against.validator else []
    end = start + len(text.source[start : start + length].rstrip("\r\n"))
    return ResultFacts("table", header, mismatches=tuple(_mismatch(each, start, end) for each in found))


def may_be_cut(facts: ResultFacts, data: bytes) -> bool:
    """Whether what is wrong with a result may come of its being written just now: it breaks off, or in its header."""
    is_in_header = facts.form == "table" and bool(facts.mismatches) and b"\n" not in data
    return facts.form == "malformed" or is_in_header


def _header(source: str, start: int) -> tuple[tuple[str, ...], int]:
    """The cells of the first row, split as suits the table best, and how long the row is."""
    return max((_split(source, start, delimiter) for delimiter in DELIMITERS), key=lambda split: split[0])[1:]


def _split(source: str, start: int, delimiter: str) -> tuple[tuple[bool, bool, int], tuple[str, ...], int]:
    """The header by one delimiter, behind how well it suits: it splits, the next row alike, into many."""
    length = 0

    def lines() -> Iterator[str]:
        nonlocal length
        for match in LINE.finditer(source, start):
            length = match.end() - start
            yield match[0]

    rows = csv.reader(lines(), delimiter=delimiter, skipinitialspace=True)
    try:
        cells, header_length = next(rows, []), length
        second = next(rows, cells)
    except csv.Error:
        return (False, False, 0), (), length
    header = tuple(cell.strip() for cell in cells)
    return (len(header) > 1, len(second) == len(header), len(header)), header, header_length


def scalars(data: bytes) -> Iterator[float]:
    """The numbers of a JSON text that stand in objects at any depth, and not in a list: those that have a name."""
    try:
        pending: list[Any] = [msgspec.json.decode(data)]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_SCALAR:
            yield float(value)


LARGEST_SCALAR = 1e300
"""Beyond it a whole number may be no float."""
