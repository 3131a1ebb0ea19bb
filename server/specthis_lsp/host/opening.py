"""Reading a project that will live on: a large one by two processes, which tell this one all that they found.

Each reads and checks half of the specs, and is gone. This process keeps who asked what, and no values: those are
found again when somebody wants them.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from typing import TypeVar

from specthis_analyzers.answers import Noted
from specthis_analyzers.handed import Handed
from specthis_analyzers.names import Told
from specthis_analyzers.project import Project, Report

from .disk import Disk
from .second import MANY_SPECS, Broken, Channel, Second, may_fork

PATIENCE = 0.005
"""Seconds to wait for the other processes in one go."""
NEWS = 0.1
"""Seconds after which a process says again how much of its part is done."""

Said = TypeVar("Said", Told, Report, Handed)


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


def together(project: Project, disk: Disk, paths: Sequence[str]) -> Iterator[float]:
    """The same by two processes; raises `Broken` where one of them fails, and then all is to be read again."""
    with ExitStack() as both:
        channels = [
            both.enter_context(Second(lambda channel, at=at: _read_a_part(channel, project, disk, paths, at)))
            for at in range(2)
        ]
        names: list[Told] = []
        for channel in channels:
            names.append((yield from _heard(channel, Told)))
        for channel, others in zip(channels, reversed(names), strict=True):
            channel.send(others)
        for channel, own in zip(channels, names, strict=True):
            report = yield from _heard(channel, Report)
            project.names.listen(own)
            project.adopt(report)
        for channel in channels:
            handed = yield from _heard(channel, Handed)
            for _ in project.adopting(handed):
                yield 1.0
    for _ in project.refreshing(set()):
        yield 1.0


def _heard(channel: Channel, kind: type[Said]) -> Generator[float, None, Said]:
    """What a process says next; while it says no more than that, how much is done."""
    share = 0.0
    while True:
        while not channel.has_more(PATIENCE):
            yield share
        said = channel.receive(kind | float)
        if not isinstance(said, float):
            return said
        share = said


def _read_a_part(channel: Channel, project: Project, disk: Disk, paths: Sequence[str], at: int) -> None:
    """What one of two processes does. It tells its names first, so that nobody has to wait for it to listen."""
    mine = paths[at::2]
    part = Project(
        disk, project.configuration, project.settings_path, rules=project.rules, whole=at == 0, at_once=False,
        answers=Noted,
    )  # fmt: skip
    _with_news(channel, part.reading(mine), 0, len(mine))
    channel.send(_told(part))
    part.names.listen(channel.receive(Told))
    _with_news(channel, part.refreshing(set()), len(mine), len(mine))
    channel.send(part.report())
    channel.send(part.handed())


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
