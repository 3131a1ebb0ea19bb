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
from .layout import astray, outputs_lying
from .rule import Rule, Spec


def check(spec: Spec, view: View) -> Iterator[Finding]:
    yield from astray(RULE, spec, outputs_lying("elsewhere", spec, view), "results", view.analysis.results, view)


RULE = Rule("output-outside-results", "warning", check, kinds=("compute",))
