"""Whether TeX finds a file by the name that a document gives it: lists of names decide, letters' case included.

A disk that does not tell cases apart says of both spellings that the file is there, so nothing is asked of it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from . import paths
from .paths import Outside

INPUT_SUFFIXES = (".tex", "")
"""What TeX adds to a name in `\\input`."""
GRAPHIC_SUFFIXES = (
    "", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".mps", ".ps", ".tex", ".pgf",
    ".PDF", ".PNG", ".JPG", ".JPEG", ".EPS",
)  # fmt: skip
"""What it adds to that of a graphic, and what other commands for graphics do."""


class Found(Struct, frozen=True):
    """A file whose name differs from the one given in letters' case: its path, and the name as it should be given."""

    path: str
    name: str


class Spellings(Struct, frozen=True):
    """The names in a folder, by their one normal form, and by that in small letters."""

    exact: dict[str, str]
    lower: dict[str, str]


Names = Callable[[str], Spellings]
"""The names in a folder."""


def spellings_of(listed: Iterable[str]) -> Spellings:
    exact = {_normal(name): name for name in listed}
    return Spellings(exact, {name.lower(): written for name, written in exact.items()})


def look_up(name: str, folders: Iterable[str], suffixes: tuple[str, ...], names: Names) -> Found | bool:
    """Whether a file of that name is found from one of the folders; a `Found` where only its case is another."""
    other: Found | None = None
    for folder in folders:
        found = _look_in(name, folder, suffixes, names)
        if found is True:
            return True
        other = other or (found if isinstance(found, Found) else None)
    return other or False


def places_of(name: str, folders: Iterable[str]) -> tuple[str, ...]:
    """The paths that a name may mean, less a suffix it leaves out."""
    joined = (paths.join(folder, name) for folder in folders)
    return tuple(dict.fromkeys(path for path in joined if not isinstance(path, Outside)))


def _look_in(name: str, base: str, suffixes: tuple[str, ...], names: Names) -> Found | bool:
    path = paths.join(base, name)
    if isinstance(path, Outside):
        return False
    while not paths.below(path, base):
        base = paths.parent(base)
    parts = path[len(base) + 1 if base else 0 :].split("/")
    spelled: list[str] = []
    for part in parts[:-1]:
        there = names("/".join((base, *spelled)) if base else "/".join(spelled))
        found = there.exact.get(_normal(part)) or there.lower.get(_normal(part).lower())
        if found is None:
            return False
        spelled.append(found)
    folder = "/".join((base, *spelled)) if base else "/".join(spelled)
    last = _last(parts[-1], suffixes, names(folder))
    if last is None:
        return False
    if _normal(last) == _normal(parts[-1]) and list(map(_normal, spelled)) == list(map(_normal, parts[:-1])):
        return True
    tail = "/".join((*spelled, last))
    same = name.lower().endswith(tail.lower())
    return Found(f"{folder}/{last}" if folder else last, name[: len(name) - len(tail)] + tail) if same else True


def _last(part: str, suffixes: tuple[str, ...], there: Spellings) -> str | None:
    """The last part of a name as the folder spells it, less the suffix it leaves out.

    A file of that name with another suffix counts: it is what this one is made from, or was made of it.
    """
    wanted = _normal(part)
    if any(wanted + suffix in there.exact for suffix in suffixes):
        return part
    for suffix in suffixes:
        found = there.lower.get((wanted + suffix).lower())
        if found is not None:
            return found[: len(found) - len(suffix)] if suffix else found
    stem = stem_of(wanted) + "."
    return part if any(other.startswith(stem) for other in there.exact) else None


def stem_of(name: str) -> str:
    """A name without what looks like a suffix: a dot and a few letters."""
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and stem and len(suffix) <= MAX_SUFFIX and suffix.replace("_", "").isalnum() else name


MAX_SUFFIX = 7


def _normal(name: str) -> str:
    """A name as most systems spell it: some keep accents apart from their letters."""
    if name.isascii():
        return name
    from unicodedata import normalize

    return normalize("NFC", name)
