"""A figure spec is routed into a section, as only reports are.

A `figure` is self-contained and belongs to no section; what is routed into one is a `report`.

    ---
    name: figure-overview
    kind: figure
    host_doc: reports/paper.tex
    ---

Remove `host_doc` and `section_label`, or make it a report.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Key
from ..finding import Finding, Fix, Replace
from ..text import Text
from ..view import View
from .rule import Rule, Spec, change_to, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    front = spec.facts.front
    if front is None:
        return
    routed = [key for name in ("host_doc", "section_label") if (key := front.key(name))]
    if not routed:
        return
    named = " and ".join(f"`{key.name.text}`" for key in routed)
    kind = front.scalar("kind")
    fixes = [Fix(f"Remove {named}", _without(routed, spec, view))]
    if kind and len(routed) == 2:
        named_so = paths.stem(spec.path).startswith("report-")
        fixes.append(change_to(spec.path, kind, "report", safe=named_so))
    yield finding(
        RULE.code, RULE.severity, spec.path, routed[0].name, f"a figure is not routed, but has {named}",
        subject=named, fixes=tuple(fixes),
    )  # fmt: skip


def _without(keys: list[Key], spec: Spec, view: View) -> tuple[Replace, ...]:
    text = view.text(spec.path)
    if not isinstance(text, Text):
        return ()
    edits = []
    for key in keys:
        last = text.line_of(max(key.line.end - 1, key.line.start))
        after = text.line_starts[last + 1] if last + 1 < len(text.line_starts) else len(text)
        first = text.line_starts[text.line_of(key.line.start)]
        edits.append(Replace(spec.path, type(key.line)(first, after), ""))
    return tuple(edits)


RULE = Rule("routed-figure", "error", check, kinds=("figure",))
