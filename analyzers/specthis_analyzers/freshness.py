"""How questions about the age of artefacts are answered, and the evidence on one of them, for `state.py` to weigh.

By what an artefact is made from: the rules of the Makefile, else what its entry names: the script, its `Inputs:`, and
the outputs of the specs that its own depends on, as far as one can tell which of them it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, json

from . import paths
from .facts import makefile
from .facts.contract import Contract, Side, SpecFacts
from .facts.makefile import MakefileFacts
from .facts.variants import paths_of
from .making import NAMES, Makefile, compared, is_newer, rules_of, shadows_in
from .settings import Analysis
from .state import Comparison, Evidence, State, state_of
from .text import Text, Word
from .world import Item, Presence, Unread, World

if TYPE_CHECKING:
    from .facts.script import ScriptFacts


class Writes(Struct, frozen=True, array_like=True):
    """What one entry writes: without places, so that typing around it changes nothing for others."""

    entry: str
    side: Side | None
    paths: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """What it says that it also writes."""


class Named(Struct, frozen=True):
    """What an entry names of what its artefacts are made from: typing around it changes nothing.

    As a part of a question it is text, like all parts: other processes and later days ask the same one.
    """

    spec: str
    entry: str
    script: str
    """The path of its script; empty where it names none in the project."""
    inputs: tuple[str, ...]
    """Paths; empty ones stand for what they cannot be told of."""
    depends_on: tuple[str, ...]
    """Paths of specs; empty where one lies outside the project."""


encode = json.Encoder().encode
decode = json.Decoder(Named).decode


class Sources(Struct, frozen=True):
    """What an artefact is made from, the spec aside."""

    paths: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()
    """Of each of these groups some, perhaps all: it cannot be told which without looking into the script."""
    complete: bool = True
    """Whether its entry leaves nothing else open."""


class Asks(Protocol):
    """What is asked of a view in turn."""

    analysis: Analysis
    world: World

    def ask(self, question: tuple[Any, ...], /) -> Any: ...
    def folder(self, folder: str) -> tuple[Item, ...]: ...
    def presence(self, path: str) -> Presence: ...
    def script(self, path: str) -> ScriptFacts | Unread: ...
    def spec(self, path: str) -> SpecFacts | Unread: ...
    def text(self, path: str) -> Text | Unread: ...


# The evidence -----------------------------------------------------------------------------------------------------


def artefacts_of(entry: Contract) -> Iterator[tuple[Word, str]]:
    """The outputs and exports of an entry: the word that names each, and its path; one per variant.

    Variants that only a folder knows are left out.
    """
    for word in (*entry.outputs, *entry.exports):
        for path in paths_of(entry, word.text):
            if "{" not in path:
                yield word, path


def state_of_artefact(spec: str, facts: SpecFacts, entry: Contract, path: str, view: Asks) -> State:
    """The state of one output or export of an entry, by all that can be known of it here."""
    return state_of(evidence_on(spec, facts, entry, path, view))


def evidence_on(spec: str, facts: SpecFacts, entry: Contract, path: str, view: Asks) -> Evidence:
    """What is known of one artefact. Times are looked at only where they may decide."""
    presence = view.presence(path)
    # The other dialect has digests, and nothing in it rests on times.
    if presence != "here" or entry.state == "script TBD" or view.ask(("dialect",)).name != "0.0.1":
        return Evidence(presence=presence, status=entry.state)
    by_makefile = view.ask(("made", path))
    if by_makefile:
        return Evidence(presence=presence, status=entry.state, makefile=by_makefile)
    # Asked by what bears on it alone: typing in the spec leaves the answer as it is.
    by_times = view.ask(("aged", path, encode(named_by(spec, facts, entry)).decode()))
    return Evidence(presence=presence, status=entry.state, times=by_times)


def _by_times(path: str, named: Named, view: Asks) -> Comparison | None:
    """An artefact beside what its entry names; None where times do not tell, and nothing moved for certain."""
    files = Ages(view)
    # What a checkout wrote says nothing by its time, however old its sources are.
    if files.from_checkout(path):
        return None

    def newer(source: str) -> bool | None:
        return is_newer(source, path, files)

    sources = sources_of(named, view)
    found, complete = list(sources.paths), sources.complete
    for group in sources.either:
        # Where none of them moved it does not matter which are read, so the script need not be looked into.
        if all(newer(source) is False for source in group):
            continue
        tells = any(newer(source) or files.time(source) is None for source in group)
        read = _read_in(group, named.script, view) if tells else []
        found += read
        complete = complete and bool(read)
    moved = tuple([source for source in found if newer(source)])
    unsure = not complete or any(newer(source) is None for source in (*found, named.spec))
    if unsure and not moved:
        return None
    return Comparison(moved, (named.spec,) if newer(named.spec) else ())


def named_by(spec: str, facts: SpecFacts, entry: Contract) -> Named:
    """What an entry and the front matter of its spec name."""
    script = paths.project_path(entry.script.text) if entry.script else None
    inputs = tuple([path for word in entry.inputs for path in paths_of(entry, word.text) or ("",)])
    key = facts.front.key("depends_on") if facts.front else None
    depends_on = _joined(paths.parent(spec), tuple([word.text for word in key.values])) if key else ()
    return Named(spec, entry.name.text, script if isinstance(script, str) else "", inputs, depends_on)


@lru_cache(maxsize=64)
def _joined(folder: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Paths relative to a folder, from the root: all entries of a spec ask for the same ones, with every key typed."""
    found = (paths.join(folder, name) for name in names)
    return tuple([path if isinstance(path, str) else "" for path in found])


