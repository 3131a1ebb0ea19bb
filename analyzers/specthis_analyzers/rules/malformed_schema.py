"""The schema of an entry cannot be read.

A schema is a key list, a file, a list of bullets, a fence with a JSON Schema or an example, or `(keys: ...)` behind
the output. One that cannot be read checks nothing, so its entry looks safer than it is.

    Schema: `loss: float`, `params: dict`

Use the names of JSON: `number`, `integer`, `string`, `boolean`, `object`, `array`, `null`, `T[]`, and unions with `|`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import validation
from ..facts.contract import Problem
from ..finding import Finding
from ..text import Span, Word
from ..view import View
from .misplaced_field import second_set
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        declared = entry.schema
        if declared is None or (declared.problems and second_set(entry)):
            continue  # It is the schema of another entry, whose heading is missing (`misplaced-field`).
        for problem in declared.problems:
            yield finding(
                RULE.code, RULE.severity, spec.path, problem.span, f"the schema {problem.message}",
                entry=entry.name.text, subject=problem.message,
            )  # fmt: skip
        if declared.form != "schema fence" or declared.problems or declared.source is None:
            continue
        problem = validation.check_schema(declared.source.text, lambda _: None)
        if problem:
            yield finding(
                RULE.code, RULE.severity, spec.path, _place(declared.source, problem), f"the schema {problem.message}",
                entry=entry.name.text, subject="schema",
            )  # fmt: skip


def _place(source: Word, problem: Problem) -> Span:
    """Where it stands in a fence whose text is as it is written, which an indented one is not; else all of it."""
    if not problem.end or source.end - source.start != len(source.text):
        return source.span
    return Span(source.start + problem.start, source.start + problem.end)


RULE = Rule("malformed-schema", "warning", check)
