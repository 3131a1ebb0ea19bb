"""The section that a report routes into does not exist.

`section_label` is the `\\label` of the section that shows the report's exports. It must stand in the text of the
host document: the file itself, or any file it inputs. Labels of beamer frames and of appendices count.

    section_label: sec:result            (the document says \\label{sec:results})

Correct the label here, or add it below the heading there. Where another section shows what the report exports, the
message names it: its label was changed. Where another file has the label, the message names that file, and perhaps
its `\\input` is gone. A document that inputs the file in a comment only is a warning: the section may have been left
out on purpose. Where the document inputs something that cannot be found, the label may be in it, and nothing is said;
nor where a macro of your own is given the label. A macro counts as `\\label` once the setting `latex.labels` names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding, Fix, Place, Related, Replace
from ..routing import PREAMBLE, Reached, Section
from ..settings import Macros, Severity
from ..text import Span, Text
from ..view import View
from ..world import Unread
from .orphaned_export import COMMENTED, to_be_shown
from .routes import Route, is_read, routes_of
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_slip, nearest

MANY_LABELS = 1_000
"""Labels of a document whose sections are looked into."""
NEAR_LINES = 3
"""Between a heading and the label that is its own."""


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for routes in _alike(spec).values():
        route = routes[0]
        if not is_read(route.path, view):
            continue
        if view.section(route.path, route.label.text) is not None:
            yield from _commented_out(spec, routes, view)
            continue
        if _may_be_there(view.reached(route.path), view.analysis.macros):
            continue
        if view.mentioned(route.path, route.label.text):
            continue
        elsewhere = view.set_in(route.label.text)
        other = route.path if route.path in elsewhere else next(iter(elsewhere), None)
        yield _elsewhere(spec, routes, other, view) if other else _nowhere(spec, routes, view)


def _alike(spec: Spec) -> dict[tuple[str, str], list[Route]]:
    """The routes by what they say: a label that is gone is one break, however many entries name it."""
    found: dict[tuple[str, str], list[Route]] = {}
    for route in routes_of(spec):
        found.setdefault((route.path, route.label.text), []).append(route)
    return found


def _nowhere(spec: Spec, routes: list[Route], view: View) -> Finding:
    route, label = routes[0], routes[0].label.text
    labels = view.labels(route.path)
    suggestion = nearest(label, labels, lambda other: is_slip(label, other) or _names(route, other, view))
    slip = suggestion is not None and is_slip(label, suggestion)
    showing = None if slip else _showing(spec, route, view)
    words, new = [other.label for other in routes], showing or suggestion
    fixes = (change_all(spec.path, words, new, safe=slip),) if new else ()
    meant = f"; did you mean `{showing}`, which shows what this exports?" if showing else did_you_mean(suggestion)
    message = f"`{route.path}` has no label `{label}`{meant}"
    return _report(spec, routes, message, Related(Place(route.path), "the document"), fixes)


def _names(route: Route, label: str, view: View) -> bool:
    """Whether a label is that of a section, and not of a figure or an equation in one."""
    place = view.section_place(route.path, label)
    return place is not None and place.path == place.label_path and abs(place.label_line - place.line) <= NEAR_LINES


def _showing(spec: Spec, route: Route, view: View) -> str | None:
    """The label of the closest section around everything that is to be shown: what is gone was its name of old."""
    labels = view.labels(route.path)
    exports = [path for entry in spec.entries if entry.ready for _, path in to_be_shown(entry)]
    if not exports or len(labels) > MANY_LABELS or not all(map(view.reached(route.path).find, exports)):
        return None
    around: dict[str, Section] = {}
    for label in labels:
        section = view.section(route.path, label)
        if section is not None and all(map(section.find, exports)):
            around[label] = section
    in_floats = {label for section in around.values() for target in section.targets for label in target.labels}
    sizes = {label: len(section.targets) for label, section in around.items() if label not in in_floats}
    closest = [label for label, size in sizes.items() if size == min(sizes.values())]
    return _innermost(closest, route, view)


def _innermost(labels: list[str], route: Route, view: View) -> str | None:
    """Of labels in reading order that of the section which begins last, where it stands at the heading."""
    by_heading: dict[tuple[str, int], str] = {}
    for label in labels:
        place = view.section_place(route.path, label)
        if place is None:
            continue
        if (
            place.heading == place.label and len(labels) > 1
        ):  # In a text without headings no label is nearer than others.
            return None
        if _names(route, label, view):
            by_heading.setdefault((place.path, place.heading.start), label)
    return list(by_heading.values())[-1] if by_heading else None


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


def _commented_out(spec: Spec, routes: list[Route], view: View) -> Iterator[Finding]:
    """The label is there, but a document reads its file in a comment only, and no other does."""
    host, label = routes[0].path, routes[0].label.text
    if view.roots(host) != (host,) or view.ask(("is root", host)):
        return
    for root in {root: None for other in view.names("host") for root in view.roots(other) if root != host}:
        text = view.text(root)
        for line in COMMENTED.finditer(text.source) if isinstance(text, Text) else ():
            name = paths.join(paths.parent(root), line["name"].strip())
            if isinstance(name, str) and host in (name, f"{name}.tex"):
                message = f"the label `{label}` is in no document: `{root}` inputs `{host}` in a comment only"
                fix = Fix(f"Input `{host}` again", (Replace(root, Span(*line.span("mark")), ""),))
                place = Place(root, Span(line.start("mark"), line.end()))
                yield _report(spec, routes, message, Related(place, "the comment"), (fix,), "warning")
                return


def _report(
    spec: Spec, routes: list[Route], message: str, related: Related, fixes: tuple[Fix, ...], loud: Severity = "error"
) -> Finding:
    also = also_named(spec.path, [route.label for route in routes[1:]])
    return finding(RULE.code, loud, spec.path, routes[0].label, message, fixes=fixes, related=(related, *also))


def _may_be_there(reached: Reached, macros: Macros) -> bool:
    """Whether the document inputs something that cannot be read, or sets a label whose name cannot be told."""
    return bool(reached.obscure.difference(macros.references, macros.graphics, (PREAMBLE,)))


RULE = Rule("missing-section", "error", check, kinds=("report",), rests_on="artefacts")
