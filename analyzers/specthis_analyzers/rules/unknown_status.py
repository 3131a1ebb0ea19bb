"""The status of an entry is neither `script TBD` nor `script ready`.

The status is a promise: `script ready` says that the script is there and does what the entry states, `script TBD`
that it is still to be written. Free text may follow. Any other word promises nothing.

    Status: done

Write `script ready` or `script TBD`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import STATES, Contract
from ..finding import Finding, Fix
from ..text import Span, Word
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding, nearest

MEANT = {"ready": "script ready", "tbd": "script TBD", "todo": "script TBD", "done": "script ready"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.state is not None:
            continue
        field = entry.field("Status")
        if field is None:
            continue
        status = entry.status
        if status is None or not status.text:
            yield _report(spec, entry, field.label, "the status is empty", ())
            continue
        suggestion, span = _meant(status)
        fixes = (change_to(spec.path, span, suggestion, safe=True),) if suggestion else ()
        message = f"`{status.text}` is no status (`script TBD` or `script ready`){did_you_mean(suggestion)}"
        yield _report(spec, entry, status, message, fixes)


def _report(spec: Spec, entry: Contract, place: Word, message: str, fixes: tuple[Fix, ...]) -> Finding:
    return finding(RULE.code, RULE.severity, spec.path, place, message, entry=entry.name.text, fixes=fixes)


def _meant(status: Word) -> tuple[str | None, Span]:
    """What was meant, and the words that it would replace: two, or one where the first says it all."""
    words = status.text.split(" ")
    first = words[0].rstrip(".,;:")
    if first.lower() in MEANT:
        return MEANT[first.lower()], Span(status.start, status.start + len(first))
    two = " ".join(words[:2])
    return nearest(two, tuple(STATES)), Span(status.start, status.start + len(two))


RULE = Rule("unknown-status", "error", check)
