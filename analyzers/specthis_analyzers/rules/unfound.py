"""Names of files that a paper does not find, and what was meant: shared by the rules that tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..breaks import Lost
from ..routing import without_suffix
from ..searching import GRAPHIC_SUFFIXES, INPUT_SUFFIXES, stem_of
from ..view import View
from .rule import is_pattern, is_slip, nearest

FILLED_IN = re.compile(r"\{[^{}]*\}|<[^<>]*>|[*?$]+")
MANY_NAMES = 100
"""Names compared with one that is not found."""
TOP_FOLDERS = 50
"""Folders beside a root in which a file of the same name is looked for."""


def is_lost_everywhere(lost: Lost, root: str, view: View) -> bool:
    """Whether every root fails to find a name that reads its file; what another root finds is a matter of builds.

    Asked last: it wants to know of every document what it reads.
    """
    return all(_is_lost(lost, other, view) for other in view.roots(lost.path) if other != root)


def _is_lost(lost: Lost, root: str, view: View) -> bool:
    same = (lost.path, lost.name, lost.is_graphic)
    return any((other.path, other.name, other.is_graphic) == same for other in view.breaks(root).lost)


def is_unfound(lost: Lost, root: str, view: View) -> bool:
    """Whether nothing that we know of puts the file there: no entry, no script, no build."""
    wanted = [place + suffix for place in lost.places for suffix in suffixes_of(lost)]
    if any(view.claims("export", path) for path in wanted):
        return False
    if _is_filled_in(wanted, view) or any(view.is_written(path) for path in wanted):
        return False
    building = view.building(root)
    if building.anywhere or (building.graphics and lost.is_graphic):
        return False
    made = {paths.name(path).lower() for path in wanted}
    stems = {stem_of(name) for name in building.files}
    named = bool(made & building.files) or stem_of(paths.name(lost.name).lower()) in stems
    return not named and not any(paths.suffix(path) in building.suffixes for path in wanted)


def _is_filled_in(wanted: list[str], view: View) -> bool:
    """Whether an export whose path its variants fill in may be one of these."""
    from ..facts.script import OPEN_PART, may_be

    patterns = [FILLED_IN.sub(OPEN_PART, export) for export in view.names("export") if is_pattern(export)]
    return any(may_be(path, pattern) for pattern in patterns for path in wanted)


def suffixes_of(lost: Lost) -> tuple[str, ...]:
    return GRAPHIC_SUFFIXES if lost.is_graphic else INPUT_SUFFIXES


def meant_by(lost: Lost, view: View) -> str | None:
    """The path that a name was most likely to mean: of a file that is here, else of an export."""
    for place in lost.places:
        found = _like(place, lost, view) or _same_elsewhere(place, lost, view)
        if found is not None:
            return found
    for place in lost.places:
        exports = {paths.name(path): path for path in _exports_beside(paths.parent(place), lost, view)}
        meant = _alike(paths.name(place), list(exports))
        if meant is not None:
            return exports[meant]
    return None


def _like(place: str, lost: Lost, view: View) -> str | None:
    """A file much like it in the same folder, or of the same name in a folder much like it."""
    folder, name = paths.parent(place), paths.name(place)
    here = _files(folder, lost, view)
    if not here and folder:
        above = paths.parent(folder)
        folders = [item.name for item in view.folder(above) if item.is_folder]
        like = _alike(paths.name(folder), folders)
        folder = "/".join(part for part in (above, like) if part) if like else folder
        here = [other for other in _files(folder, lost, view) if _bare(other, name) == name] if like else []
    by_written = {_bare(other, name): other for other in here}
    meant = _alike(name, list(by_written))
    return "/".join(part for part in (folder, meant) if part) if meant else None


def _same_elsewhere(place: str, lost: Lost, view: View) -> str | None:
    """The one file of that name in a folder beside the one it was looked for in."""
    folder, name = paths.parent(place), paths.name(place)
    above = paths.parent(folder)
    beside = [item.name for item in view.folder(above) if item.is_folder and not item.name.startswith(".")]
    found = [
        f"{above}/{other}/{name}" if above else f"{other}/{name}"
        for other in beside[:TOP_FOLDERS]
        if any(_bare(file, name) == name for file in _files(f"{above}/{other}" if above else other, lost, view))
    ]
    return found[0] if len(found) == 1 and folder else None


def _alike(name: str, names: list[str]) -> str | None:
    """The name most like another; of many, only those that differ by a slip are compared."""
    near = names if len(names) <= MANY_NAMES else [other for other in names if is_slip(name, other)][:MANY_NAMES]
    return nearest(name, near)


def _exports_beside(folder: str, lost: Lost, view: View) -> Iterator[str]:
    suffixes = suffixes_of(lost)
    for path in view.names("export"):
        if paths.parent(path) == folder and paths.suffix(path) in suffixes:
            yield _bare(path, lost.name)


def _files(folder: str, lost: Lost, view: View) -> list[str]:
    suffixes = [suffix for suffix in suffixes_of(lost) if suffix]
    return [item.name for item in view.folder(folder) if not item.is_folder and paths.suffix(item.name) in suffixes]


def _bare(name: str, written: str) -> str:
    """A name with its suffix only where the written one has it."""
    return name if without_suffix(written) != written else without_suffix(name)


def slip_of(lost: Lost, view: View) -> str | None:
    """For a name without a folder, which may be one of TeX's own files: a file that differs by a slip of the hand."""
    for place in lost.places:
        folder, name = paths.parent(place), paths.name(place)
        for other in _files(folder, lost, view):
            bare = _bare(other, name)
            if bare != name and is_slip(name, bare):
                return f"{folder}/{bare}" if folder else bare
    return None


def rewritten(lost: Lost, path: str) -> str | None:
    """A path as the name would give it; None where it lies beside none of the places that were looked at."""
    for place in lost.places:
        if place == lost.name or place.endswith(f"/{lost.name}"):
            base = place[: len(place) - len(lost.name)]
            return path[len(base) :] if path.startswith(base) else None
        name, folder = paths.name(lost.name), paths.parent(lost.name)
        if paths.parent(place) == paths.parent(path) and place.endswith(name):
            return f"{folder}/{paths.name(path)}"
    return None
