"""The kind of a spec is none of the six.

A spec is one of `meta`, `definitions`, `templates`, `compute`, `report` or `figure`; its kind decides which fields
its entries have and what is checked.

    kind: computation

Change it to the kind that was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import KINDS
from ..finding import Finding
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    key = spec.facts.front.key("kind") if spec.facts.front else None
    if key is None or key.shape == "empty":
        return
    written = key.values[0] if key.shape == "scalar" else key.name
    if key.shape == "scalar" and written.text in KINDS:
        return
    if key.shape != "scalar":
        yield finding(RULE.code, RULE.severity, spec.path, written, "`kind` takes one word", subject="kind")
        return
    suggestion = nearest(written.text, KINDS)
    kinds = ", ".join(KINDS[:-1]) + f" or {KINDS[-1]}"
    message = f"`{written.text}` is no kind of spec ({kinds}){did_you_mean(suggestion)}"
    fixes = (change_to(spec.path, written, suggestion, safe=True),) if suggestion else ()
    yield finding(RULE.code, RULE.severity, spec.path, written, message, fixes=fixes)


RULE = Rule("unknown-kind", "error", check)
