"""A file that should be checked could not be read.

It is larger than 8 MiB, may not be read by you, is not UTF-8, or holds a merge that nobody has resolved. What it says
is not checked, so silence about it means nothing; only the merge is an error on every machine.

    host_doc: reports/paper.tex          (40 MB of generated tables)

Split the file, mend its permissions, save it as UTF-8, or resolve the merge.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..merging import REASON, unresolved
from ..text import Span, Text
from ..view import View
from .routes import documents_of
from .rule import Rule, Spec, finding
from .texts import roots_of

WHY = {"large": "larger than 8 MiB", "unreadable": "it may not be read"}


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if spec.unread is not None:
        if spec.unread.reason in WHY:
            message = f"this spec is not checked: {WHY[spec.unread.reason]}"
            yield finding(RULE.code, RULE.severity, spec.path, None, message, subject=spec.path)
        return
    if spec.facts.merge is not None:
        yield _merging(spec.path, "this spec", spec.facts.merge)
        return
    for path, words in documents_of(spec).items():
        unread = view.unread(path)
        if unread is not None and unread.reason in WHY:
            message = f"`{path}` is not checked: {WHY[unread.reason]}"
            yield finding(RULE.code, RULE.severity, spec.path, words[0], message, subject=path)
        elif unread is not None and unread.reason == "merging" and view.speaker(path) in (None, spec.path):
            yield _merging_document(path, view)
    for path in dict.fromkeys(path for root in roots_of(spec, view) for path in view.breaks(root).unread):
        unread = view.unread(path)
        if unread is not None and unread.reason == "merging":
            yield _merging_document(path, view)
    yield from _encoding(spec, view)


def _merging_document(path: str, view: View) -> Finding:
    text = view.text(path)
    return _merging(path, f"`{path}`", unresolved(text.source) if isinstance(text, Text) else None)


def _merging(path: str, named: str, span: Span | None) -> Finding:
    return finding(RULE.code, "error", path, span, f"{named} is not checked: {REASON}", subject=path)


def _encoding(spec: Spec, view: View) -> Iterator[Finding]:
    if not spec.facts.replaced:
        return
    text = view.text(spec.path)
    if isinstance(text, Text) and text.bad is not None:
        span = Span(text.bad, min(text.bad + 1, len(text)))
        yield finding(RULE.code, "warning", spec.path, span, "this spec is not UTF-8", subject=spec.path)


RULE = Rule("unread-file", "info", check, looks_at=("spec", "unread"), any_dialect=True, rests_on="machine")
