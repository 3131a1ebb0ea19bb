"""Reading a project that will live on: a large one by two processes, of which one tells the other all it found.

Each reads and checks half of the specs. Of the other half this process keeps who asked what, and no values: those are
found again when somebody wants them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from specthis_analyzers.answers import Graph
from specthis_analyzers.names import Told
from specthis_analyzers.project import Project, Report

from .disk import Disk
from .second import MANY_SPECS, Broken, Channel, Second, may_fork

PATIENCE = 0.005
"""Seconds to wait for the other process in one go."""

NO_MORE = Graph([], [], [])


def specs_in(project: Project, disk: Disk) -> list[str]:
    """The Markdown files that may be specs."""
    folder = project.analysis.specs
    names = [item.name for item in disk.listing(folder) if item.name.endswith(".md") and not item.is_folder]
    return [f"{folder}/{name}" if folder else name for name in names]


def is_large(paths: Sequence[str]) -> bool:
    """Whether a second process is worth its price, and may be had."""
    return len(paths) > MANY_SPECS and may_fork()


def alone(project: Project, paths: Sequence[str]) -> Iterator[float]:
    """Read a project and check it, in small steps; the share that is done."""
    whole = 2 * len(paths) + 1
    for done, _ in enumerate(project.reading(paths)):
        yield done / whole
    for done, _ in enumerate(project.refreshing(set()), start=len(paths)):
        yield min(done / whole, 1.0)


def together(project: Project, disk: Disk, paths: Sequence[str]) -> Iterator[float]:
    """The same by two processes; raises `Broken` where the other one fails, and then all is to be read again."""
    mine, others = paths[::2], paths[1::2]
    with Second(lambda channel: _read_a_part(channel, project, disk, others)) as channel:
        whole = 2 * len(mine) + 1
        for done, _ in enumerate(project.reading(mine)):
            yield done / whole
        while not channel.has_more(PATIENCE):
            yield 0.5
        project.names.listen(channel.receive(Told))
        channel.send(_told(project, whole=False))
        for done, _ in enumerate(project.refreshing(set()), start=len(mine)):
            yield min(done / whole, 1.0)
        while not channel.has_more(PATIENCE):
            yield 1.0
        report = channel.receive(Report)
        for _ in project.adopting(report, iter(lambda: channel.receive(Graph), NO_MORE)):
            yield 1.0
    for _ in project.refreshing(set()):
        yield 1.0


def _read_a_part(channel: Channel, project: Project, disk: Disk, paths: Sequence[str]) -> None:
    """What the second process does. It tells its names first, so that the other one need not wait for it to listen."""
    part = Project(disk, project.configuration, project.settings_path, rules=project.rules, part=paths, whole=False)
    channel.send(_told(part, whole=True))
    part.names.listen(channel.receive(Told))
    part.refresh()
    report, graphs = part.told()
    for message in chain((report,), graphs, (NO_MORE,)):
        channel.send(message)


def _told(project: Project, whole: bool) -> Told:
    try:
        return project.names.told(whole)
    except UnicodeEncodeError as error:  # a name of undecodable bytes cannot be sent
        raise Broken from error
