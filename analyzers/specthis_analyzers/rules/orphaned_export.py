"""An exported figure or table is shown nowhere in the paper.

What a ready entry exports belongs in the section that its report routes to. It counts as shown when its text lies in
that section, directly or through any depth of `\\input`, or the section in it; when the paper shows it elsewhere and
the section refers to its label; when it only defines macros and the paper inputs it anywhere; or when the same figure
with another suffix (`fig.pdf` beside `fig.png`) is shown.

    Export outputs: `reports/figures/loss.tex`          (and no \\input{figures/loss} in the section)

Insert the command, best in the float that has a label of that name and shows nothing; make it a command again where it
is a comment; or remove the export. Where the section shows a file of the same name from another folder, or one much
like it that no entry exports, one of the two paths is out of date. Shown in the paper but neither in nor referred to
from its section, it is only a hint. Data files (`.dat`, `.csv`) need not be shown. Where the paper inputs something
that cannot be resolved, the export may be in it, and nothing is said; nor where a command of your own is given the
file. Such a command counts once `latex.inputs` or `latex.graphics` names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import relpath
from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..facts.document import DocumentFacts
from ..finding import Finding, Fix, Place, Related, Replace
from ..routing import ARTEFACT_SUFFIXES, VERSION_LINES, Reached, Section, SectionPlace, without_suffix
from ..text import Span, Text, Word
from ..view import View
from .floats import waiting_for
from .routes import Route, is_read, last_heading_line, routes_of_entry
from .rule import Rule, Spec, change_to, finding, insert_line, is_pattern, nearest
from .stale_routing import is_replaced
from .texts import is_looked_through
from .unresolved_input import meant_in_place

Whereabouts = Literal["shown", "elsewhere", "nowhere", "unknown"]
"""Of an export: in a section it belongs in, or referred to from there; elsewhere in the paper; nowhere; or somewhere
that cannot be looked into."""


class Standing(Struct, frozen=True):
    """One export that belongs in a paper, and where in it that is shown."""

    export: Word
    path: str
    where: Whereabouts


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        for standing in standings(spec, entry, view):
            if standing.where == "elsewhere":
                yield _elsewhere(spec, entry, standing, view)
            elif standing.where == "nowhere":
                yield _nowhere(spec, entry, standing, view)


def standings(spec: Spec, entry: Contract, view: View) -> Iterator[Standing]:
    """Where the exports of a ready entry of a report stand; nothing where a section of theirs is not known."""
    if entry.ready:
        yield from all_standings(spec, entry, view)


def all_standings(spec: Spec, entry: Contract, view: View) -> Iterator[Standing]:
    """The same whether it is ready or not: a paper may show what it should not yet."""
    routes = routes_of_entry(spec, entry.routes)
    if not all(is_read(route.path, view) for route in routes):
        return
    sections = [view.section(route.path, route.label.text) for route in routes]
    known = [section for section in sections if section]
    if not routes or len(known) < len(sections):
        return
    for export, path in to_be_shown(entry):
        where = _where(path, routes, known, view)
        if where == "nowhere" and _is_told_there(spec, entry, path, routes, known, view):
            where = "unknown"
        yield Standing(export, path, where)


def _is_told_there(
    spec: Spec, entry: Contract, path: str, routes: list[Route], sections: list[Section], view: View
) -> bool:
    """Whether the paper has a finding of its own for the same break: a name that misses it, or its name of old."""
    if any(is_replaced(spec.path, entry.name.text, section, view) for section in sections):
        return True
    roots = {root: None for route in routes if is_looked_through(route.path, view) for root in view.roots(route.path)}
    meant = [meant_in_place(lost, root, view) for root in roots for lost in view.breaks(root).lost]
    return any(other is not None and without_suffix(other) == without_suffix(path) for other in meant)


def to_be_shown(entry: Contract) -> Iterator[tuple[Word, str]]:
    """The exports that belong in a paper, with their paths; the same figure in two formats counts once."""
    seen: set[str] = set()
    for export in entry.exports:
        path = paths.project_path(export.text)
        if not isinstance(path, str) or paths.suffix(path) not in ARTEFACT_SUFFIXES or is_pattern(path):
            continue
        if without_suffix(path) not in seen:
            yield export, path
        seen.add(without_suffix(path))


def _where(path: str, routes: list[Route], sections: list[Section], view: View) -> Whereabouts:
    if any(section.find(path) or path in section.files for section in sections):
        return "shown"
    if any(path in view.roots(route.path) for route in routes):
        return "shown"
    if any(section.may_hold(path) for section in sections):
        return "unknown"
    papers = [view.reached(route.path) for route in routes]
    if any(_refers(section, path, paper, view) for section, paper in zip(sections, papers, strict=True)):
        return "shown"
    if any(paper.find(path) for paper in papers):
        return "elsewhere"
    if any(paper.may_hold(path) for paper in papers) or any(view.handed(route.path, path) for route in routes):
        return "unknown"
    return "nowhere"


def _refers(section: Section, path: str, paper: Reached, view: View) -> bool:
    """Whether the paper shows it, and the section refers to it there; macros are referred to by using them.

    What is not here may hold the label that the section refers to.
    """
    shown = paper.find(path)
    if not shown:
        return False
    if path.endswith(".tex") and view.unread(path) is not None:
        return True
    facts = view.document(path) if path.endswith(".tex") else None
    own = _labels(facts) if isinstance(facts, DocumentFacts) else frozenset()
    if isinstance(facts, DocumentFacts) and _only_defines(facts):
        return True
    refers = not section.obscure.isdisjoint(view.analysis.macros.references)
    return refers or any(section.references & (target.labels | own) for target in shown)


def _labels(facts: DocumentFacts) -> frozenset[str]:
    return frozenset(event.text for event in facts.events if event.kind == "label")


def _only_defines(facts: DocumentFacts) -> bool:
    return bool(facts.events) and all(event.kind == "definition" for event in facts.events)


def _elsewhere(spec: Spec, entry: Contract, standing: Standing, view: View) -> Finding:
    routes = routes_of_entry(spec, entry.routes)
    labels = " and ".join(f"`{route.label.text}`" for route in routes)
    neither = "neither shows it nor refers to it" if len(routes) == 1 else "do not show it or refer to it"
    message = f"`{standing.path}` is shown in the paper, but section{'s' if len(routes) > 1 else ''} {labels} {neither}"
    return finding(
        RULE.code, "hint", spec.path, standing.export, message,
        entry=entry.name.text, subject=standing.path, related=_section_place(routes[0], view),
    )  # fmt: skip


def _nowhere(spec: Spec, entry: Contract, standing: Standing, view: View) -> Finding:
    path, export = standing.path, standing.export
    route = routes_of_entry(spec, entry.routes)[0]
    where = f"section `{route.label.text}` of `{route.path}`"
    section = view.section(route.path, route.label.text)
    namesake = _namesake(section, path, view) if section else None
    successor = _successor(section, path, view) if section and not namesake else None
    if namesake is not None:
        message = f"`{path}` is shown nowhere: {where} brings in `{namesake}`, a file of the same name"
        fixes = (change_to(spec.path, export, namesake), *_insert(route, path, view, safe=False))
    elif successor is not None:
        message = f"`{path}` is shown nowhere: {where} brings in `{successor}`, which no entry exports"
        fixes = (change_to(spec.path, export, successor), *_insert(route, path, view, safe=False))
    else:
        message = f"`{path}` is shown nowhere: {where} does not bring it in"
        # LaTeX stops at what is not there: whoever has it brought in should know that.
        fixes = _uncomment(route, path, view) or _insert(route, path, view, safe=view.presence(path) != "missing")
    return finding(
        RULE.code, RULE.severity, spec.path, export, message, entry=entry.name.text, subject=path,
        related=_section_place(route, view), fixes=fixes,
    )  # fmt: skip


def shown_instead(spec: Spec, entry: Contract, view: View) -> list[str]:
    """What the paper shows where it should show exports of an entry: findings on these name it."""
    absent = [standing for standing in standings(spec, entry, view) if standing.where == "nowhere"]
    routes = routes_of_entry(spec, entry.routes) if absent else []
    sections = [view.section(route.path, route.label.text) for route in routes[:1]]
    others = [_successor(section, standing.path, view) for section in sections if section for standing in absent]
    return [other for other in others if other is not None]


def _namesake(section: Section, path: str, view: View) -> str | None:
    """A file of the same name in another folder, that the section brings in."""
    name = without_suffix(paths.name(path))
    brought = {other for target in section.targets for other in target.paths if paths.name(other) == name}
    found = [f"{other}{paths.suffix(path)}" for other in sorted(brought)]
    return next((other for other in found if other != path and view.is_here(other)), None)


def _successor(section: Section, path: str, view: View) -> str | None:
    """Of an export that is not here: a file beside it, much like it in name, that the section brings in unowned."""
    if view.presence(path) != "missing":
        return None
    folder, suffix = paths.parent(path), paths.suffix(path)
    brought = {other for target in section.targets for other in target.paths if paths.parent(other) == folder}
    unowned = [other + suffix for other in sorted(brought) if not _is_exported(other, view)]
    return nearest(path, [other for other in unowned if view.is_here(other)])


def _is_exported(stem: str, view: View) -> bool:
    return any(view.claims("export", stem + suffix) for suffix in ARTEFACT_SUFFIXES)


def _section_place(route: Route, view: View) -> tuple[Related, ...]:
    place = view.section_place(route.path, route.label.text)
    return (Related(Place(place.path, place.heading), "the section"),) if place else ()


COMMENTED = re.compile(
    r"^[ \t]*(?P<mark>%[% \t]*)\\(?:input|include|subfile|includegraphics)\*?"
    r"(?:\[[^\]\r\n]*\])?\{(?P<name>[^{}\r\n]+)\}[ \t]*$",
    re.MULTILINE,
)


def _uncomment(route: Route, path: str, view: View) -> tuple[Fix, ...]:
    """Where the section's file has the command as a comment of one line, that line."""
    place = view.section_place(route.path, route.label.text)
    text = view.text(place.path) if place else None
    if place is None or not isinstance(text, Text):
        return ()
    for line in COMMENTED.finditer(text.source, place.heading.end, _section_end(place, text, view)):
        if without_suffix(paths.name(line["name"].strip())) != without_suffix(paths.name(path)):
            continue
        number = text.line_of(line.start("mark"))
        if any(_is_comment(text, other) for other in (number - 1, number + 1)):
            continue
        edit = Replace(place.path, Span(*line.span("mark")), "")
        return (Fix(f"Uncomment line {number + 1} of `{place.path}`", (edit,), safe=True),)
    return ()


