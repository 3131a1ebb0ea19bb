"""What a look at a disk saw: enough to tell later, without reading, whether another look would see the same."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.world import Item, Presence, Unread

from .disk import Disk

Stamp = tuple[int, int, int, int]
"""Time of the last change of content, size, inode, and time of the last change of any kind; in nanoseconds, bytes."""


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file or folder, links followed; None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


class Witness(Struct, array_like=True):
    """Paths relative to the root; what lies above it (ignore files of the repository) is absolute."""

    files: dict[str, Stamp | None] = {}
    """Files whose content was read, or asked for and not there."""
    folders: dict[str, Stamp | None] = {}
    """Folders in which a name was looked for: as long as no name came or went, the same names are there."""

    def add(self, other: Witness) -> None:
        """Take in what another look saw. What both saw, they saw alike."""
        self.files.update(other.files)
        self.folders.update(other.folders)

    def still_holds(self, root: str, first: int = 0, step: int = 1) -> bool:
        """Whether everything is as it was seen; with a step, only every so manieth thing is looked at."""
        try:
            # From the root's own handle the system walks fewer folders for each of tens of thousands of files.
            folder = os.open(root, os.O_RDONLY) if os.stat in os.supports_dir_fd else None
        except OSError:
            return False
        try:
            return all(
                _hold(islice(seen.items(), first, None, step), root, folder) for seen in (self.folders, self.files)
            )
        finally:
            if folder is not None:
                os.close(folder)

    def is_older_than(self, moment: int) -> bool:
        """Whether everything seen was last changed before a moment, in nanoseconds since 1970."""
        return all(
            seen is None or max(seen[0], seen[3]) < moment
            for seen_paths in (self.folders, self.files)
            for seen in seen_paths.values()
        )


def _hold(seen: Iterable[tuple[str, Stamp | None]], root: str, folder: int | None) -> bool:
    prefix = "" if folder is not None else f"{root}/"
    look = os.stat
    for path, stamp in seen:
        try:
            now = look(path if path.startswith("/") else prefix + path or ".", dir_fd=folder)
        except (OSError, ValueError):
            if stamp is not None:
                return False
            continue
        if stamp != (now.st_mtime_ns, now.st_size, now.st_ino, now.st_ctime_ns):
            return False
    return True


class WitnessedDisk(Disk):
    """A disk that remembers what it was asked, and in what state everything was that bears on its answers."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.witness = Witness()

    def data(self, path: str, limit: int) -> bytes | Unread:
        # Stamped before it is read: what is written meanwhile has a later stamp, and will be read again.
        self.see_file(path)
        return super().data(path, limit)

    def presence(self, path: str) -> Presence:
        found = super().presence(path)
        if found == "here" and path not in self.witness.files:
            self._see_folder(paths.parent(path))
        elif found != "here":
            self._see_absence(path)
        return found

    def time(self, path: str) -> int | None:
        self.see_file(path)
        return super().time(path)

    def from_checkout(self, path: str) -> bool:
        self.see_file(path)
        found = super().from_checkout(path)
        if self.index.path is not None:
            self.witness.files[self.index.path] = stamp_of(self.index.path)
        return found

    def listing(self, folder: str) -> tuple[Item, ...]:
        self._see_folder(folder)
        return super().listing(folder)

    def see_file(self, path: str) -> Stamp | None:
        """Remember the state of a file, and say it."""
        stamp = self.witness.files[path] = stamp_of(f"{self.root}/{path}")
        return stamp

    def _see_folder(self, folder: str) -> None:
        if folder not in self.witness.folders:
            self.witness.folders[folder] = stamp_of(f"{self.root}/{folder}" if folder else self.root)

    def _see_absence(self, path: str) -> None:
        """A name comes into being in the nearest folder there is; and the ignore files above may change their minds."""
        self.see_file(path)
        folder = paths.parent(path)
        while folder and not os.path.isdir(f"{self.root}/{folder}"):
            folder = paths.parent(folder)
        self._see_folder(folder)
        for ignore_file in self.ignores.files_for(folder):
            if ignore_file not in self.witness.files:
                self.witness.files[ignore_file] = stamp_of(ignore_file)
