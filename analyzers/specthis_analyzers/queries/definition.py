"""Where the thing named at a place is: the file behind a path, the heading of an entry, the label behind a name.

A declared key leads to that key in the results, and a key there to its declaration. A label of a LaTeX file that a
report routes to leads to the words that say so. Only what is there is a place to go to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..facts.contract import SpecFacts
from ..finding import Place
from ..text import Span, Text, Word
from ..view import View
from .in_others import place_of_key
from .mentions import entry_of, mention_at
from .references import outputs_of
from .targets import file_named
from .things import Mention, Thing

CODE_SPAN = re.compile(r"`([^`\n]+)`")


def definition(view: View, path: str, offset: int) -> list[Place]:
    """The places of whatever is named at an offset of a file; none where nothing is."""
    mention = mention_at(view, path, offset)
    if mention is None:
        word = _code_span(view, path, offset) if path.endswith(".md") else None
        return file_named(view, word.text) if word else []
    return list(_places(view, mention))


def _places(view: View, mention: Mention) -> Iterator[Place]:
    thing = mention.thing
    if thing.kind == "path":
        yield from file_named(view, thing.name)
    elif thing.kind == "entry":
        entry = entry_of(view, thing)
        yield from [Place(thing.of, entry.name.span)] if entry else []
    elif thing.kind == "key":
        yield from _key(view, mention)
    elif mention.language != "latex":
        yield from _label(view, thing) or (file_named(view, thing.of) if mention.language != "yaml" else ())
    elif mention.role == "declaration":
        yield from _routing(view, thing)


def _code_span(view: View, path: str, offset: int) -> Word | None:
    """The code span around an offset: a name with blanks in it is no word."""
    text = view.text(path)
    if not isinstance(text, Text):
        return None
    line = text.line_span(text.line_of(offset))
    for match in CODE_SPAN.finditer(text.source, line.start, line.end):
        if match.start() <= offset <= match.end():
            return Word(match[1].strip(), match.start(1), match.end(1))
    return None


def _key(view: View, mention: Mention) -> Iterator[Place]:
    """From the declaration to the results that have the key, and back."""
    thing = mention.thing
    entry = entry_of(view, thing)
    if entry is None or entry.schema is None:
        return
    if mention.role != "declaration":
        spec = thing.of.rpartition("#")[0]
        yield from (Place(spec, key.name.span) for key in entry.schema.keys if key.name.text == thing.name)
        return
    for path in outputs_of(entry):
        text = view.text(path)
        place = place_of_key(text.source, thing.name) if isinstance(text, Text) else None
        if place:
            yield Place(path, Span(*place))


# Labels ------------------------------------------------------------------------------------------------------


def _label(view: View, thing: Thing) -> list[Place]:
    place = view.section_place(thing.of, thing.name)
    return [Place(place.label_path, place.label)] if place else []


def _routing(view: View, thing: Thing) -> Iterator[Place]:
    """Every word of a spec that routes to a label of this file."""
    for claim in view.claims("route", thing.name):
        facts = view.spec(claim.path)
        if isinstance(facts, SpecFacts):
            yield from (
                Place(claim.path, word.span)
                for document, word, wanted in _routes(facts)
                if wanted == thing.name and _is_label_of(view, document, thing)
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


def _is_label_of(view: View, document: str, thing: Thing) -> bool:
    found = paths.project_path(document)
    place = view.section_place(found, thing.name) if isinstance(found, str) else None
    return place is not None and place.label_path == thing.of
