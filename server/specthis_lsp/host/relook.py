"""Looking again at everything a project's answers rest on, for changes that nobody reported.

Scripts write results in terminals, and `git checkout` moves whole trees; not every editor watches files, and nobody
watches results. A look costs one `stat` for each file, a few milliseconds for a thousand; it comes in slices, so that
typing goes between.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from specthis_analyzers.answer import Gone, Question
from specthis_analyzers.project import Project
from specthis_analyzers.world import Unread

from .disk import Disk, digest

SLICE = 50
"""Questions looked at in one go."""

SLACK_NS = 2_000_000_000
"""File systems count time in steps: what was written so shortly before a project was read may be newer."""
NOT_HERE = Unread("missing")


class Relook:
    """Remembers how files looked. The first look suspects what was written since the project was read."""

    def __init__(self, disk: Disk, project: Project) -> None:
        self.disk = disk
        self.project = project
        self.read_at = time.time_ns() - SLACK_NS
        self.stamps: dict[str, int | None] = {}
        """By path, a digest of the stamp of the last look."""

    def moved(self) -> Iterator[list[str]]:
        """Slices of the paths that are others than at the last look; most slices are empty."""
        self.disk.forget()
        yield from self._among(self.project.view.answers.settled(CHECKS))
        yield from self.new_specs()

    def moved_since(self, seen: dict[str, int | None], values: Iterable[tuple[Question, Any]]) -> Iterator[list[str]]:
        """The same of a project that was read long ago, when files looked so, and these were the answers."""
        self.stamps, self.read_at = seen, 0
        yield from self._among(value for value in values if value[0][0] in CHECKS)

    def _among(self, values: Iterable[tuple[Question, Any]]) -> Iterator[list[str]]:
        found: list[str] = []
        for number, (question, value) in enumerate(values):
            if CHECKS[question[0]](self, question[1], value):
                found.append(question[1])
            if number % SLICE == 0:
                yield found
                found = []
        yield found

    def _presence(self, path: str, value: object) -> bool:
        return self.disk.presence(path) != value

    def _stamp(self, path: str, value: object) -> bool:
        return self.disk.stamp(path) != value

    def _time(self, path: str, value: object) -> bool:
        return self.disk.time(path) != value

    def _checkout(self, path: str, value: object) -> bool:
        return self.disk.from_checkout(path) != value

    def _content(self, path: str, value: object) -> bool:
        dated = self.disk.dated(path)
        now = digest(dated)
        known, before = path in self.stamps, self.stamps.get(path)
        self.stamps[path] = now
        if known:
            return before != now
        if dated is None:  # what is not here says nothing
            return not (isinstance(value, Unread) or value is False or self._tells(value, NOT_HERE))
        return self._is_newer(dated)

    def _is_newer(self, dated: tuple[int, ...]) -> bool:
        """Whether it may have come after the project was read: a file that is moved keeps the time of its text."""
        return max(dated[0], dated[3]) >= self.read_at

    def _listing(self, path: str, value: object) -> bool:
        if isinstance(value, Gone):  # The names were not kept: the folder's own times tell, and a digest of them.
            return self._content(path, value) and not self._tells(value, self.disk.listing(path))
        return self.disk.listing(path) != value

    def _tells(self, value: object, known: object) -> bool:
        """Whether a value that was let go was this one."""
        if not isinstance(value, Gone) or value.digest is None:
            return False
        return value.digest == self.project.view.answers.digest_of(known)

    def new_specs(self) -> Iterator[list[str]]:
        """Markdown files of the specs folder that nobody has asked about yet, in slices."""
        folder, specs = self.project.analysis.specs, self.project.names.specs
        answers = self.project.view.answers
        found: list[str] = []
        for number, item in enumerate(self.disk.listing(folder)):
            path = f"{folder}/{item.name}" if folder else item.name
            if path not in specs and path.endswith(".md") and not item.is_folder and not answers.knows(("spec", path)):
                found.append(path)
            if number % SLICE == 0:
                yield found
                found = []
        yield found


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
