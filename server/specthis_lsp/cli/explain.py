"""`rule`: what a rule finds, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from specthis_analyzers.rules import BY_CODE, RULES
from specthis_analyzers.rules.rule import Rule

from .exits import CLEAN, UsageError
from .output import emit
from .parser import Parser, known_code


def run(arguments: list[str]) -> int:
    """The verb: a manual page, or all of them."""
    usage = "rule CODE | --all [--output-format text|json|markdown]"
    parser = Parser("rule", usage, BY_CODE, description="Print the manual of a rule, or a list of all rules.")
    parser.add_argument("--all", action="store_true", help="all rules")
    parser.add_argument(
        "--output-format", metavar="FORMAT", default="text", choices=tuple(FORMS), help="text, json or markdown"
    )
    given, codes = parser.read(arguments)
    form = given.output_format
    if given.all == bool(codes) or len(codes) > 1:
        raise UsageError("`rule` takes one code, or `--all`")
    if given.all:
        emit(FORMS[form][1](RULES))
    else:
        emit(FORMS[form][0](BY_CODE[known_code(codes[0])]))
    return CLEAN


def _page(rule: Rule) -> Iterator[str]:
    yield f"{rule.code} ({rule.severity})"
    yield ""
    yield rule.manual.rstrip()


def _list(rules: Sequence[Rule]) -> Iterator[str]:
    width = max(len(rule.code) for rule in rules)
    for rule in rules:
        yield f"{rule.code:<{width}}  {rule.severity:<7}  {rule.summary}"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code}"
    yield ""
    yield f"Severity: {rule.severity}"
    yield ""
    yield rule.manual.rstrip()


def _sections(rules: Sequence[Rule]) -> Iterator[str]:
    for place, rule in enumerate(rules):
        yield from ("",) * bool(place)
        yield from _section(rule)


def _value(rule: Rule) -> dict[str, Any]:
    return {"code": rule.code, "severity": rule.severity, "summary": rule.summary, "manual": rule.manual.rstrip()}


def _json(rule: Rule) -> Iterator[str]:
    from json import dumps

    yield dumps(_value(rule), indent=2)


def _json_list(rules: Sequence[Rule]) -> Iterator[str]:
    from json import dumps

    yield dumps([_value(rule) for rule in rules], indent=2)


FORMS: dict[str, tuple[Callable[[Rule], Iterable[str]], Callable[[Sequence[Rule]], Iterable[str]]]] = {
    "text": (_page, _list),
    "json": (_json, _json_list),
    "markdown": (_section, _sections),
}
