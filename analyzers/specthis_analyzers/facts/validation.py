"""A value held against a JSON Schema: every departure in plain words, nothing fetched from anywhere.

jsonschema-rs finds the errors, here they are put into words. A `$ref` leads only to what the caller gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from .contract import Problem
from .schema import TYPES

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

    from .json_scan import Path

Resolve = Callable[[str], str | None]
"""The text of a file by its path as seen from the schema's folder, `../common.json`; None if absent."""

MOST = 50
"""Departures that are told of one result."""
MOST_COLLECTED = 1000
SMALL = 64 * 1024
CUTS = (100, 10_000)
"""Each error costs as much as reading kilobytes: containers of large values are first looked at this far."""
NEAR = 0.75
LONGEST_NAME = 100
"""Characters; longer names are held against no others, which costs the square of it."""
MOST_FILES = 50
"""Files that one schema may refer to, one through another."""
MOST_AT_ONCE = 100_000
"""Schemas asked of one value; references to references that double each time have more."""
MOST_BACKTRACKED = 1_000
SHOWN = 80
UP = 16
BASE = "project:" + "/~" * UP + "/"
"""Where every schema stands, deep enough that `../` can be told from `./` after a URI is resolved."""

STAND_IN = float("0.0")
"""Stands for NaN and the infinities, which the validator takes for null. Known by identity."""


class Departure(Struct, frozen=True):
    """How a value departs from its schema. `path` leads to the place, or to the object that lacks a key."""

    kind: Literal["missing", "type", "other"]
    path: Path
    key: str
    message: str


class Compiled(Struct, frozen=True, gc=False):
    """What became of a schema: a validator, or a file it still needs, or why it is none."""

    validator: Any = None
    root: Any = None
    documents: dict[str, Any] = {}
    wanted: str | None = None
    problem: Problem | None = None
    """Continues a sentence, "the schema ..."; without a length where it stands at no one place."""


def check_schema(schema: str, resolve: Resolve | None = None) -> Problem | None:
    """Why and where a text is no JSON Schema, or which `$ref` leads nowhere."""
    return compiled(schema, resolve).problem


def compiled(schema: str, resolve: Resolve | None = None) -> Compiled:
    """The validator of a schema, cached. Files are asked for each time, so that a changed one is seen."""
    outcome = _compile(schema, ())
    files: tuple[tuple[str, str], ...] = ()
    while outcome.wanted is not None:
        text = resolve(outcome.wanted) if resolve else None
        if text is None:
            return _refused(f"refers to `{_short(outcome.wanted)}`, which is no file of the project")
        if len(files) >= MOST_FILES:
            return _refused(f"refers to more than {MOST_FILES} files, one through another")
        files = (*files, (outcome.wanted, text))
        outcome = _compile(schema, files)
    return outcome


@lru_cache(maxsize=256)
def _compile(schema: str, files: tuple[tuple[str, str], ...]) -> Compiled:
    root, problem = _parsed(schema)
    if problem:
        return Compiled(problem=problem)
    if not isinstance(root, dict | bool):
        return _refused(f"is no JSON Schema: expected object or boolean, found {type_name(root)}")
    if _multiplies(root):
        return _refused("asks the same of one value too many times, by references that multiply")
    texts = dict(files)
    documents: dict[str, Any] = {BASE: root}
    found: list[Compiled] = []

    def retrieve(uri: str) -> Any:
        outcome = _retrieved(uri, root, texts, documents)
        if isinstance(outcome, Compiled):
            found.append(outcome)
            raise LookupError(uri)
        return outcome.value

    from jsonschema_rs import FancyRegexOptions, validator_for

    options = FancyRegexOptions(backtrack_limit=MOST_BACKTRACKED)
    try:
        validator = validator_for(root, base_uri=BASE, retriever=retrieve, pattern_options=options)
    except Exception as error:
        return found[0] if found else Compiled(problem=_schema_error(error, schema, root))
    return Compiled(validator, root, documents)


def _refused(message: str) -> Compiled:
    return Compiled(problem=Problem(message, 0, 0))


class _Document(Struct, frozen=True):
    value: Any


def _retrieved(uri: str, root: Any, texts: dict[str, str], documents: dict[str, Any]) -> Compiled | _Document:
    name = _named(uri, _folder(root))
    if name is None:
        said = root.get("$schema") if isinstance(root, dict) else None
        if isinstance(said, str) and said.rstrip("#") == uri.rstrip("#"):
            return _refused(f"is of a kind that is not known here: its `$schema` is `{_short(said)}`")
        return _refused(f"has a `$ref` that leads out of the project: `{_short(uri)}`")
    if name not in texts:
        return Compiled(wanted=name)
    value, problem = _parsed(texts[name])
    if problem:
        return _refused(f"refers to `{_short(name)}`, which {problem.message}")
    documents[uri] = value
    return _Document(value)


