"""Reading a project that will live on: a large one by two processes, which tell this one all that they found.

Each reads and checks half of the specs, and is gone. This process keeps who asked what, and no values: those are
found again when somebody wants them. What was told can be kept, and taken in again at the next start.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Any

from msgspec import Raw

from specthis_analyzers.answers import Noted
from specthis_analyzers.handed import Handed, table_of, values_in
from specthis_analyzers.names import Told
from specthis_analyzers.project import TOLD, Project, Report

from .disk import Disk
from .kept import DAMAGED
from .relook import Relook
from .second import MANY_SPECS, Broken, Channel, Second, may_fork, unpack
from .snapshot import Part, Seen, Snapshot

PATIENCE = 0.02
"""Seconds to wait for the other processes in one go: nobody notices, and each look takes a processor from these."""
NEWS = 0.1
"""Seconds after which a process says again how much of its part is done."""
READ = 0.5
"""The share that is done once all is read and nothing is checked."""

MOST_MOVED = 0.25
"""Files for each spec up to which it is cheaper to look at what moved, at this start and those before it, than to read
all again and keep that."""


def specs_in(project: Project, disk: Disk) -> list[str]:
    """The Markdown files that may be specs."""
    folder = project.analysis.specs
    names = [item.name for item in disk.listing(folder) if item.name.endswith(".md") and not item.is_folder]
    return [f"{folder}/{name}" if folder else name for name in names]


def is_large(paths: Sequence[str]) -> bool:
    """Whether further processes are worth their price, and may be had."""
    return len(paths) > MANY_SPECS and may_fork()


def alone(project: Project, paths: Sequence[str]) -> Iterator[float]:
    """Read a project and check it, in small steps; the share that is done."""
    whole = 2 * len(paths) + 1
    for done, _ in enumerate(project.reading(paths)):
        yield done / whole
    for done, _ in enumerate(project.refreshing(set()), start=len(paths)):
        yield min(done / whole, 1.0)


def together(project: Project, disk: Disk, paths: Sequence[str], snapshot: Snapshot) -> Iterator[float]:
    """The same by two processes; raises `Broken` where one of them fails, and then all is to be read again."""
    with ExitStack() as both:
        channels = [
            both.enter_context(Second(lambda channel, at=at: _read_a_part(channel, project, disk, paths, at, snapshot)))
            for at in range(2)
        ]
        names: list[bytes] = []
        for channel in channels:
            names.append((yield from _heard(channel)))
        for channel, others in zip(channels, reversed(names), strict=True):
            channel.send(others)
        # While both check: what is done after that has no other processor to share the work.
        while names:
            yield from _going_on(READ, project.adopting_names(unpack(names.pop(0), Told)))
        for channel in channels:
            _adopt(project, (yield from _heard(channel)))
        for channel in channels:
            handed = yield from _heard(channel)
            yield from _going_on(1.0, project.adopting(unpack(handed, Handed)))
    for _ in project.refreshing(set()):
        yield 1.0


def again(project: Project, relook: Relook, snapshot: Snapshot, parts: Sequence[Part]) -> Iterator[float]:
    """The same from what was kept of an earlier reading; raises `Broken` where that is no help.

    What moved since is looked for by two processes, and looked at here; where that is much, all is better read anew.
    """
    with ExitStack() as both:
        channels = [
            both.enter_context(Second(lambda channel, part=part: _look_at_a_part(channel, relook, part)))
            for part in parts
        ]
        for part in parts:
            yield from _going_on(0.0, project.adopting_names(unpack(part.names, Told)))
            _adopt(project, part.report)
        for channel, part in zip(channels, parts, strict=True):
            handed = unpack(part.handed, Handed)
            handed.table = yield from _heard(channel)
            yield from _going_on(0.0, project.adopting(handed))
        moved: list[str] = []
        for channel in channels:
            moved += unpack((yield from _heard(channel)), list[str])
    moved += chain.from_iterable(relook.new_specs())
    if snapshot.looked_at(len(moved)) > MOST_MOVED * len(project.specs):
        raise Broken
    project.change(moved)
    for _ in project.refreshing(set()):
        yield 1.0


def _look_at_a_part(channel: Channel, relook: Relook, part: Part) -> None:
    """Say by which table its questions are found, then which files are others than it was told of."""
    handed = unpack(part.handed, Handed)
    channel.send(table_of(handed))
    changes = relook.moved_since(unpack(part.seen, Seen), values_in(handed, TOLD))
    _tell(channel, [path for found in changes for path in found])


def _adopt(project: Project, report: bytes | Raw) -> None:
    try:
        project.adopt(unpack(report, Report))
    except DAMAGED as error:
        raise Broken from error


def _going_on(share: float, steps: Iterator[None]) -> Iterator[float]:
    """Take something in, step by step, while so much is done."""
    try:
        for _ in steps:
            yield share
    except DAMAGED as error:
        raise Broken from error


def _heard(channel: Channel) -> Generator[float, None, bytes]:
    """What a process says next; while it says no more than that, how much is done."""
    share = 0.0
    while True:
        while not channel.has_more(PATIENCE):
            yield share
        said = channel.receive(bytes | float)
        if isinstance(said, bytes):
            return said
        share = said


def _read_a_part(
    channel: Channel, project: Project, disk: Disk, paths: Sequence[str], at: int, snapshot: Snapshot
) -> None:
    """What one of two processes does. It tells its names first, so that nobody has to wait for it to listen."""
    mine = paths[at::2]
    disk.seen = {}
    part = Project(
        disk, project.configuration, project.settings_path, rules=project.rules, whole=at == 0, at_once=False,
        answers=Noted,
    )  # fmt: skip
    _with_news(channel, part.reading(mine), 0, len(mine))
    names = _tell(channel, _told(part))
    part.names.listen(unpack(channel.receive(bytes), Told))
    _with_news(channel, part.refreshing(set()), len(mine), len(mine))
    report = _tell(channel, part.report())
    handed = _tell(channel, part.handed())
    # In the folders of others nothing is left behind; and what an editor showed is not what there is to read.
    if part.is_project and not disk.open:
        snapshot.keep(at, Part(names, report, handed, Raw(channel.pack(disk.seen))))


def _tell(channel: Channel, value: Any) -> Raw:
    """Say something, and how it was packed."""
    packed = channel.pack(value)
    channel.send(packed)
    return Raw(packed)


def _with_news(channel: Channel, steps: Iterator[None], before: int, count: int) -> None:
    """Go through some steps, and say now and then how much of both rounds is done."""
    said = time.monotonic()
    for done, _ in enumerate(steps, start=before):
        if time.monotonic() - said > NEWS:
            channel.send(min(done / (2 * count + 1), 1.0))
            said = time.monotonic()


def _told(project: Project) -> Told:
    try:
        return project.names.told()
    except UnicodeEncodeError as error:  # a name of undecodable bytes cannot be sent
        raise Broken from error
