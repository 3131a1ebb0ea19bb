"""The outside, as the engine asks for it: the host answers from disk and open buffers, tests from a dict."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from .text import Text

Presence = Literal["here", "ignored", "pointer", "outside", "missing"]
"""Of a path: there; not there and ignored by git; a stand-in for content kept elsewhere (Git LFS, git-annex, DVC, a
submodule); out of the project's reach; or missing."""


class Unread(Struct, frozen=True, array_like=True, gc=False):
    """Why a file could not be read."""

    reason: Literal["missing", "outside", "large", "unreadable", "merging"]


class Item(Struct, frozen=True, array_like=True, gc=False):
    """A name in a folder."""

    name: str
    is_folder: bool


class World(Protocol):
    """Paths are relative to the project root, with `/`; no method raises for what a disk may hold."""

    def read(self, path: str) -> Text | Unread:
        """The text of a file: of the open buffer where there is one."""
        ...

    def data(self, path: str, limit: int) -> bytes | Unread:
        """The bytes of a file on disk; a file of more than `limit` bytes is too large."""
        ...

    def stamp(self, path: str) -> int | None:
        """What becomes another whenever the file's content on disk does; None where there is no file.

        There are tens of thousands, and all they are good for is to be compared. Who looks once, and asks for the
        bytes of a file before, is told of the file that these were read from.
        """
        ...

    def time(self, path: str) -> int | None:
        """When a file or folder was last written, in nanoseconds since 1970; None where nothing is."""
        ...

    def is_open(self, path: str) -> bool:
        """Whether somebody looks at a file in an editor."""
        ...

    def is_in_hand(self, path: str) -> bool:
        """Whether a file may be half written by now, and is looked at again once it cannot be."""
        ...

    def from_checkout(self, path: str) -> bool:
        """Whether a checkout may have written a file, so that its time says nothing of when it was made."""
        ...

    def presence(self, path: str) -> Presence:
        """Whether a file is there, on disk."""
        ...

    def is_ignored(self, path: str) -> bool:
        """Whether git ignores what has this name, there or not; a folder's name ends with `/`."""
        ...

    def listing(self, folder: str) -> tuple[Item, ...]:
        """The names in a folder, in order, symbolic links to folders left out; empty where there is no such folder."""
        ...
