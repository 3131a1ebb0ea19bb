"""Where the thing named at a place is: the file behind a path, the label behind a name, the report behind a label.

In a spec: scripts, outputs, exports, inputs, schemas, the host document and its section, dependencies, and any code
span that names a file. In LaTeX: what `\\input` and `\\includegraphics` bring in, and for a label that a report
routes to, the key that says so. Only what is there is a place to go to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import paths
from ..facts.contract import SpecFacts
from ..facts.document import DocumentFacts, Event
from ..finding import Place
from ..routing import ARTEFACT_SUFFIXES, candidates
from ..text import Span, Text, Word
from ..view import View

CODE_SPAN = re.compile(r"`([^`\n]+)`")
START = Span(0, 0)


def definition(view: View, path: str, offset: int) -> list[Place]:
    """The places of whatever is named at an offset of a file; none where nothing is."""
    if path.endswith(".md"):
        facts = view.spec(path)
        return list(_in_spec(view, path, facts, offset)) if isinstance(facts, SpecFacts) else []
    if path.endswith((".tex", ".sty", ".cls")):
        facts = view.document(path)
        return list(_in_document(view, path, facts, offset)) if isinstance(facts, DocumentFacts) else []
    return []


# Specs -------------------------------------------------------------------------------------------------------


def _in_spec(view: View, path: str, facts: SpecFacts, offset: int) -> Iterator[Place]:
    front = facts.front
    if front is not None and front.span.start <= offset <= front.span.end:
        yield from _in_front_matter(view, path, facts, offset)
        return
    for entry in facts.entries:
        for word in entry.routes:
            if _at(word, offset):
                document, _, label = word.text.partition("#")
                yield from _label(view, document, label) or _file(view, document)
                return
    word = _code_span(view, path, offset)
    if word is not None:
        yield from _file(view, word.text) or _spec(view, path, word.text)


def _in_front_matter(view: View, path: str, facts: SpecFacts, offset: int) -> Iterator[Place]:
    assert facts.front is not None
    key = next((key for key in facts.front.keys if any(_at(word, offset) for word in key.values)), None)
    if key is None:
        return
    word = next(word for word in key.values if _at(word, offset))
    if key.name.text == "section_label":
        document = facts.front.scalar("host_doc")
        yield from _label(view, document.text, word.text) if document else ()
    elif key.name.text == "depends_on":
        yield from _spec(view, path, word.text)
    else:
        yield from _file(view, word.text)


def _code_span(view: View, path: str, offset: int) -> Word | None:
    """The code span around an offset; a label and a hash sign after a path count with the path."""
    text = view.text(path)
    if not isinstance(text, Text):
        return None
    line = text.line_span(text.line_of(offset))
    for match in CODE_SPAN.finditer(text.source, line.start, line.end):
        if match.start() <= offset <= match.end():
            return Word(match[1].strip(), match.start(1), match.end(1))
    return None


def _file(view: View, written: str) -> list[Place]:
    path = paths.project_path(written)
    if not isinstance(path, str) or not path or not view.is_here(path) or view.folder(path):
        return []
    return [Place(path, START)]


def _spec(view: View, path: str, written: str) -> list[Place]:
    """A spec by its filename, or by its name alone."""
    for name in (written, f"{written}.md") if not written.endswith(".md") else (written,):
        beside = paths.join(paths.parent(path), name)
        if isinstance(beside, str) and beside.endswith(".md") and view.is_here(beside):
            return [Place(beside, START)]
    return []


def _label(view: View, document: str, label: str) -> list[Place]:
    path = paths.project_path(document)
    if not isinstance(path, str) or not label:
        return []
    place = view.section_place(path, label)
    return [Place(place.label_path, place.label)] if place else []


# LaTeX -------------------------------------------------------------------------------------------------------


def _in_document(view: View, path: str, facts: DocumentFacts, offset: int) -> Iterator[Place]:
    event = next((event for event in facts.events if event.start <= offset <= event.end and event.text), None)
    if event is None:
        return
    if event.kind in ("input", "graphic", "conditional"):
        yield from _brought_in(view, path, event)
    elif event.kind in ("root", "class"):
        yield from _root(view, path, event)
    elif event.kind == "label":
        yield from _routing(view, path, event.text)


def _brought_in(view: View, path: str, event: Event) -> list[Place]:
    """The file as TeX finds it from each root, then as seen from the file itself and from the project."""
    folders: dict[str, None] = {}
    for root in view.roots(path):
        folders[paths.parent(root)] = None
        if event.kind == "graphic":
            folders.update(dict.fromkeys(_graphics_folders(view, root)))
    folders.update({paths.parent(path): None, "": None})
    return next((found for name in _names(event, folders) if (found := _file(view, name))), [])


def _names(event: Event, folders: Iterable[str]) -> Iterator[str]:
    if event.kind != "graphic":
        yield from candidates(event.text, folders)
        return
    for folder in folders:
        path = paths.join(folder, event.text)
        if isinstance(path, str):
            yield path
            yield from (path + suffix for suffix in ARTEFACT_SUFFIXES)


def _graphics_folders(view: View, root: str) -> Iterator[str]:
    for placed in view.flow(root).flow.events:
        if placed.event.kind == "graphics path":
            folder = paths.join(paths.parent(root), placed.event.text)
            if isinstance(folder, str):
                yield folder


def _root(view: View, path: str, event: Event) -> list[Place]:
    """The root that a comment or a subfile names."""
    written = event.text if event.kind == "root" else event.extra
    named = paths.join(paths.parent(path), written)
    for name in (named, f"{named}.tex") if isinstance(named, str) and written else ():
        if found := _file(view, name):
            return found
    return []


def _routing(view: View, path: str, label: str) -> Iterator[Place]:
    """Every word of a spec that routes to a label of this file."""
    for stem in view.names("spec"):
        for claim in view.claims("spec", stem):
            facts = view.spec(claim.path)
            if isinstance(facts, SpecFacts):
                yield from (
                    Place(claim.path, word.span)
                    for document, word, wanted in _routes(facts)
                    if wanted == label and _is_label_of(view, document, label, path)
                )


def _routes(facts: SpecFacts) -> Iterator[tuple[str, Word, str]]:
    """Each document and label that a spec routes to, with the word that says the label."""
    document = facts.front.scalar("host_doc") if facts.front else None
    label = facts.front.scalar("section_label") if facts.front else None
    if document and label:
        yield document.text, label, label.text
    for entry in facts.entries:
        for word in entry.routes:
            named, _, wanted = word.text.partition("#")
            yield named, word, wanted


def _is_label_of(view: View, document: str, label: str, path: str) -> bool:
    found = paths.project_path(document)
    place = view.section_place(found, label) if isinstance(found, str) else None
    return place is not None and place.label_path == path


def _at(word: Word, offset: int) -> bool:
    return word.start <= offset <= word.end
