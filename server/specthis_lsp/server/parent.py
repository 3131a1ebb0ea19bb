"""Whether the editor still lives: a server whose editor is gone ends, even where its pipes stay open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

SECONDS = 3.0


def watch(pid: int, gone: Callable[[], None]) -> None:
    """Call back when a process ends. One that cannot be seen now, as from inside a container, is not watched."""
    if pid <= 0 or not is_alive(pid):
        return
    loop = asyncio.get_running_loop()
    try:
        handle = os.pidfd_open(pid)  # type: ignore[attr-defined]
        loop.add_reader(handle, lambda: (loop.remove_reader(handle), os.close(handle), gone()))
    except (AttributeError, OSError, NotImplementedError):
        _look_again(loop, pid, gone)


def _look_again(loop: asyncio.AbstractEventLoop, pid: int, gone: Callable[[], None]) -> None:
    if is_alive(pid):
        loop.call_later(SECONDS, _look_again, loop, pid, gone)
    else:
        gone()


def is_alive(pid: int) -> bool:
    if os.name == "nt":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    """There, `os.kill` would end the process whatever the signal."""
    import ctypes

    synchronize, timed_out = 0x00100000, 0x102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return kernel.WaitForSingleObject(handle, 0) == timed_out
    finally:
        kernel.CloseHandle(handle)
