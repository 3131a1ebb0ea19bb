"""LaTeX files input one another in a circle.

LaTeX reads a file that is input before it goes on, so in a circle it never ends: the paper does not compile.

    \\input{sections/results}          (in main.tex)
    \\input{../main}                   (in sections/results.tex)

Remove the input that leads back; the finding stands there. An input under a condition, which may be what ends the
circle, is none. In editors it speaks of generated files and of sections that reports route to, unless `latex.general`
is set.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..breaks import Circle
from ..finding import Finding, Place, Related
from ..text import Span
from ..view import View
from .rule import Rule, Spec, finding
from .texts import events_in, is_general, roots_of


def check(subject: Spec | str, view: View) -> Iterator[Finding]:
    for root in roots_of(subject, view):
        for circle in view.breaks(root).circles:
            yield _circle(circle, view)


def _circle(circle: Circle, view: View) -> Finding:
    files = [path for path, _ in circle.steps]
    named = " → ".join(f"`{paths.name(path)}`" for path in (*files, files[0]))
    message = f"{named} is a circle" if len(files) > 1 else f"`{paths.name(files[0])}` inputs itself"
    *way, (path, name) = circle.steps
    return finding(
        RULE.code, RULE.severity, path, _place(path, name, view), message, subject=" ".join(files),
        related=tuple(Related(Place(step, _place(step, said, view)), f"inputs `{said}`") for step, said in way),
        general=all(is_general(file, circle.within, view) for file in files),
    )  # fmt: skip


def _place(path: str, name: str, view: View) -> Span | None:
    event = next(events_in(path, ("input",), name, view), None)
    return Span(event.start, event.end) if event else None


RULE = Rule("cyclic-input", "error", check, looks_at=("spec", "project"))
