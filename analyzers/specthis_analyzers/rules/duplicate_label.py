"""A label is set twice in the text of one paper.

LaTeX takes the last of them, so every reference to the other shows a wrong number, and says so only in a warning that
is easily missed among others.

    \\label{fig:loss}          (in sections/results.tex)
    \\label{fig:loss}          (in sections/appendix.tex)

Rename one of them, with the references that mean it. The finding stands at the later one, in the order in which LaTeX
reads. Labels of which a build takes only one are no duplicates: those on different branches of an `\\if`, in an
argument of a command of your own, in files that `\\includeonly` leaves out, or in documents that are compiled apart.
In editors it speaks of generated files and of sections that reports route to, unless `latex.general` is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..breaks import Twice
from ..finding import Finding, Place, Related
from ..text import Span
from ..view import View
from .rule import Rule, Spec, finding
from .texts import events_in, is_general, roots_of


def check(subject: Spec | str, view: View) -> Iterator[Finding]:
    for root in roots_of(subject, view):
        for twice in view.breaks(root).twice:
            yield _twice(twice, view)


def _twice(twice: Twice, view: View) -> Finding:
    (first, number), (path, other), *further = twice.places
    where = f"in `{first}`" if first != path else "above"
    related = [Related(Place(first, _place(twice.label, first, number, view)), "the first of this name")]
    related += [Related(Place(more, _place(twice.label, more, at, view)), "one more") for more, at in further]
    return finding(
        RULE.code, RULE.severity, path, _place(twice.label, path, other, view),
        f"the label `{twice.label}` is set {where} already", subject=twice.label, related=tuple(related),
        general=all(is_general(place, twice.within, view) for place, _ in twice.places),
    )  # fmt: skip


def _place(label: str, path: str, number: int, view: View) -> Span | None:
    event = next(islice(events_in(path, ("label",), label, view), number, None), None)
    return Span(event.start, event.end) if event else None


RULE = Rule("duplicate-label", "warning", check, looks_at=("spec", "project"), rests_on="artefacts")
