"""The document that a report routes into does not exist.

`host_doc` names the LaTeX file, from the project root, whose section shows the report's exports. Where it was moved
or renamed, nothing shows them.

    host_doc: reports/papr.tex

Correct the path. A document that git ignores is left alone: a fresh clone cannot have it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..view import View
from .routes import documents_of
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_slip, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for path, words in documents_of(spec).items():
        if view.presence(path) != "missing":
            continue
        suggestion = _like(path, view)
        fixes = (change_all(spec.path, words, suggestion, safe=_is_sure(path, suggestion)),) if suggestion else ()
        message = f"the document `{path}` does not exist{did_you_mean(suggestion)}"
        yield finding(
            RULE.code, RULE.severity, spec.path, words[0], message, subject=path, fixes=fixes,
            related=also_named(spec.path, words[1:]),
        )  # fmt: skip


def _like(path: str, view: View) -> str | None:
    """The same path from a report folder; else one much like it, in its folder or said by another spec."""
    for reports in view.analysis.reports or ("reports",):
        if view.is_here(f"{reports}/{path}"):
            return f"{reports}/{path}"
    folder = paths.parent(path)
    there = [
        f"{folder}/{item.name}" if folder else item.name
        for item in view.folder(folder)
        if item.name.endswith(".tex") and not item.is_folder
    ]
    hosts = [other for other in view.names("host") if other != path and view.is_here(other)]
    return nearest(path, [*there, *hosts])


def _is_sure(path: str, suggestion: str) -> bool:
    return suggestion.endswith(f"/{path}") or suggestion == f"{path}.tex" or is_slip(path, suggestion)


RULE = Rule("missing-host-doc", "error", check, kinds=("report",))
