"""One look at a project, as `--check` takes it: everything found, before any policy."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.document import DocumentFacts
from specthis_analyzers.finding import Crash, Finding

from .cache import Cache
from .disk import Disk
from .settling import Settled, settle
from .witness import WitnessedDisk


class Outcome(Struct, frozen=True):
    """What one look at a project found. `disk` reads the files the findings are in."""

    disk: Disk
    settled: Settled
    findings: tuple[Finding, ...]
    crashes: tuple[Crash, ...]
    specs: tuple[str, ...]
    """The specs that were checked."""
    entries: int
    from_cache: bool = False


def check_project(root: str, settled: Settled | None = None, use_cache: bool = True) -> Outcome:
    """Check a project once. With the cache, what has not moved since the last look is not read again."""
    disk = WitnessedDisk(root) if use_cache else Disk(root)
    settled = settled or settle(disk)
    cache = Cache(disk.root, settled) if use_cache else None
    last = cache.last() if cache else None
    if last is not None:
        return Outcome(disk, settled, last.findings, (), last.specs, last.entries, from_cache=True)
    with collector_paused():
        return _look(disk, settled, cache)


def _look(disk: Disk, settled: Settled, cache: Cache | None) -> Outcome:
    from specthis_analyzers.project import Project

    restored = _restorer(disk, cache) if cache else None
    project = Project(disk, settled.configuration, settled.path, recording=False, restored=restored)
    findings = project.findings()
    entries = sum(len(facts.entries) for facts in project.names.specs.values())
    outcome = Outcome(disk, settled, findings, project.crashes, project.specs, entries)
    if cache and isinstance(disk, WitnessedDisk) and not outcome.crashes:
        cache.keep(disk.witness, findings, outcome.specs, entries, project.view.answers.values)
    return outcome


def _restorer(disk: Disk, cache: Cache) -> Callable[[str, str], SpecFacts | DocumentFacts | None]:
    """The facts kept of a file that did not move. Their use is witnessed as a reading is."""

    def restored(kind: str, path: str) -> SpecFacts | DocumentFacts | None:
        assert isinstance(disk, WitnessedDisk)
        return cache.facts(kind, path, disk.see_file(path))

    return restored


@contextmanager
def collector_paused() -> Iterator[None]:
    """Reading a project makes many values and no cycles: the garbage collector only walks them over and over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
