"""The file that an entry names as its schema is absent, or no JSON Schema.

A schema that cannot be found or understood checks nothing. References inside it (`$ref`) may lead to other files of
the project, never to the network or elsewhere on the disk.

    Schema: `schemas/fit.schema.json`

Correct the path, write the file, or mend it; the message says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..finding import Finding, Place, Related
from ..view import View
from ..world import Unread
from .rule import Rule, Spec, change_to, did_you_mean, finding, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.schema is None or entry.schema.file is None or entry.schema.problems:
            continue
        path = paths.project_path(entry.schema.file.text)
        if not isinstance(path, str):
            continue
        found = view.schema_file(path)
        if isinstance(found, Unread):
            if found.reason == "missing" and view.presence(path) == "missing":
                yield _absent(spec, entry, path, view)
        elif found.problem:
            yield finding(
                RULE.code, RULE.severity, spec.path, entry.schema.file, f"`{path}` {found.problem}",
                entry=entry.name.text, subject=path, related=(Related(Place(path), found.problem),),
            )  # fmt: skip


def _absent(spec: Spec, entry: Contract, path: str, view: View) -> Finding:
    assert entry.schema is not None
    assert entry.schema.file is not None
    folder = paths.parent(path)
    there = [item.name for item in view.folder(folder) if item.name.endswith(".json")]
    found = nearest(paths.name(path), there)
    suggestion = (f"{folder}/{found}" if folder else found) if found else None
    fixes = (change_to(spec.path, entry.schema.file, suggestion, safe=True),) if suggestion else ()
    return finding(
        RULE.code, RULE.severity, spec.path, entry.schema.file, f"`{path}` does not exist{did_you_mean(suggestion)}",
        entry=entry.name.text, subject=path, fixes=fixes,
    )  # fmt: skip


RULE = Rule("unknown-schema", "warning", check)
