"""An account of one entry: what holds of it and what does not, its artefacts with their states, by which evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract, SpecFacts
from ..finding import Finding
from ..freshness import artefacts_of, made_from, named_by, state_of_artefact
from ..state import State
from ..text import Word
from ..view import View
from ..world import Unread
from .audit import Row, audit


class Artefact(Struct, frozen=True):
    """One output or export, by the word that names it."""

    word: Word
    path: str
    state: State
    why: str
    """The state in a sentence, without its name."""
    sources: tuple[str, ...]
    """What it is made from, by the words of its entry."""
    complete: bool
    """Whether that is surely all."""


class Account(Struct, frozen=True):
    """One entry. `line` is where it begins, from 0."""

    row: Row
    line: int
    artefacts: tuple[Artefact, ...]


def named(view: View, specs: Iterable[str], written: str) -> list[tuple[str, Contract]]:
    """The entries of a name, or of `spec#name`, each with its spec: a name may stand on both sides."""
    spec, hash_sign, name = written.rpartition("#")
    meant = {spec, spec.removesuffix(".md"), paths.stem(spec)} if hash_sign else set[str]()
    return [
        (path, entry)
        for path in specs
        if not hash_sign or meant & {path, paths.stem(path)}
        for entry in _facts(view, path).entries
        if entry.side and entry.name.text == name
    ]


def names(view: View, specs: Iterable[str]) -> Iterator[str]:
    """What entries may be called by, for whoever mistyped one."""
    for path in specs:
        for entry in _facts(view, path).entries:
            if entry.side:
                yield entry.name.text
                yield f"{paths.stem(path)}#{entry.name.text}"


def account(
    view: View, spec: str, entry: Contract, found: Sequence[Finding], shown: Sequence[Finding], crashed: Collection[str]
) -> Account:
    """The account of an entry. `found` is all that rules found, `shown` what policy leaves of it."""
    row = next(row for row in audit(view, [spec], found, shown, crashed).rows if row.entry.contract == entry)
    text = view.text(spec)
    line = 0 if isinstance(text, Unread) else text.line_of(entry.heading.start)
    return Account(row, line, artefacts_in(view, spec, entry))


def artefacts_in(view: View, spec: str, entry: Contract) -> tuple[Artefact, ...]:
    """The outputs and exports of an entry, with their states and why."""
    facts = _facts(view, spec)
    sources, complete = made_from(named_by(spec, facts, entry), view)
    found: list[Artefact] = []
    for word, path in artefacts_of(entry):
        state = state_of_artefact(spec, facts, entry, path, view)
        found.append(Artefact(word, path, state, _why(view, entry, path, state, sources, complete), sources, complete))
    return tuple(found)


def _why(view: View, entry: Contract, path: str, state: State, sources: tuple[str, ...], complete: bool) -> str:
    presence = view.presence(path)
    if state.name == "missing":
        return "it is not here" + (", and git ignores it" if presence == "ignored" else "")
    if state.name == "stale (contract)":
        return "its status says `script TBD`"
    if state.name == "unknown":
        return _why_unknown(view, entry, path, sources, complete)
    by = BY[state.evidence or ""]
    moved = ", ".join(f"`{one}`" for one in state.moved)
    return f"{by}, {moved} moved since" if moved else f"{by}, nothing it is made from moved since"


BY = {"Makefile": "by the Makefile", "times": "by the times of files"}
ELSEWHERE = {"pointer": "its content is kept elsewhere", "outside": "it lies outside of the project"}


def _why_unknown(view: View, entry: Contract, path: str, sources: tuple[str, ...], complete: bool) -> str:
    if (presence := view.presence(path)) in ELSEWHERE:
        return ELSEWHERE[presence]
    if entry.state is None:
        return "its entry has no status that can be read"
    if view.ask(("checkout", path)):
        return "a checkout may have written it, so its time says nothing"
    absent = next((source for source in sources if view.presence(source) != "here"), None)
    if absent is not None:
        return f"`{absent}`, which it is made from, is not here"
    if not complete:
        return "it cannot be told what it is made from; `Inputs:` may say"
    return "it is just as old as what it is made from, as after a copy"


def _facts(view: View, path: str) -> SpecFacts:
    facts = view.spec(path)
    return SpecFacts(None, (), ()) if isinstance(facts, Unread) else facts
