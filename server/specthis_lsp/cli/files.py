"""Reports put into files: whole or not at all, so that nobody uploads half of one."""

from __future__ import annotations

import os
from contextlib import suppress

from ..host.leftovers import beside
from .exits import UsageError
from .visible import visible


def put(path: str, text: str) -> None:
    """Write a report in the place of whatever is at a path; UsageError where that cannot be done."""
    data = text.encode("utf-8", "backslashreplace")
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            _into(target, data)
        else:
            _replace(target, data)
    except OSError as error:
        raise UsageError(f"cannot write `{visible(path)}`: {_why(error)}") from None


def _into(target: str, data: bytes) -> None:
    """Write into a pipe or a device, which has no place to be put in."""
    with open(target, "wb") as stream:
        stream.write(data)


def _replace(target: str, data: bytes) -> None:
    path = beside(os.path.dirname(target))
    with suppress(FileNotFoundError):
        os.unlink(path)  # of a process that had our number, and was killed
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(path, target)
    except BaseException:
        os.unlink(path)
        raise


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such folder"
    return (error.strerror or "unknown reason").lower()
