"""Results: the cases of `facts/result.md`, and what must hold for any bytes whatever."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from specthis_analyzers.facts.json_scan import places, scan, without_lone_surrogates
from specthis_analyzers.facts.result import ResultFacts, read
from specthis_analyzers.facts.validation import check_schema
from specthis_analyzers.text import Span, Text, decode

CASES = Path(__file__).parent / "facts" / "result.md"
HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
FENCE = re.compile(r"^````(.*)\n((?:.*\n)*?)````$", re.MULTILINE)
LONE = re.compile("[\ud800-\udfff]")

SCHEMA = json.dumps({"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]})


# The cases.


class Case(NamedTuple):
    name: str
    fences: dict[str, str]


def cases() -> list[Case]:
    parts = HEADING.split(CASES.read_text(encoding="utf-8"))[1:]
    return [
        Case(name, {info: content.removesuffix("\n") for info, content in FENCE.findall(body)})
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def bytes_of(case: Case) -> bytes:
    if "bytes" in case.fences:
        return case.fences["bytes"].encode("latin-1").decode("unicode_escape").encode("latin-1")
    return case.fences["csv" if "csv" in case.fences else "json"].encode()


def place(text: Text, start: int, end: int) -> str:
    first, last = text.position(start), text.position(end)
    return f"{first.line + 1}:{first.column + 1}-{last.line + 1}:{last.column + 1}"


def facts_of(case: Case) -> str:
    data, schema = bytes_of(case), case.fences.get("schema")

    def resolve(name: str) -> str | None:
        return case.fences.get(f"file {name}")

    facts = read(data, schema, table="csv" in case.fences, resolve=resolve)
    text = decode(data)
    lines = [f"form: {facts.form}"]
    lines += [f"keys: {' | '.join(facts.keys)}"] if facts.keys else []
    lines += [f"no JSON: {facts.problem.message}"] if facts.problem else []
    lines += [f"at {place(text, facts.problem.start, facts.problem.end)}"] if facts.problem else []
    for each in facts.mismatches:
        lines.append(f"{place(text, each.start, each.end)} {each.kind} {each.key!r} {each.message}")
    lines += [f"not finite: {', '.join(facts.non_finite)}"] if facts.non_finite else []
    complaint = check_schema(schema, resolve) if schema is not None else None
    if schema is not None and complaint:
        lines.append(f"the schema {complaint.message}")
        lines += [f"at {place(Text(schema), complaint.start, complaint.end)}"] if complaint.end else []
    return "\n".join(lines)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert facts_of(case) == case.fences["facts"]


# Any bytes whatever.

SPECIAL = ["NaN", "Infinity", "-Infinity", "1e999", "-0", "1.5e-7", "123456789012345678901234567890"]
PIECES = [
    *'{}[],:"\\ \n\t\r',
    *SPECIAL,
    '"a"',
    '"\\u00e9"',
    '"\\ud800"',
    "\\u",
    "01",
    "1.",
    "-",
    "é",
    "\x0c",
    "\x01",
]

numbers = st.integers() | st.floats()
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(st.text(max_size=4) | st.sampled_from(["a", "b", "a.b"]), values, max_size=5)
spaces = st.sampled_from([None, 0, 2, "\t"])


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    value = draw(documents | values)
    return json.dumps(value, indent=draw(spaces), ensure_ascii=draw(st.booleans()))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = draw(json_texts())
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


def python_reads(text: str) -> tuple[bool, Any]:
    try:
        return True, json.loads(text)
    except ValueError:
        return False, None


def encodable(text: str) -> bytes:
    """What a file can hold: the text itself cannot have half a character, an escape can."""
    assume(not LONE.search(text))
    return text.encode()


def check_sound(facts: ResultFacts, data: bytes) -> None:
    """What every answer keeps to, whatever was read."""
    length = len(decode(data))
    places_of = [(each.start, each.end) for each in facts.mismatches]
    if facts.problem:
        places_of.append((facts.problem.start, facts.problem.end))
    assert all(0 <= start <= end <= length for start, end in places_of)
    assert (facts.form == "malformed") == (facts.problem is not None)
    assert len(facts.mismatches) <= 50
    assert len({(each.kind, each.key) for each in facts.mismatches}) == len(facts.mismatches)
    assert [each.start for each in facts.mismatches] == sorted(each.start for each in facts.mismatches)
    words = [*facts.keys, *facts.non_finite, *(each.message for each in facts.mismatches)]
    assert not any(LONE.search(word) for word in words)


def read_all_ways(data: bytes) -> None:
    for schema in (None, SCHEMA):
        for table in (False, True):
            check_sound(read(data, schema, table=table), data)
        check_sound(read(data, schema, limit=0), data)


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    read_all_ways(data)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_pieces(pieces: list[str]) -> None:
    read_all_ways("".join(pieces).encode())


@given(mutated())
@settings(max_examples=300)
def test_mutated_json(text: str) -> None:
    read_all_ways(encodable(text))


@given(mutated())
@settings(max_examples=300)
def test_keys_are_those_that_python_reads(text: str) -> None:
    data = encodable(text)
    accepted, value = python_reads(text)
    facts = read(data, None)
    assert accepted == (facts.form != "malformed")
    if isinstance(value, dict):
        assert facts.form == "object"
        assert facts.keys == tuple(dict.fromkeys(LONE.sub("\ufffd", key) for key in value))


@given(mutated())
@settings(max_examples=500)
def test_the_scan_accepts_what_python_accepts(text: str) -> None:
    accepted, value = python_reads(text)
    found = scan(text)
    assert accepted == (found.form != "malformed"), found.problem
    if isinstance(value, dict):
        assert found.keys == tuple(value)


@given(st.lists(st.sampled_from(PIECES), max_size=10))
@settings(max_examples=500)
def test_the_scan_accepts_what_python_accepts_of_pieces(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert python_reads(text)[0] == (scan(text).form != "malformed")


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in members:
        yield from paths_of(item, (*path, step))


@given(json_texts())
def test_places_hold_the_values(text: str) -> None:
    value = json.loads(text)
    wanted = dict(paths_of(value))
    found = places(text, wanted)
    assert found.keys() == wanted.keys()
    for path, (start, end) in found.items():
        assert json.dumps(json.loads(text[start:end])) == json.dumps(wanted[path])


def test_places_in_long_lists() -> None:
    text = json.dumps({"trace": [*range(5000)], "rows": [{"loss": [index, {}]} for index in range(3000)]})
    wanted = {("trace", 4999), ("trace", 0), ("trace", 1024), ("trace", 5000), ("rows", 2999, "loss", 0)}
    found = {path: text[slice(*span)] for path, span in places(text, wanted).items()}
    assert found == {
        ("trace", 0): "0",
        ("trace", 1024): "1024",
        ("trace", 4999): "4999",
        ("rows", 2999, "loss", 0): "2999",
    }


@given(json_texts())
def test_cleaning_keeps_every_place(text: str) -> None:
    cleaned = without_lone_surrogates(text)
    assert len(cleaned) == len(text)
    assert json.dumps(json.loads(cleaned)) == json.dumps(clean(json.loads(text)))


def clean(value: Any) -> Any:
    if isinstance(value, str):
        return LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {LONE.sub("\ufffd", key): clean(item) for key, item in value.items()}
    return value


# Held to the reference implementation.

names = st.sampled_from(["a", "b", "c", "a.b", "a.c"])
types = st.sampled_from(["number", "integer", "string", "boolean", "object", "array", "null"])
simple = (
    st.builds(lambda name: {"type": name}, types)
    | st.builds(lambda some: {"type": some}, st.lists(types, min_size=1, max_size=3, unique=True))
    | st.builds(lambda name: {"type": "array", "items": {"type": name}}, types)
    | st.just({})
)
either = st.builds(lambda first, second: {"anyOf": [first, second]}, simple, simple)
objects = st.builds(
    lambda properties, required: {"type": "object", "properties": properties, "required": required},
    st.dictionaries(names, simple | either, max_size=4),
    st.lists(names, max_size=3, unique=True),
)
dotted = st.builds(
    lambda nested: {
        "if": {"required": ["a.b"]},
        "then": {"properties": {"a.b": {"type": "number"}}},
        "else": {"required": ["a"], "properties": {"a": nested}},
    },
    objects,
)
schemas = objects | st.builds(
    lambda flat, more: flat | {"allOf": more}, objects, st.lists(dotted | objects, min_size=1, max_size=2)
)
finite = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)
leaves = st.none() | st.booleans() | finite | st.text(string.ascii_letters, max_size=3)
instances = st.dictionaries(
    names,
    leaves | st.lists(leaves, max_size=3) | st.dictionaries(names, leaves | st.lists(leaves, max_size=2), max_size=3),
    max_size=5,
)


@given(schemas, instances)
@settings(max_examples=500)
def test_verdicts_are_those_of_the_reference(schema: dict[str, Any], instance: dict[str, Any]) -> None:
    facts = read(json.dumps(instance).encode(), json.dumps(schema))
    valid = jsonschema.Draft202012Validator(schema).is_valid(instance)
    assert valid == (not facts.mismatches)
    check_sound(facts, json.dumps(instance).encode())


@given(schemas, instances)
def test_not_finite_numbers_are_numbers(schema: dict[str, Any], instance: dict[str, Any]) -> None:
    """A NaN in place of a number changes nothing of what is missing or of another type."""
    assume(schema.get("properties"))
    text = json.dumps(instance | {"a": 7})
    plain = read(text.encode(), json.dumps(schema))
    strange = read(text.replace('"a": 7', '"a": NaN').encode(), json.dumps(schema))
    plain_others, strange_others = (
        {(each.kind, each.key) for each in facts.mismatches if each.key != "a"} for facts in (plain, strange)
    )
    assert plain_others == strange_others
    assert "a" in strange.non_finite


@given(instances, names)
def test_the_place_of_a_mismatch_holds_the_value(instance: dict[str, Any], name: str) -> None:
    assume(name in instance)
    text = json.dumps(instance, indent=1)
    facts = read(text.encode(), json.dumps({"properties": {name: {"const": "never"}}}))
    (mismatch,) = facts.mismatches
    assert json.loads(text[mismatch.start : mismatch.end]) == instance[name]


@given(st.text(max_size=40) | values.map(json.dumps))
def test_any_schema(schema: str) -> None:
    assume(not LONE.search(schema))
    complaint = check_schema(schema)
    assert complaint is None or 0 <= complaint.start <= complaint.end <= len(schema)
    check_sound(read(b'{"a": [1, {"b": null}]}', schema), b'{"a": [1, {"b": null}]}')


# Too large, too deep, too many.


def test_a_large_result_still_owes_its_top_level_keys() -> None:
    facts = read(b'\n{"b": 1, "metric": 2}', DOTTED, limit=10)
    assert (facts.form, facts.keys) == ("large", ("b", "metric"))
    assert [each.message for each in facts.mismatches] == [
        "required key missing: `a`",
        "required key missing: `metrics.loss`; found `metric` instead?",
    ]
    assert {(each.start, each.end) for each in facts.mismatches} == {(1, 2)}


DOTTED = json.dumps(
    {
        "properties": {"a": {"type": "number"}, "b": {"type": "string"}},
        "required": ["a", "b"],
        "allOf": [{"if": {"required": ["metrics.loss"]}, "else": {"required": ["metrics"]}}],
    }
)


@pytest.mark.parametrize("data", [b'{"a": 1, "metrics": 1, "b": NaN}', b'{"a": 1, "metrics.loss": 1, "b": 2}'])
def test_a_large_result_owes_nothing_else(data: bytes) -> None:
    facts = read(data, DOTTED, limit=10)
    assert facts.form == "large"
    assert not facts.mismatches


def test_a_large_result_may_be_malformed() -> None:
    assert read(b'{"a": 1, "metrics": 1, "b": }', DOTTED, limit=10).form == "malformed"
    assert read(b"[1, 2, 3, 4, 5, 6, 7]", DOTTED, limit=10).form == "large"


DEPTH = 100_000


@pytest.mark.parametrize(
    ("data", "form", "keys"),
    [
        (b"[" * DEPTH + b"]" * DEPTH, "array", ()),
        (b'{"a":' * DEPTH + b"1" + b"}" * DEPTH, "object", ("a",)),
        (b'{"b": 1, "a": ' + b"[" * DEPTH + b"NaN" + b"]" * DEPTH + b"}", "object", ("b", "a")),
    ],
    ids=["lists", "objects", "inside"],
)
def test_very_deep(data: bytes, form: str, keys: tuple[str, ...]) -> None:
    assert read(data, None) == ResultFacts(form, keys)  # type: ignore[arg-type]
    assert read(data, SCHEMA) == ResultFacts("unread", keys)


@pytest.mark.parametrize("opener", [b"[", b'{"a":', b"[{", b"{", b'{"a":['])
def test_very_deep_and_broken(opener: bytes) -> None:
    facts = read(opener * DEPTH, SCHEMA)
    assert facts.form == "malformed"
    check_sound(facts, opener * DEPTH)


def test_deeper_than_the_validator_goes() -> None:
    data = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"
    assert read(data, SCHEMA) == ResultFacts("unread", ("a",))


@pytest.mark.parametrize("schema", ['{"items":' * 500 + "{}" + "}" * 500, "[" * DEPTH, '{"$ref": "#/$defs/a"}'])
def test_a_schema_that_is_none(schema: str) -> None:
    assert check_schema(schema)
    assert read(b'{"a": 1}', schema) == ResultFacts("object", ("a",))


def test_a_long_string() -> None:
    name = b"x\\n" * 2_000_000
    data = b'{"name": "' + name + b'", "a": "y"}'
    (mismatch,) = read(data, SCHEMA).mismatches
    assert (mismatch.key, mismatch.end) == ("a", len(data) - 1)
    assert read(data.replace(b'"y"', b"NaN"), SCHEMA).non_finite == ("a",)
    assert read(data[:-20], SCHEMA).form == "malformed"


def test_many_duplicate_keys() -> None:
    data = b"{" + b'"a": 1, ' * 200_000 + b'"a": NaN}'
    assert read(data, None).keys == ("a",)
    assert read(data, SCHEMA).non_finite == ("a",)


def test_many_mismatches() -> None:
    schema = json.dumps({"properties": {"trace": {"items": {"type": "number"}}}, "required": ["loss"]})
    facts = read(json.dumps({"trace": ["x"] * 300_000}).encode(), schema)
    assert len(facts.mismatches) == 50
    assert [each.key for each in facts.mismatches[:3]] == ["loss", "trace[0]", "trace[1]"]


def test_one_mismatch_far_down() -> None:
    schema = json.dumps({"properties": {"trace": {"items": {"type": "number"}}}})
    facts = read(json.dumps({"trace": [*range(50_000), "x"]}).encode(), schema)
    assert [each.key for each in facts.mismatches] == ["trace[50000]"]


def test_many_values_that_are_not_finite() -> None:
    data = json.dumps({f"k{index}": float("nan") for index in range(100)}).encode()
    assert read(data, '{"type": "object"}').non_finite == tuple(f"k{index}" for index in range(20))


def test_numbers_of_thousands_of_digits() -> None:
    schema = '{"properties": {"a": {"type": "integer", "minimum": 3}}}'
    assert read(b'{"a": ' + b"9" * 400 + b"}", schema) == ResultFacts("object", ("a",))
    huge = ResultFacts("object", ("a",), non_finite=("a",), first_non_finite=Span(6, 5006))
    assert read(b'{"a": ' + b"9" * 5000 + b"}", schema) == huge


def test_the_first_value_that_is_not_finite_has_its_place() -> None:
    data = b'{"a": 1, "b.c": [{"d": 2}, {"d": -Infinity}], "e": NaN}'
    place = read(data, '{"type": "object"}').first_non_finite
    assert place is not None
    assert data[place.start : place.end] == b"-Infinity"


@pytest.mark.parametrize("filler", [b"\x00", b"\xff", b'"\\ud800"', b"\xed\xa0\x80", b"\xef\xbb\xbf"])
def test_strange_bytes(filler: bytes) -> None:
    for data in (
        filler,
        filler * 1000,
        b'{"a": ' + filler + b"}",
        b'{"a": 1}' + filler,
        filler + b'{"a": 1}',
    ):
        read_all_ways(data)


def test_cut_off_anywhere() -> None:
    text = '\n{"a": NaN, "é": [1.5e-3, {"b": "x\\u00e9\\n"}, true], "c": {}, "d": [], "e": -Infinity}'
    data = text.encode()
    for end in range(len(data)):
        facts = read(data[:end], SCHEMA)
        assert facts.form == "malformed", data[:end]
        check_sound(facts, data[:end])
    assert read(data, SCHEMA).form == "object"


# Files a schema refers to.


def test_a_changed_file_is_seen() -> None:
    schema = '{"properties": {"a": {"$ref": "common.json"}}}'
    assert read(b'{"a": 1}', schema, resolve=lambda _: '{"type": "number"}').mismatches == ()
    assert len(read(b'{"a": 1}', schema, resolve=lambda _: '{"type": "string"}').mismatches) == 1
    assert read(b'{"a": 1}', schema, resolve=lambda _: None).mismatches == ()


@pytest.mark.parametrize(
    ("reference", "asked"),
    [
        ("common.json", "common.json"),
        ("./common.json#/$defs/a", "common.json"),
        ("../common.json", "../common.json"),
        ("a/../../b/c%20d.json", "../b/c d.json"),
        ("/schemas/common.json", "/schemas/common.json"),
        ("~/common.json", "~/common.json"),
    ],
)
def test_what_is_asked_for(reference: str, asked: str) -> None:
    seen: list[str] = []

    def resolve(name: str) -> str | None:
        seen.append(name)
        return '{"$defs": {"a": {}}}'

    assert check_schema(json.dumps({"$ref": reference}), resolve) is None
    assert seen == [asked]


@pytest.mark.parametrize(
    "reference",
    [
        "https://example.org/a.json",
        "file:///etc/passwd",
        "c:/a.json",
        "urn:x:y",
        "project://a/b",
    ],
)
def test_what_leads_out(reference: str) -> None:
    def resolve(name: str) -> str | None:
        raise AssertionError(name)

    complaint = check_schema(json.dumps({"$ref": reference}), resolve)
    assert complaint is not None
    assert complaint.message == f"has a `$ref` that leads out of the project: `{reference}`"


def test_known_meta_schemas_need_no_file() -> None:
    assert check_schema('{"$ref": "https://json-schema.org/draft/2020-12/schema"}') is None
    assert check_schema('{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}') is None
