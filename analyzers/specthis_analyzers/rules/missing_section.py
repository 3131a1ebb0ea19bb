"""The section that a report routes into does not exist.

`section_label` is the `\\label` of the section that shows the report's exports. It must stand in the text of the
host document: the file itself, or any file it inputs. Labels of beamer frames and of appendices count.

    section_label: sec:result            (the document says \\label{sec:results})

Correct the label here, or add it below the heading there; where another file has it, the message names that file, and
perhaps its `\\input` is gone. Where the document inputs something that cannot be found, the label may be in it, and
nothing is said; nor where a macro of your own is given the label. A macro counts as `\\label` once the setting
`latex.labels` names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding, Fix, Place, Related
from ..routing import PREAMBLE, Reached
from ..settings import Macros
from ..view import View
from ..world import Unread
from .routes import Route, is_read, routes_of
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_slip, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for routes in _alike(spec).values():
        route = routes[0]
        if not is_read(route.path, view) or view.section(route.path, route.label.text) is not None:
            continue
        if _may_be_there(view.reached(route.path), view.analysis.macros):
            continue
        if view.mentioned(route.path, route.label.text):
            continue
        elsewhere = view.set_in(route.label.text)
        yield _elsewhere(spec, routes, elsewhere[0], view) if elsewhere else _nowhere(spec, routes, view)


def _alike(spec: Spec) -> dict[tuple[str, str], list[Route]]:
    """The routes by what they say: a label that is gone is one break, however many entries name it."""
    found: dict[tuple[str, str], list[Route]] = {}
    for route in routes_of(spec):
        found.setdefault((route.path, route.label.text), []).append(route)
    return found


def _nowhere(spec: Spec, routes: list[Route], view: View) -> Finding:
    route, label = routes[0], routes[0].label.text
    suggestion = nearest(label, view.labels(route.path))
    words = [other.label for other in routes]
    fixes = (change_all(spec.path, words, suggestion, safe=is_slip(label, suggestion)),) if suggestion else ()
    message = f"`{route.path}` has no label `{label}`{did_you_mean(suggestion)}"
    return _report(spec, routes, message, Related(Place(route.path), "the document"), fixes)


def _elsewhere(spec: Spec, routes: list[Route], other: str, view: View) -> Finding:
    """Its `\\input` is gone, or it is a section of another document."""
    route, label = routes[0], routes[0].label.text
    root = view.roots(other)[0]
    if other == route.path:
        message = f"the label `{label}` is in no document: `{root}` does not input `{other}`, where it stands"
        return _report(spec, routes, message, Related(Place(root), "the document"), ())
    message = f"`{route.path}` has no label `{label}`: it stands in `{other}`, which `{route.path}` does not input"
    facts = view.document(root)
    known = root != route.path and not isinstance(facts, Unread) and facts.is_root
    fixes = (change_all(spec.path, [each.document for each in routes], root),) if known else ()
    return _report(spec, routes, message, Related(Place(other), "the label is set here"), fixes)


def _report(spec: Spec, routes: list[Route], message: str, related: Related, fixes: tuple[Fix, ...]) -> Finding:
    also = also_named(spec.path, [route.label for route in routes[1:]])
    return finding(RULE.code, RULE.severity, spec.path, routes[0].label, message, fixes=fixes, related=(related, *also))


def _may_be_there(reached: Reached, macros: Macros) -> bool:
    """Whether the document inputs something that cannot be read, or sets a label whose name cannot be told."""
    return bool(reached.obscure.difference(macros.references, macros.graphics, (PREAMBLE,)))


RULE = Rule("missing-section", "error", check, kinds=("report",), rests_on="artefacts")
