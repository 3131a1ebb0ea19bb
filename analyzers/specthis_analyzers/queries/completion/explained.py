"""What a choice is, in a few lines of Markdown: found only once somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from ... import paths
from ...facts.contract import SpecFacts
from ...facts.vocabulary import FIELDS, FRONT_MATTER, KINDS, RESOURCES, STATUSES
from ...settings import SETTINGS
from ...text import Text
from ...view import View
from .choices import About

MOST_ENTRIES = 20
NAMED_BY: tuple[tuple[str, str], ...] = (("script", "the script of"), ("path", "written by"), ("host", "shows"))
"""Tables of names, and how what stands in them is put."""


def explanation(view: View, about: About) -> str:
    """What is known of a choice; empty where that is nothing. `about` may be anything that came back from a client."""
    explain = EXPLAIN.get(about[0]) if about else None
    return explain(view, *about[1:]) if explain and len(about) == ARGUMENTS[about[0]] + 1 else ""


def _spec(view: View, path: str) -> str:
    facts = view.spec(path) if paths.parent(path) == view.analysis.specs and path.endswith(".md") else None
    if not isinstance(facts, SpecFacts):
        return ""
    title = facts.front.scalar("title") if facts.front else None
    names = [f"`{entry.name.text}`" for entry in facts.entries]
    more = f" and {len(names) - MOST_ENTRIES} more" if len(names) > MOST_ENTRIES else ""
    lines = [
        title.text if title else "",
        f"Kind: {facts.kind}" if facts.kind else "",
        f"Entries: {', '.join(names[:MOST_ENTRIES])}{more}" if names else "",
    ]
    return "\n\n".join(line for line in lines if line)


def _label(view: View, document: str, label: str) -> str:
    is_inside = paths.project_path(document) == document and view.is_here(document)
    place = view.section_place(document, label) if is_inside else None
    text = view.text(place.path) if place else None
    if place is None or not isinstance(text, Text):
        return "A section that a report routes to. No text sets this label yet." if view.claims("route", label) else ""
    title = text.source[place.heading.start : place.heading.end]
    routed = sorted({claim.path for claim in view.claims("route", label)})[:MOST_ENTRIES]
    lines = [title, f"`{place.path}`, line {place.line + 1}"]
    if routed:
        lines.append("Routed to by " + ", ".join(f"`{path}`" for path in routed))
    return "\n\n".join(lines)


def _file(view: View, path: str) -> str:
    lines: list[str] = []
    for table, said in NAMED_BY:
        claims = view.claims(table, path)[:MOST_ENTRIES]  # type: ignore[arg-type]
        names = [f"`{paths.stem(claim.path)}#{claim.entry}`" if claim.entry else f"`{claim.path}`" for claim in claims]
        if names:
            lines.append(f"{said[0].upper()}{said[1:]} {', '.join(names)}")
    return "\n\n".join(lines)


def _setting(view: View, name: str) -> str:
    setting = next((setting for setting in SETTINGS if setting.name == name), None)
    return f"{setting.meaning}\n\nTakes {setting.takes}; by default `{setting.default}`." if setting else ""


def _kind(view: View, kind: str) -> str:
    return next((meaning for name, meaning in KINDS.items() if name == kind), "")


EXPLAIN: dict[str, Callable[..., str]] = {
    "key": lambda view, name: FRONT_MATTER.get(name, ""),
    "kind": _kind,
    "field": lambda view, label: FIELDS.get(label, ""),
    "status": lambda view, status: STATUSES.get(status, ""),
    "spec": _spec,
    "label": _label,
    "file": _file,
    "setting": _setting,
    "resource": lambda view, key: RESOURCES.get(key, ""),
    "word": lambda view, meaning: meaning,
}
"""By the first word of what a choice is about. Rules and GPUs are explained by whoever gave their names."""
ARGUMENTS = {name: 2 if name == "label" else 1 for name in EXPLAIN}