def _is_comment(text: Text, line: int) -> bool:
    """Whether it belongs to a comment of several lines, say a whole figure; its lines go together."""
    return 0 <= line < len(text.line_starts) and text.line(line).lstrip().startswith("%")


def _section_end(place: SectionPlace, text: Text, view: View) -> int:
    """Where the next heading of the same or a higher level stands in the file, else the end."""
    facts = view.document(place.path)
    headings = [event for event in facts.events if event.kind == "section"] if isinstance(facts, DocumentFacts) else []
    level = next((event.level for event in headings if event.start == place.heading.start), None)
    after = [event.start for event in headings if event.start > place.heading.start]
    if level is not None:
        after = [event.start for event in headings if event.start > place.heading.start and event.level <= level]
    return min(after, default=len(text))


def _insert(route: Route, path: str, view: View, *, safe: bool = True) -> tuple[Fix, ...]:
    """In the float that waits for it; else below the last thing the section brings in, or below label and version."""
    place = view.section_place(route.path, route.label.text)
    if place is None or path.endswith(".svg"):
        return ()
    name = relpath(path, paths.parent(view.roots(route.path)[0]) or ".")
    text = view.text(place.path)
    end = _section_end(place, text, view) if isinstance(text, Text) else place.heading.end
    waiting = waiting_for(path, place.path, Span(place.heading.end, end), view)
    if waiting:
        edit = insert_line(view, place.path, waiting.after_line, waiting.indent + _bare(name))
    else:
        edit = insert_line(view, place.path, place.last[1] if place.last else _top(place, view), _command(name))
    title = f"Insert `{without_suffix(name)}` into section `{route.label.text}`"
    return (Fix(title, (edit,), safe=safe),) if edit else ()


def _top(place: SectionPlace, view: View) -> int:
    """The line below which a section's text begins: its heading, label and version are above it."""
    line = last_heading_line(place, view)
    if place.label_path == place.path:
        line = max(line, place.label_line)
    facts = view.document(place.path)
    for event in facts.events if isinstance(facts, DocumentFacts) else ():
        if event.line > place.line + VERSION_LINES or (event.kind == "section" and event.line > line):
            break
        if event.kind == "version" and event.line >= place.line:
            line = max(line, event.line)
    return line


def _command(name: str) -> str:
    """How LaTeX brings a file in. A bare graphic gets a figure around it."""
    if name.endswith(".tex"):
        return _bare(name)
    return f"\\begin{{figure}}\n  \\centering\n  {_bare(name)}\n\\end{{figure}}"


def _bare(name: str) -> str:
    if name.endswith(".tex"):
        return f"\\input{{{without_suffix(name)}}}"
    return f"\\includegraphics[width=\\linewidth]{{{name}}}"


RULE = Rule("orphaned-export", "warning", check, rests_on="artefacts", kinds=("report",))
