"""What other files name: Makefiles and settings files their paths, a committed index its specs, a result its keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .. import paths
from ..facts import json_scan
from ..facts.configuration import SETTINGS_FILES
from ..facts.contract import SpecFacts
from ..text import Span, Text, Word
from ..view import View
from .in_specs import Specs
from .things import MADE_OF_PARTS, Language, Mention, Thing, of_file

MAKE_WORD = re.compile(r"[^\s:=()$,;'\"|&<>\\#@+?!`]+")
TOML_STRING = re.compile(r"\"([^\"\\\n]+)\"|'([^'\n]+)'")
TOML_TABLE = re.compile(r"^[ \t]*+\[++[ \t]*+([^\]\n]*)\]", re.MULTILINE)
TOML_COMMENT = re.compile(r"[ \t]*#")
JSON_STRING = re.compile(r"\"([^\"\\\x00-\x1f]+)\"([ \t\r\n]*:)?")
NAMES_AN_ENTRY = re.compile(r"\"(?:name|entry)\"\s*:\s*$")
NAMES_A_LABEL = re.compile(r"\"section_label\"\s*:\s*$")
LONGEST_KEY = 40


def in_makefile(view: View, path: str) -> list[Mention]:
    """The paths of a Makefile at the root, in rules and in recipes alike."""
    text = view.text(path)
    source = text.source if isinstance(text, Text) else ""
    words = (Word(match[0].rstrip("/"), match.start(), match.start() + len(match[0].rstrip("/")))
             for match in MAKE_WORD.finditer(source))  # fmt: skip
    return list(_files(words, path, "make"))


def in_settings(view: View, path: str) -> list[Mention]:
    """The paths of the settings: folders, and papers. A plain word is a folder only where all strings are ours."""
    text = view.text(path)
    if not isinstance(text, Text):
        return []
    words: dict[bool, list[Word]] = {True: [], False: []}
    tables = [(header.start(), header[1]) for header in TOML_TABLE.finditer(text.source)]
    for match in TOML_STRING.finditer(text.source):
        line = text.line_span(text.line_of(match.start()))
        if not TOML_COMMENT.match(text.source, line.start):
            bare = (match[1] or match[2]).rstrip("/")
            start = match.start(match.lastindex or 0)
            table = next((name for at, name in reversed(tables) if at < start), "")
            is_ours = path == SETTINGS_FILES[0][0] or table.startswith(SETTINGS_FILES[1][1])
            words[is_ours].append(Word(bare, start, start + len(bare)))
    return [*_files(words[True], path, "string", plain_too=True), *_files(words[False], path, "string")]


def in_index(view: View, path: str, specs: Specs) -> list[Mention]:
    """The specs, entries, labels and paths of a committed index. What stands below a spec's name is of that spec."""
    text = view.text(path)
    return list(_in_index(text.source, path, specs)) if isinstance(text, Text) else []


def _in_index(source: str, path: str, specs: Specs) -> Iterator[Mention]:
    spec = ""
    document = ""
    for match in JSON_STRING.finditer(source):
        word = Word(match[1], *match.span(1))
        before = source[max(match.start() - LONGEST_KEY, 0) : match.start()]
        named = specs.named(word.text)
        if NAMES_A_LABEL.search(before):
            yield Mention(Thing("label", word.text, document), path, word.span, word.text, "text", "string")
        elif named and (match[2] or word.text.endswith(".md") or not NAMES_AN_ENTRY.search(before)):
            spec = named
            dropped = "" if word.text.endswith(".md") else ".md"
            base = paths.parent(named) if "/" not in word.text else ""
            yield of_file(
                named, path, word.span, word.text, "text", "string", base=base, dropped=dropped, below=bool(base)
            )
        elif NAMES_AN_ENTRY.search(before) and spec:
            yield Mention(Thing("entry", word.text, spec), path, word.span, word.text, "text", "string")
        elif match[2] is None:
            if word.text.endswith(".tex") and '"host_doc"' in before:
                document = word.text
            yield from _files([word], path, "string")


def in_result(view: View, path: str) -> list[Mention]:
    """The keys of a result, as the entry that writes it declares them."""
    text = view.text(path)
    found: list[Mention] = []
    for entry, names in _declared(view, path):
        for name in names if isinstance(text, Text) else ():
            place = place_of_key(text.source, name) if isinstance(text, Text) else None
            if place:
                thing = Thing("key", name, entry)
                found.append(Mention(thing, path, Span(*place), name, "write", "string", contract=True))
    return sorted(found, key=lambda mention: mention.span)


def place_of_key(source: str, name: str) -> tuple[int, int] | None:
    """Where a declared key stands in a result: by its literal name, else by the way that its dots say."""
    return json_scan.key_place(source, (name,)) or json_scan.key_place(source, name.split("."))


def _declared(view: View, path: str) -> Iterator[tuple[str, list[str]]]:
    """The entries that write a result, as `spec#entry`, and the keys that each declares."""
    for claim in view.claims("path", path):
        facts = view.spec(claim.path)
        for entry in facts.entries if isinstance(facts, SpecFacts) else ():
            if entry.name.text == claim.entry and entry.schema:
                yield f"{claim.path}#{claim.entry}", [key.name.text for key in entry.schema.keys]


def _files(words: Iterable[Word], path: str, language: Language, plain_too: bool = False) -> Iterator[Mention]:
    for word in words:
        target = paths.project_path(word.text)
        is_path = "/" in word.text or "." in word.text or plain_too
        if isinstance(target, str) and target and is_path and not MADE_OF_PARTS.search(word.text):
            yield of_file(target, path, word.span, word.text, "text", language)
