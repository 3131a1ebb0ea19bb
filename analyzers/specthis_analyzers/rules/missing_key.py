"""A spec lacks a key that every spec has.

Every spec says its `name`, its `kind` and what it depends on, if only `depends_on: []`. Without them nobody, and no
tool, knows what the file is for.

    ---
    name: compute-fit
    kind: compute
    ---

Add `depends_on: []`, or the specs it builds on. `README.md` and `AGENTS.md` need no front matter. It begins with `---`
in the first line of the file, without an empty line above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.contract import FrontMatter
from ..finding import Finding, Fix, Replace
from ..text import Span, Text
from ..view import View
from .rule import Rule, Spec, finding, insert_line, misspelt_key, no_such_key

REQUIRED = ("name", "kind", "depends_on")
KIND_OF_PREFIX = {"compute": "compute", "report": "report", "figure": "figure", "definitions": "definitions"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    front = spec.facts.front
    if front is not None and front.problem is not None:
        return
    absent = [key for key in REQUIRED if front is None or _is_absent(front, key)]
    for key in list(absent):
        if (written := misspelt_key(spec, key)) is not None:
            yield no_such_key(RULE.code, RULE.severity, spec, key, written)
            absent.remove(key)
    if not absent:
        return
    named = _in_words(absent)
    where = front.span if front is not None else Span(0, 0)
    if front is None and (misplaced := _misplaced(spec, view)) is not None:
        yield misplaced
        return
    message = (
        f"the front matter lacks {named}" if front is not None else f"this spec has no front matter; it needs {named}"
    )
    yield finding(
        RULE.code, RULE.severity, spec.path, _first_line(view, spec.path, where), message,
        subject=" ".join(absent), fixes=_fixes(spec, view, front, absent),
    )  # fmt: skip


def _is_absent(front: FrontMatter, name: str) -> bool:
    key = front.key(name)
    return key is None or (name != "depends_on" and key.shape == "empty")


def _first_line(view: View, path: str, span: Span) -> Span:
    """The opening `---`, rather than the whole front matter."""
    return Span(span.start, min(span.end, span.start + 3))


def _fixes(spec: Spec, view: View, front: FrontMatter | None, absent: list[str]) -> tuple[Fix, ...]:
    """Insert what can be known: the name is the file's, the kind its prefix, and nothing is depended on."""
    prefix = paths.stem(spec.path).partition("-")[0]
    known = {"name": paths.stem(spec.path), "kind": KIND_OF_PREFIX.get(prefix, ""), "depends_on": "[]"}
    if front is None or any(front.key(key) for key in absent) or not all(known[key] for key in absent):
        return ()
    edit = insert_line(view, spec.path, 0, "\n".join(f"{key}: {known[key]}" for key in absent))
    return (Fix(f"Add {_in_words(absent)}", (edit,), safe=True),) if edit else ()


def _misplaced(spec: Spec, view: View) -> Finding | None:
    """The finding where the front matter is there, but does not begin with `---` in the first line."""
    text = view.text(spec.path)
    found = NOT_FIRST.match(text.source) if isinstance(text, Text) else None
    if not isinstance(text, Text) or found is None:
        return None
    if found["mark"]:
        message = "the front matter begins below the first line, where nobody reads it"
        place, title, start = Span(*found.span("mark")), "Begin the file with the front matter", ""
    else:
        message = "the front matter lacks the line `---` above it"
        place, title, start = Span(*found.span("key")), "Insert `---` above", f"---{text.line_ending}"
    above = text.source[: place.start]
    fixes = () if above.strip() else (Fix(title, (Replace(spec.path, Span(0, place.start), start),), safe=True),)
    return finding(RULE.code, RULE.severity, spec.path, place, message, subject="---", fixes=fixes)


NOT_FIRST = re.compile(
    r"(?:\s|(?><!--(?s:.*?)-->))*+(?:(?P<mark>---)[ \t]*[\r\n]+)?"
    r"(?P<key>name|kind|depends_on|title|host_doc|section_label):"
    r"(?:(?!#)[^\r\n]*(?:\r\n?|\n)){1,40}?---[ \t]*(?:[\r\n]|$)"
)
"""Keys that close with `---`, below lines that are empty, or that hold comments."""


def _in_words(keys: list[str]) -> str:
    return " and ".join(", ".join(f"`{key}`" for key in keys).rsplit(", ", 1))


RULE = Rule("missing-key", "error", check)
