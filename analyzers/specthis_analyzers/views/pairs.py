"""Which report entry shows what a compute entry computes.

The one that says so in `Inputs:`; else the one of the same name; else the one named after both stem and entry in the
report that shares the compute spec's stem; else the only entries of two such specs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..rules.unpaired_report import COMPUTE, REPORT


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


def pairs_of(entries: Iterable[Entry]) -> dict[Key, Entry]:
    """For each compute entry that is shown by one report entry, that one."""
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
            for word in entry.contract.inputs:
                reading[word.text].append(entry)
    found: dict[Key, Entry] = {}
    for entry in computing:
        for candidates in (_readers(entry, reading), named[entry.name], _of_stem(entry, of_spec)):
            if len(candidates) == 1:
                found[entry.key] = candidates[0]
            if candidates:
                break
    return found


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
