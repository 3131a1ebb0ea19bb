"""The settings file is no TOML.

Until it can be read, the project is checked with default settings, which may be the wrong ones.

    [layout
    specs = "specs"

Mend the line; the message is the parser's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .rule import Rule, Settings, finding


def check(settings: Settings, view: View) -> Iterator[Finding]:
    problem = settings.configuration.problem
    if problem is not None:
        yield finding(RULE.code, RULE.severity, settings.path, problem.span, problem.message, subject="settings")


RULE = Rule("malformed-settings", "error", check, looks_at=("settings",), any_dialect=True)
