"""What a Markdown file names: by its front matter, by the fields of its entries, and by the words of its prose.

A word of prose names a file where it is a path with a slash, a code span that is one, or a spec's name. A spec whose
name is a plain word (`definitions`) is meant only where it is a dependency that nothing else in the text mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, FrontMatter, SpecFacts
from ..text import Span, Text, Word
from ..view import View
from .things import MADE_OF_PARTS, NAME, Language, Mention, Role, Thing, of_file

TOKEN = re.compile(r"[^\s`\"'()\[\]<>,;|=!?“”„«»’…—–]+")
"""A word of prose, as far as it may be a name."""
FIELDS: dict[str, Role] = {
    "Script": "read",
    "Export script": "read",
    "Output": "write",
    "Export outputs": "write",
    "Also writes": "write",
    "Inputs": "read",
    "Workflows": "read",
    "Variants": "read",
}
"""The fields whose values are paths, and what their entry does with these files."""
LINE_BEHIND = re.compile(r"(?<=\w)(?::\d+)+$")
"""A line, and a column, of the file that is named."""
PLAIN_WORD = re.compile(r"[A-Za-z]+")


class Specs(Struct, frozen=True):
    """The names of a project's specs, taken once for many texts."""

    folder: str
    stems: frozenset[str]

    @staticmethod
    def of(view: View) -> Specs:
        return Specs(view.analysis.specs, frozenset(view.stems(view.analysis.specs, ".md")))

    def with_those(self, moves: Iterable[str]) -> Specs:
        """The names of some specs as well, that may not be here."""
        stems = {paths.stem(path) for path in moves if path.endswith(".md") and paths.parent(path) == self.folder}
        return Specs(self.folder, self.stems | stems)

    def named(self, written: str) -> str | None:
        """The spec that a name, a filename or a path means."""
        stem = written.removeprefix(f"{self.folder}/" if self.folder else "").removesuffix(".md")
        return paths_in(self.folder, f"{stem}.md") if stem in self.stems else None

    def has(self, path: str) -> bool:
        return self.named(path) == path


