"""Every place of a project that names a thing: texts that hold its name are looked at, and read only then.

A search goes in steps, a file each, so that whoever asks can do other things in between, or leave.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..finding import Place
from ..papers import INDEX
from ..routing import without_suffix
from ..text import Span, Text
from ..view import View
from .in_specs import Specs, paths_in
from .mentions import MAKEFILES, RESULTS, SETTINGS, entry_of, mentions
from .things import Mention, Thing

MAX_FOLDERS = 2_000
"""Folders searched for scripts; a tree with more is searched no further."""

Search = Generator[None, None, list[Mention]]
"""The steps of a search, and what it finds in the end."""


def references(view: View, thing: Thing) -> Search:
    """The mentions of a thing, in order of path and place."""
    if thing.kind == "label":
        return (yield from labels(view, thing.name, thing.of))[0]
    wanted = frozenset((thing,))
    if thing.kind == "path":
        needles, candidates = (needle_of(view, thing.name),), everything(view)
    elif thing.kind == "entry":
        needles, candidates = (thing.name,), [*markdown(view), *index(view)]
    else:
        needles, candidates = ("",), [thing.of.rpartition("#")[0], *_results(view, thing)]
    return (yield from search(view, candidates, needles, lambda mention: mention.thing in wanted))


def search(
    view: View, candidates: Iterable[str], needles: tuple[str, ...], wanted: Callable[[Mention], bool]
) -> Search:
    """The mentions that are wanted, in those files whose text has one of the needles."""
    specs = Specs.of(view)
    found: list[Mention] = []
    for path in dict.fromkeys(candidates):
        text = view.world.read(path)
        if isinstance(text, Text) and any(needle in text.source for needle in needles):
            found += filter(wanted, mentions(view, path, specs))
        yield
    return sorted(found, key=lambda mention: (mention.path, mention.span))


def needle_of(view: View, path: str) -> str:
    """What every text that names a file holds: its name without a suffix, which some leave out."""
    name = paths.name(path)
    return name.removesuffix(".md") if path.endswith(".md") else without_suffix(name).removesuffix(".bib")


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

    found = yield from search(view, [*files, *markdown(view), *index(view)], (label,), is_wanted)
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
    """Every file in which files are named."""
    yield from markdown(view)
    yield from latex(view)
    yield from scripts(view)
    yield from MAKEFILES
    yield from SETTINGS
    yield from index(view)


def index(view: View) -> list[str]:
    return [paths_in(view.analysis.specs, INDEX)]


def markdown(view: View) -> list[str]:
    """The Markdown files of the specs folder, and those at the root."""
    folders = dict.fromkeys((view.analysis.specs, ""))
    return [path for folder in folders for path in _files(view, folder, (".md",))]


def latex(view: View) -> list[str]:
    """The LaTeX files of the report folders, and all that the host documents read."""
    found = dict.fromkeys(view.documents())
    for host in (*view.names("host"), *view.analysis.papers):
        for root in view.roots(host):
            found.update(dict.fromkeys(view.flow(root).flow.files))
    return list(found)


def scripts(view: View) -> list[str]:
    """The scripts that entries name, and every Python file of the folders these lie in, at any depth."""
    named = [path for path in view.names("script") if path.endswith(".py")]
    pending = list(dict.fromkeys(map(_top_of, named)))
    found = dict.fromkeys(named)
    seen = set(pending)
    while pending and len(seen) <= MAX_FOLDERS:
        folder = pending.pop(0)
        found.update(dict.fromkeys(_files(view, folder, (".py",))))
        for item in view.folder(folder) if folder else ():
            below = f"{folder}/{item.name}"
            if item.is_folder and not item.name.startswith((".", "__")) and below not in seen:
                seen.add(below)
                pending.append(below)
    return list(found)


def _top_of(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def _files(view: View, folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    for item in view.folder(folder):
        if not item.is_folder and item.name.endswith(suffixes):
            yield paths_in(folder, item.name)


def _results(view: View, thing: Thing) -> list[str]:
    """The results that a key may stand in."""
    entry = entry_of(view, thing)
    return outputs_of(entry) if entry else []


def outputs_of(entry: Contract) -> list[str]:
    """The results of an entry that have keys."""
    written = [path for word in entry.outputs for path in paths_of(entry, word.text)]
    return [path for path in written if path.endswith(RESULTS)]
