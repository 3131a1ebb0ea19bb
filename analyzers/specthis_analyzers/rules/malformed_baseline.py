"""The baseline cannot be read.

It holds the findings that a project has accepted for now. Where it cannot be read nothing is accepted, so that no
finding is hidden by mistake; `--check` does not begin.

    {"version": 1, "findings": [
    <<<<<<< HEAD

Solve the conflict as you would in any other file, for each finding is a line of its own; or make the baseline again
with `specthis-lsp --check --update-baseline`, and look at what it accepts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from .rule import Rule, finding


def check(path: str, message: str) -> Iterator[Finding]:
    yield finding(RULE.code, RULE.severity, path, None, f"the baseline is not followed: {message}", subject="baseline")


RULE = Rule("malformed-baseline", "error", check, looks_at=("policy",), any_dialect=True)
