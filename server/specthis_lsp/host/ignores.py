"""Which absent files git would not carry: the rules of `.gitignore`, read when the first file is found absent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from specthis_analyzers import paths

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_IGNORE_BYTES = 1024 * 1024


class Ignores:
    """The ignore files of a repository, from its top to the folder of each path. Outside a repository: none."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.specs: dict[str, GitIgnoreSpec | None] = {}
        self._top: str | None = None

    def covers(self, path: str) -> bool:
        """Whether git ignores a path of the project, itself or by a folder above it. The deepest file decides."""
        top = self._repository()
        if top is None:
            return False
        full = os.path.join(self.root, path).replace(os.sep, "/")
        relative = full[len(top) + 1 :]
        parts = relative.split("/")
        return any(self._ignored(top, "/".join(parts[: end + 1]), end + 1 < len(parts)) for end in range(len(parts)))

    def files_for(self, path: str) -> Iterator[str]:
        """The ignore files, absolute, that bear on a path: there or not, any of them may speak later."""
        top = self._repository()
        folder = paths.parent(os.path.join(self.root, path).replace(os.sep, "/"))
        while top is not None and len(folder) >= len(top):
            yield f"{folder}/.gitignore"
            folder = paths.parent(folder)

    def _ignored(self, top: str, relative: str, is_folder: bool) -> bool:
        verdict = False
        folder = ""
        for name in ("", *relative.split("/")[:-1]):
            folder = f"{folder}/{name}" if folder else name
            spec = self._spec(top, folder)
            if spec is not None:
                inside = relative[len(folder) + 1 :] if folder else relative
                found = spec.check_file(inside + "/" if is_folder else inside).include
                verdict = verdict if found is None else found
        return verdict

    def _repository(self) -> str | None:
        """The top of the repository that holds the project."""
        if self._top is None:
            folder = self.root.replace(os.sep, "/")
            while folder and not os.path.exists(f"{folder}/.git"):
                folder = paths.parent(folder)
            self._top = folder
        return self._top or None

    def _spec(self, top: str, folder: str) -> GitIgnoreSpec | None:
        if folder not in self.specs:
            self.specs[folder] = _read_rules(f"{top}/{folder}/.gitignore" if folder else f"{top}/.gitignore")
        return self.specs[folder]


def _read_rules(path: str) -> GitIgnoreSpec | None:
    try:
        with open(path, "rb") as file:
            lines = file.read(MAX_IGNORE_BYTES).decode("utf-8", "replace").splitlines()
    except (OSError, ValueError):
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return None
