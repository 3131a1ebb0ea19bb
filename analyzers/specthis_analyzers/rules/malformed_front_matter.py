"""The front matter of a spec cannot be read.

Front matter is the YAML between two `---` lines at the top of a spec. It says what the spec is, so nothing else can
be checked while it does not parse, is no mapping, is never closed, or says one key twice (YAML keeps one of them and
does not say which).

    ---
    name: compute-fit
    depends_on: [definitions.md
    ---

Close the bracket; or, for a repeated key, remove the line that is out of date.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    front = spec.facts.front
    if front is None or front.problem is None:
        return
    problem = front.problem
    yield finding(RULE.code, RULE.severity, spec.path, problem.span, f"the front matter {problem.message}")


RULE = Rule("malformed-front-matter", "error", check)
