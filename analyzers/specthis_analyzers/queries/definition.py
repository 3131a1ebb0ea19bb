"""Where the thing named at a place is: the file behind a path, the label behind a name, the report behind a label.

In a spec: scripts, outputs, exports, inputs, schemas, the host document and its section, dependencies, and any code
span that names a file. In LaTeX: what `\\input` and `\\includegraphics` bring in, and for a label that a report
routes to, the key that says so. Only what is there is a place to go to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.contract import SpecFacts
from ..facts.document import DocumentFacts
from ..finding import Place
from ..text import Text, Word
from ..view import View
from .targets import brought_in, file_named, root_named, spec_named

CODE_SPAN = re.compile(r"`([^`\n]+)`")


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
                yield from _label(view, document, label) or file_named(view, document)
                return
    word = _code_span(view, path, offset)
    if word is not None:
        yield from file_named(view, word.text) or spec_named(view, path, word.text)


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
        yield from spec_named(view, path, word.text)
    else:
        yield from file_named(view, word.text)


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
        yield from brought_in(view, path, event)
    elif event.kind in ("root", "class"):
        yield from root_named(view, path, event)
    elif event.kind == "label":
        yield from _routing(view, path, event.text)


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
