"""A comment is meant to suppress findings and does not, or does not say why.

What is misspelt suppresses nothing, and the finding it was for is told as before. What gives no reason works, but
whoever reads it later cannot tell whether it may go.

    <!-- specthis: ignore[mising-script] written by the cluster, until 2027-01 -->

Correct the code; `specthis-lsp rule --all` lists them. Behind the bracket stand the reason and, if you like, the last
month or day on which it holds: `until 2027-01`, `until 2027-01-31`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..facts import comments
from ..finding import Finding
from ..suppression import Suppression
from ..text import Text, Word
from ..view import View
from .rule import Rule, Settings, Spec, change_to, did_you_mean, finding, is_slip, nearest


def check(subject: Spec | Settings, view: View) -> Iterator[Finding]:
    yield from complaints(subject.path, suppressions_of(subject, view), view.codes)


def suppressions_of(subject: Spec | Settings, view: View) -> tuple[Suppression, ...]:
    """What the comments of a spec or of the settings suppress."""
    if isinstance(subject, Spec):
        return subject.facts.suppressions
    text = view.text(subject.path)
    return comments.in_script(text, subject.path) if isinstance(text, Text) else ()


def complaints(path: str, suppressions: Iterable[Suppression], codes: Sequence[str]) -> Iterator[Finding]:
    """What is wrong with the suppressions of any file."""
    for suppression in suppressions:
        if suppression.problem:
            message = f"this comment suppresses nothing: {suppression.problem}"
            yield finding(RULE.code, RULE.severity, path, suppression.comment, message, subject=suppression.problem)
            continue
        yield from _unknown(path, suppression, codes)
        if not suppression.reason:
            names = ", ".join(code.text for code in suppression.codes)
            message = "this suppression gives no reason; write it behind the `]`"
            yield finding(RULE.code, "hint", path, suppression.comment, message, subject=names)


def _unknown(path: str, suppression: Suppression, codes: Sequence[str]) -> Iterator[Finding]:
    for word in suppression.codes:
        if word.text not in codes:
            meant = nearest(word.text, codes)
            yield finding(
                RULE.code, RULE.severity, path, word, f"there is no rule `{word.text}`{did_you_mean(meant)}",
                fixes=_change(path, word, meant),
            )  # fmt: skip


def _change(path: str, word: Word, meant: str | None) -> tuple:
    return (change_to(path, word, meant, safe=is_slip(word.text, meant)),) if meant else ()


RULE = Rule("malformed-suppression", "warning", check, looks_at=("spec", "settings"), any_dialect=True)
