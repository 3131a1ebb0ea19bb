"""The rules of a Makefile as values, and what is asked of files to tell what they mean."""

from __future__ import annotations

import re
from typing import Protocol

from msgspec import Struct

from .. import paths
from ..world import Item, Presence

UNKNOWN = "\0"
"""In an expanded text: something that only make could tell. It may hold any words."""
MAX_DEPTH = 100
GLOB = re.compile(r"[*?\[]")
ODD = re.compile(r"[\0\\()~=:;#|&$%\"'<>]")
"""What no plain name holds, or what only a shell could make of it."""


class Made(Struct, frozen=True, array_like=True):
    """How one file is made, by all rules that name it."""

    prerequisites: tuple[str, ...] = ()
    order_only: tuple[str, ...] = ()
    recipe: bool = False
    certain: bool = True
    together: tuple[str, ...] = ()
    """The other files that the same run makes."""


class Pattern(Struct, frozen=True, array_like=True):
    """A rule with `%` in its targets."""

    targets: tuple[str, ...]
    prerequisites: tuple[str, ...]
    order_only: tuple[str, ...]
    certain: bool


class Makefile(Struct, frozen=True):
    """The rules of a Makefile and all it includes."""

    files: tuple[str, ...] = ()
    """Itself and what it includes; empty where there is none, or where nothing can be said."""
    made: dict[str, Made] = {}
    patterns: tuple[Pattern, ...] = ()
    phony: frozenset[str] = frozenset()
    mentioned: frozenset[str] | None = frozenset()
    """The files that rules name to make others from, for make holds that these ought to exist; None where some of the
    names are unknown."""
    keeps_intermediates: bool = False
    """Whether files that are not there may count as if they were."""


class Files(Protocol):
    """What is asked of the project's files."""

    def time(self, path: str) -> int | None: ...
    def from_checkout(self, path: str) -> bool: ...
    def presence(self, path: str) -> Presence: ...
    def folder(self, folder: str) -> tuple[Item, ...]: ...
    def shadows(self, folder: str) -> frozenset[str]: ...


class Obscure(Exception):
    """Nothing can be said of this Makefile."""


def plain_words(text: str, percent: bool = False) -> list[str] | None:
    """The words of an expanded text; None where one of them is unknown, or no plain name."""
    words = [without_dot(word) for word in text.split()]
    for word in words:
        if ODD.search(word.replace("%", "") if percent else word):
            return None
    return words


def without_dot(name: str) -> str:
    """A name as make keeps it: `./` before it says nothing."""
    while name.startswith("./") and len(name.lstrip("./")):
        name = name[2:].lstrip("/")
    return name


def stem_of(pattern: str, name: str) -> str | None:
    """What `%` stands for, where a name fits a pattern. It stands for at least one character."""
    before, _, after = pattern.partition("%")
    fits = len(name) > len(before) + len(after) and name.startswith(before) and name.endswith(after)
    return name[len(before) : len(name) - len(after)] if fits else None


def suffix_of(name: str) -> str:
    """What follows the last dot of a name, with the dot, as make's functions see it."""
    last = paths.name(name)
    return last[last.rindex(".") :] if "." in last else ""
