"""A path leads out of the project.

Paths in specs are relative to the project root. An absolute path, or one that climbs out with `..`, is another place
on every machine, or none; it is never looked at, so nothing is checked about it.

    Script: `/home/ana/fit.py`

Move the file into the project, or write the path from its root, with `/` between its parts. Where the end of the path
is a file of the project, the message names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..text import Word
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    host = spec.scalar("host_doc") if spec.kind == "report" else None
    if host and _leads_out(host):
        yield _outside(spec, host, "", view)
    for entry in spec.entries:
        for word in (entry.script, *entry.outputs, *entry.exports, entry.schema.file if entry.schema else None):
            if word is not None and _leads_out(word):
                yield _outside(spec, word, entry.name.text, view)


def _leads_out(word: Word) -> bool:
    return isinstance(paths.project_path(word.text), paths.Outside)


def _outside(spec: Spec, word: Word, entry: str, view: View) -> Finding:
    inside = _inside(word.text, view)
    message = f"`{word.text}` is no path inside the project{did_you_mean(inside)}"
    only_slashes = inside is not None and inside == word.text.replace("\\", "/")
    fixes = (change_to(spec.path, word, inside, safe=only_slashes),) if inside else ()
    return finding(RULE.code, RULE.severity, spec.path, word, message, entry=entry, fixes=fixes)


def _inside(written: str, view: View) -> str | None:
    """The file of the project that a path of one machine ends in: of its ends the longest that is here."""
    parts = [part for part in written.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    for start in range(min(len(parts), MOST_FOLDERS)):
        path = paths.project_path("/".join(parts[start:]))
        if isinstance(path, str) and view.is_here(path):
            return path
    return None


MOST_FOLDERS = 20


RULE = Rule("outside-path", "warning", check)
