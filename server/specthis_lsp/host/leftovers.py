"""Files half written by a process that was killed: their names hold its number, and the next one takes them away."""

from __future__ import annotations

import contextlib
import os
import re
import time

NAME = re.compile(r"\.specthis-(\d{1,9})\.tmp")
HOUR = 3600
"""Seconds after which nobody still writes, where processes cannot be asked."""


def beside(folder: str) -> str:
    """The path at which this process writes what is to be put in the place of a file of a folder."""
    return os.path.join(folder, f".specthis-{os.getpid()}.tmp")


def sweep(folder: str) -> None:
    """Remove what processes that are gone left in a folder. What this one left is of an earlier one of its number."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = NAME.fullmatch(entry.name)
            if match and entry.is_file(follow_symlinks=False) and _is_left(entry, int(match[1])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _is_left(entry: os.DirEntry[str], process: int) -> bool:
    if process == os.getpid():
        return True
    if os.name == "nt":  # where asking a process is ending it
        return entry.stat(follow_symlinks=False).st_mtime < time.time() - HOUR
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return False
