"""Looking again at everything a project's answers rest on, for changes that nobody reported.

Scripts write results in terminals, and `git checkout` moves whole trees; not every editor watches files, and nobody
watches results. A look costs one `stat` for each file, a few milliseconds for a thousand; it comes in slices, so that
typing goes between.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from specthis_analyzers.answer import Gone
from specthis_analyzers.project import Project
from specthis_analyzers.view import stamp_digest
from specthis_analyzers.world import Unread

from .disk import Disk

SLICE = 50
"""Questions looked at in one go."""

SLACK_NS = 2_000_000_000
"""File systems count time in steps: what was written so shortly before a project was read may be newer."""

Stamp = tuple[int, ...] | None


class Relook:
    """Remembers how files looked. The first look suspects what was written since the project was read."""

    def __init__(self, disk: Disk, project: Project) -> None:
        self.disk = disk
        self.project = project
        self.read_at = time.time_ns() - SLACK_NS
        self.stamps: dict[str, Stamp] = {}

    def moved(self) -> Iterator[list[str]]:
        """Slices of the paths that are others than at the last look; most slices are empty."""
        self.disk.forget()
        found: list[str] = []
        for seen, (question, value) in enumerate(self.project.view.answers.settled(CHECKS)):
            if CHECKS[question[0]](self, question[1], value):
                found.append(question[1])
            if seen % SLICE == 0:
                yield found
                found = []
        yield [*found, *self._new_specs()]

    def _presence(self, path: str, value: object) -> bool:
        return self.disk.presence(path) != value

    def _stamp(self, path: str, value: object) -> bool:
        return stamp_digest(self.disk.stamp(path)) != value

    def _time(self, path: str, value: object) -> bool:
        return self.disk.time(path) != value

    def _checkout(self, path: str, value: object) -> bool:
        return self.disk.from_checkout(path) != value

    def _content(self, path: str, value: object) -> bool:
        stamp = self.disk.stamp(path)
        known, before = path in self.stamps, self.stamps.get(path)
        self.stamps[path] = stamp
        if known:
            return before != stamp
        if stamp is None:
            return not isinstance(value, Unread) and value is not False  # what is not here says nothing
        return self._is_newer(stamp)

    def _is_newer(self, stamp: tuple[int, ...]) -> bool:
        """Whether it may have come after the project was read: a file that is moved keeps the time of its text."""
        return max(stamp[0], stamp[3]) >= self.read_at

    def _listing(self, path: str, value: object) -> bool:
        if isinstance(value, Gone):  # The names were not kept: the folder's own times tell.
            stamp = self.disk.stamp(path)
            return stamp is None or self._is_newer(stamp)
        return self.disk.listing(path) != value

    def _new_specs(self) -> list[str]:
        """Markdown files of the specs folder that nobody has asked about yet."""
        folder = self.project.analysis.specs
        answers = self.project.view.answers
        paths = (
            f"{folder}/{item.name}" if folder else item.name
            for item in self.disk.listing(folder)
            if item.name.endswith(".md") and not item.is_folder
        )
        return [path for path in paths if not answers.knows(("spec", path))]


CHECKS = {
    "presence": Relook._presence,
    "stamp": Relook._stamp,
    "text": Relook._content,
    "spec": Relook._content,
    "document": Relook._content,
    "script": Relook._content,
    "says reports": Relook._content,
    "says shown": Relook._content,
    "folder": Relook._listing,
    "time": Relook._time,
    "checkout": Relook._checkout,
}
