"""A report spec does not say where its exports belong.

A report routes its exports into a section of a document: `host_doc` is the document, `section_label` the `\\label`
of the section. A report without them produces figures that no paper is known to show.

    ---
    name: report-fit
    kind: report
    depends_on: [compute-fit.md]
    ---

Add both keys, or give each entry a `Routes:` field; a figure that belongs to no section is of kind `figure`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .misplaced_field import meant_kind
from .rule import Rule, Spec, finding, misspelt_key, no_such_key


def check(spec: Spec, view: View) -> Iterator[Finding]:
    kind = spec.scalar("kind")
    if kind is None or kind.text != "report":
        return
    absent = [key for key in ("host_doc", "section_label") if spec.scalar(key) is None]
    if not absent or meant_kind(spec) or (spec.entries and all(entry.routes for entry in spec.entries)):
        return
    for key in list(absent):
        if (written := misspelt_key(spec, key)) is not None:
            yield no_such_key(RULE.code, RULE.severity, spec, key, written)
            absent.remove(key)
    if not absent:
        return
    named = " and ".join(f"`{key}`" for key in absent)
    yield finding(
        RULE.code, RULE.severity, spec.path, kind, f"this report does not say {named}", subject=" ".join(absent)
    )


RULE = Rule("unrouted-report", "error", check, kinds=("report",))
