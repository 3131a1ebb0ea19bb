"""A compute spec says how something will look.

A compute spec says what is computed and what the result holds; how it is drawn is the business of the report spec
beside it. Where both speak of it they soon say two things, and the computation is run again for the sake of a colour.

    The figure shows one line for each cohort, in the palette of the paper.

Move the sentence to the paired report spec, under `## Artefact design`. Code, links, names of files and fields do not
count, nor `Figure 3 of` somebody's paper, nor sentences that say what is not here or whose business it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    word = spec.facts.layout
    if word is None:
        return
    message = f"`{word.text}` is about how results look, which belongs in the report spec"
    yield finding(RULE.code, RULE.severity, spec.path, word, message, subject="layout")


RULE = Rule("layout-prose", "hint", check, kinds=("compute",))
