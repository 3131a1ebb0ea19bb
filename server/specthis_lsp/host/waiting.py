"""Waiting until something changes: the system tells of narrow folders, and every so often somebody looks himself."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing

PATIENCE = 2.0
"""Seconds between two looks at what nobody watches: results, disks that tell nothing."""
BREATH_MS = 100
"""Milliseconds after which one who waits looks round: whether it is time for a look, or he is to begin anew."""

Identity = dict[str, tuple[int, int]]
"""Folders that are there, and which ones they are: one that was removed and made again is another."""


def changes(
    folders: Callable[[], Iterable[str]], others: threading.Event | None = None, patience: float = PATIENCE
) -> Iterator[set[str]]:
    """Paths that changed, as they come; without end. An empty set asks for a look at everything.

    `folders` are absolute, and are asked for again after each look, and once `others` is set. What lies deeper in them
    is not watched.
    """
    others = others or threading.Event()
    while True:
        others.clear()
        watched = _identified(folders())
        looked_at: float | None = None
        # Closed here: an interrupt that comes while the collector closes it would be lost.
        with closing(_told(watched, others, patience)) as telling:
            for told in telling:
                if told:
                    yield told
                # Only now is the first look due: what moved before the system was asked to tell it has not told.
                is_due = looked_at is None or time.monotonic() - looked_at >= patience
                if is_due:
                    yield set()
                    looked_at = time.monotonic()
                # A folder that is removed and made again may be the same by all that it says of itself.
                if not told.isdisjoint(watched) or ((told or is_due) and _identified(folders()) != watched):
                    break


def _told(watched: Identity, others: threading.Event, patience: float) -> Generator[set[str], None, None]:
    """What the system tells of folders, and often nothing; first once it was asked. Ends where it cannot tell."""
    from watchfiles import watch

    told = watch(
        *watched,
        watch_filter=None,
        stop_event=others,
        rust_timeout=BREATH_MS,
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )
    try:
        for changed in told:
            yield {path for _, path in changed}
    except FileNotFoundError:  # A folder that vanished just now.
        others.wait(BREATH_MS / 1000)
    except (OSError, RuntimeError):  # More folders than the system watches.
        yield set()
        others.wait(patience)
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
