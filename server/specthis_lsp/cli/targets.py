"""Which projects the given paths ask about, and which of their findings."""

from __future__ import annotations

import os

from msgspec import Struct

from specthis_analyzers import paths

from ..host.projects import project_around, projects_below
from .exits import UsageError
from .visible import visible

NO_SPECS = (
    "no specs here: a project is a folder with `specthis.toml`, with `[tool.specthis]` in `pyproject.toml`, or with a "
    "spec in `specs/` that has `depends_on` or one of the six kinds in its front matter"
)


class Target(Struct, frozen=True):
    """A project, and the paths in it that were asked for: the project's own root asks for everything."""

    root: str
    """Absolute."""
    asked: tuple[str, ...] = ("",)
    relative: str = "."
    """What leads from the current directory to the project."""

    @property
    def whole(self) -> bool:
        return "" in self.asked

    def holds(self, path: str) -> bool:
        """Whether a path of the project was asked for."""
        return any(paths.below(path, asked) for asked in self.asked)

    @property
    def prefix(self) -> str:
        """Paths in text begin with it."""
        return "" if self.relative == "." else f"{self.relative}/"


def target(root: str, asked: tuple[str, ...] = ("",)) -> Target:
    """A project at an absolute path, seen from the current directory."""
    try:
        relative = os.path.relpath(root)
    except (OSError, ValueError):  # another drive, or the current directory is gone
        relative = root
    return Target(root, asked, relative.replace(os.sep, "/"))


def file_named(target: Target, written: str) -> str | None:
    """The project's file at a path from where we are or, failing that, from its root; None where it has none there."""
    for path in (os.path.abspath(written), os.path.join(target.root, written)):
        relative = os.path.relpath(path, target.root).replace(os.sep, "/")
        if os.path.isfile(path) and not relative.startswith("../"):
            return relative
    return None


def find(asked: tuple[str, ...]) -> list[Target]:
    """The projects that paths lie in, or hold; UsageError where there is nothing to check."""
    found: dict[str, dict[str, None]] = {}
    for path in asked:
        _demand(path)
        for root, inside in _projects(path):
            found.setdefault(root, {})[inside] = None
    return [target(root, tuple(inside)) for root, inside in found.items()]


def _demand(path: str) -> None:
    """A path that cannot be looked at was mistyped, or hides what was to be checked; either must not pass as clean."""
    try:
        os.stat(path)
    except OSError as error:
        raise UsageError(f"cannot check `{visible(path)}`: {_why(error)}") from None
    if not os.access(path, os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK):
        raise UsageError(f"cannot check `{visible(path)}`: it may not be read")


def _why(error: OSError) -> str:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return "there is no such file or folder"
    return (error.strerror or "it cannot be read").lower()


def _projects(path: str) -> list[tuple[str, str]]:
    try:
        full = os.path.abspath(path)
    except OSError:
        raise UsageError("the current directory is gone") from None
    root = project_around(full)
    if root is not None:
        inside = os.path.relpath(full, root).replace(os.sep, "/")
        return [(root, "" if inside == "." else inside)]
    below = projects_below(full) if os.path.isdir(full) else []
    if not below:
        raise UsageError(NO_SPECS if path == "." else f"`{visible(path)}`: {NO_SPECS}")
    return [(root, "") for root in below]