def paths_in(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def mentions(view: View, path: str, specs: Specs) -> list[Mention]:
    """What a Markdown file names, in order. Each place names one thing."""
    facts, text = view.spec(path), view.text(path)
    if not isinstance(facts, SpecFacts) or not isinstance(text, Text):
        return []
    reading = _Reading(path, facts, text.source, specs)
    found = [*reading.front_matter(), *reading.entries()]
    found += reading.prose(sorted(mention.span for mention in found))
    found += reading.unsaid(found)
    return sorted({mention.span: mention for mention in reversed(found)}.values(), key=lambda mention: mention.span)


class _Reading:
    """One text."""

    def __init__(self, path: str, facts: SpecFacts, source: str, specs: Specs) -> None:
        self.path = path
        self.facts = facts
        self.source = source
        self.specs = specs
        keys = [key for entry in facts.entries if entry.schema for key in entry.schema.keys]
        self.own = {entry.name.text for entry in facts.entries}.difference(key.name.text for key in keys)
        """The entries of this file that no key is called like."""

    # Front matter --------------------------------------------------------------------------------------------

    def front_matter(self) -> Iterator[Mention]:
        front = self.facts.front
        for key in front.keys if front else ():
            for word in key.values:
                yield from self._value(front, key.name.text, word)

    def _value(self, front: FrontMatter | None, key: str, word: Word) -> Iterator[Mention]:
        if key == "name" and self.specs.has(self.path):
            yield self._spec(self.path, word, "declaration", "yaml")
        elif key == "depends_on":
            written = word.text if word.text.endswith(".md") else f"{word.text}.md"
            target = paths.join(paths.parent(self.path), written)
            if isinstance(target, str):
                yield self._spec(target, word, "read", "yaml")
        elif key == "section_label":
            host = front.scalar("host_doc") if front else None
            document = paths.project_path(host.text) if host else None
            if isinstance(document, str):
                yield self._other(Thing("label", word.text, document), word, "read", "yaml")
        elif key == "host_doc" or "/" in word.text:
            yield from self._file(word, "read" if key == "host_doc" else "text", "yaml", key == "host_doc")

    # Entries -------------------------------------------------------------------------------------------------

    def entries(self) -> Iterator[Mention]:
        for entry in self.facts.entries:
            if entry.name.text:  # a heading without a name names nothing
                yield self._other(Thing("entry", entry.name.text, self.path), entry.name, "declaration", "word")
            for field in entry.fields:
                role = FIELDS.get(field.label.text)
                for word in field.values if role else ():
                    yield from self._file(word, role or "text", self._language(word), True)
            for route in entry.routes:
                yield from self._route(route)
            yield from self._schema(entry)

    def _schema(self, entry: Contract) -> Iterator[Mention]:
        if entry.schema is None:
            return
        if entry.schema.file:
            yield from self._file(entry.schema.file, "read", self._language(entry.schema.file), True)
        for key in entry.schema.keys:
            thing = Thing("key", key.name.text, f"{self.path}#{entry.name.text}")
            yield self._other(thing, key.name, "declaration", "word")

    def _route(self, word: Word) -> Iterator[Mention]:
        document, sign, label = word.text.partition("#")
        at = word.start + len(document)
        language = self._language(word)
        yield from self._file(Word(document, word.start, at), "read", language, True)
        path = paths.project_path(document)
        if sign and label and isinstance(path, str):
            yield self._other(Thing("label", label, path), Word(label, at + 1, word.end), "read", language)

    # Prose ---------------------------------------------------------------------------------------------------

    def prose(self, taken: list[Span]) -> Iterator[Mention]:
        """The words that name something, outside of what is taken."""
        body = self.facts.front.span.end if self.facts.front else 0
        at = 0
        for match in TOKEN.finditer(self.source, body):
            while at < len(taken) and taken[at].end <= match.start():
                at += 1
            if at == len(taken) or taken[at].start >= match.end():
                yield from self._token(match.start(), match[0])

    def _token(self, start: int, token: str) -> Iterator[Mention]:
        text = LINE_BEHIND.sub("", token.strip("*").rstrip(".:*/"))
        start += len(token) - len(token.lstrip("*"))
        word = Word(text, start, start + len(text))
        whole = self.source[start - 1 : start] == "`" == self.source[word.end : word.end + 1]
        head, sign, tail = text.partition("#")
        if not text or "://" in text:
            return
        if sign and head and tail:
            yield from self._pair(word, head, tail)
        elif (spec := self.specs.named(text)) and not text.startswith(f"{self.specs.folder}/"):
            if whole or text.endswith(".md") or not PLAIN_WORD.fullmatch(text):
                yield self._spec(spec, word, "text", "word")
        elif "/" in token or (whole and "." in text):
            yield from self._file(word, "text", "code span" if whole else "word")
        elif whole and text in self.own:
            yield self._other(Thing("entry", text, self.path), word, "text", "word", doubtful=True)

    def _pair(self, word: Word, head: str, tail: str) -> Iterator[Mention]:
        """`spec#entry`, or `document#label`."""
        at = word.start + len(head)
        first, second = Word(head, word.start, at), Word(tail, at + 1, word.end)
        beside = paths.join(paths.parent(self.path), head) if head.startswith("../") else head
        spec = self.specs.named(beside) if isinstance(beside, str) else None
        if spec and NAME.fullmatch(tail):
            if "/" in head:
                yield from self._file(first, "text", "word")
            else:
                yield self._spec(spec, first, "text", "word")
            yield self._other(Thing("entry", tail, spec), second, "text", "word")
        elif head.endswith(".tex"):
            yield from self._file(first, "text", "word")
            path = paths.project_path(head)
            if isinstance(path, str):
                yield self._other(Thing("label", tail, path), second, "text", "word")

    def unsaid(self, found: list[Mention]) -> Iterator[Mention]:
        """Of each dependency that is mentioned by a plain word and in no other way, the first such word."""
        front = self.facts.front
        depends = front.key("depends_on") if front else None
        if front is None or depends is None:
            return
        said = {mention.thing for mention in found if mention.span.start >= front.span.end}
        for word in depends.values:
            stem = paths.stem(word.text)
            spec = self.specs.named(stem)
            if spec is None or Thing("path", spec) in said or not PLAIN_WORD.fullmatch(stem):
                continue
            as_a_word = rf"(?<![\w/.-]){stem}(?![\w/-]|\.\w)"
            match = re.compile(as_a_word).search(self.source, front.span.end) or re.compile(
                as_a_word, re.IGNORECASE
            ).search(self.source, front.span.end)
            if match:
                yield self._spec(spec, Word(match[0], *match.span()), "text", "word", doubtful=True)

    # Kinds of mentions ---------------------------------------------------------------------------------------

    def _spec(self, spec: str, word: Word, role: Role, language: Language, doubtful: bool = False) -> Mention:
        """A spec by its name or its filename, which is looked for in the folder of the specs."""
        dropped = "" if word.text.endswith(".md") else ".md"
        base = paths.parent(spec)
        contract = language == "yaml"
        return of_file(
            spec, self.path, word.span, word.text, role, language,
            base=base, dropped=dropped, below=True, contract=contract, doubtful=doubtful,
        )  # fmt: skip

    def _file(self, word: Word, role: Role, language: Language, contract: bool = False) -> Iterator[Mention]:
        """A file by its path: from the root, or, where that would lead out of the project, from this file."""
        if MADE_OF_PARTS.search(word.text):
            return
        target = paths.project_path(word.text)
        beside = paths.join(paths.parent(self.path), word.text) if word.text.startswith("../") else None
        if isinstance(target, str):
            yield of_file(target, self.path, word.span, word.text, role, language, contract=contract)
        elif isinstance(beside, str) and role == "text":
            base = paths.parent(self.path)
            yield of_file(beside, self.path, word.span, word.text, role, language, base=base, anchor=self.path)

    def _other(self, thing: Thing, word: Word, role: Role, language: Language, doubtful: bool = False) -> Mention:
        return Mention(thing, self.path, word.span, word.text, role, language, contract=True, doubtful=doubtful)

    def _language(self, word: Word) -> Language:
        return "code span" if self.source[word.start - 1 : word.start] == "`" else "word"
