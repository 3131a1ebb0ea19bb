"""A path leads out of the project.

Paths in specs are relative to the project root. An absolute path, or one that climbs out with `..`, is another place
on every machine, or none; it is never looked at, so nothing is checked about it.

    Script: `/home/ana/fit.py`

Move the file into the project, or write the path from its root.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..text import Word
from ..view import View
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry, word in _paths(spec):
        if isinstance(paths.project_path(word.text), paths.Outside):
            message = f"`{word.text}` is no path inside the project"
            yield finding(RULE.code, RULE.severity, spec.path, word, message, entry=entry)


def _paths(spec: Spec) -> Iterator[tuple[str, Word]]:
    host = spec.scalar("host_doc")
    if host and spec.kind == "report":
        yield "", host
    for entry in spec.entries:
        words = (entry.script, *entry.outputs, *entry.exports, entry.schema.file if entry.schema else None)
        for word in words:
            if word is not None:
                yield entry.name.text, word


RULE = Rule("outside-path", "warning", check)
