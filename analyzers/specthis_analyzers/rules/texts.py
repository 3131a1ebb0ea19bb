"""The LaTeX that rules look through: each root once, by the first spec that names its document as its host.

What is found in a paper is found by one spec, however many route into it, and asked again only with what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import paths
from ..facts.document import DocumentFacts, Event, EventKind
from ..view import View
from .routes import is_read
from .rule import Spec


def roots_of(subject: Spec | str, view: View) -> list[str]:
    """The roots that one subject sees to: a spec those of its host document, the project those of the settings."""
    if isinstance(subject, str):
        return [root for paper in view.analysis.papers for root in _roots(paper, view)]
    if "roots" not in subject.known:
        host = subject.scalar("host_doc")
        path = paths.project_path(host.text) if host else None
        speaks = isinstance(path, str) and view.speaker(path) == subject.path
        subject.known["roots"] = _roots(path, view) if isinstance(path, str) and speaks else []
    return subject.known["roots"]


def is_looked_through(document: str, view: View) -> bool:
    """Whether some subject sees to a document."""
    return view.speaker(document) is not None or document in view.analysis.papers


def _roots(document: str, view: View) -> list[str]:
    if not is_read(document, view):
        return []
    return [root for root in view.roots(document) if is_read(root, view)]


def is_general(path: str, within: Sequence[str], view: View) -> bool:
    """Whether a place is neither in a file that an entry writes nor in a section that a report routes to."""
    return not view.claims("path", path) and not any(view.claims("route", label) for label in within)


def events_in(path: str, kinds: Sequence[EventKind], said: str, view: View) -> Iterator[Event]:
    """The events of a file that say one thing."""
    facts = view.document(path)
    for event in facts.events if isinstance(facts, DocumentFacts) else ():
        if event.kind in kinds and event.text == said:
            yield event
