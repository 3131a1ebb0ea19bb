"""The world on disk: files below one root, with open buffers over them.

Nothing is followed out of the root. A symbolic link that leads out is `outside`, and what lies behind it is not read.
Files may vanish, be pipes, or belong to somebody else: every answer is a value, never an exception.
"""

from __future__ import annotations

import os
import stat
import time
from itertools import islice
from operator import attrgetter
from typing import Literal

from specthis_analyzers import paths
from specthis_analyzers.text import MAX_BYTES, POINTER_BYTES, Text, decode, is_pointer
from specthis_analyzers.world import Item, Presence, Unread

from .git_index import Index
from .ignores import Ignores

OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
OPEN_NO_LINK = OPEN_FLAGS | NO_FOLLOW
OWN_FOLDER = ".specthis"
"""Where we keep what was read, in the root of a project: no part of it."""
MAX_NAMES = 100_000
"""Names listed of one folder."""
BY_NAME = attrgetter("name")
MAX_PATH = 4096
"""Characters; no system opens a longer path."""

YOUNG_NS = 2_000_000_000
"""File systems count time in steps; within one a file may be written again and look the same. A file is also not whole
as soon as it is there: so long may writing pause."""

Folder = Literal["inside", "outside", "missing"]
Dated = tuple[int, ...] | None
"""What is another whenever a file or folder was written, or is another; None where there is none."""


