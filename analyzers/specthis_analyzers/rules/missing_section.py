"""The section that a report routes into does not exist.

`section_label` is the `\\label` of the section that shows the report's exports. It must stand in the text of the
host document: the file itself, or any file it inputs. Labels of beamer frames and of appendices count.

    section_label: sec:result            (the document says \\label{sec:results})

Correct the label here, or add it below the heading there. Where the document inputs something that cannot be found,
the label may be in it, and nothing is said; nor where a macro of your own is given the label. A macro counts as
`\\label` once the setting `latex.labels` names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding, Place, Related
from ..routing import Reached
from ..settings import Macros
from ..view import View
from .routes import is_read, routes_of
from .rule import Rule, Spec, change_to, did_you_mean, finding, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for route in routes_of(spec):
        if not is_read(route.path, view) or view.section(route.path, route.label.text) is not None:
            continue
        if _may_be_there(view.reached(route.path), view.analysis.macros):
            continue
        if view.mentioned(route.path, route.label.text):
            continue
        suggestion = nearest(route.label.text, view.labels(route.path))
        fixes = (change_to(spec.path, route.label, suggestion, safe=True),) if suggestion else ()
        message = f"`{route.path}` has no label `{route.label.text}`{did_you_mean(suggestion)}"
        yield finding(
            RULE.code, RULE.severity, spec.path, route.label, message, fixes=fixes,
            related=(Related(Place(route.path), "the document"),),
        )  # fmt: skip


def _may_be_there(reached: Reached, macros: Macros) -> bool:
    """Whether the document inputs something that cannot be read, or sets a label whose name cannot be told."""
    return bool(reached.obscure.difference(macros.references, macros.graphics))


RULE = Rule("missing-section", "error", check)
