"""One look at a project, as `--check` takes it: everything found, before any policy."""

from __future__ import annotations

from msgspec import Struct

from specthis_analyzers.finding import Finding
from specthis_analyzers.project import Crash

from .disk import Disk
from .projects import Settled, open_project, settle


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
    settled = settled or settle(Disk(root))
    opened = open_project(root, recording=False, settled=settled)
    findings = opened.project.findings()
    entries = sum(len(opened.project.facts(path).entries) for path in opened.project.specs)
    return Outcome(opened.disk, settled, findings, opened.project.crashes, opened.project.specs, entries)
