"""A commit of git as a world: the files of a project as they were, read without checking anything out."""

from __future__ import annotations

import os
from hashlib import sha256

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.text import MAX_BYTES, Text, decode
from specthis_analyzers.world import Item, Presence, Unread

from .changes import MAX_COMPARED_BYTES, Git, Unanswered, is_object
from .disk import Disk

FILE = "100"
"""How the modes of regular files begin; links and submodules are left alone."""
LFS_DIGEST = b"\noid sha256:"


class Blob(Struct, frozen=True, gc=False):
    """A file of the commit."""

    mode: str
    name: str
    """Of the object, in hexadecimal digits."""


class Tree:
    """A `World` over a commit. What is not in it and git ignores now was never kept, rather than missing."""

    def __init__(self, disk: Disk, revision: str) -> None:
        """Raises `Unanswered` where git cannot say what the commit holds."""
        self.disk = disk
        self.git = Git(disk.root)
        self.commit = self.git.revision(revision)
        self.blobs = self._list()
        self.folders = _folders(self.blobs)
        self.known: dict[str, bytes] = {}
        """Contents of objects that were read ahead."""

    def _list(self) -> dict[str, Blob]:
        prefix = os.fsdecode(self.git.ask("rev-parse", "--show-prefix")).removesuffix("\n").rstrip("/")
        try:
            said = self.git.ask("ls-tree", "-r", "-z", "--full-tree", f"{self.commit}:{prefix}")
        except Unanswered:
            return {}  # the project was not there yet
        found: dict[str, Blob] = {}
        for line in said.split(b"\0"):
            head, tab, path = line.partition(b"\t")
            if tab:
                mode, _, name = head.decode("ascii").split(" ")
                found[os.fsdecode(path)] = Blob(mode, name)
        return found

    def read_ahead(self, folder: str, suffix: str) -> None:
        """Read the files of one folder at once, rather than one by one later.

        Raises `Unanswered` where a clone lacks some of them: what they say would look new.
        """
        found = (blob for path, blob in self.blobs.items() if paths.parent(path) == folder and path.endswith(suffix))
        names = [blob.name for blob in found if blob.mode.startswith(FILE)]
        sizes = self._sizes(names)
        if set(names).difference(sizes):
            raise Unanswered(f"this clone lacks files of `{folder}` at that revision; a full clone has them")
        small = [name for name, size in sizes.items() if size <= MAX_BYTES]
        self.known |= self._contents(small)

    # The world's questions -----------------------------------------------------------------------------------

    def read(self, path: str) -> Text | Unread:
        data = self.data(path, MAX_BYTES)
        return data if isinstance(data, Unread) else decode(data)

    def data(self, path: str, limit: int) -> bytes | Unread:
        blob = self.blobs.get(path)
        if blob is None:
            return Unread("missing")
        if not blob.mode.startswith(FILE):
            return Unread("outside")
        data = self.known.get(blob.name)
        if data is None:
            size = self._sizes([blob.name]).get(blob.name)
            if size is not None and size > limit:
                return Unread("large")
            data = self._contents([blob.name]).get(blob.name) if size is not None else None
        if data is None:
            return Unread("unreadable")
        return data if len(data) <= limit else Unread("large")

    def stamp(self, path: str) -> int | None:
        blob = self.blobs.get(path)
        return int(blob.name, 16) if blob else None

    def time(self, path: str) -> int | None:
        return None

    def is_open(self, path: str) -> bool:
        return False

    def is_in_hand(self, path: str) -> bool:
        return False

    def from_checkout(self, path: str) -> bool:
        return True

    def presence(self, path: str) -> Presence:
        blob = self.blobs.get(path)
        if blob is not None:
            return "here" if blob.mode.startswith(FILE) else "outside"
        if path in self.folders:
            return "here"
        return "ignored" if self.disk.ignores.covers(path) else "missing"

    def is_ignored(self, path: str) -> bool:
        return self.disk.is_ignored(path)

    def listing(self, folder: str) -> tuple[Item, ...]:
        return tuple(sorted(self.folders.get(folder, ()), key=lambda item: item.name))

    # Beside the disk -----------------------------------------------------------------------------------------

    def is_same(self, path: str) -> bool | None:
        """Whether a file of the commit and the one on disk are the same; None where that cannot be told.

        Line ends do not count where a checkout may write them otherwise, nor that git keeps a pointer in place of
        a large file.
        """
        blob = self.blobs.get(path)
        if blob is None or not blob.mode.startswith(FILE) or self.disk.presence(path) != "here":
            return None
        if is_object(self.disk, path, blob.name):
            return True
        before, after = self.data(path, MAX_COMPARED_BYTES), self.disk.data(path, MAX_COMPARED_BYTES)
        if isinstance(before, Unread) or isinstance(after, Unread):
            return None
        if before.startswith(b"version ") and LFS_DIGEST in before and LFS_DIGEST not in after[:200]:
            return before.partition(LFS_DIGEST)[2][:64] == sha256(after).hexdigest().encode()
        return b"\0" not in after and before.replace(b"\r\n", b"\n") == after.replace(b"\r\n", b"\n")

    # How git is asked ----------------------------------------------------------------------------------------

    def _sizes(self, names: list[str]) -> dict[str, int]:
        """The sizes of those objects that are here: a partial clone lacks some."""
        said = self._asked("--batch-check=%(objectname) %(objecttype) %(objectsize)", names)
        lines = (line.split(b" ") for line in said.splitlines())
        return {line[0].decode(): int(line[2]) for line in lines if len(line) == 3 and line[1] == b"blob"}

    def _contents(self, names: list[str]) -> dict[str, bytes]:
        said = self._asked("--batch=%(objectname) %(objectsize)", names)
        found: dict[str, bytes] = {}
        at = 0
        while (end := said.find(b"\n", at)) >= 0:
            name, _, size = said[at:end].partition(b" ")
            if not size.isdigit():
                at = end + 1
                continue
            found[name.decode()] = said[end + 1 : end + 1 + int(size)]
            at = end + 1 + int(size) + 1
        return found

    def _asked(self, how: str, names: list[str]) -> bytes:
        try:
            return self.git.ask("cat-file", how, given="".join(f"{name}\n" for name in names).encode())
        except Unanswered:
            return b""


def _folders(blobs: dict[str, Blob]) -> dict[str, set[Item]]:
    """What each folder of the commit holds."""
    found: dict[str, set[Item]] = {"": set()}
    for path, blob in blobs.items():
        item = Item(paths.name(path), blob.mode.startswith("160"))
        folder = paths.parent(path)
        while item not in (inside := found.setdefault(folder, set())):
            inside.add(item)
            if not folder:
                break
            item, folder = Item(paths.name(folder), True), paths.parent(folder)
    return found
