"""Part of the work in a second process: begun here, collected later, done anew where the process failed.

Only a child that was forked sees what was read so far without being sent it, so there is one only where the system
forks; and only a large project has work enough to pay for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec

MANY_SPECS = 3_000
"""Below this a second process costs more than it saves."""


def may_fork() -> bool:
    """Whether a second process can help: the system forks safely, and there is a processor for it."""
    if not hasattr(os, "fork") or sys.platform == "darwin" or ("threading" in sys.modules and _has_threads()):
        return False
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else False


def _has_threads() -> bool:
    import threading

    return threading.active_count() > 1


def begin(work: Callable[[], Any], kind: Any) -> Callable[[], Any]:
    """Start work in a child. The function returned waits for its value, of type `kind`; None where the child failed."""
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return lambda: None
    if child == 0:
        _be_the_child(work, reading, writing)
    os.close(writing)
    return lambda: _collect(child, reading, kind)


def _be_the_child(work: Callable[[], Any], reading: int, writing: int) -> None:
    """Do the work, hand it over, and vanish: nothing of the parent's clean-up is ours to run."""
    status = 1
    try:
        os.close(reading)
        with open(writing, "wb") as pipe:
            pipe.write(msgspec.msgpack.encode(work()))
        status = 0
    finally:
        os._exit(status)


def _collect(child: int, reading: int, kind: Any) -> Any:
    with open(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        return None
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.MsgspecError:
        return None
