"""One look at a project, as `--check` takes it: everything found, before any policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from specthis_analyzers.facts.contract import SpecFacts
from specthis_analyzers.facts.document import DocumentFacts
from specthis_analyzers.finding import Crash, Finding, in_order
from specthis_analyzers.names import Told
from specthis_analyzers.policy import may_show, of_other_profiles
from specthis_analyzers.settings import Policy
from specthis_analyzers.suppression import Suppression, Suppressions

from .cache import Cache, Found, Kept
from .disk import Disk
from .located import Located, joined, located
from .second import MANY_SPECS, Broken, Channel, Second, may_fork
from .settling import Settled, settle
from .still import StillDisk
from .witness import Sightings, Witness, WitnessedDisk

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
    suppressions: Suppressions = {}
    """What comments suppress: it is left to whoever shows the findings."""
    located: Located = {}
    """Lines and columns that are known already."""
    from_cache: bool = False


Wanted = Callable[[str], bool]
"""Whether a rule, by its code, is to be asked."""


def check_project(
    root: str,
    settled: Settled | None = None,
    use_cache: bool = True,
    policy: Policy | None = None,
    over: Disk | None = None,
) -> Outcome:
    """Check a project once. With the cache, what has not moved since the last look is not read again.

    Without it, rules that the policy never shows are not asked. A cache is for later looks as well, which may show
    others, so with it only the rules of profiles that nobody asked for are left out.
    Another disk may be given, for a look without the cache.
    """
    disk = over or (WitnessedDisk(root) if use_cache else StillDisk(root))
    settled = settled or settle(disk)
    policy = policy or settled.configuration.policy
    aside = of_other_profiles(policy)
    cache = Cache(disk.root, settled, aside) if use_cache else None
    last = cache.last() if cache else None
    if last is not None:
        return _outcome(Disk(disk.root), settled, last, (), from_cache=True)
    return _look(disk, settled, cache, lambda code: code not in aside if cache else may_show(code, policy))


class Part(Struct, array_like=True):
    """What was found in some of the specs, and what was looked at for it."""

    findings: tuple[Finding, ...]
    crashes: tuple[Crash, ...]
    specs: tuple[str, ...]
    entries: int
    suppressions: dict[str, tuple[Suppression, ...]]
    located: Located
    sightings: Sightings
    kept: Kept


def _look(disk: Disk, settled: Settled, cache: Cache | None, wanted: Wanted) -> Outcome:
    names = _markdown_names(disk, settled)
    try:
        parts = _together(disk, settled, cache, wanted, names) if len(names) > MANY_SPECS and may_fork() else None
    except Broken:
        parts = None
    if parts is None:
        parts = [_part(disk, settled, cache, wanted, None, None)]
    findings = in_order(finding for part in parts for finding in part.findings)
    crashes = tuple(dict.fromkeys(crash for part in parts for crash in part.crashes))
    specs = tuple(sorted(path for part in parts for path in part.specs))
    entries = sum(part.entries for part in parts)
    suppressions = {path: found for part in parts for path, found in part.suppressions.items()}
    places = joined(part.located for part in parts)
    found = Found(findings, specs, entries, suppressions, places)
    if cache and not crashes:
        sightings, kept = parts[0].sightings, parts[0].kept
        for part in parts[1:]:
            sightings = sightings.joined(part.sightings)
            kept.add(part.kept)
        cache.keep(sightings, kept, found)
    return _outcome(disk, settled, found, crashes)


def _outcome(
    disk: Disk, settled: Settled, found: Found, crashes: tuple[Crash, ...], from_cache: bool = False
) -> Outcome:
    findings, specs, entries = found.findings, found.specs, found.entries
    return Outcome(disk, settled, findings, crashes, specs, entries, found.suppressions, found.located, from_cache)


def _markdown_names(disk: Disk, settled: Settled) -> list[str]:
    folder = settled.configuration.analysis.specs
    items = (item for item in disk.listing(folder) if item.name.endswith(".md") and not item.is_folder)
    return [f"{folder}/{item.name}" if folder else item.name for item in items]


def _together(disk: Disk, settled: Settled, cache: Cache | None, wanted: Wanted, names: list[str]) -> list[Part]:
    """Two processes read and check half of the specs each; before they check, each tells the other its names."""

    def answer_first(channel: Channel) -> None:
        def exchange(told: Told) -> Told:
            channel.send(told)
            return channel.receive(Told)

        channel.send(_part(disk, settled, cache, wanted, names[1::2], exchange, whole=False))

    with Second(answer_first) as channel:

        def exchange(told: Told) -> Told:
            packed = channel.pack(told)
            others = channel.receive(Told)
            channel.send_packed(packed)
            return others

        mine = _part(disk, settled, cache, wanted, names[::2], exchange)
        return [mine, channel.receive(Part)]


def _part(
    disk: Disk,
    settled: Settled,
    cache: Cache | None,
    wanted: Wanted,
    names: list[str] | None,
    exchange: Callable[[Told], Told] | None,
    whole: bool = True,
) -> Part:
    """Read some of the specs, or all, and check them."""
    from specthis_analyzers.answers import Once
    from specthis_analyzers.project import Project
    from specthis_analyzers.rules import RULES

    rules = tuple([rule for rule in RULES if wanted(rule.code)])
    restored = _restorer(disk, cache) if cache else None
    project = Project(
        disk, settled.configuration, settled.path, recording=False, rules=rules, restored=restored,
        part=names, whole=whole,
    )  # fmt: skip
    if exchange is not None:
        project.names.listen(exchange(_told(project)))
    for _ in project.refreshing(set()):
        pass
    findings = tuple([finding for checked in project.checked.values() for finding in checked.findings])
    # What keeps a witness would take the reading of places for another look.
    witness, reader = (disk.witness, Disk(disk.root)) if isinstance(disk, WitnessedDisk) else (Witness(), disk)
    answers = project.view.answers
    kept = cache.pack(witness, answers.values) if cache and isinstance(answers, Once) else Kept({}, {})
    entries = sum(len(project.facts(path).entries) for path in project.specs)
    return Part(
        findings, project.crashes, project.specs, entries, project.suppressions,
        located(findings, reader.read), witness.sightings, kept,
    )  # fmt: skip


def _told(project: Project) -> Told:
    try:
        return project.names.told()
    except UnicodeEncodeError as error:  # a name of undecodable bytes cannot be sent
        raise Broken from error


def _restorer(disk: Disk, cache: Cache) -> Restored:
    """The facts kept of a file that did not move. Their use is witnessed as a reading is."""

    def restored(kind: str, path: str) -> SpecFacts | DocumentFacts | None:
        assert isinstance(disk, WitnessedDisk)
        return cache.facts(kind, path, disk.see_file(path))

    return restored
