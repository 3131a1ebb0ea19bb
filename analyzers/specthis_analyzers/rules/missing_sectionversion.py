"""A routed section does not carry its version.

Where a project versions its sections, each section that a report routes into says `\\sectionversion{...}` within ten
lines of its heading, so that a reader of the PDF knows which state of the results it shows. Slides and posters are
asked for it only where they know the macro themselves.

    \\section{Results}
    \\label{sec:results}

Insert the macro below the heading. Nothing is said in projects none of whose LaTeX files defines or uses it, unless
the setting `latex.section_versions` is `always`; another macro counts once `latex.versions` names it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..finding import Finding, Fix, Place, Related, Replace
from ..routing import FRAME_LEVEL, SectionPlace
from ..view import View
from ..world import Unread
from .routes import Route, is_read, last_heading_line, routes_of_entry
from .rule import Rule, Spec, finding, insert_line


def check(spec: Spec, view: View) -> Iterator[Finding]:
    demand = view.analysis.section_versions
    if demand == "never":
        return
    for route in routes_of_entry(spec, ()):
        if not is_read(route.path, view):
            continue
        section = view.section(route.path, route.label.text)
        if section is None or section.versioned:
            continue
        if demand == "auto" and not view.versioned():
            continue
        place = view.section_place(route.path, route.label.text)
        known = _known(view.roots(route.path)[0], view)
        if place is not None and (known.works or not _is_frame(place, view)):
            yield _missing(spec, route, place, known, view)


def _is_frame(place: SectionPlace, view: View) -> bool:
    """Slides and posters carry versions only if they know the macro themselves; papers are meant to."""
    facts = view.document(place.path)
    events = () if isinstance(facts, Unread) else facts.events
    return any(event.start == place.heading.start and event.level == FRAME_LEVEL for event in events)


def _missing(spec: Spec, route: Route, place: SectionPlace, known: Known, view: View) -> Finding:
    return finding(
        RULE.code, RULE.severity, place.path, place.heading,
        f"section `{route.label.text}` has no `\\{known.macro}` within ten lines of its heading",
        subject=route.label.text, related=(Related(Place(spec.path, route.label.span), "the report that routes here"),),
        fixes=_insert(place, known, view),
    )  # fmt: skip


class Known(Struct, frozen=True):
    """What a root's text tells about its versions."""

    root: str
    macro: str
    said: str
    """The version said last; else the first there can be."""
    works: bool
    """Whether the macro is used or defined there, so that one more use compiles."""


def _known(root: str, view: View) -> Known:
    macros = view.analysis.macros.versions
    macro, said, works = macros[-1], "0.1", False
    for placed in view.flow(root).flow.events:
        event = placed.event
        if event.kind == "version":
            macro, said, works = event.extra, event.text or said, True
        elif event.kind == "definition" and event.text.lstrip("\\") in macros and not works:
            macro, works = event.text.lstrip("\\"), True
    return Known(root, macro, said, works)


def _insert(place: SectionPlace, known: Known, view: View) -> tuple[Fix, ...]:
    """Below heading and label, with the version the paper's other sections say."""
    line = last_heading_line(place, view)
    if place.label_path == place.path and line <= place.label_line <= place.line + 9:
        line = place.label_line
    command = f"\\{known.macro}{{{known.said}}}"
    edits = [insert_line(view, place.path, line, command)]
    if not known.works:
        edits.insert(0, _provide(known.root, known.macro, view))
    found = tuple(edit for edit in edits if edit)
    return (Fix(f"Insert `{command}` below the heading", found, safe=True),) if len(found) == len(edits) else ()


def _provide(root: str, macro: str, view: View) -> Replace | None:
    """A definition in the preamble, so that the paper still compiles."""
    for placed in view.flow(root).flow.events:
        if placed.path == root and placed.event.kind == "begin" and placed.event.text == "document":
            line = placed.event.line - 1
            return insert_line(
                view, root, line, f"\\providecommand{{\\{macro}}}[1]{{\\par\\noindent{{\\small Version #1}}\\par}}"
            )
    return None


RULE = Rule("missing-sectionversion", "warning", check, kinds=("report",))
