"""Waiting until something changes: the system tells of narrow folders, and every so often somebody looks himself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator

PATIENCE = 2.0
"""Seconds between two looks at what nobody watches: results, folders that came anew, disks that tell nothing."""

Identity = dict[str, tuple[int, int]]
"""Folders that are there, and which ones they are: one that was removed and made again is another."""


def changes(folders: Callable[[], Iterable[str]]) -> Iterator[set[str]]:
    """Paths that changed, as they come; without end. An empty set asks for a look at everything.

    `folders` are absolute, and may be others each time they are asked for; what lies deeper in them is not watched.
    """
    while True:
        watched = _identified(folders())
        yield set()  # What moved before the system was asked to tell has to be looked for.
        for told in _told(watched):
            yield told
            if _identified(folders()) != watched:
                break


def _told(watched: Identity) -> Iterator[set[str]]:
    """What the system tells of folders; where it does not, or there is nothing to watch, time passes."""
    from watchfiles import watch

    told = watch(
        *watched,
        watch_filter=None,
        rust_timeout=int(PATIENCE * 1000),
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )
    try:
        for changed in told:
            yield {path for _, path in changed}
    except (OSError, RuntimeError):  # A folder that vanished meanwhile, or more folders than the system watches.
        time.sleep(PATIENCE)
    finally:
        told.close()


def _identified(folders: Iterable[str]) -> Identity:
    found: Identity = {}
    for folder in folders:
        try:
            status = os.stat(folder)
        except (OSError, ValueError):
            continue
        if os.path.isdir(folder):
            found[folder] = (status.st_dev, status.st_ino)
    return found