def _parsed(text: str) -> tuple[Any, Problem | None]:
    try:
        return msgspec.json.decode(text), None
    except RecursionError:
        return None, Problem("is nested too deeply", 0, 0)
    except (msgspec.DecodeError, UnicodeError):
        from .json_scan import scan

        problem = scan(text).problem
        if problem is None:
            return None, Problem("holds NaN, an infinity or half a character", 0, 0)
        return None, Problem(f"is no JSON: {problem.message}", problem.start, problem.end)


def _folder(root: Any) -> str | None:
    """The folder of a schema's own address: a file beside it may be called by that address too."""
    identifier = root.get("$id") if isinstance(root, dict) else None
    return identifier.rpartition("/")[0] + "/" if isinstance(identifier, str) and "://" in identifier else None


def _named(uri: str, folder: str | None) -> str | None:
    """A URI as a path seen from the schema's folder, or None where it leads out."""
    uri = uri.partition("#")[0]
    if folder and uri.startswith(folder):
        return unescaped(uri.removeprefix(folder))
    if not uri.startswith("project:/") or uri.startswith("project://"):
        return None
    path = uri.removeprefix("project:")
    for level in range(UP, 0, -1):
        if path.startswith("/~" * level + "/"):
            return unescaped("../" * (UP - level) + path[2 * level + 1 :])
    return unescaped(path)


def unescaped(path: str) -> str:
    """A path out of an address, where blanks and the like are written as numbers."""

    def plain(match: re.Match[str]) -> str:
        return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")

    return re.sub(r"(?:%[0-9a-fA-F]{2})+", plain, path)


POINTER = re.compile(r"Pointer '(.*)' does not exist")


def _schema_error(error: Exception, schema: str, root: Any) -> Problem:
    """What is wrong in a schema, and where: as JSON it is a value that departs from the schema of schemas."""
    path: Path = tuple(getattr(error, "instance_path", ()))
    words = _short(str(error).partition("\n")[0], 200)
    nowhere = POINTER.fullmatch(words)
    if nowhere:
        reference = f"#{nowhere[1]}"
        path, words = _path_to(root, reference), f"`{_short(reference)}` leads nowhere in it"
    elif path:
        words = _asked_of_schemas(error, follow(root, path), str(path[-1]))
    from .json_scan import places

    place = places(schema, {path}).get(path) if path else None
    where = f"`{_short(dotted(path))}`: " if path else ""
    return Problem(f"is no JSON Schema: {where}{words}", *(place or (0, 0)))


def _asked_of_schemas(error: Any, found: Any, word: str) -> str:
    if error.kind.name == "anyOf" and word == "type":
        unknown = [name for name in (found if isinstance(found, list) else [found]) if name not in TYPES]
        if len(unknown) == 1 and isinstance(unknown[0], str):
            return f"`{_short(unknown[0])}` is no type; the types are {', '.join(TYPES)}"
        return "expected a type, or a list of types that all differ"
    if error.kind.name == "type":
        return f"expected {' or '.join(reversed(error.kind.types))}, found {type_name(found)}"
    if error.kind.name == "format" and error.kind.format == "regex":
        return f"`{_short(found if isinstance(found, str) else word)}` is no regular expression"
    return _in_words(error, found)


def _path_to(root: Any, reference: str) -> Path:
    """The way to the first `$ref` that says a reference; empty where it is written otherwise."""
    todo: list[tuple[Path, Any]] = [((), root)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, dict) and node.get("$ref") == reference:
            return (*path, "$ref")
        steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        todo += [((*path, step), below) for step, below in reversed(list(steps))]
    return ()


def _multiplies(root: Any) -> bool:
    """Whether references inside a schema make it ask too much of one value. One that comes back to itself asks once."""
    asked: dict[int, int] = {}
    todo = [root]
    while todo:
        node = todo[-1]
        if not isinstance(node, dict | list) or asked.get(id(node), 0) > 0:
            todo.pop()
        elif id(node) in asked:
            asked[id(node)] = 1 + sum(asked.get(id(below), 1) or 1 for below in _at_once(node, root))
            if asked[id(node)] > MOST_AT_ONCE:
                return True
            todo.pop()
        else:
            asked[id(node)] = 0
            todo += [below for below in (*_inside(node), *_at_once(node, root)) if id(below) not in asked]
    return False


def _inside(node: Any) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else node


