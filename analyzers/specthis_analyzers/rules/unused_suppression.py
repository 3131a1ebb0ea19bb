"""A comment suppresses findings that there are not.

It would hide the next one of its rule that comes to stand there, and tells readers of a trouble that is over.

    <!-- specthis: ignore[missing-script] written by the cluster -->
    ### base

    Script: `scripts/fit.py`

Remove it, or the code that is not needed. Nothing is said where the rule could not look: where it is not selected,
where results are not here, or where the file could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..finding import Finding, Fix, Replace
from ..suppression import Suppression
from ..text import Span
from .rule import Rule, finding


def check(path: str, suppression: Suppression, unneeded: Sequence[str]) -> Iterator[Finding]:
    """One finding for a comment that nothing needs, else one for each code that nothing needs."""
    codes = suppression.codes
    if all(code.text in unneeded for code in codes):
        names = ", ".join(f"`{code.text}`" for code in codes)
        yield finding(
            RULE.code, RULE.severity, path, suppression.comment, f"nothing here needs {names} suppressed",
            subject=" ".join(code.text for code in codes),
            fixes=(Fix("Remove the suppression", (Replace(path, suppression.removal, ""),), safe=True),),
        )  # fmt: skip
        return
    for at, code in enumerate(codes):
        if code.text in unneeded:
            # With the comma and the blanks that stand before the next code, or before this one if it is the last.
            last = at == len(codes) - 1
            span = Span(codes[at - 1].end, code.end) if last else Span(code.start, codes[at + 1].start)
            yield finding(
                RULE.code, RULE.severity, path, code, f"nothing here needs `{code.text}` suppressed",
                fixes=(Fix(f"Remove `{code.text}`", (Replace(path, span, ""),), safe=True),),
            )  # fmt: skip


RULE = Rule("unused-suppression", "hint", check, looks_at=("policy",), any_dialect=True)
