"""Which folders are projects, and a project opened: its disk, its settings, its engine."""

from __future__ import annotations

import os
import re
from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct

from specthis_analyzers.facts.contract import KINDS, SpecFacts
from specthis_analyzers.settings import Analysis
from specthis_analyzers.text import Text

from .disk import Disk
from .settling import SETTINGS_FILES, Settled, settle

if TYPE_CHECKING:
    from specthis_analyzers.project import Project

__all__ = [
    "SETTINGS_FILES",
    "Opened",
    "Settled",
    "is_project",
    "open_project",
    "project_around",
    "projects_below",
    "settle",
]

NEVER_SEARCHED = frozenset({"node_modules", "__pycache__", "venv", "env", "site-packages", "build", "dist"})
DEPENDS_ON = re.compile(r"^depends_on[ \t]*:", re.MULTILINE)
SIGNS = frozenset((*(path for path, _ in SETTINGS_FILES), Analysis().specs))
"""Without any of these names in it no folder is a project."""
MAX_BESIDE = 200
"""Folders looked at directly in one, time and again."""
MAX_SEARCHED = 20_000
"""Folders looked at below a path that is no project itself."""


class Opened(Struct, frozen=True):
    """A project over its disk."""

    root: str
    """Absolute, as the user named it."""
    disk: Disk
    settled: Settled
    project: Project


def open_project(root: str, recording: bool = True, settled: Settled | None = None) -> Opened:
    """Read a project. Settings may be given, where the caller has changed them."""
    from specthis_analyzers.project import Project

    disk = Disk(root)
    settled = settled or settle(disk)
    return Opened(disk.root, disk, settled, Project(disk, settled.configuration, settled.path, recording))


def is_project(root: str) -> bool:
    """Whether a folder is a project: it has settings of ours, or a spec that says a kind or what it depends on."""
    disk = Disk(root)
    settled = settle(disk)
    if settled.path is not None:
        return True
    folder = settled.configuration.analysis.specs
    for item in disk.listing(folder):
        if item.name.endswith(".md") and not item.is_folder:
            text = disk.read(f"{folder}/{item.name}")
            if isinstance(text, Text) and text.source.startswith("---") and _is_our_spec(text):
                return True
    return False


def _is_our_spec(text: Text) -> bool:
    if DEPENDS_ON.search(text.source.partition("\n---")[0]):
        return True  # said plainly: no need for the reader, whose import is a good part of a check of five specs
    from specthis_analyzers.facts import markdown

    return _is_ours(markdown.read(text))


def _is_ours(facts: SpecFacts) -> bool:
    return facts.kind in KINDS or (facts.front is not None and facts.front.key("depends_on") is not None)


def project_around(path: str) -> str | None:
    """The nearest folder, from a path upwards, that is a project."""
    folder = os.path.abspath(path)
    while True:
        if os.path.isdir(folder) and is_project(folder):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def projects_below(path: str) -> list[str]:
    """The outermost projects below a folder, in order. Hidden folders, environments and links are not searched.

    Folders above come first: where there are too many, those far down are left out.
    """
    found: list[str] = []
    pending = deque([os.path.abspath(path)])
    searched = 0
    while pending and searched < MAX_SEARCHED:
        folder = pending.popleft()
        searched += 1
        names, below = _listed(folder)
        if not names.isdisjoint(SIGNS) and is_project(folder):
            found.append(folder)
        else:
            pending.extend(below)
    return sorted(found)


def with_those_inside(folder: str) -> list[str]:
    """A folder and those directly in it, as far as they are searched."""
    return [folder, *_listed(folder)[1][:MAX_BESIDE]]


def may_be_project(folder: str) -> bool:
    """Whether the names in a folder tell that it may be a project: few of many."""
    return not _listed(folder)[0].isdisjoint(SIGNS)


def _listed(folder: str) -> tuple[set[str], list[str]]:
    """The names in a folder, and the folders in it to search."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
            folders = sorted(entry.name for entry in found if entry.is_dir(follow_symlinks=False))
    except OSError:
        return set(), []
    searched = (name for name in folders if not name.startswith(".") and name not in NEVER_SEARCHED)
    return {entry.name.lower() for entry in found}, [os.path.join(folder, name) for name in searched]