def _at_once(node: Any, root: Any) -> list[Any]:
    """The schemas that are asked of the same value as this one is."""
    if not isinstance(node, dict):
        return []
    found = [below for word in ("allOf", "anyOf", "oneOf") for below in _schemas(node.get(word))]
    found += [node[word] for word in ("not", "if", "then", "else") if word in node]
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        found.append(_at_pointer(root, reference[1:]))
    return [below for below in found if isinstance(below, dict)]


# What a schema asks for, as far as it can be told without a value


def demanded(root: Any) -> list[tuple[str, ...]]:
    """The required top-level keys, each with the others that may stand for it."""
    names: dict[tuple[str, ...], None] = {}
    for node in _conjuncts(root, root):
        names.update(dict.fromkeys((name,) for name in _strings(node.get("required"))))
        choices = [node["if"], node["else"]] if "if" in node and "else" in node else _schemas(node.get("anyOf"))
        branches = [list(_required(choice, root)) for choice in choices]
        if branches and all(branches):
            names[tuple(branch[0] for branch in branches)] = None
    return list(names)


def absent(root: Any, keys: Sequence[str]) -> list[Departure]:
    """The required top-level keys that a table, or a result too large to validate, lacks."""
    present = set(keys)
    lacking = [names for names in demanded(root) if present.isdisjoint(names)]
    known = declared(root, ())
    return [_missing((), names, keys, known) for names in lacking[:MOST]]


def declared(root: Any, path: Path) -> set[str]:
    """The keys that a schema names anywhere for the object at a path."""
    nodes = list(_alternatives(root, root))
    for step in path:
        nodes = [deeper for node in nodes for below in _below(node, step) for deeper in _alternatives(below, root)]
    names: set[str] = set()
    for node in nodes:
        names.update(_mapping(node.get("properties")), _strings(node.get("required")))
    return names


def _required(schema: Any, root: Any) -> Iterator[str]:
    return chain.from_iterable(_strings(node.get("required")) for node in _conjuncts(schema, root))


def _conjuncts(schema: Any, root: Any) -> Iterator[dict[str, Any]]:
    return _spread(schema, root, ("allOf",))


def _alternatives(schema: Any, root: Any) -> Iterator[dict[str, Any]]:
    return _spread(schema, root, ("allOf", "anyOf", "oneOf"))


