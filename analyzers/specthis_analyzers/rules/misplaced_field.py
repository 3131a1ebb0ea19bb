"""An entry has a field of the other side, or the same field twice.

Compute entries have `Script:` and `Output:`, report and figure entries `Export script:` and `Export outputs:`. A
field of the other side is read by nobody; of two of the same, one is out of date.

    ### loss-curve            (in a report)

    Script: `scripts/plot.py`

Rename the field, or remove the one too many. Where every field is of the other side, and the name of the spec says
that side too (`report-fit` of kind `compute`), it is the kind that is wrong, and the finding stands there. Where
several fields are said again, another entry begins there whose heading is none (`#### wide`, `###wide`, `**wide**`);
so it is where fields stand below `## wide`, or below a heading without a name, or without any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.contract import KINDS, SIDE_OF_KIND, Contract, Field, Side
from ..finding import Finding, Place, Related
from ..text import Span, Text, Word
from ..view import View
from .missing_field import COUNTERPART, REQUIRED
from .rule import WITHOUT_ENTRIES, Rule, Spec, change_to, did_you_mean, finding

NO_LABELS: frozenset[str] = frozenset()
OF_OTHERS: dict[Side | None, frozenset[str]] = {
    side: frozenset(COUNTERPART).difference(labels) for side, labels in REQUIRED.items()
}
"""The fields that have no meaning on a side."""
SIDE_WORDS = {"compute": "a compute entry", "report": "a report or figure entry"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    kind = meant_kind(spec)
    if kind is not None:
        yield _wrong_kind(spec, kind)
        return
    if spec.facts.stray is not None and spec.entries:
        yield _unheaded(spec, spec.facts.stray, "these fields are those of no entry; a heading is missing above")
    for entry in spec.entries:
        if not entry.name.text:
            yield _unheaded(spec, entry.heading, "this heading lacks the name of its entry")
        if entry.level != ENTRY_LEVEL:
            yield _other_level(spec, entry)
        labels = {field.label.text for field in entry.fields}
        if len(labels) == len(entry.fields) and not labels & OF_OTHERS.get(entry.side, NO_LABELS):
            continue
        if (again := second_set(entry)) is not None:
            yield _lacks_heading(spec, entry, again, view)
            continue
        seen: dict[str, Field] = {}
        for field in entry.fields:
            label = field.label.text
            if label in seen and label in ONCE:
                yield _twice(spec, entry, field, seen[label])
            elif entry.side and label in COUNTERPART and label not in REQUIRED[entry.side]:
                yield _other_side(spec, entry, field)
            seen.setdefault(label, field)


def meant_kind(spec: Spec) -> str | None:
    """The kind of the other side that both the spec's name and all its fields speak for."""
    meant = paths.stem(spec.path).partition("-")[0]
    side = SIDE_OF_KIND.get(meant)
    if side is None or spec.kind not in KINDS or side == SIDE_OF_KIND.get(spec.kind):
        return None
    fields = [field.label.text for entry in spec.facts.entries for field in entry.fields]
    sided = {label for label in fields if label in COUNTERPART}
    # Of a kind without entries single lines may well be prose.
    least = 2 if spec.kind in WITHOUT_ENTRIES else 1
    return meant if len(sided) >= least and sided.issubset(REQUIRED[side]) else None


def _wrong_kind(spec: Spec, meant: str) -> Finding:
    kind = spec.scalar("kind")
    message = f"the kind is `{spec.kind}`, but every field is one of {SIDE_WORDS[SIDE_OF_KIND[meant]]}"
    fixes = (change_to(spec.path, kind, meant, safe=True),) if kind else ()
    return finding(RULE.code, RULE.severity, spec.path, kind, f"{message}{did_you_mean(meant)}", fixes=fixes)


def _other_level(spec: Spec, entry: Contract) -> Finding:
    marks, meant = "#" * entry.level, "#" * ENTRY_LEVEL
    message = f"`{marks} {entry.name.text}` begins no entry, and its fields are lost"
    place = Span(entry.heading.start, entry.heading.start + entry.level)
    fix = change_to(spec.path, place, meant, safe=True)
    return finding(
        RULE.code, RULE.severity, spec.path, entry.heading, f"{message}{did_you_mean(f'{meant} {entry.name.text}')}",
        entry=entry.name.text, subject=marks, fixes=(fix,),
    )  # fmt: skip


def _unheaded(spec: Spec, place: Word | Span, message: str) -> Finding:
    return finding(RULE.code, RULE.severity, spec.path, place, message, subject="###")


def second_set(entry: Contract) -> Field | None:
    """The first field of another entry, whose own heading is none: several fields are said a second time from there."""
    labels = [field.label.text for field in entry.fields]
    again = [at for at, label in enumerate(labels) if label in ONCE and label in labels[:at]]
    return entry.fields[again[0]] if len({labels[at] for at in again}) > 1 else None


def _lacks_heading(spec: Spec, entry: Contract, field: Field, view: View) -> Finding:
    text = view.text(spec.path)
    before = entry.fields[entry.fields.index(field) - 1]
    meant = list(NO_HEADING.finditer(text.source, before.span.end, field.span.start)) if isinstance(text, Text) else []
    if not meant:
        message = f"entry `{entry.name.text}` says `{field.label.text}:` and more twice; a heading is missing above"
        return finding(
            RULE.code, RULE.severity, spec.path, field.label, message, entry=entry.name.text, subject=field.label.text,
        )  # fmt: skip
    line = meant[-1]
    heading, place = f"### {line['name']}", Span(line.start("line"), line.end("line"))
    message = f"`{line['line']}` begins no entry, and its fields go to `{entry.name.text}`{did_you_mean(heading)}"
    fix = change_to(spec.path, place, heading, safe=line["line"].startswith("#"))
    return finding(
        RULE.code, RULE.severity, spec.path, place, message,
        entry=entry.name.text, subject=line["name"], fixes=(fix,),
    )  # fmt: skip


NO_HEADING = re.compile(
    r"^ *(?P<line>(?:#{1,6} *|\*\*|__)(?P<name>\w(?:[\w. -]*\w)?)(?:\*\*|__)?)[ \t]*$", re.MULTILINE
)
"""A line that was meant for the heading of an entry: of another level, without the blank, in bold."""
ENTRY_LEVEL = 3
ONCE = frozenset((*COUNTERPART, "Status"))


def _twice(spec: Spec, entry: Contract, field: Field, first: Field) -> Finding:
    label = field.label.text
    return finding(
        RULE.code, RULE.severity, spec.path, field.label, f"entry `{entry.name.text}` says `{label}:` twice",
        entry=entry.name.text, subject=label, related=(Related(Place(spec.path, first.label.span), "said first here"),),
    )  # fmt: skip


def _other_side(spec: Spec, entry: Contract, field: Field) -> Finding:
    label, side = field.label.text, entry.side or "compute"
    counterpart = COUNTERPART[label]
    free = entry.field(counterpart) is None and [other.label.text for other in entry.fields].count(label) == 1
    fixes = (change_to(spec.path, field.label, counterpart, safe=True),) if free else ()
    return finding(
        RULE.code, RULE.severity, spec.path, field.label,
        f"`{label}:` has no meaning in {SIDE_WORDS[side]}; there it is `{counterpart}:`",
        entry=entry.name.text, subject=label, fixes=fixes,
    )  # fmt: skip


RULE = Rule("misplaced-field", "error", check)
