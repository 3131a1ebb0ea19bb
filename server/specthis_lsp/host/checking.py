"""One look at a project, as `--check` takes it: everything found, before any policy."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.document import DocumentFacts
from specthis_analyzers.finding import Checked, Crash, Finding
from specthis_analyzers.text import Text

from .cache import Cache
from .disk import Disk
from .second import MANY_SPECS, begin, may_fork
from .settling import Settled, settle
from .witness import Witness, WitnessedDisk

if TYPE_CHECKING:
    from specthis_analyzers.project import Project

Restored = Callable[[str, str], SpecFacts | DocumentFacts | None]


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

    names = _markdown_names(disk, settled)
    large = len(names) > MANY_SPECS and may_fork()
    restored = _restorer(disk, cache) if cache else _reading_ahead(disk, names) if large else None
    project = Project(disk, settled.configuration, settled.path, recording=False, restored=restored)
    if large:
        _share(project, disk)
    findings = project.findings()
    entries = sum(len(project.facts(path).entries) for path in project.specs)
    outcome = Outcome(disk, settled, findings, project.crashes, project.specs, entries)
    if cache and isinstance(disk, WitnessedDisk) and not outcome.crashes:
        cache.keep(disk.witness, findings, outcome.specs, entries, project.view.answers.values)
    return outcome


def _markdown_names(disk: Disk, settled: Settled) -> list[str]:
    folder = settled.configuration.analysis.specs
    return [f"{folder}/{item.name}" for item in disk.listing(folder) if item.name.endswith(".md")]


def _restorer(disk: Disk, cache: Cache) -> Restored:
    """The facts kept of a file that did not move. Their use is witnessed as a reading is."""

    def restored(kind: str, path: str) -> SpecFacts | DocumentFacts | None:
        assert isinstance(disk, WitnessedDisk)
        return cache.facts(kind, path, disk.see_file(path))

    return restored


def _reading_ahead(disk: Disk, names: list[str]) -> Restored:
    """The later half of the specs is read by a second process, while this one reads the first."""
    from specthis_analyzers.facts import markdown

    def read() -> dict[str, SpecFacts]:
        texts = ((path, disk.read(path)) for path in later)
        return {path: markdown.read(text) for path, text in texts if isinstance(text, Text) and text.bad is None}

    later = names[len(names) // 2 :]
    awaited = frozenset(later)
    collect = begin(read, dict[str, SpecFacts])
    found: dict[str, SpecFacts] | None = None

    def restored(kind: str, path: str) -> SpecFacts | None:
        nonlocal found
        if kind != "spec" or path not in awaited:
            return None
        if found is None:
            found = collect() or {}
        return found.get(path)

    return restored


class Share(Struct, array_like=True):
    """What a second process found in its part of the files, and what it looked at."""

    checked: dict[str, Checked]
    witness: Witness


def _share(project: Project, disk: Disk) -> None:
    """Half of the files are checked by a second process; a file it failed on is checked here, in its turn."""
    due = project.due
    mine, others = due[::2], due[1::2]
    witness = disk.witness if isinstance(disk, WitnessedDisk) else Witness()
    collect = begin(lambda: Share({path: project.check(path) for path in others}, witness), Share)
    for path in mine:
        project.check(path)
    share: Share | None = collect()
    if share is not None:
        project.adopt(share.checked)
        witness.add(share.witness)


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
