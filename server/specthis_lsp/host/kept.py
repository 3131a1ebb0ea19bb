"""Where something is kept from one look at a project to the next: `.specthis/cache`, file by file, each under a key.

Nothing here is trusted: what is damaged, foreign or of another version is not there. Safe to delete at any time.
Before each value stands its checksum, for many a flipped bit makes another value and no error.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from binascii import crc32
from typing import Any

import msgspec
from msgspec import Struct

import specthis_analyzers

from .. import __version__
from .disk import NO_FOLLOW, OPEN_FLAGS, OWN_FOLDER
from .leftovers import beside
from .witness import stamp_of

MAX_BYTES = 1 << 28
CHECKSUM_BYTES = 4
DAMAGED = (msgspec.MsgspecError, ValueError, TypeError, LookupError, RecursionError, MemoryError)
"""How what is not ours fails to be read."""
encode = msgspec.msgpack.encode


def key_of(settled: Any) -> bytes:
    """The product, its modules as they are on disk, the Python, and the settings: with another of these all is new."""
    modules = sorted(_modules(os.path.dirname(specthis_analyzers.__file__)))
    return encode((__version__, sys.version, settled, [(module, stamp_of(module)) for module in modules]))


def _modules(folder: str) -> list[str]:
    found: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found.append(entry.path)
            elif entry.is_dir() and not entry.name.startswith("__"):
                found += _modules(entry.path)
    return found


def make_folder(root: str) -> str | None:
    """`.specthis/cache`, kept out of git; None where there can be none. Never through a link: that leads anywhere."""
    folder = root
    try:
        for name in (OWN_FOLDER, "cache"):
            folder = f"{folder}/{name}"
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder)
            if not stat.S_ISDIR(os.lstat(folder).st_mode):
                return None
        with contextlib.suppress(FileExistsError), open(f"{root}/{OWN_FOLDER}/.gitignore", "x") as file:
            file.write("*\n")
    except OSError:
        return None
    return folder


def read(folder: str | None, name: str, kind: type[Any]) -> Any:
    """What is kept under a name, as a value of a type; None where there is no such thing."""
    if folder is None:
        return None
    try:
        # A pipe in its place would be waited for, and a device has no end.
        handle = os.open(f"{folder}/{name}", OPEN_FLAGS | NO_FOLLOW)
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
                return None
            data = memoryview(file.read())
        checksum, value = data[:CHECKSUM_BYTES], data[CHECKSUM_BYTES:]
        return msgspec.msgpack.decode(value, type=kind) if checksum == checksum_of(value) else None
    except (OSError, *DAMAGED):
        return None


def write(folder: str, name: str, value: Struct) -> None:
    """Keep a value. Whoever is killed meanwhile leaves what was there before."""
    temporary = beside(folder)
    try:
        data = encode(value)
        with open(temporary, "xb") as file:
            file.write(checksum_of(data))
            file.write(data)
        os.replace(temporary, f"{folder}/{name}")
    except (OSError, msgspec.MsgspecError, ValueError):
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def checksum_of(data: bytes | memoryview) -> bytes:
    return crc32(data).to_bytes(CHECKSUM_BYTES, "big")
