"""A compute, report or figure spec has no entry.

Entries are what such a spec is for: each promises a script and what it writes. Without one nothing is promised, so
nothing can be run, shown or checked.

    ---
    name: compute-fit
    kind: compute
    depends_on: []
    ---

    We fit a line.

Add an entry below `## Entry`; the fix writes one to be filled in. A spec that only explains words is of kind
`definitions`, one about the study as a whole of kind `meta`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.contract import SIDE_OF_KIND, Side
from ..facts.scaffold import entry, named_after
from ..finding import Finding, Fix
from ..text import Text, Word
from ..view import View
from .rule import Rule, Spec, finding, insert_line

TITLES = ("entry", "entries")
FIELD = re.compile(r"[\r\n] {0,3}(?:Script|Output|Export script|Export outputs):")


def check(spec: Spec, view: View) -> Iterator[Finding]:
    kind = spec.scalar("kind")
    side = SIDE_OF_KIND.get(kind.text) if kind else None
    if kind is None or side is None or spec.entries:
        return
    title = _title(spec)
    yield finding(
        RULE.code, RULE.severity, spec.path, title or kind, f"this {kind.text} spec has no entry",
        subject="entry", fixes=_fixes(spec, title, side, view),
    )  # fmt: skip


def _title(spec: Spec) -> Word | None:
    """The heading under which entries are expected, where there is one."""
    titles = (heading.title for heading in spec.facts.headings if heading.level == 2)
    return next((title for title in titles if title.text.lower() in TITLES), None)


def _fixes(spec: Spec, title: Word | None, side: Side, view: View) -> tuple[Fix, ...]:
    """An entry to be filled in. It promises what nobody has promised yet, so it is no safe fix."""
    text = view.text(spec.path)
    if not isinstance(text, Text):
        return ()
    name = named_after(paths.stem(spec.path), lambda name: view.claims("entry", f"{side} {name}"))
    folder = (view.analysis.results or ("results",))[0] if side == "compute" else view.report_folders()[0]
    lines = ["", *entry(name, side, folder)]
    if title is not None and _has_fields(spec, title, text):
        edit = insert_line(view, spec.path, text.line_of(title.end), f"\n### {name}")
        return (Fix(f"Insert the heading `### {name}` above its fields", (edit,)),) if edit else ()
    if title is None:
        lines = ["", "## Entry", *lines]
    line = len(text.line_starts) - 1 if title is None else text.line_of(title.end)
    edit = insert_line(view, spec.path, line, "\n".join(lines))
    return (Fix(f"Add an entry `{name}`", (edit,)),) if edit else ()


def _has_fields(spec: Spec, title: Word, text: Text) -> bool:
    """Whether the fields are there, and only the heading of their entry is not."""
    below = (heading.title.start for heading in spec.facts.headings if heading.title.start > title.end)
    end = next(below, len(text))
    return FIELD.search(text.source, text.line_span(text.line_of(title.end)).end, end) is not None


RULE = Rule("missing-entry", "warning", check)
