"""A report has no compute spec of its name.

`report-fit.md` shows what `compute-fit.md` computes: who reads the one finds the other by its name. A report whose
partner cannot be found leaves open whose results it shows.

    specs/report-fits.md          (beside specs/compute-fit.md)

Rename one of the two. What shows nothing that was computed is a spec of kind `figure`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from .. import paths
from ..finding import Finding
from ..view import View
from .rule import Rule, Spec, did_you_mean, finding, nearest
from .unknown_dependency import is_known

REPORT, COMPUTE = "report-", "compute-"


def check(spec: Spec, view: View) -> Iterator[Finding]:
    kind = spec.scalar("kind")
    stem = paths.stem(spec.path)
    if kind is None or kind.text != "report" or not stem.startswith(REPORT):
        return
    partner = COMPUTE + stem.removeprefix(REPORT)
    if view.claims("spec", partner) or view.claims("misnamed", partner) or _depends_on_unknown(spec, view):
        return
    name = spec.scalar("name")
    if name and name.text != stem and view.claims("spec", COMPUTE + name.text.removeprefix(REPORT)):
        return
    subject = nearest(partner.removeprefix(COMPUTE), _subjects(view.names("spec")))
    meant = COMPUTE + subject if subject else None
    message = (
        f"there is no `{partner}.md` whose results this would show{did_you_mean(f'{meant}.md' if meant else None)}"
    )
    yield finding(RULE.code, RULE.severity, spec.path, kind, message, subject=partner)


@lru_cache(maxsize=1)
def _subjects(names: tuple[str, ...]) -> tuple[str, ...]:
    """What there is to report on. Of thousands of specs it is found once."""
    return tuple([name.removeprefix(COMPUTE) for name in names if name.startswith(COMPUTE)])


def _depends_on_unknown(spec: Spec, view: View) -> bool:
    """Whether a dependency leads nowhere: that one may be the partner, and it has a finding of its own."""
    key = spec.facts.front.key("depends_on") if spec.facts.front else None
    return any(not is_known(word.text, spec, view) for word in (key.values if key else ()))


RULE = Rule("unpaired-report", "hint", check, kinds=("report",))
