"""A spec depends on another that its text never mentions.

`depends_on` says that a spec builds on another; its text says what it takes from there. A dependency that is never
mentioned is left over from an earlier version, or the reader has to guess what it is for.

    depends_on: [definitions.md, compute-fit.md]          (and no word of compute-fit below)

Remove the dependency, or say what it is for, by the name of its file (`compute-fit.md`) or without the suffix.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding, Fix
from ..text import Text, Word
from ..view import View
from .rule import Rule, Spec, finding, insert_line
from .unknown_dependency import is_known


def check(spec: Spec, view: View) -> Iterator[Finding]:
    said: set[str] = set()
    for word in spec.facts.unmentioned:
        name = word.text.removesuffix(".md")
        if name == paths.stem(spec.path) or name in said:
            continue
        if not word.text.endswith(".md") or not is_known(word.text, spec, view):
            continue
        said.add(name)
        yield finding(
            RULE.code, RULE.severity, spec.path, word, f"the text never mentions `{word.text}`, on which it depends",
            fixes=_fixes(spec, word, view),
        )  # fmt: skip


def _fixes(spec: Spec, word: Word, view: View) -> tuple[Fix, ...]:
    """A sentence to go on from. Which of the two is right only the author knows, so neither is a safe fix."""
    text, front = view.text(spec.path), spec.facts.front
    if front is None or not isinstance(text, Text):
        return ()
    edit = insert_line(view, spec.path, text.line_of(front.span.end), f"\nBuilds on `{word.text}`.")
    return (Fix(f"Add a sentence about `{word.text}`", (edit,)),) if edit else ()


RULE = Rule("unmentioned-dependency", "warning", check)
