"""What a look at a disk saw: enough to tell later, without reading, whether another look would see the same."""

from __future__ import annotations

import os
from array import array

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.world import Item, Presence, Unread

from .still import StillDisk

Stamp = tuple[int, int, int, int]
"""Time of the last change of content, size, inode, and time of the last change of any kind; in nanoseconds, bytes."""
NOTHING: Stamp = (-1, -1, -1, -1)
"""In place of the stamp of what was not there."""
Share = slice
"""Which of the things seen are looked at: every so manieth, so that each share has as many of every kind."""
ALL = slice(0, None, 1)
BETWEEN = "\0"
"""Stands between paths; no path has one."""


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file or folder, links followed; None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)


class Sightings(Struct, frozen=True, array_like=True):
    """Paths and their stamps, in a form that takes no time to read. Paths as in `Witness`."""

    paths: str = ""
    """One behind the other, with `BETWEEN` between them."""
    stamps: bytes = b""
    """Four whole numbers of 64 bits for each path."""

    def joined(self, other: Sightings) -> Sightings:
        """These and those of another look. What both saw, they saw alike."""
        between = BETWEEN if self.paths and other.paths else ""
        return Sightings(self.paths + between + other.paths, self.stamps + other.stamps)

    def still_hold(self, root: str, share: Share = ALL) -> bool:
        """Whether everything is as it was seen, or the share of it that is to be looked at."""
        try:
            # From the root's own handle the system walks fewer folders for each of tens of thousands of files.
            folder = os.open(root, os.O_RDONLY) if os.stat in os.supports_dir_fd else None
        except OSError:
            return False
        try:
            return self._hold(root, folder, share)
        finally:
            if folder is not None:
                os.close(folder)

    def _hold(self, root: str, folder: int | None, share: Share) -> bool:
        paths_seen = self.paths.split(BETWEEN) if self.stamps else []
        numbers = self._numbers()
        stamps = [numbers[at::4][share] for at in range(4)]
        prefix = "" if folder is not None else f"{root}/"
        look = os.stat
        for path, changed, size, inode, touched in zip(paths_seen[share], *stamps, strict=True):
            try:
                now = look(path if prefix == "" or path.startswith("/") else prefix + path, dir_fd=folder)
            except (OSError, ValueError):
                if (changed, size, inode, touched) != NOTHING:
                    return False
                continue
            if now.st_mtime_ns != changed or now.st_ctime_ns != touched or now.st_size != size or now.st_ino != inode:
                return False
        return True

    def are_older_than(self, moment: int) -> bool:
        """Whether everything seen was last changed before a moment, in nanoseconds since 1970."""
        numbers = self._numbers()
        return all(max(numbers[at::4], default=0) < moment for at in (0, 3))

    def _numbers(self) -> array[int]:
        numbers = array("q")
        numbers.frombytes(self.stamps)
        return numbers


class Witness:
    """Paths relative to the root; what lies above it (ignore files of the repository) is absolute."""

    def __init__(self) -> None:
        self.files: dict[str, Stamp | None] = {}
        """Files whose content was read, or asked for and not there."""
        self.folders: dict[str, Stamp | None] = {}
        """Folders in which a name was looked for: as long as no name came or went, the same names are there."""

    @property
    def sightings(self) -> Sightings:
        seen = [*self.folders.items(), *self.files.items()]
        numbers = array("q", [number for _, stamp in seen for number in stamp or NOTHING])
        return Sightings(BETWEEN.join([path or "." for path, _ in seen]), numbers.tobytes())


class WitnessedDisk(StillDisk):
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
        # Without a repository: where there would be one.
        index = self.index.path or f"{self.root}/.git"
        self.witness.files[index] = stamp_of(index)
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