def _spread(schema: Any, root: Any, keywords: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """A schema with those it refers to or combines, each once."""
    seen: set[int] = set()
    todo = [schema]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        todo.extend(reversed([below for word in keywords for below in _schemas(node.get(word))]))
        todo.extend(node[word] for word in ("if", "then", "else") if word in node and "anyOf" in keywords)
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            todo.append(_at_pointer(root, reference[1:]))


def _below(node: dict[str, Any], step: str | int) -> Iterator[Any]:
    if isinstance(step, int):
        prefix = _schemas(node.get("prefixItems"))
        yield prefix[step] if step < len(prefix) else node.get("items")
        return
    properties = _mapping(node.get("properties"))
    yield properties[step] if step in properties else node.get("additionalProperties")


def _at_pointer(root: Any, pointer: str) -> Any:
    steps = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return follow(root, steps)


def _schemas(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


# A value against its schema


def departures(schema: Compiled, value: Any, size: int) -> list[Departure]:
    """Every departure, one per kind and key, in document order. ValueError where the value is too deep."""
    validator: Validator | None = schema.validator
    if validator is None or validator.is_valid(value):
        return []
    found: dict[tuple[str, str], Departure] = {}
    for error in _errors(validator, value, size):
        for leaf in _leaves(error):
            for departure in _told(leaf, value, schema):
                found.setdefault((departure.kind, departure.key), departure)
    order = _Order(value)
    return sorted(found.values(), key=lambda departure: order(departure.path))[:MOST]


def _errors(validator: Validator, value: Any, size: int) -> list[ValidationError]:
    """The errors, or as many as will be told: of a large value that is wrong all over, a part is enough."""
    for length in CUTS if size > SMALL else ():
        errors = islice(validator.iter_errors(_cut(value, length)), MOST_COLLECTED)
        sound = [error for error in errors if not _comes_from_cutting(error, value)]
        if len(sound) >= MOST:
            return sound
    return list(islice(validator.iter_errors(value), MOST_COLLECTED))


def _cut(value: Any, length: int) -> Any:
    if isinstance(value, dict):
        members = islice(value.items(), length)
        return {key: _cut(item, length) if isinstance(item, dict | list) else item for key, item in members}
    if isinstance(value, list):
        return [_cut(item, length) if isinstance(item, dict | list) else item for item in value[:length]]
    return value


def _comes_from_cutting(error: ValidationError, value: Any) -> bool:
    kind: Any = error.kind
    if kind.name == "required":
        found = follow(value, error.instance_path)
        return isinstance(found, dict) and kind.property in found
    return kind.name in ("minItems", "minProperties", "contains", "anyOf", "oneOf", "not")


class _Order:
    """The place of a path in the order of the document, whose objects keep the order of their keys."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.indices: dict[int, dict[str, int]] = {}

    def __call__(self, path: Path) -> tuple[int, ...]:
        value = self.value
        ranks: list[int] = []
        for step in path:
            if isinstance(value, dict):
                if id(value) not in self.indices:
                    self.indices[id(value)] = {key: index for index, key in enumerate(value)}
                ranks.append(self.indices[id(value)].get(str(step), -1))
            else:
                ranks.append(step if isinstance(step, int) else -1)
            value = follow(value, (step,))
        return tuple(ranks)


def _leaves(error: ValidationError) -> list[ValidationError]:
    """The errors that say what is wrong: of alternatives that all fail, those of the one that was meant."""
    context: list[list[ValidationError]] | None = getattr(error.kind, "context", None)
    if type(error.kind).__name__ not in ("AnyOf", "OneOfNotValid") or not context:
        return [error]
    depth = len(error.instance_path)
    branches = [[leaf for inner in branch for leaf in _leaves(inner)] for branch in context]
    meant = [branch for branch in branches if branch and not _of_other_type(branch, depth)]
    if not meant:
        return [error]
    best = max(meant, key=lambda branch: min(len(leaf.instance_path) for leaf in branch))
    deeper = min(len(leaf.instance_path) for leaf in best) > depth
    if deeper or len(meant) == 1 or best[0].kind.name == "required":
        return best
    return [error]


def _of_other_type(branch: list[ValidationError], depth: int) -> bool:
    return any(leaf.kind.name == "type" and len(leaf.instance_path) == depth for leaf in branch)


def _told(error: ValidationError, value: Any, schema: Compiled) -> list[Departure]:
    kind: Any = error.kind
    path = tuple(error.instance_path)
    found = follow(value, path)
    if kind.name in ("required", "dependentRequired", "dependencies") and hasattr(kind, "property"):
        keys = list(found) if isinstance(found, dict) else []
        departure = _missing(path, (kind.property,), keys, _declared_here(error, path, schema))
        return [_in_full(departure, error, schema)]
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return [_mismatch("other", (*path, name), "not declared") for name in kind.unexpected]
    types = _types(error, schema)
    if type(kind).__name__ == "BacktrackLimitExceeded":
        return []  # A pattern that would take too long on this text was given up.
    if _cannot_judge(kind.name, types, found):
        return []
    if types:
        return [_mismatch("type", path, f"expected {' or '.join(types)}, found {type_name(found)}")]
    return [_mismatch("other", path, _in_words(error, found))]


def _cannot_judge(name: str, types: list[str], value: Any) -> bool:
    """NaN and integers beyond the validator's count as numbers, and nothing more is asked of them."""
    if value is STAND_IN or (isinstance(value, int) and abs(value) > 2**64):
        return not types or "number" in types or "integer" in types
    return name == "uniqueItems" and isinstance(value, list) and any(item is STAND_IN for item in value)


def _mismatch(kind: Literal["type", "other"], path: Path, words: str) -> Departure:
    key = dotted(path)
    where = f" on `{_short(key)}`" if key else ""
    return Departure(kind, path, key, f"schema mismatch{where}: {words}")


def _missing(path: Path, names: Sequence[str], keys: Sequence[str], known: set[str]) -> Departure:
    """The first of the names is missing, and so are the others, which might have stood for it."""
    key = dotted((*path, names[0]))
    near = next(filter(None, (_near(name, keys, known) for name in names)), None)
    help_ = f"; found `{_short(near)}` instead?" if near else ""
    return Departure("missing", path, key, f"required key missing: `{_short(key)}`{help_}")


def _in_full(departure: Departure, error: ValidationError, schema: Compiled) -> Departure:
    """The whole dotted key, where the schema looks for it by its literal name first, then along its path."""
    node = _origin(error, schema)
    for step in error.schema_path:
        for name in _strings(_mapping(_mapping(node).get("if")).get("required")):
            if name.startswith(departure.key + "."):
                message = departure.message.replace(_short(departure.key), _short(name), 1)
                return Departure(departure.kind, departure.path, name, message)
        node = follow(node, (step,))
    return departure


def _near(name: str, keys: Sequence[str], known: set[str]) -> str | None:
    """The one key that may have been meant, if there is exactly one."""
    if len(name) > LONGEST_NAME:
        return None
    matcher = SequenceMatcher(b=name, autojunk=False)
    near: list[str] = []
    for key in keys[:MOST_COLLECTED]:
        if key in known or abs(len(key) - len(name)) > len(name):
            continue
        matcher.set_seq1(key)
        if matcher.real_quick_ratio() >= NEAR and matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR:
            near.append(key)
    return near[0] if len(near) == 1 else None


def _declared_here(error: ValidationError, path: Path, schema: Compiled) -> set[str]:
    node = _mapping(_node(error, schema))
    return declared(schema.root, path).union(_mapping(node.get("properties")), _strings(node.get("required")))


def _node(error: ValidationError, schema: Compiled) -> Any:
    """The part of the schema that an error comes from, or None where it cannot be told."""
    return follow(_origin(error, schema), error.schema_path[:-1])


def _origin(error: ValidationError, schema: Compiled) -> Any:
    address = (error.absolute_keyword_location or "").partition("#")[0]
    return schema.documents.get(address, schema.root)


def _types(error: ValidationError, schema: Compiled) -> list[str]:
    """The types that would have been right, where that is all that is wrong; as declared, null last."""
    kind: Any = error.kind
    if kind.name == "type":
        return _null_last(_declared_types(kind.types, _mapping(_node(error, schema))))
    if type(kind).__name__ not in ("AnyOf", "OneOfNotValid"):
        return []
    inner = [leaf for branch in kind.context for leaf in branch]
    if any(leaf.kind.name != "type" or leaf.instance_path != error.instance_path for leaf in inner):
        return []
    return _null_last(list(dict.fromkeys(chain.from_iterable(_types(leaf, schema) for leaf in inner))))


def _declared_types(types: Sequence[str], node: dict[str, Any]) -> list[str]:
    written = node.get("type")
    ordered = written if isinstance(written, list) and set(written) == set(types) else list(types)
    items = _mapping(node.get("items")).get("type")
    if isinstance(items, str):
        return [f"array of {items}" if name == "array" else name for name in ordered]
    return list(ordered)


def _null_last(types: list[str]) -> list[str]:
    return sorted(types, key=lambda name: name == "null")


LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
}
LENGTHS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} keys",
    "maxProperties": "at most {} keys",
}
PHRASES = {
    "uniqueItems": "expected items that all differ",
    "contains": "no item is of the kind that it must contain",
    "falseSchema": "the schema allows no value here",
    "not": "holds what the schema excludes",
    "propertyNames": "one of its keys has a name that the schema does not allow",
    "anyOf": "fits none of the alternatives",
    "oneOf": "fits none of the alternatives",
}


