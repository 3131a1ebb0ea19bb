"""A disk that is looked at once: where many names of a folder are asked for they are listed, not looked at singly."""

from __future__ import annotations

import os
from itertools import islice

from specthis_analyzers.world import Presence

from .disk import MAX_NAMES, Disk, Folder

MANY_NAMES = 16
"""Names asked for in one folder before it is listed."""


class StillDisk(Disk):
    """A `Disk` while nothing moves: a list of names says what is there, a closer look what is not, or is a link.

    It may be looked at longer: then `still` is to be set to False after the first look.
    """

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.still = True
        self.asked: dict[str, int] = {}
        self.plain: dict[str, dict[str, bool]] = {}
        """By folder, the names that are no links, and whether each is a folder."""

    def forget(self) -> None:
        super().forget()
        self.asked = {}
        self.plain = {}

    def presence(self, path: str) -> Presence:
        return super().presence(path) if self._plainly(path) is None else "here"

    def _walk_to(self, folder: str) -> Folder:
        """A folder that a list names lies where the list does: thousands of results have one each."""
        above, _, name = folder.rpartition("/")
        named = self.still and above in self.plain and self.plain[above].get(name)
        return "inside" if named else super()._walk_to(folder)

    def _look_at(self, folder: str) -> Folder:
        return "inside" if self._plainly(folder) else super()._look_at(folder)

    def _plainly(self, path: str) -> bool | None:
        """Whether a path is a folder, if the list of names around it says so much; None if it has to be looked at."""
        if not self.still:
            return None
        folder, _, name = path.rpartition("/")
        listed = self.plain.get(folder)
        if listed is None:
            self.asked[folder] = self.asked.get(folder, 0) + 1
            if self.asked[folder] < MANY_NAMES or self._folder(folder) != "inside":
                return None
            listed = self.plain[folder] = _plain_names(self._absolute(folder))
        return listed.get(name)


def _plain_names(folder: str) -> dict[str, bool]:
    try:
        with os.scandir(folder) as entries:
            some = islice(entries, MAX_NAMES)
            return {entry.name: entry.is_dir(follow_symlinks=False) for entry in some if not entry.is_symlink()}
    except (OSError, ValueError):
        return {}
