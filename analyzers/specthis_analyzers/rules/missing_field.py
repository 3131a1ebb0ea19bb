"""An entry lacks a field that every entry of its side has.

A compute entry says `Script:`, `Output:` and `Status:`; a report or figure entry says `Export script:`,
`Export outputs:` and `Status:`. An entry without one of them promises nothing that could be checked.

    ### base

    Script: `scripts/fit.py`
    Status: script ready

Add the field on a line of its own: here, ``Output: `results/fit-base/fit.json` ``. A field begins its line, without
bullet or bold; where one is misspelt or dressed up, the finding stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts.contract import Contract, Side
from ..finding import Finding, Fix
from ..text import Text, Word
from ..view import View
from .rule import Rule, Spec, change_to, finding, insert_line, is_slip, nearest

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
        said = {field.label.text for field in entry.fields if field.values or field.label.text == "Status"}
        if said.issuperset(REQUIRED[entry.side]):
            continue
        absent = [label for label in REQUIRED[entry.side] if _is_absent(entry, label)]
        for label, word in _meant(entry, absent, spec, view).items():
            yield _misspelt(spec, entry, label, word)
            absent.remove(label)
        if not absent:
            continue
        named = " and ".join(", ".join(f"`{label}:`" for label in absent).rsplit(", ", 1))
        yield finding(
            RULE.code, RULE.severity, spec.path, entry.name, f"entry `{entry.name.text}` lacks {named}",
            entry=entry.name.text, subject=" ".join(absent), fixes=_fixes(entry, absent, spec, view),
        )  # fmt: skip


DRESSED = re.compile(
    r"^ {0,3}(?P<label>(?:[-*+] +)?(?P<dress>[*_]{0,3})(?P<bare>[A-Za-z]+(?: [A-Za-z]+)?)"
    r"(?:(?P=dress) *:|:(?P=dress)))",
    re.MULTILINE,
)
"""A line that begins as a field does, perhaps as a bullet or in bold."""


def _meant(entry: Contract, absent: list[str], spec: Spec, view: View) -> dict[str, Word]:
    """The absent fields that stand there after all, misspelt or dressed up, with the labels as written."""
    text = view.text(spec.path) if absent else None
    if not isinstance(text, Text):
        return {}
    found: dict[str, Word] = {}
    read = {field.label.start for field in entry.fields}
    for line in DRESSED.finditer(text.source, entry.heading.end, entry.block.end):
        label = nearest(line["bare"], absent)
        if (
            label
            and label not in found
            and line.start("label") not in read
            and not _in_fence(text, entry, line.start())
        ):
            found[label] = Word(line["label"], *line.span("label"))
    return found


def _in_fence(text: Text, entry: Contract, at: int) -> bool:
    return text.source.count("```", entry.heading.end, at) % 2 == 1


def _misspelt(spec: Spec, entry: Contract, label: str, word: Word) -> Finding:
    bare = word.text.strip("-+*_: ")
    return finding(
        RULE.code, RULE.severity, spec.path, word, f"`{word.text}` is no field; did you mean `{label}:`?",
        entry=entry.name.text, subject=label,
        fixes=(change_to(spec.path, word, f"{label}:", safe=is_slip(bare, label)),),
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
