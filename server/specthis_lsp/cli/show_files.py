"""`--show-files`: the files that a verdict rests on, without its findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specthis_analyzers.project import Project
from specthis_analyzers.text import Text
from specthis_analyzers.world import Unread

from ..host.disk import Disk
from ..host.projects import Settled
from .arguments import Options
from .baseline import baseline_for
from .exits import CLEAN
from .output import emit
from .progress import progress
from .targets import Target
from .visible import visible


class Noting(Disk):
    """A disk that notes what was read of it."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.noted: set[str] = set()

    def read(self, path: str) -> Text | Unread:
        return self._noted(path, super().read(path))

    def data(self, path: str, limit: int) -> bytes | Unread:
        return self._noted(path, super().data(path, limit))

    def _noted(self, path: str, read: Any) -> Any:
        if not isinstance(read, Unread):
            self.noted.add(path)
        return read


def show_files(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """List every file that was read for the verdict, of those asked for."""
    for target, settled in ready:
        disk = Noting(target.root)
        with progress(f"Checking {visible(target.relative)} …"):
            Project(disk, settled.configuration, settled.path, recording=False).findings()
        if options.use_baseline:
            baseline_for(target, disk, options)
        noted = disk.noted | ({settled.path} if settled.path else set())
        emit(visible(target.prefix + path) for path in sorted(noted) if target.holds(path))
    return CLEAN