def _in_words(error: ValidationError, found: Any) -> str:
    kind: Any = error.kind
    if kind.name in LIMITS:
        return f"expected {LIMITS[kind.name].format(kind.limit)}, found {_short(str(found))}"
    if kind.name in LENGTHS:
        size = len(found) if isinstance(found, str | list | dict) else 0
        return f"expected {LENGTHS[kind.name].format(kind.limit)}, found {size}"
    if kind.name == "enum":
        return f"expected one of {_short(', '.join(map(_quoted, kind.options)), 200)}, found {_quoted(found)}"
    if kind.name == "const":
        return f"expected {_quoted(kind.expected_value)}, found {_quoted(found)}"
    if kind.name == "pattern":
        return f"expected text that matches `{_short(kind.pattern)}`"
    if kind.name == "multipleOf":
        return f"expected a multiple of {kind.multiple_of}, found {_short(str(found))}"
    if kind.name == "format":
        return f"expected text in the form `{kind.format}`"
    if type(kind).__name__ == "OneOfMultipleValid":
        return "fits several of the alternatives, but only one may be meant"
    return PHRASES.get(kind.name) or _short(error.message.partition("\n")[0], 200)


def _quoted(value: Any) -> str:
    if isinstance(value, dict | list):
        return type_name(value)
    return f"`{_short(msgspec.json.encode(value).decode())}`"


# Words and ways


def type_name(value: Any) -> str:
    """The JSON type of a value, as people say it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return {str: "string", list: "array", dict: "object"}.get(type(value), "value")


def dotted(path: Iterable[str | int]) -> str:
    """A path as it is read: `rows[3].loss`."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        else:
            words += f".{step}" if words else step
    return words


def follow(value: Any, path: Iterable[str | int]) -> Any:
    """What a path leads to, or None. In a list a step may be the digits of an index."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _short(text: str, length: int = SHOWN) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
