"""What a service that shows a repository calls a project's files: paths from the root of the repository.

Text for people names files from where the command ran, for that is where they can be opened. A code host knows nothing
of that folder. The repository is the one around the current directory; without one, that directory takes its place.
"""

from __future__ import annotations

import os

from .look import Look


def prefix(look: Look) -> str:
    """What leads from the root of the repository to a project: a relative path, or an absolute one if it lies outside.

    It ends with `/`, or is empty.
    """
    root = os.path.realpath(look.target.root)
    try:
        relative = os.path.relpath(root, _top(os.path.realpath(os.getcwd())))
    except (OSError, ValueError):  # the current directory is gone, or another drive
        relative = os.pardir
    if relative == os.curdir:
        return ""
    outside = relative.split(os.sep, 1)[0] == os.pardir
    return (root if outside else relative).replace(os.sep, "/").rstrip("/") + "/"


def _top(here: str) -> str:
    """The nearest folder with `.git` in it, which is a file in worktrees and submodules; else the one we are in."""
    folder = here
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return here
        folder = above
    return folder
