"""Schemas: the five ways in which an entry says what its output holds, as one value and as one JSON Schema.

The readers here take words that the Markdown reader has found. Problems continue a sentence that begins with
"the schema".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from ..text import Span, Word
from .contract import Problem, Schema, SchemaForm, SchemaKey
from .plain_schema import DIALECT

TYPES = ("number", "integer", "string", "boolean", "object", "array", "null")
TYPES_IN_WORDS = f"the types are {', '.join(TYPES)}, any of them with [] and unions with |"
MEANT = {
    "float": "number",
    "double": "number",
    "real": "number",
    "num": "number",
    "int": "integer",
    "str": "string",
    "text": "string",
    "bool": "boolean",
    "dict": "object",
    "map": "object",
    "list": "array",
    "tuple": "array",
    "none": "null",
    "any": "",
}

KEY = re.compile(r"([^\s:?`\"']+)(\?)?\s*(:)?\s*(.*)", re.DOTALL)
TYPE = re.compile(rf"(?:{'|'.join(TYPES)})(?:\[\])*")
NOTED_TYPE = re.compile(r"\s*:\s*([\w|\[\] ]+?)\s*(?=$|[—–;,(]|\s-)")
SUFFIX = re.compile(r"\(\s*[Kk]eys?\s*:([^()]*)\)")
FENCES: dict[str, SchemaForm] = {
    "json schema": "schema fence",
    "jsonschema": "schema fence",
    "json-schema": "schema fence",
    "json": "example fence",
    "json example": "example fence",
}


# Reading.


def from_words(words: Sequence[Word], span: Span, *, may_be_file: bool) -> Schema:
    """Code spans on the line of `Schema:` or `Keys:`: a key list, or the path of a JSON Schema."""
    if may_be_file and len(words) == 1 and words[0].text.endswith(".json") and ":" not in words[0].text:
        return Schema("file", span, file=words[0])
    return _keys("keys", ((word, "") for word in words), span)


def from_bullets(items: Iterable[tuple[Word, str]], span: Span) -> Schema:
    """`Schema:` with a list below: each item's code span, and the text after it, in single blanks."""
    return _keys("bullets", items, span)


def from_suffix(text: Word) -> Schema:
    """``(keys: loss, params)`` behind a path: what stands between the colon and the parenthesis."""
    return _keys("suffix", ((text, ""),), text.span)


def from_fence(info: str, content: Word, span: Span) -> Schema:
    """`Schema:` with a fence right below."""
    words = " ".join(info.lower().split())
    form = FENCES.get(words)
    if form is None:
        said = f"`{info.strip()}`" if info.strip() else "nothing"
        message = f"stands in a fence that says {said}; say `json schema`, or `json` for an example"
        return Schema("example fence", span, source=content, problems=(Problem(message, span.start, span.end),))
    value, problem = _parsed(content)
    if problem is None and form == "schema fence" and not isinstance(value, dict | bool):
        problem = Problem("is no JSON Schema, which is an object, true or false", content.start, content.end)
    if problem is None and form == "example fence" and not isinstance(value, dict):
        problem = Problem("gives an example that is no object", content.start, content.end)
    return Schema(form, span, source=content, problems=(problem,) if problem else ())


def declared_again(span: Span) -> Problem:
    """An entry has one schema at most."""
    return Problem("is declared a second time", span.start, span.end)


def _keys(form: SchemaForm, items: Iterable[tuple[Word, str]], span: Span) -> Schema:
    keys: list[SchemaKey] = []
    problems: list[Problem] = []
    names: set[str] = set()
    for item, note in items:
        for piece in _pieces(item):
            key = _key(piece, note)
            if isinstance(key, Problem):
                problems.append(key)
            elif key.name.text in names:
                problems.append(Problem(f"repeats the key `{key.name.text}`", key.name.start, key.name.end))
            else:
                names.add(key.name.text)
                keys.append(key)
    if not keys and not problems:
        problems.append(Problem("names no key", span.start, span.end))
    return Schema(form, span, tuple(keys), problems=tuple(problems))


def _pieces(item: Word) -> Iterable[Word]:
    """The parts of a text between commas, bare of blanks and backticks. Empty parts count for nothing."""
    at = item.start
    for part in item.text.split(","):
        bare = part.strip("` \t")
        if bare:
            start = at + part.index(bare)
            yield Word(bare, start, start + len(bare))
        at += len(part) + 1


def _key(word: Word, note: str) -> SchemaKey | Problem:
    match = KEY.fullmatch(word.text.replace("`", " "))
    if match is None:
        return _no_key(word)
    written, optional, colon, typed = match.groups()
    if typed and not colon:
        return _no_key(word)
    name = Word(written, word.start, word.start + len(written))
    if "." in written and "" in written.split("."):
        return Problem(f"has the key `{written}`, where a name between dots is empty", name.start, name.end)
    if not colon:
        types, note = _noted_types(note)
        return SchemaKey(name, types, optional is None, note)
    types, wrong = _types(typed)
    if wrong is None:
        return SchemaKey(name, types, optional is None, _note(note))
    at = word.start + match.start(4) if wrong else word.start
    return Problem(_no_type(name.text, wrong), at, max(word.end, at))


def _no_key(word: Word) -> Problem:
    return Problem(f"has `{word.text}`, which is no `key` and no `key: type`", word.start, word.end)


