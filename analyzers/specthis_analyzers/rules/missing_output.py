"""A result that an entry promises is not here.

The script is ready, so its output can be had: it was not run on this machine, or its output is kept out of git. What
the result holds cannot be checked as long as it is not here.

    Output: `results/fit-base/fit.json`
    Status: script ready

Run the entry, or fetch its results. On a fresh clone this is as it should be, so it is an information and no more.
Nothing is said of stand-ins for files kept elsewhere (Git LFS, git-annex, DVC), and of what lies outside the project.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .absent import absent_in
from .rule import Rule, Spec


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.side == "compute" and (
            absent := absent_in(RULE.code, RULE.severity, spec, entry, entry.outputs, view)
        ):
            yield absent


RULE = Rule("missing-output", "info", check, rests_on="machine", kinds=("compute",))
