"""A plan carried out: each file at once, and only where nothing moved since it was read."""

from __future__ import annotations

import os
import stat

from msgspec import Struct

from .disk import OPEN_FLAGS
from .leftovers import beside, sweep
from .mending import Change, Mended, Plan


class Refused(Exception):
    """A file that was left alone, and why."""


class Written(Struct, frozen=True):
    """What came of a plan."""

    mended: tuple[Mended, ...]
    refused: dict[str, str]
    """Files left alone, and why."""


def write(plan: Plan) -> Written:
    """Carry a plan out. A file that is not as it was read, or that lies outside the root, is left alone."""
    refused: dict[str, str] = {}
    swept: set[str] = set()
    for change in plan.changes:
        try:
            target = inside(plan.root, change.path, follow=change.before is not None)
            folder = os.path.dirname(target)
            if folder not in swept:
                sweep(folder)
                swept.add(folder)
            _write_change(target, change)
        except Refused as why:
            refused[change.path] = str(why)
        except OSError as error:
            refused[change.path] = (error.strerror or "it cannot be written").lower()
    for move in plan.moves:
        if move.path in refused:
            continue
        try:
            _move(inside(plan.root, move.path, follow=False), inside(plan.root, move.to, follow=False))
        except Refused as why:
            refused[move.path] = str(why)
        except OSError as error:
            refused[move.path] = (error.strerror or "it cannot be renamed").lower()
    return Written(tuple(one for one in plan.mended if one.touched.isdisjoint(refused)), refused)


def _write_change(target: str, change: Change) -> None:
    if change.before is None:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _create(target, change.after)
    else:
        replace_file(target, change.before, change.after)


def inside(root: str, path: str, follow: bool) -> str:
    """The absolute path to write, its folders' links followed, its own too if wanted; never out of the root."""
    full = os.path.join(root, path)
    target = os.path.realpath(full)
    if not follow:
        target = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
    if not target.startswith(os.path.realpath(root) + os.sep):
        raise Refused("it leads out of the project")
    return target


def replace_file(target: str, before: bytes, after: bytes) -> None:
    """Put new bytes in the place of a file, at once, with its permissions, if it still holds the old ones."""
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise Refused("it is no file")
    if not os.access(target, os.W_OK):
        raise Refused("it is read-only")
    _demand_same(target, before)
    written = _beside(target, after, stat.S_IMODE(status.st_mode))
    try:
        # Again, right before: an editor may have saved while the new bytes went to the disk.
        _demand_same(target, before)
        os.replace(written, target)
    except BaseException:
        os.unlink(written)
        raise


def _demand_same(target: str, before: bytes) -> None:
    # Opened without waiting: a pipe may have come into its place.
    with open(os.open(target, OPEN_FLAGS), "rb") as file:
        if file.read(len(before) + 1) != before:
            raise Refused("it changed meanwhile")


def _beside(target: str, data: bytes, mode: int) -> str:
    """The path of a file in the same folder with these bytes, safely on the disk."""
    path = beside(os.path.dirname(target))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(path, mode)
    except BaseException:
        os.unlink(path)
        raise
    return path


def _create(target: str, data: bytes) -> None:
    """Make a file that is not there. A link to a finished file appears at once and never overwrites."""
    written = _beside(target, data, 0o666 & ~_umask())
    try:
        _move(written, target)
    except BaseException:
        os.unlink(written)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _move(path: str, to: str) -> None:
    """Give a file another name that is free."""
    if os.path.lexists(to):
        raise Refused(f"`{os.path.basename(to)}` is there already")
    try:
        os.link(path, to, follow_symlinks=False)
    except FileExistsError:
        raise Refused(f"`{os.path.basename(to)}` is there already") from None
    except (OSError, NotImplementedError):
        os.rename(path, to)  # a file system without links
    else:
        os.unlink(path)
