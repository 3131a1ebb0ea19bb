"""An entry has a field of the other side, or the same field twice.

Compute entries have `Script:` and `Output:`, report and figure entries `Export script:` and `Export outputs:`. A
field of the other side is read by nobody; of two of the same, one is out of date.

    ### loss-curve            (in a report)

    Script: `scripts/plot.py`

Rename the field, or remove the one too many.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract, Field
from ..finding import Finding, Place, Related
from ..view import View
from .missing_field import COUNTERPART, REQUIRED
from .rule import Rule, Spec, change_to, finding

SIDE_WORDS = {"compute": "a compute entry", "report": "a report or figure entry"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        seen: dict[str, Field] = {}
        for field in entry.fields:
            label = field.label.text
            if label in seen and label in COUNTERPART | {"Status": ""}:
                yield _twice(spec, entry, field, seen[label])
            elif entry.side and label in COUNTERPART and label not in REQUIRED[entry.side]:
                yield _other_side(spec, entry, field)
            seen.setdefault(label, field)


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
