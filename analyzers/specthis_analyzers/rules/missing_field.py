"""An entry lacks a field that every entry of its side has.

A compute entry says `Script:`, `Output:` and `Status:`; a report or figure entry says `Export script:`,
`Export outputs:` and `Status:`. An entry without one of them promises nothing that could be checked.

    ### base

    Script: `scripts/fit.py`
    Status: script ready

Add the field on a line of its own: here, ``Output: `results/fit-base/fit.json` ``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract, Side
from ..finding import Finding, Fix
from ..text import Text
from ..view import View
from .rule import Rule, Spec, finding, insert_line

REQUIRED: dict[Side, tuple[str, ...]] = {
    "compute": ("Script", "Output", "Status"),
    "report": ("Export script", "Export outputs", "Status"),
}
COUNTERPART = {
    "Script": "Export script",
    "Output": "Export outputs",
    "Export script": "Script",
    "Export outputs": "Output",
}
"""What the other side calls it: an entry that says that has the field, in the wrong words (`misplaced-field`)."""


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.side is None:
            continue
        absent = [label for label in REQUIRED[entry.side] if _is_absent(entry, label)]
        if not absent:
            continue
        named = " and ".join(", ".join(f"`{label}:`" for label in absent).rsplit(", ", 1))
        yield finding(
            RULE.code, RULE.severity, spec.path, entry.name, f"entry `{entry.name.text}` lacks {named}",
            entry=entry.name.text, subject=" ".join(absent), fixes=_fixes(entry, absent, spec, view),
        )  # fmt: skip


def _is_absent(entry: Contract, label: str) -> bool:
    field = entry.field(label)
    if field is None:
        return not (label in COUNTERPART and entry.field(COUNTERPART[label]))
    return label != "Status" and not field.values


def _fixes(entry: Contract, absent: list[str], spec: Spec, view: View) -> tuple[Fix, ...]:
    """Only a status can be added without knowing more: one that promises nothing yet."""
    if absent != ["Status"] or not entry.fields:
        return ()
    text = view.text(spec.path)
    if not isinstance(text, Text):
        return ()
    required = [field for field in entry.fields if field.label.text in REQUIRED[entry.side or "compute"]]
    if not required:
        return ()
    edit = insert_line(view, spec.path, text.line_of(required[-1].span.end), "Status: script TBD")
    return (Fix("Add `Status: script TBD`", (edit,), safe=True),) if edit else ()


RULE = Rule("missing-field", "error", check)
