"""A routed section does not carry its version.

Where a project versions its sections, each section that a report routes into says `\\sectionversion{...}` within ten
lines of its heading, so that a reader of the PDF knows which state of the results it shows.

    \\section{Results}
    \\label{sec:results}

Insert the macro below the heading. Nothing is said in projects none of whose LaTeX files defines or uses it, unless
the setting `latex.section_versions` is `always`; another macro counts once `latex.versions` names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding, Fix, Place, Related
from ..routing import SectionPlace
from ..view import View
from .routes import Route, is_read, routes_of
from .rule import Rule, Spec, finding, insert_line


def check(spec: Spec, view: View) -> Iterator[Finding]:
    demand = view.analysis.section_versions
    if demand == "never":
        return
    for route in routes_of(spec):
        if not is_read(route.path, view):
            continue
        section = view.section(route.path, route.label.text)
        if section is None or section.versioned:
            continue
        if demand == "auto" and not view.versioned():
            continue
        place = view.section_place(route.path, route.label.text)
        if place is not None:
            yield _missing(spec, route, place, view)


def _missing(spec: Spec, route: Route, place: SectionPlace, view: View) -> Finding:
    macro = view.analysis.macros.versions[0]
    return finding(
        RULE.code, RULE.severity, place.path, place.heading,
        f"section `{route.label.text}` has no `\\{macro}` within ten lines of its heading",
        subject=route.label.text, related=(Related(Place(spec.path, route.label.span), "the report that routes here"),),
        fixes=_insert(place, macro, route, view),
    )  # fmt: skip


def _insert(place: SectionPlace, macro: str, route: Route, view: View) -> tuple[Fix, ...]:
    """Below heading and label, with the version the paper's other sections say, else the first there can be."""
    line = place.line
    if place.label_path == place.path and place.line <= place.label_line <= place.line + 9:
        line = place.label_line
    root = view.roots(route.path)[0]
    used, defined = _known(root, macro, view)
    command = f"\\{macro}{{{used or '0.1'}}}"
    edits = [insert_line(view, place.path, line, command)]
    if not used and not defined:
        edits.insert(0, _provide(root, macro, view))
    found = tuple(edit for edit in edits if edit)
    return (Fix(f"Insert `{command}` below the heading", found, safe=True),) if len(found) == len(edits) else ()


def _known(root: str, macro: str, view: View) -> tuple[str, bool]:
    """The version last used in a root's text, and whether the macro is defined in it or in a file it may load."""
    used, defined = "", view.versioned()
    for placed in view.flow(root).flow.events:
        if placed.event.kind == "version" and placed.event.text:
            used = placed.event.text
        defined |= placed.event.kind == "definition" and placed.event.text == f"\\{macro}"
    return used, defined


def _provide(root: str, macro: str, view: View):
    """A definition in the preamble, so that the paper still compiles."""
    for placed in view.flow(root).flow.events:
        if placed.path == root and placed.event.kind == "begin" and placed.event.text == "document":
            line = placed.event.line - 1
            return insert_line(
                view, root, line, f"\\providecommand{{\\{macro}}}[1]{{\\par\\noindent{{\\small Version #1}}\\par}}"
            )
    return None


RULE = Rule("missing-sectionversion", "warning", check)
