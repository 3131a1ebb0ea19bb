"""Which report entry shows what a compute entry computes.

The one whose exporter reads it, or that says so in `Inputs:`; else the one of the same name; else the one named after
both stem and entry in the report that shares the compute spec's stem; else the only entries of two such specs. Where
several read it, a name that fits tells which of them is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from . import paths
from .claims import ARROW
from .completeness import COMPUTE, REPORT
from .facts.contract import Contract, SpecFacts
from .facts.script import ScriptFacts
from .facts.variants import paths_of
from .text import Text
from .view import View

PATH = re.compile(r"(?<![\w./-])[\w.-]+(?:/[\w.-]+)+")
RESULTS = (".json", ".csv")


class Entry(Struct, frozen=True):
    """An entry and where it stands: its spec, and the how manieth of that spec's entries it is."""

    spec: str
    at: int
    contract: Contract

    @property
    def name(self) -> str:
        return self.contract.name.text

    @property
    def key(self) -> Key:
        return (self.spec, self.at)


Key = tuple[str, int]
"""Tells entries apart, also two of one name."""


def pairs_of(entries: Iterable[Entry], reads: Callable[[Entry], Iterable[str]]) -> dict[Key, Entry]:
    """For each compute entry that is shown by one report entry, that one. `reads` tells the paths an entry reads."""
    reading: defaultdict[str, list[Entry]] = defaultdict(list)
    named: defaultdict[str, list[Entry]] = defaultdict(list)
    of_spec: defaultdict[str, list[Entry]] = defaultdict(list)
    computing: list[Entry] = []
    for entry in entries:
        of_spec[paths.stem(entry.spec)].append(entry)
        if entry.contract.side == "compute":
            computing.append(entry)
        elif entry.contract.side == "report":
            named[entry.name].append(entry)
            for path in reads(entry):
                reading[path].append(entry)
    found: dict[Key, Entry] = {}
    for entry in computing:
        of_stem = _of_stem(entry, of_spec)
        by_name = [*named[entry.name], *of_stem]
        readers = _readers(entry, reading)
        if len(readers) > 1:
            readers = [reader for reader in readers if reader in by_name] or readers
        for candidates in (readers, named[entry.name], of_stem):
            if len(candidates) == 1:
                found[entry.key] = candidates[0]
            if candidates:
                break
    return found


def pair_of(view: View, entry: Entry) -> Entry | None:
    """The report entry that shows one compute entry, of those that depend on its spec or have a name that fits."""
    return _pairs_among(view, entry.spec, [entry.spec, *reports_near(view, entry)]).get(entry.key)


def shown_by(view: View, entry: Entry) -> list[Entry]:
    """The compute entries that one report entry shows, of the specs that its own depends on or is named after."""
    facts = view.spec(entry.spec)
    key = facts.front.key("depends_on") if isinstance(facts, SpecFacts) and facts.front else None
    found = [paths.join(paths.parent(entry.spec), word.text) for word in (key.values if key else ())]
    partner = COMPUTE + paths.stem(entry.spec).removeprefix(REPORT)
    near = [*(path for path in found if isinstance(path, str)), *_specs_named(view, partner)]
    pairs = _pairs_among(view, entry.spec, [entry.spec, *near])
    entries = (other for path in dict.fromkeys(near) for other in entries_of(view, path))
    return [other for other in entries if (pair := pairs.get(other.key)) and pair.key == entry.key]


def entries_of(view: View, spec: str) -> list[Entry]:
    """The entries of a spec; none where it cannot be read."""
    facts = view.spec(spec)
    contracts = facts.entries if isinstance(facts, SpecFacts) else ()
    return [Entry(spec, at, contract) for at, contract in enumerate(contracts)]


def _pairs_among(view: View, spec: str, specs: Iterable[str]) -> dict[Key, Entry]:
    entries = [entry for path in dict.fromkeys((spec, *specs)) for entry in entries_of(view, path)]
    return pairs_of(entries, lambda entry: reads_of(view, entry))


def reports_near(view: View, entry: Entry) -> Iterator[str]:
    """The specs whose entries may show a compute entry: they have a name that fits, or depend on its spec."""
    subject = paths.stem(entry.spec).removeprefix(COMPUTE)
    yield from _specs_named(view, REPORT + subject)
    for name in (entry.name, f"{subject}-{entry.name}"):
        yield from (claim.path for claim in view.claims("entry", f"report {name}"))
    for arrows in view.names("dependency"):
        spec, *targets = arrows.split(ARROW)
        if entry.spec in targets:
            yield spec


def _specs_named(view: View, stem: str) -> list[str]:
    return [claim.path for claim in view.claims("spec", stem)]


def reads_of(view: View, entry: Entry) -> list[str]:
    """The paths that an entry reads, as far as it or its script names them, in whatever language.

    The syntax of a script is looked at only where no path of a result that somebody promises stands in its text: that
    takes its time.
    """
    found = [word.text for word in entry.contract.inputs]
    script = paths.project_path(entry.contract.script.text) if entry.contract.script else None
    text = view.text(script) if isinstance(script, str) else None
    if not isinstance(script, str) or not isinstance(text, Text):
        return found
    said = (path for path in PATH.findall(text.source) if paths.suffix(path) in RESULTS)
    named = [path for path in said if view.claims("path", path)]
    if not named and paths.suffix(script) == ".py":
        facts = view.script(script)
        named = [word.text for word in facts.reads] if isinstance(facts, ScriptFacts) else []
    return found + named


def _readers(entry: Entry, reading: dict[str, list[Entry]]) -> list[Entry]:
    outputs = [path for word in entry.contract.outputs for path in (word.text, *paths_of(entry.contract, word.text))]
    found = {reader.key: reader for path in outputs for reader in reading.get(path, ())}
    return list(found.values())


def _of_stem(entry: Entry, of_spec: dict[str, list[Entry]]) -> list[Entry]:
    stem = paths.stem(entry.spec)
    if not stem.startswith(COMPUTE):
        return []
    subject = stem.removeprefix(COMPUTE)
    partners = of_spec.get(REPORT + subject, [])
    suffixed = [other for other in partners if other.name == f"{subject}-{entry.name}"]
    alone = len(partners) == len(of_spec[stem]) == 1
    return suffixed or (partners if alone else [])
