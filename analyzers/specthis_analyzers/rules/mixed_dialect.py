"""The specs are written in two dialects, or in one that is not read yet.

Dialect 0.0.1 says `depends_on:` in the front matter and `Script:`, `Output:`, `Status:` in entries; dialect 0.1 says
`consumes:` or `references:`, and keeps scripts in `specs/bindings.toml`. Mixed, neither reading is safe, so nothing
else is said about the project until it is in one dialect.

    depends_on: [definitions.md]         (and specs/bindings.toml beside it)

Move the specs to one dialect, or say which one is meant with the setting `dialect`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding, Place, Related
from ..view import View
from .rule import Rule, finding


def check(path: str, view: View) -> Iterator[Finding]:
    dialect = view.dialect()
    if dialect.name == "0.0.1" or not dialect.evidence:
        return
    newest, _ = dialect.evidence[-1]
    if dialect.name == "0.1":
        message = "these specs are written in dialect 0.1, which is not checked yet"
    else:
        message = "these specs mix dialects 0.0.1 and 0.1; nothing else is checked until they speak one"
    others = tuple(Related(Place(other), f"dialect {name}") for other, name in dialect.evidence[:-1])
    yield finding(RULE.code, RULE.severity, newest, None, message, subject=dialect.name, related=others)


RULE = Rule("mixed-dialect", "info", check, looks_at=("project",), any_dialect=True)
