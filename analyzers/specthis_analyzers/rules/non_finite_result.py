"""A validated result holds NaN or infinity.

A training that diverged, or a division by zero, writes `NaN` and goes on; the table then prints it, or a plot leaves
the point out. Only results with a schema are looked into.

    {"loss": NaN, "seed": 1}

Find out why, and run the script again; where a value may be absent, write `null` and declare `number|null`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.result import ResultFacts
from ..finding import Finding, Place, Related
from ..view import View
from .outputs import outputs_of
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for output in outputs_of(spec, view):
        result = output.result
        if not isinstance(result, ResultFacts) or not result.non_finite:
            continue
        named = ", ".join(f"`{key}`" for key in result.non_finite[:5])
        more = f" and {len(result.non_finite) - 5} more" if len(result.non_finite) > 5 else ""
        yield finding(
            RULE.code, RULE.severity, spec.path, output.word, f"NaN or infinity in {named}{more}",
            entry=output.entry.name.text, subject=f"{output.path} {' '.join(result.non_finite)}",
            related=(Related(Place(output.path, result.first_non_finite), "the first of them"),),
        )  # fmt: skip


RULE = Rule("non-finite-result", "warning", check, rests_on="artefacts")
