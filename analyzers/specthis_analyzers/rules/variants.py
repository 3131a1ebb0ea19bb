"""The variants of an entry that are in the project's folders: shared by rules."""

from __future__ import annotations

from fnmatch import fnmatchcase

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import PLACEHOLDER, is_glob, paths_of, variants_of
from ..view import View


def configurations(entry: Contract, view: View) -> list[str]:
    """The configuration files of an entry, in order of their names; those that cannot be told are left out."""
    return sorted({path for word in variants_of(entry) for path in _files(word.text, view)})


def _files(written: str, view: View) -> list[str]:
    """The configuration files that a path or a glob stands for."""
    path = paths.project_path(written)
    if not isinstance(path, str) or "{" in path or "$" in path:
        return []
    folder, name = paths.parent(path), paths.name(path)
    if not is_glob(path):
        return [path]
    if is_glob(folder):
        return []
    before = f"{folder}/" if folder else ""
    there = (item.name for item in view.folder(folder) if not item.is_folder)
    return [f"{before}{item}" for item in there if fnmatchcase(item, name)]


def written_by(entry: Contract, written: str, view: View) -> list[str]:
    """The paths that a written one stands for, one per variant, with globs looked up."""
    if PLACEHOLDER not in written:
        return list(paths_of(entry, written))
    named = [written.replace(PLACEHOLDER, paths.stem(file)) for file in configurations(entry, view)]
    return [path for name in named for path in paths_of(entry, name)]