@lru_cache(maxsize=1024)
def _types(written: str) -> tuple[tuple[str, ...], str | None]:
    """The types between bars, and the first that is none: a project has thousands of keys and a handful of types."""
    types = tuple([part.strip() for part in written.split("|")])
    return types, next((part for part in types if not TYPE.fullmatch(part)), None)


def _no_type(key: str, wrong: str) -> str:
    if not wrong:
        return f"gives `{key}` an empty type; {TYPES_IN_WORDS}"
    meant = MEANT.get(wrong.lower().removesuffix("[]"))
    if meant == "":
        return f"gives `{key}` the type `{wrong}`; leave the type away for any value; {TYPES_IN_WORDS}"
    if meant and wrong.endswith("[]"):
        meant += "[]"
    if TYPE.fullmatch(wrong.lower()):
        meant = wrong.lower()
    hint = f" (did you mean `{meant}`?)" if meant else ""
    return f"gives `{key}` the type `{wrong}`, which is no type{hint}; {TYPES_IN_WORDS}"


def _noted_types(note: str) -> tuple[tuple[str, ...], str]:
    """``- `loss`: number — text``: what stands behind the code span counts as a type where it is one."""
    match = NOTED_TYPE.match(note)
    if match is None:
        return (), _note(note)
    types, wrong = _types(match[1])
    if wrong is not None:
        return (), _note(note)
    return types, _note(note[match.end() :])


def _note(text: str) -> str:
    """Documentation without the dash or colon that leads to it."""
    return text.lstrip("—–-:;, ")


def _parsed(content: Word) -> tuple[Any, Problem | None]:
    try:
        return json.loads(content.text), None
    except json.JSONDecodeError as error:
        at = min(content.start + error.pos, content.end)
        message = error.msg[0].lower() + error.msg[1:]
        return None, Problem(f"is no JSON: {message}", at, min(at + 1, content.end))
    except RecursionError:
        return None, Problem("nests too deeply", content.start, content.end)
    except ValueError:
        return None, Problem("is no JSON: a number is too long", content.start, content.end)


# As JSON Schema.


def json_schema(schema: Schema) -> str | None:
    """The JSON Schema of a declaration as canonical text; None where it is a file's or could not be read."""
    if schema.problems or schema.form == "file":
        return None
    try:
        if schema.source is None:
            return _text_of_keys(tuple([(key.name.text, key.types, key.required) for key in schema.keys]))
        return _canonical(_as_schema(schema, schema.source.text))
    except RecursionError:
        return None


def _canonical(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True, separators=(",", ":"))


def _as_schema(schema: Schema, source: str) -> Any:
    value = json.loads(source)
    return value if schema.form == "schema fence" else {"$schema": DIALECT} | _of_value(value)


Asked = tuple[str, tuple[str, ...], bool]
"""What a key list asks of one key: its name, its types, and whether it must be there."""


@lru_cache(maxsize=4096)
def _text_of_keys(keys: tuple[Asked, ...]) -> str:
    """The entries of a study mostly ask for the same keys."""
    return msgspec.json.encode(_of_keys(keys), order="sorted").decode()


def _of_keys(keys: Sequence[Asked]) -> dict[str, Any]:
    """Other keys are allowed. A dotted key is asked for by its literal name, and only else inside objects."""
    flat = [(name, _of_types(types), required) for name, types, required in keys if "." not in name]
    result: dict[str, Any] = {"$schema": DIALECT} | _object(flat)
    dotted = [_of_dotted(key) for key in keys if "." in key[0]]
    if dotted:
        result["allOf"] = dotted
    return result


def _of_dotted(key: Asked) -> dict[str, Any]:
    """Where the literal key is there it decides, else the path does.

    `if` rather than `anyOf`, so that an error names the key that is wrong and not the whole result.
    """
    literal, types, required = key[0], _of_types(key[1]), key[2]
    nested = types
    for name in reversed(literal.split(".")):
        nested = _object([(name, nested, required)], required)
    return {"if": {"required": [literal]}, "then": {"properties": {literal: types}}, "else": nested}


def _object(members: Sequence[tuple[str, dict[str, Any], bool]], demanded: bool = True) -> dict[str, Any]:
    result: dict[str, Any] = {"properties": {name: schema for name, schema, _ in members}}
    required = sorted(name for name, _, required in members if required)
    if demanded:
        result["type"] = "object"
    if required:
        result["required"] = required
    return result


def _of_types(types: tuple[str, ...]) -> dict[str, Any]:
    plain = sorted({name for name in types if not name.endswith("[]")})
    choices = [_of_type(name) for name in sorted(set(types)) if name.endswith("[]")]
    if plain:
        choices.insert(0, {"type": plain[0] if len(plain) == 1 else plain})
    if not choices:
        return {}
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _of_type(name: str) -> dict[str, Any]:
    if name.endswith("[]"):
        return {"type": "array", "items": _of_type(name[:-2])}
    return {"type": name}


def _of_value(value: Any) -> dict[str, Any]:
    """What an example asks for. Any number will do for a number, and anything for a `null`."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    if isinstance(value, dict):
        return _object([(name, _of_value(member), True) for name, member in value.items()])
    if isinstance(value, list):
        return {"type": "array", "items": _items(value)} if value else {"type": "array"}
    return {}


def _items(values: list[Any]) -> dict[str, Any]:
    first = _of_value(values[0])
    return first if all(_of_value(value) == first for value in values) else {}
