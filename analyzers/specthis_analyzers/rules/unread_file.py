"""A file that should be checked could not be read.

It is larger than 8 MiB, may not be read by you, or is not UTF-8. What it says is not checked, so silence about it
means nothing.

    host_doc: reports/paper.tex          (40 MB of generated tables)

Split the file, mend its permissions, or save it as UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..text import Span, Text
from ..view import View
from .routes import documents_of
from .rule import Rule, Spec, finding

WHY = {"large": "larger than 8 MiB", "unreadable": "it may not be read"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if spec.unread is not None:
        if spec.unread.reason in WHY:
            message = f"this spec is not checked: {WHY[spec.unread.reason]}"
            yield finding(RULE.code, RULE.severity, spec.path, None, message, subject=spec.path)
        return
    for path, words in documents_of(spec).items():
        unread = view.unread(path)
        if unread is not None and unread.reason in WHY:
            message = f"`{path}` is not checked: {WHY[unread.reason]}"
            yield finding(RULE.code, RULE.severity, spec.path, words[0], message, subject=path)
    yield from _encoding(spec, view)


def _encoding(spec: Spec, view: View) -> Iterator[Finding]:
    if not spec.facts.replaced:
        return
    text = view.text(spec.path)
    if isinstance(text, Text) and text.bad is not None:
        span = Span(text.bad, min(text.bad + 1, len(text)))
        yield finding(RULE.code, "warning", spec.path, span, "this spec is not UTF-8", subject=spec.path)


RULE = Rule("unread-file", "info", check, looks_at=("spec", "unread"), any_dialect=True, rests_on="machine")
