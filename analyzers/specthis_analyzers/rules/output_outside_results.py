"""A compute entry writes outside the results folders.

Everything below the results folders is made by scripts and can be made again. A result elsewhere is not kept, cleaned
or brought home with the others, and looks like something written by hand.

    Output: `data/fit.json`          (where results lie in `results`)

Change the path, or name the folder in the settings: `results = ["results", "data"]` below `[layout]`. One finding
stands for all outputs of a spec in one folder.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .layout import Written, is_outside, listed, outputs_lying, top
from .rule import Rule, Spec, also_named, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    astray: dict[str, list[Written]] = {}
    for written in outputs_lying("elsewhere", spec, view):
        if not is_outside(written.path, view):
            astray.setdefault(top(written.path), []).append(written)
    for found in astray.values():
        first, *others = found
        message = f"`{first.word.text}` lies outside the results, which are below {listed(view.analysis.results)}"
        yield finding(
            RULE.code, RULE.severity, spec.path, first.word, message, entry=first.entry.name.text,
            related=also_named(spec.path, [other.word for other in others], "this one too"),
        )  # fmt: skip


RULE = Rule("output-outside-results", "warning", check, kinds=("compute",))