def sources_of(named: Named, view: Asks) -> Sources:
    """What an entry's artefacts are made from, by its own words and those of the specs it depends on.

    Of another spec: what the entry's `Inputs:` name of it; else the output of the entry of its name, or of the only
    one; else some of them.
    """
    sure, either = [named.script, *named.inputs], list[tuple[str, ...]]()
    for target in named.depends_on:
        written: tuple[Writes, ...] | None = view.ask(("written", target)) if target else None
        outputs = [writes for writes in written or () if writes.side == "compute" and writes.paths]
        if any(path in named.inputs for writes in outputs for path in (*writes.paths, *writes.beside)):
            continue
        alike = [writes for writes in outputs if writes.entry == named.entry] or outputs
        if len(alike) == 1 or written is None:
            sure += alike[0].paths if alike else ("",)
        elif alike:
            either.append(tuple(dict.fromkeys(path for writes in outputs for path in writes.paths)))
    known = [path for path in sure if path and "{" not in path]
    return Sources(tuple(dict.fromkeys(known)), tuple(either), len(known) == len(sure))


def made_from(named: Named, view: Asks) -> tuple[tuple[str, ...], bool]:
    """What an artefact is made from, the script looked into where that tells more; and whether that is all."""
    sources = sources_of(named, view)
    read = [_read_in(group, named.script, view) for group in sources.either]
    found = dict.fromkeys((*sources.paths, *(path for group in read for path in group)))
    return tuple(found), sources.complete and all(read)


def _read_in(group: tuple[str, ...], script: str, view: Asks) -> list[str]:
    """Those of some results that a script names; none where that cannot be told."""
    if paths.suffix(script) != ".py":
        return []
    facts = view.script(script)
    named = () if isinstance(facts, Unread) else [word.text for word in facts.reads]
    return sorted(set(group).intersection(named))


# The answers ------------------------------------------------------------------------------------------------------


class Ages:
    """The answers of one view, and the files as the Makefile asks for them. What is asked is asked of the view."""

    def __init__(self, view: Asks) -> None:
        self.view = view

    @property
    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {
            "time": self.view.world.time,
            "checkout": self.view.world.from_checkout,
            "shadows": self._shadows,
            "makefile": self._makefile,
            "made": self._made,
            "aged": self._aged,
            "written": self._written,
        }

    def time(self, path: str) -> int | None:
        return self.view.ask(("time", path))

    def from_checkout(self, path: str) -> bool:
        return self.view.ask(("checkout", path))

    def shadows(self, folder: str) -> frozenset[str]:
        return self.view.ask(("shadows", folder))

    def presence(self, path: str) -> Presence:
        return self.view.presence(path)

    def folder(self, folder: str) -> tuple[Item, ...]:
        return self.view.folder(folder)

    def _shadows(self, folder: str) -> frozenset[str]:
        return shadows_in(item.name for item in self.view.folder(folder))

    def _makefile(self) -> Makefile:
        for name in NAMES:
            presence = self.view.presence(name)
            if presence not in ("missing", "ignored"):
                return rules_of(name, self._read, self) if presence == "here" else Makefile()
        return Makefile()

    def _read(self, path: str) -> MakefileFacts | None:
        text = self.view.text(path)
        return None if isinstance(text, Unread) or text.bad is not None else makefile.read(text)

    def _made(self, path: str) -> Comparison | None:
        return compared(self.view.ask(("makefile",)), path, self.view.analysis.specs, self)

    def _aged(self, path: str, named: str) -> Comparison | None:
        return _by_times(path, decode(named), self.view)

    def _written(self, path: str) -> tuple[Writes, ...] | None:
        facts = self.view.spec(path)
        return None if isinstance(facts, Unread) else tuple([_writes(entry) for entry in facts.entries])


def _writes(entry: Contract) -> Writes:
    also = entry.field("Also writes")
    return Writes(entry.name.text, entry.side, _paths(entry, entry.outputs), _paths(entry, also.values if also else ()))


def _paths(entry: Contract, words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple([path for word in words for path in paths_of(entry, word.text)])
