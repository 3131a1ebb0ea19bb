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
from ..finding import Finding, Fix, Place, Related
from ..text import Word
from ..view import View
from ..world import Unread
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_slip, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for path, entries in _named(spec).items():
        found = view.schema_file(path)
        if isinstance(found, Unread):
            if found.reason == "missing" and view.presence(path) == "missing":
                yield _absent(spec, entries, path, view)
        elif found.problem:
            problem = found.problem
            place = Place(path, problem.span if problem.end else None)
            yield _report(spec, entries, path, problem.message, (Related(place, problem.message),))


def _named(spec: Spec) -> dict[str, list[tuple[Contract, Word]]]:
    """The schema files that entries name, and who names them: one file that is wrong is one break."""
    named: dict[str, list[tuple[Contract, Word]]] = {}
    for entry in spec.entries:
        if entry.schema is None or entry.schema.file is None or entry.schema.problems:
            continue
        path = paths.project_path(entry.schema.file.text)
        if isinstance(path, str):
            named.setdefault(path, []).append((entry, entry.schema.file))
    return named


def _absent(spec: Spec, entries: list[tuple[Contract, Word]], path: str, view: View) -> Finding:
    folder = paths.parent(path)
    there = [item.name for item in view.folder(folder) if item.name.endswith(".json")]
    found = nearest(paths.name(path), there)
    suggestion = (f"{folder}/{found}" if folder else found) if found else None
    words = [word for _, word in entries]
    fixes = (change_all(spec.path, words, suggestion, safe=is_slip(path, suggestion)),) if suggestion else ()
    return _report(spec, entries, path, f"does not exist{did_you_mean(suggestion)}", (), fixes)


def _report(
    spec: Spec,
    entries: list[tuple[Contract, Word]],
    path: str,
    problem: str,
    related: tuple[Related, ...],
    fixes: tuple[Fix, ...] = (),
) -> Finding:
    (entry, word), *others = entries
    also = also_named(spec.path, [other for _, other in others])
    return finding(
        RULE.code, RULE.severity, spec.path, word, f"`{path}` {problem}",
        entry=entry.name.text, subject=path, related=(*related, *also), fixes=fixes,
    )  # fmt: skip


RULE = Rule("unknown-schema", "warning", check)
