"""What git checked out, by its index: read as any file, for git itself is never run.

The index names every tracked file with the time and the size it had when git last looked. A file that is still so is
as git knows it, and so is one of another time whose content has the digest that the index names. A checkout may have
written either, at a time that says nothing of when its content was made.
"""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from .ignores import repository_around

MAX_INDEX_BYTES = 1 << 27
MAX_HASHED_BYTES = 1 << 26
"""Of larger files that look other than git left them we know nothing."""
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

HEADER = struct.Struct(">4sII")
ENTRY = struct.Struct(">8xII8xI8xI")
"""Of an entry: the seconds and nanoseconds of the file's time, its mode, its size. The digest and the flags follow."""
FLAGS = struct.Struct(">H")
EXTENDED, STAGE = 0x4000, 0x3000
EXTENSION = struct.Struct(">4sI")
FORMAT, REGULAR, REPOSITORY = 0o170000, 0o100000, 0o160000
GITDIR = re.compile(r"gitdir: ([^\0\n]+)\n?\Z")
SHA256 = re.compile(rb"^\s*objectformat\s*=\s*sha256\s*$", re.IGNORECASE | re.MULTILINE)


class Tracked(Struct, frozen=True, gc=False):
    """A file as git last saw it."""

    time: int
    size: int
    mode: int
    digest: bytes


class Index:
    """The index of the repository around a project, read when first asked for. Without one, nothing is git's."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.fresh = False
        self.top = ""
        self.path: str | None = None
        """Where the index is, absolute; None where there is no repository."""
        self.stamp: tuple[int, ...] | None = None
        self.tracked: dict[str, Tracked] | None = {}
        """The tracked files by their path in the repository; None where there is an index that we cannot read."""

    def forget(self) -> None:
        """Look at the index again when next asked; it is read again only if it moved."""
        self.fresh = False

    def may_have_written(self, path: str) -> bool:
        """Whether a checkout may have written a file of the project; where we cannot know, it may."""
        if not self.fresh:
            self._look()
        if self.tracked is None:
            return True
        full = f"{self.root}/{path}".replace(os.sep, "/")
        known = self.tracked.get(full[len(self.top) + 1 :]) if self.tracked else None
        if known is None:
            return bool(self.tracked) and self._is_of_another(full[len(self.top) + 1 :])
        return known.mode & FORMAT != REGULAR or _is_as_known(full, known)

    def _is_of_another(self, path: str) -> bool:
        """Whether a path lies in a repository within this one, whose index is not read."""
        parts = path.split("/")
        above = (self.tracked.get("/".join(parts[:end])) for end in range(1, len(parts))) if self.tracked else ()
        return any(known is not None and known.mode & FORMAT == REPOSITORY for known in above)

    def _look(self) -> None:
        self.fresh = True
        self.top = repository_around(self.root)
        folder = _git_folder(f"{self.top}/.git") if self.top else None
        self.path = f"{folder}/index" if folder else None
        stamp = _stamp(self.path) if self.path else None
        if stamp is None:
            self.stamp, self.tracked = None, {}
        elif stamp != self.stamp:
            self.stamp, self.tracked = stamp, _read(self.path or "", folder or "")


def _is_as_known(full: str, known: Tracked) -> bool:
    """Whether a file is as git saw it: by time and size, else by its content."""
    try:
        status = os.lstat(full)
    except (OSError, ValueError):
        return True
    size = status.st_size & 0xFFFFFFFF  # git notes no more of it
    if (status.st_mtime_ns, size) == (known.time, known.size):
        return True
    if known.size not in (size, 0):  # git notes no size for a file that was written as it looked
        return False
    data = _bytes(full, MAX_HASHED_BYTES)
    from hashlib import sha1, sha256  # costs ten milliseconds, which a check without times does not pay

    hashing = sha1 if len(known.digest) == 20 else sha256
    return data is None or hashing(b"blob %d\0" % len(data) + data).digest() == known.digest


def _git_folder(path: str) -> str | None:
    """The folder that git works in: `.git` itself, or what a file of that name leads to in worktrees and submodules."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if stat.S_ISDIR(mode):
        return path
    data = _bytes(path, 4096)
    match = GITDIR.match(data.decode("utf-8", "surrogateescape")) if data else None
    return os.path.normpath(os.path.join(os.path.dirname(path), match[1])) if match else None


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _bytes(path: str, limit: int) -> bytes | None:
    """The bytes of a regular file, which is no link; None where it cannot be read, or is larger."""
    try:
        handle = os.open(path, OPEN_FLAGS)
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            data = file.read(limit + 1) if stat.S_ISREG(status.st_mode) and status.st_size <= limit else None
    except (OSError, ValueError):
        return None
    return None if data is None or len(data) > limit else data


def _read(path: str, folder: str) -> dict[str, Tracked] | None:
    data = _bytes(path, MAX_INDEX_BYTES)
    try:
        return None if data is None else dict(_entries(data, _digest_size(folder)))
    except (struct.error, ValueError, IndexError):
        return None


def _digest_size(folder: str) -> int:
    """Of a worktree the configuration lies two folders above its own."""
    for place in (folder, os.path.dirname(os.path.dirname(folder))):
        config = _bytes(f"{place}/config", 1 << 20)
        if config is not None:
            return 32 if SHA256.search(config) else 20
    return 20


def _entries(data: bytes, digest_size: int) -> Iterator[tuple[str, Tracked]]:
    """The entries of an index of version 2 to 4. Raises ValueError where it is none, or one that is split in two."""
    signature, version, count = HEADER.unpack_from(data)
    if signature != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index")
    at, name = HEADER.size, b""
    for _ in range(count):
        start = at
        seconds, nanoseconds, mode, size = ENTRY.unpack_from(data, at)
        at += ENTRY.size
        digest = data[at : at + digest_size]
        flags = FLAGS.unpack_from(data, at + digest_size)[0]
        at += digest_size + (4 if flags & EXTENDED else 2)
        if version == 4:
            cut, at = _number(data, at)
            name = name[: len(name) - cut]
        end = data.index(b"\0", at)
        name = name + data[at:end] if version == 4 else data[at:end]
        at = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
        if not flags & STAGE:  # what a merge left open is as nobody committed it
            path = name.decode("utf-8", "surrogateescape")
            yield path, Tracked(seconds * 10**9 + nanoseconds, size, mode, digest)
    if any(extension == b"link" for extension in _extensions(data, at, len(data) - digest_size)):
        raise ValueError("a part of this index lies elsewhere")


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, as version 4 writes it, and where it ends."""
    number = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        number = (number + 1) << 7 | data[at] & 0x7F
    return number, at + 1


def _extensions(data: bytes, at: int, end: int) -> Iterator[Any]:
    while at + EXTENSION.size <= end:
        name, size = EXTENSION.unpack_from(data, at)
        yield name
        at += EXTENSION.size + size
