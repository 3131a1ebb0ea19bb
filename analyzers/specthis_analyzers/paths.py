"""Paths as specs write them: relative to the project root, with `/`, never leading out of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from posixpath import normpath

from msgspec import Struct

MANY = 1 << 16
"""Paths remembered: a project has several for each spec, and each is asked about again and again."""


class Outside(Struct, frozen=True):
    """A path that is absolute, or climbs out of the project root: it is never looked at."""

    written: str


@lru_cache(maxsize=MANY)
def project_path(written: str) -> str | Outside:
    """A written path in its one normal form (`./a//b/../c` is `a/c`), or Outside."""
    if written.startswith(("/", "~")) or "\\" in written or "\0" in written or written[1:2] == ":":
        return Outside(written)
    path = written
    if "./" in path or "//" in path or path.endswith(("/", "/.", "/..")) or path in (".", "..", ""):
        path = normpath(path)
    if path == ".." or path.startswith("../"):
        return Outside(written)
    return path


def parent(path: str) -> str:
    """The folder of a path; the project root is the empty string."""
    return path.rpartition("/")[0]


MOST_LEVELS = 2048
"""The longest path of Linux holds so many."""


def above(path: str) -> list[str]:
    """The folders that a path lies in, the nearest first, the project root last; none of the root itself.

    None of a path deeper than any system has them: all its folders together would fill the memory.
    """
    found: list[str] = []
    if path.count("/") > MOST_LEVELS:
        return found
    while path:
        path = parent(path)
        found.append(path)
    return found


def name(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def stem(path: str) -> str:
    """The last part of a path without its suffix."""
    return name(path).rpartition(".")[0] or name(path)


def suffix(path: str) -> str:
    """The suffix with its dot in lower case, or the empty string."""
    dot = path.rfind(".")
    return path[dot:].lower() if dot > path.rfind("/") + 1 else ""


def stem_and_suffix(name: str) -> tuple[str, str]:
    """Both of a name alone, for folders with thousands of names."""
    stem, _, ending = name.rpartition(".")
    return (stem, f".{ending.lower()}") if stem else (name, "")


def below(path: str, folder: str) -> bool:
    """Whether a path lies in a folder, at any depth. Everything lies in the root, `""` or `.`."""
    return folder in ("", ".") or path == folder or path.startswith(folder.rstrip("/") + "/")


def deepest(path: str, folders: Iterable[str]) -> int:
    """The length of the longest of the folders that a path lies in, 0 of the root; -1 where it lies in none."""
    length = -1
    for folder in folders:
        if below(path, folder):
            length = max(length, len(folder.rstrip("/.")))
    return length


def join(folder: str, path: str) -> str | Outside:
    """A path written relative to a folder of the project, from the root."""
    if path.startswith(("/", "~")):
        return Outside(path)
    return project_path(f"{folder}/{path}" if folder else path)


def forget() -> None:
    """Drop what was remembered of paths: after thousands were looked at, most will not be asked about again."""
    project_path.cache_clear()
