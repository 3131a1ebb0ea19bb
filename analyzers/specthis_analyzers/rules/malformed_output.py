"""A result is there, but it is no JSON.

A script that died while writing, or a merge that left its markers, leaves a file that nothing can read. Python's own
`NaN` and `Infinity` are accepted here (see `non-finite-result`); files with other suffixes are not parsed, and a
pointer of Git LFS or git-annex is no result yet.

    Output: `results/fit-base/fit.json`

Run the script again, or bring the file back. The message says where it stops being JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Problem
from ..facts.result import ResultFacts
from ..finding import Finding, Place, Related
from ..view import View
from .outputs import Output, outputs_of
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for output in outputs_of(spec, view):
        result = output.result
        if isinstance(result, ResultFacts) and result.form == "malformed" and result.problem:
            yield _malformed(spec, output, result.problem)


def _malformed(spec: Spec, output: Output, problem: Problem) -> Finding:
    form = "CSV" if paths.suffix(output.path) == ".csv" else "JSON"
    return finding(
        RULE.code, RULE.severity, spec.path, output.word, f"`{output.path}` is no {form}: {problem.message}",
        entry=output.entry.name.text, subject=output.path,
        related=(Related(Place(output.path, problem.span), problem.message),),
    )  # fmt: skip


RULE = Rule("malformed-output", "error", check, rests_on="artefacts")
