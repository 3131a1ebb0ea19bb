"""Every place of a project that names a thing: texts that hold its name are looked at, and read only then.

A search goes in steps, a file each, so that whoever asks can do other things in between, or leave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain

from msgspec import Struct

from .. import paths
from ..facts import quoted
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..finding import Place
from ..papers import INDEX
from ..routing import without_suffix
from ..text import Span, Text
from ..view import View
from . import in_schemas
from .in_specs import PLAIN_WORD, Specs, paths_in
from .mentions import LATEX, MAKEFILES, RESULTS, SETTINGS, entry_of, mentions
from .things import Mention, Thing

MAX_FOLDERS = 2_000
"""Folders searched for texts and scripts; a tree with more is searched no further."""
MADE_BY_TOOLS = frozenset(("build", "dist", "env", "node_modules", "renv", "site-packages", "venv"))
"""Folders in which there may be thousands of files that nobody here wrote."""

Search = Generator[None, None, list[Mention]]
"""The steps of a search, and what it finds in the end."""

Sieve = Callable[[str, str], bool]
"""Whether a file, by its path and its text, may name a thing: what fails costs no reading."""


def references(view: View, thing: Thing, here: str = "") -> Search:
    """The mentions of a thing, in order of path and place. `here` is looked at wherever it lies."""
    if thing.kind == "label":
        return (yield from labels(view, thing.name, thing.of))[0]
    if thing.kind == "path":
        sieve, candidates = naming_file(view, thing.name), chain([here], everything(view))
    elif thing.kind == "entry":
        sieve, candidates = _naming_entry(thing), chain(markdown(view), index(view))
    else:
        sieve, candidates = _anything, iter([thing.of.rpartition("#")[0], *_results(view, thing)])
    return (yield from search(view, candidates, sieve, lambda mention: mention.thing == thing))


def search(view: View, candidates: Iterator[str], sieve: Sieve, wanted: Callable[[Mention], bool]) -> Search:
    """The mentions that are wanted, in those files that pass the sieve."""
    specs = Specs.of(view)
    found: list[Mention] = []
    for path in once(candidates):
        text = view.world.read(path)
        if isinstance(text, Text) and sieve(path, text.source):
            found += filter(wanted, mentions(view, path, specs))
        yield
    return sorted(found, key=lambda mention: (mention.path, mention.span))


def once(candidates: Iterable[str]) -> Iterator[str]:
    """Each path the first time that it comes; found as they are asked for, which is a part of every step."""
    seen: set[str] = set()
    for path in candidates:
        if path not in seen:
            seen.add(path)
            yield path


def naming_file(view: View, target: str) -> Sieve:
    """Texts that may name a file: by its name behind that of its folder; LaTeX leaves out both folder and suffix."""
    if paths.parent(target) == view.analysis.specs and target.endswith(".md"):
        return _naming_spec(target)
    name, around = paths.name(target), paths.parent(target)
    folder, stem = paths.name(around), without_suffix(name).removesuffix(".bib")
    in_address = in_schemas.escaped(name)

    def may_name(path: str, source: str) -> bool:
        if paths.suffix(path) in LATEX:
            return stem in source
        is_said = name in source or (in_address != name and path.endswith(RESULTS) and in_address in source)
        return is_said and (folder in source or paths.below(path, around))

    return may_name


def _naming_spec(target: str) -> Sieve:
    """Texts that may name a spec. One that is called by a plain word is meant by far fewer than say the word."""
    stem = paths.stem(target)
    said = re.escape(stem)
    meant = re.compile(rf"{said}(?:\.md|[#`])|^[ \t]*-[ \t]+[\"']?{said}\b|^depends_on:.*\b{said}\b", re.MULTILINE)

    def may_name(path: str, source: str) -> bool:
        if not PLAIN_WORD.fullmatch(stem):
            return stem in source
        return path == target or (stem in source and meant.search(source) is not None)

    return may_name


def _naming_entry(thing: Thing) -> Sieve:
    """Elsewhere an entry is named behind its spec; an index has it in quotes."""

    def may_name(path: str, source: str) -> bool:
        return path == thing.of or f"#{thing.name}" in source or f'"{thing.name}"' in source

    return may_name


def _anything(path: str, source: str) -> bool:
    return True


def declared(view: View, thing: Thing, found: Iterable[Mention]) -> list[Place]:
    """Where a thing is declared: by the mentions that do so, else, of a file, by its beginning."""
    places = [mention.place for mention in found if mention.role == "declaration"]
    if places or thing.kind != "path" or not view.is_here(thing.name) or view.folder(thing.name):
        return places
    return [Place(thing.name, Span(0, 0))]


# Labels ------------------------------------------------------------------------------------------------------


class Shared(Struct, frozen=True):
    """The texts that share a label."""

    roots: tuple[str, ...]
    files: tuple[str, ...]


def labels(view: View, label: str, document: str) -> Generator[None, None, tuple[list[Mention], Shared]]:
    """The mentions of a label, and the texts that share it.

    It is one label in all roots that read a file which sets it or refers to it. A paper that refers to it and sets none
    of that name may know it from another one, so it is one in both.
    """
    shared = yield from _shared(view, label, [document])
    if not any(_sets(view, path, label) for path in shared.files):
        shared = yield from _shared(view, label, [document, *view.set_in(label)])
    files = dict.fromkeys(shared.files)
    for path in view.documents():
        if path not in files and _says(view, path, label):
            others = view.roots(path)
            if not any(_sets(view, file, label) for root in others for file in view.flow(root).flow.files):
                files[path] = None
        yield

    def is_wanted(mention: Mention) -> bool:
        if mention.thing.kind != "label" or mention.thing.name != label:
            return False
        return mention.thing.of in files or any(root in shared.roots for root in view.roots(mention.thing.of))

    candidates = chain(files, markdown(view), index(view))
    found = yield from search(view, candidates, lambda path, source: label in source, is_wanted)
    return found, shared


def _shared(view: View, label: str, documents: list[str]) -> Generator[None, None, Shared]:
    files: dict[str, None] = {}
    roots: dict[str, None] = {}
    pending = list(documents)
    while pending:
        for root in view.roots(pending.pop()):
            if root in roots:
                continue
            roots[root] = None
            for path in view.flow(root).flow.files:
                if path not in files and _says(view, path, label):
                    pending.append(path)
                files[path] = None
            yield
    return Shared(tuple(roots), tuple(files))


def _says(view: View, path: str, label: str) -> bool:
    text = view.world.read(path)
    return isinstance(text, Text) and label in text.source


def _sets(view: View, path: str, label: str) -> bool:
    return _says(view, path, label) and view.ask(("sets", path, label))


# Files to look in --------------------------------------------------------------------------------------------


def everything(view: View) -> Iterator[str]:
    """Every file in which files are named: texts and scripts in order of nearness, and what names paths by itself."""
    yield from markdown(view)
    yield from latex(view)
    yield from view.names("script")
    yield from schemas(view)
    yield from tree(view)
    yield from MAKEFILES
    yield from SETTINGS
    yield from index(view)


def index(view: View) -> list[str]:
    return [paths_in(view.analysis.specs, INDEX)]


def markdown(view: View) -> Iterator[str]:
    """The Markdown files of the specs folder, and those at the root."""
    yield from _files(view, view.analysis.specs, frozenset((".md",)))
    yield from _files(view, "", frozenset((".md",)))


def latex(view: View) -> Iterator[str]:
    """The LaTeX files of the report folders, and all that the host documents read."""
    yield from view.documents()
    for host in (*view.names("host"), *view.analysis.papers):
        for root in view.roots(host):
            yield from view.flow(root).flow.files


def schemas(view: View) -> Iterator[str]:
    """The schemas that specs name, and all that these refer to."""
    pending = list(view.names("schema"))
    for path in once(pending):
        yield path
        pending += [mention.thing.name for mention in in_schemas.mentions(view, path)]


def tree(view: View) -> Iterator[str]:
    """Texts and scripts anywhere, folders above first; not below results, other projects, and what tools made."""
    pending = [""]
    for at in range(MAX_FOLDERS):
        folder = pending[at] if at < len(pending) else None
        if folder is None:
            return
        items = view.folder(folder)
        if folder and any(item.name == SETTINGS[0] for item in items):
            continue
        yield from _files(view, folder, frozenset((".md", ".py", *LATEX, *quoted.SCRIPTS)))
        for item in items:
            below = paths_in(folder, item.name)
            if item.is_folder and not item.name.startswith((".", "__")) and item.name not in MADE_BY_TOOLS:
                pending += [below] * (below not in view.analysis.results)


def _files(view: View, folder: str, suffixes: frozenset[str]) -> Iterator[str]:
    for item in view.folder(folder):
        if not item.is_folder and paths.suffix(item.name) in suffixes:
            yield paths_in(folder, item.name)


def _results(view: View, thing: Thing) -> list[str]:
    """The results that a key may stand in."""
    entry = entry_of(view, thing)
    return outputs_of(entry) if entry else []


def outputs_of(entry: Contract) -> list[str]:
    """The results of an entry that have keys."""
    written = [path for word in entry.outputs for path in paths_of(entry, word.text)]
    return [path for path in written if path.endswith(RESULTS)]
