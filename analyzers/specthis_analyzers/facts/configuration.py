"""What a settings file says: values for the settings there are, and whatever it says beside them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from .. import merging
from ..settings import SETTINGS, Analysis, Policy, Setting, analysis_of, policy_of
from ..text import Span, Text, Word
from .contract import Problem


class UnknownSetting(Struct, frozen=True):
    """A key no setting has, or a value its setting does not take."""

    name: str
    """The full name, `layout.spec`."""
    span: Span
    message: str
    known: tuple[str, ...] = ()
    """Names that could stand here."""


class Configuration(Struct, frozen=True):
    """A settings file as read. What could not be read keeps its default."""

    analysis: Analysis
    policy: Policy
    given: tuple[str, ...] = ()
    """Names of the settings it gives."""
    unknown: tuple[UnknownSetting, ...] = ()
    problem: Problem | None = None
    """Why the file is no TOML."""
    codes: tuple[Word, ...] = ()
    """Every rule code it names."""


Values = TypeVar("Values", Analysis, Policy)
DEFAULT = Configuration(Analysis(), Policy())
SETTINGS_FILES = (("specthis.toml", ""), ("pyproject.toml", "tool.specthis"))
"""Where settings are looked for, in this order, and the table that holds them."""
MAX_LENGTH = 1024 * 1024
MAX_DOTS = 200
"""Dots of one key. The parser takes a time that grows with their square."""
MAX_UNKNOWN = 50
"""Settings told of that there are not: one file that is something else entirely has them all."""
ALIKE = 0.85
"""How much alike a misspelt setting and the one that was meant are, from 0 to 1."""
QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'")
BETWEEN_KEYS = re.compile(r"[\n=,\[\]{}#]")
CODE = re.compile(r"[\w-]+")
AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}
GROUPS = {setting.name.rpartition(".")[0] for setting in SETTINGS} - {""}


def is_settings(text: Text, table: str) -> bool:
    """Whether a `pyproject.toml` has our table, however it is written; a `specthis.toml` (table "") always counts."""
    if not table or _header(table).search(text.source):
        return True  # also where the rest is no TOML: it was meant to be followed
    if table.rpartition(".")[2] not in text.source or _refusal(text.source) is not None:
        return False
    try:
        return isinstance(_inside(tomllib.loads(text.source), table), dict)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return False


@lru_cache
def _header(table: str) -> re.Pattern[str]:
    """The line that begins a table, or a table in it: `[tool.specthis]`, `[tool.specthis.rules]`."""
    name = r"[ \t]*\.[ \t]*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in table.split("."))
    return re.compile(rf"^[ \t]*\[[ \t]*{name}[ \t]*[\].]", re.MULTILINE)


def _inside(content: Any, table: str) -> Any:
    """What a TOML file holds in a table; None where it has none."""
    for part in table.split(".") if table else ():
        content = content.get(part) if isinstance(content, dict) else None
    return content


def read(text: Text, table: str = "") -> Configuration:
    """Read `specthis.toml`, or the table of that name (`tool.specthis`) in another TOML file."""
    merge = merging.unresolved(text.source) if text.bad is None else None
    if merge is not None:
        found = read(Text(merging.ours(text.source)), table)
        return replace(found, unknown=(), codes=(), problem=Problem(merging.REASON, merge.start, merge.end))
    refusal = _refusal(text.source) if text.bad is None else "it is not UTF-8"
    if refusal is not None:
        return unreadable(refusal)
    try:
        content: Any = tomllib.loads(text.source)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Configuration(Analysis(), Policy(), problem=_problem(text, str(error)))
    content = _inside(content, table)
    values: dict[str, Any] = {}
    unknown: list[UnknownSetting] = []
    content = content if isinstance(content, dict) else {}
    _collect(text, table, "", content, values, unknown)
    codes = tuple(_codes(text, values))
    meant = (_meant(content) if unknown else {}) | values
    return Configuration(analysis_of(meant), policy_of(meant), tuple(values), tuple(unknown), codes=codes)


def unreadable(why: str) -> Configuration:
    """What a settings file says that cannot be read as a whole."""
    return Configuration(Analysis(), Policy(), problem=Problem(why, 0, 0))


def preferring(configuration: Configuration, values: dict[str, Any]) -> Configuration:
    """A configuration with further values, in the form that settings take, for what it does not give itself."""
    open_still = {name: value for name, value in values.items() if name not in configuration.given}
    if not open_still:
        return configuration
    analysis, policy = analysis_of(open_still), policy_of(open_still)
    default = DEFAULT.analysis, DEFAULT.policy
    return replace(
        configuration,
        analysis=_changed(configuration.analysis, analysis, default[0]),
        policy=_changed(configuration.policy, policy, default[1]),
    )


def _changed(value: Values, wanted: Values, default: Values) -> Values:
    """A value with every field that another one has otherwise than by default."""
    fields = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return replace(value, **{name: field for name, field in fields.items() if field != getattr(default, name)})


def _refusal(source: str) -> str | None:
    if len(source) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH // 1024} KiB"
    if max(part.count(".") for part in BETWEEN_KEYS.split(QUOTED.sub("q", source))) > MAX_DOTS:
        return f"a key has more than {MAX_DOTS} dots"
    return None


def _codes(text: Text, values: dict[str, Any]) -> Iterator[Word]:
    """Where each code of the settings about rules stands: the first place that says it as a string or as a key."""
    given = [code for name in ("rules.select", "rules.ignore", "rules.severity") for code in values.get(name, ())]
    said: dict[str, int] = {}
    for match in CODE.finditer(text.source) if given else ():
        said.setdefault(match[0], match.start())
    for code in given:
        start = said.get(code)
        yield Word(code, 0, 0) if start is None else Word(code, start, start + len(code))


def _problem(text: Text, message: str) -> Problem:
    match = AT_LINE.search(message)
    span = text.line_span(int(match[1]) - 1) if match else Span(0, 0)
    return Problem(AT_LINE.sub("", message).strip() or "nested too deeply", span.start, span.end)


def _collect(
    text: Text, table: str, group: str, content: dict[str, Any], values: dict[str, Any], unknown: list[UnknownSetting]
) -> None:
    for key, value in content.items():
        if len(unknown) >= MAX_UNKNOWN:
            return
        name = f"{group}.{key}" if group else key
        setting = BY_NAME.get(name)
        if setting is not None:
            message = setting.refusal(value)
            if message is None:
                values[name] = value
            else:
                unknown.append(UnknownSetting(name, place_of(text, table, group, key), message))
        elif name in GROUPS and isinstance(value, dict):
            _collect(text, table, name, value, values, unknown)
        else:
            known = tuple(other for other in (*BY_NAME, *GROUPS) if other.rpartition(".")[0] == group)
            unknown.append(
                UnknownSetting(name, place_of(text, table, group, key), f"there is no setting `{name}`", known)
            )


def _meant(content: dict[str, Any]) -> dict[str, Any]:
    """The settings that misspelt ones were meant to be: one slip is one finding, and not one in every spec besides."""
    from difflib import get_close_matches

    found: dict[str, Any] = {}
    for key, value in islice(content.items(), MAX_UNKNOWN):
        inside = {f"{key}.{name}": other for name, other in value.items()} if isinstance(value, dict) else {key: value}
        for name, said in islice(inside.items(), MAX_UNKNOWN):
            meant = name if name in BY_NAME else next(iter(get_close_matches(name, BY_NAME, n=1, cutoff=ALIKE)), None)
            if meant and BY_NAME[meant].refusal(said) is None:
                found.setdefault(meant, said)
    return found


def place_of(text: Text, table: str, group: str, key: str) -> Span:
    """Where a key stands: in its table, or dotted, or as a table of its own. The first line where none is found."""
    full = ".".join(part for part in (table, group) if part)
    own = f"{full}.{key}" if full else key
    pattern = re.compile(rf"\s*(?:[\w.\"']+\.)?[\"']?({re.escape(key)})[\"']?\s*[=.]")
    current = ""
    for line in range(len(text.line_starts)):
        content = text.line(line)
        header = re.match(r"\s*\[\s*([^\[\]]+)\]", content)
        if header:
            current = re.sub(r"[\s\"']", "", header[1])
            if current == own and key in content:
                return _span(text, line, content.index(key), key)
        match = pattern.match(content)
        if match and (current == full or full.startswith(current)):
            return _span(text, line, match.start(1), key)
    return text.line_span(0)


def _span(text: Text, line: int, column: int, key: str) -> Span:
    start = text.line_span(line).start + column
    return Span(start, start + len(key))
