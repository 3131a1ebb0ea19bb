"""A spec was edited since its artefacts were made, and nothing else they are made from moved.

Most such edits change no number: a sentence made clearer, a field added. Some change what is asked for, and then the
results on disk answer another question.

    specs/compute-fit.md                 (edited today)
    results/fit-base/fit.json            (of last week, and younger than its script)

Read what was changed. Where it changes what is asked for, set the status to `script TBD`; otherwise all is well. It is
said with `freshness = "mtime"`, and while the spec is open in an editor; once for each spec, and never of what a
checkout wrote.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..view import View
from .behind import EVIDENCE, also, named, states_of
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if not view.looks_at_times(spec.path):
        return
    found = [(entry, one) for entry in spec.entries for one in states_of(spec, entry, view)]
    review = [(entry, one) for entry, one in found if one[2].name == "needs review"]
    if not review or any(one[2].name == "stale" for _, one in found):
        return
    entry, (word, path, state) = review[0]
    message = (
        f"{named(state.moved)} {'was' if len(state.moved) == 1 else 'were'} edited since `{path}` was made, "
        f"{EVIDENCE[state.evidence or '']}; nothing else it is made from moved"
    )
    yield finding(
        RULE.code, RULE.severity, spec.path, word, message, entry=entry.name.text, subject=spec.path,
        related=tuple(also(spec, word, [one for _, one in review], "since this, too")),
    )  # fmt: skip


RULE = Rule("needs-review", "hint", check, rests_on="machine", kinds=("compute", "report", "figure"))
