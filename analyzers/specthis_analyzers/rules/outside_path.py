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
    host = spec.scalar("host_doc") if spec.kind == "report" else None
    if host and _leads_out(host):
        yield _outside(spec, host, "")
    for entry in spec.entries:
        for word in (entry.script, *entry.outputs, *entry.exports, entry.schema.file if entry.schema else None):
            if word is not None and _leads_out(word):
                yield _outside(spec, word, entry.name.text)


def _leads_out(word: Word) -> bool:
    return isinstance(paths.project_path(word.text), paths.Outside)


def _outside(spec: Spec, word: Word, entry: str) -> Finding:
    message = f"`{word.text}` is no path inside the project"
    return finding(RULE.code, RULE.severity, spec.path, word, message, entry=entry)


RULE = Rule("outside-path", "warning", check)