class Disk:
    """A `World` over a folder. `buffers` holds the text of open files by path; `forget` after anything moved."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self.real_root = os.path.realpath(self.root)
        self.buffers: dict[str, Text] = {}
        self.open: set[str] = set()
        """The files that somebody looks at; of those that have no buffer here the text is too large."""
        self.in_hand: set[str] | None = None
        """The files that were found half written; None where nobody looks again, and all is taken as it is."""
        self.seen: dict[str, int | None] | None = None
        """How each file looked when it was first read, and each folder when it was listed; None where nobody asks."""
        self.folders: dict[str, Folder] = {"": "inside"}
        self.ignores = Ignores(self.root)
        self.index = Index(self.root)

    def forget(self) -> None:
        """Drop what was remembered about folders; questions remember for themselves."""
        self.folders = {"": "inside"}
        self.ignores = Ignores(self.root)
        self.index.forget()

    # The world's questions -----------------------------------------------------------------------------------

    def read(self, path: str) -> Text | Unread:
        buffer = self.buffers.get(path)
        if buffer is None and path in self.open:
            return Unread("large")
        data = self.data(path, MAX_BYTES) if buffer is None else buffer.source[:POINTER_BYTES].encode()
        if isinstance(data, Unread):
            return data
        if is_pointer(data):
            return Unread("missing")  # of the text that Git LFS or git-annex keeps elsewhere it says nothing
        return decode(data) if buffer is None else buffer

    def data(self, path: str, limit: int) -> bytes | Unread:
        around = path.rpartition("/")[0]
        folder = self.folders.get(around) or self._folder(around)
        if folder != "inside":
            self._see(path)
            return Unread(folder)
        try:
            handle = os.open(f"{self.root}/{path}", OPEN_NO_LINK)
        except (FileNotFoundError, NotADirectoryError):
            self._see(path)
            return Unread("missing")
        except (OSError, ValueError):
            return self._data_behind(path, limit)
        return self._content(path, handle, limit)

    def stamp(self, path: str) -> int | None:
        if self.seen is not None and path in self.seen:
            return self.seen[path]
        return digest(self.dated(path))

    def dated(self, path: str) -> Dated:
        """When a file or folder was written, how large it is, and which it is; links are followed."""
        around = path.rpartition("/")[0]
        if (self.folders.get(around) or self._folder(around)) != "inside":
            return None
        try:
            status = os.stat(self._absolute(path))
        except (OSError, ValueError):
            return None
        return _dated(status)

    def time(self, path: str) -> int | None:
        dated = self.dated(path) if self.presence(path) == "here" else None
        return dated[0] if dated else None

    def is_open(self, path: str) -> bool:
        return path in self.open

    def is_in_hand(self, path: str) -> bool:
        if self.in_hand is None:
            return False
        written = self.time(path)
        is_young = written is not None and abs(time.time_ns() - written) <= YOUNG_NS
        if is_young:
            self.in_hand.add(path)
        return is_young

    def from_checkout(self, path: str) -> bool:
        return self.index.may_have_written(path)

    def presence(self, path: str) -> Presence:
        folder = self._folder(paths.parent(path))
        if folder == "outside":
            return "outside"
        if folder == "missing":
            return self._absent(path)
        try:
            mode = os.lstat(self._absolute(path)).st_mode
        except PermissionError:
            return "outside"
        except (OSError, ValueError):
            return self._absent(path)
        return self._linked(path) if stat.S_ISLNK(mode) else "here"

    def is_ignored(self, path: str) -> bool:
        return self.ignores.covers(f"{path}." if path.endswith("/") else path)

    def listing(self, folder: str) -> tuple[Item, ...]:
        if self._folder(folder) != "inside":
            return ()
        if self.seen is not None:
            self.seen.setdefault(folder, self.stamp(folder))
        try:
            with os.scandir(self._absolute(folder)) as entries:
                found = [
                    Item(entry.name, entry.is_dir(follow_symlinks=False))
                    for entry in islice(entries, MAX_NAMES)
                    if entry.name != OWN_FOLDER
                    and not (entry.is_symlink() and os.path.isdir(entry.path))  # one that leads to itself is no folder
                ]
        except (OSError, ValueError):
            return ()
        return tuple(sorted(found, key=BY_NAME))

    # How it is found out -------------------------------------------------------------------------------------

    def _absolute(self, path: str) -> str:
        return f"{self.root}/{path}" if path else self.root

    def _data_behind(self, path: str, limit: int) -> bytes | Unread:
        """What a link leads to, if that lies inside the root."""
        presence = self.presence(path)
        if presence != "here":
            return Unread("outside" if presence == "outside" else "missing")
        try:
            handle = os.open(os.path.realpath(self._absolute(path)), OPEN_NO_LINK)
        except (OSError, ValueError):
            return Unread("unreadable")
        return self._content(path, handle, limit)

    def _content(self, path: str, handle: int, limit: int) -> bytes | Unread:
        """All that a file holds, read in one call where its size holds still; closes it.

        Pipes and devices were opened without waiting, and are left alone. A file that grows past the limit is too
        large.
        """
        try:
            status = os.fstat(handle)
            self._see(path, status)
            size = status.st_size
            if not stat.S_ISREG(status.st_mode):
                return Unread("unreadable")
            if size > limit:
                return Unread("large")
            data = os.read(handle, size + 1)
            if len(data) == size:
                return data
            parts, have = [data], len(data)
            while have <= limit and (more := os.read(handle, 1 << 20)):
                parts.append(more)
                have += len(more)
            return Unread("large") if have > limit else b"".join(parts)
        except OSError:
            return Unread("unreadable")
        finally:
            os.close(handle)

    def _see(self, path: str, status: os.stat_result | None = None) -> None:
        """Remember how something looked. What changed before it was read again will look otherwise later, too."""
        if self.seen is not None and path not in self.seen:
            self.seen[path] = digest(_dated(status)) if status else None

    def _folder(self, folder: str) -> Folder:
        """Whether a folder lies inside the root, links followed. Each folder is looked at once."""
        known = self.folders.get(folder)
        if known is None:
            known = self.folders[folder] = self._walk_to(folder)
        return known

    def _walk_to(self, folder: str) -> Folder:
        """From the root down to a folder. Below what is not there, nothing is looked at."""
        if len(folder) > MAX_PATH:
            return "missing"
        at = 0
        while (at := folder.find("/", at + 1)) >= 0:
            above = folder[:at]
            if above not in self.folders:
                self.folders[above] = self._look_at(above)
            if self.folders[above] != "inside":
                return self.folders[above]
        return self._look_at(folder)

    def _look_at(self, folder: str) -> Folder:
        """What one folder is, where those above it lie inside the root."""
        if paths.name(folder) == "..":
            return "outside"
        try:
            mode = os.lstat(self._absolute(folder)).st_mode
        except PermissionError:
            return "outside"
        except (OSError, ValueError):
            return "missing"
        if stat.S_ISDIR(mode):
            return "inside"
        if not stat.S_ISLNK(mode):
            return "missing"
        target = os.path.realpath(self._absolute(folder))
        if not self._is_inside(target):
            return "outside"
        return "inside" if os.path.isdir(target) else "missing"

    def _is_inside(self, real: str) -> bool:
        return real == self.real_root or real.startswith(self.real_root + os.sep)

    def _linked(self, path: str) -> Presence:
        target = os.path.realpath(self._absolute(path))
        if "/.git/annex/objects/" in target.replace(os.sep, "/") and not os.path.exists(target):
            return "pointer"
        if not self._is_inside(target):
            return "outside"
        return "here" if os.path.exists(target) else "missing"

    def _absent(self, path: str) -> Presence:
        if self._kept_by_dvc(path) or self.ignores.waits_in_submodule(path):
            return "pointer"
        return "ignored" if self.ignores.covers(path) else "missing"

    def _kept_by_dvc(self, path: str) -> bool:
        try:
            return os.path.isfile(self._absolute(path) + ".dvc")
        except ValueError:
            return False


def digest(dated: Dated) -> int | None:
    """What tells it from another, in less memory. All processes of one Python agree on it."""
    return None if dated is None else hash(dated)


def _dated(status: os.stat_result) -> tuple[int, ...]:
    """Of what was just written each look may see something else, so each has one of its own."""
    written, changed, now = status.st_mtime_ns, status.st_ctime_ns, time.time_ns()
    stamp = (written, status.st_size, status.st_ino, changed)
    is_young = abs(now - written) <= YOUNG_NS or abs(now - changed) <= YOUNG_NS
    return (*stamp, now) if is_young else stamp
