"""A second process for part of the work, and a channel to it. What fails there is done here.

It is forked before anything large is in memory: to share what was read would cost more than to read it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from typing import Any

import msgspec

LEAVING: set[int] = set()
"""Processes of which nothing more is awaited but their end, which takes as long as they have memory to give back."""
MANY_SPECS = 500
"""Below this a second process costs more than it saves."""


class Broken(Exception):
    """The other side is gone."""


class Channel:
    """Values to and from the other process: each as its length, then its bytes."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading = open(reading, "rb", buffering=0)  # noqa: SIM115  (unbuffered: see `has_more`)
        self.writing = open(writing, "wb")  # noqa: SIM115

    def send(self, value: Any) -> None:
        self.send_packed(self.pack(value))

    def pack(self, value: Any) -> bytes:
        """A value as it is sent; to pack it while the other side still works saves a wait."""
        try:
            return msgspec.msgpack.encode(value)
        except ValueError as error:  # a name of undecodable bytes cannot be sent
            raise Broken from error

    def send_packed(self, data: bytes) -> None:
        try:
            self.writing.write(len(data).to_bytes(8, "big"))
            self.writing.write(data)
            self.writing.flush()
        except OSError as error:
            raise Broken from error

    def receive(self, kind: Any) -> Any:
        """A value of type `kind`; raises `Broken` where none comes."""
        try:
            return unpack(self._read(int.from_bytes(self._read(8), "big")), kind)
        except (OSError, MemoryError, OverflowError) as error:
            raise Broken from error

    def _read(self, length: int) -> bytearray:
        """So many bytes; raises `Broken` where the other side says less."""
        data = bytearray(length)
        rest = memoryview(data)
        while rest:
            count = self.reading.readinto(rest)
            if not count:
                raise Broken
            rest = rest[count:]
        return data

    def has_more(self, seconds: float) -> bool:
        """Whether the other side has said something, or is gone; waits so long for it."""
        return bool(select.select([self.reading], [], [], seconds)[0])

    def close(self) -> None:
        self.reading.close()
        try:
            self.writing.close()
        except OSError:
            return  # What was still to be written has no reader any more.


def unpack(data: bytes | bytearray | msgspec.Raw, kind: Any) -> Any:
    """What was packed, as a value of a type; raises `Broken` where it is none."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise Broken from error


def may_fork() -> bool:
    """Whether a second process can help: the system forks safely, and there is a processor for it."""
    if not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity") or sys.platform == "darwin":
        return False
    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    return alone and len(os.sched_getaffinity(0)) > 1


def see_off(wait: bool = False) -> None:
    """Let go of those processes that have ended meanwhile, or wait for all of them."""
    LEAVING.difference_update([child for child in LEAVING if os.waitpid(child, 0 if wait else os.WNOHANG)[0]])


class Second:
    """A process that does some work and talks over a channel. Used as a context, it is left to itself at the end."""

    def __init__(self, work: Callable[[Channel], None]) -> None:
        """Raises `Broken` where there can be no second process."""
        try:
            to_child, from_child = os.pipe(), os.pipe()
            self.child = os.fork()
        except OSError as error:
            raise Broken from error
        if self.child == 0:
            os.close(to_child[1])
            os.close(from_child[0])
            _be_the_child(work, to_child[0], from_child[1])
        os.close(to_child[0])
        os.close(from_child[1])
        self.channel = Channel(from_child[0], to_child[1])

    def __enter__(self) -> Channel:
        return self.channel

    def __exit__(self, kind: object, *error: object) -> None:
        self.channel.close()
        if kind is not None:  # Nobody wants what it is still doing.
            os.kill(self.child, signal.SIGKILL)
        LEAVING.add(self.child)
        see_off()


def _be_the_child(work: Callable[[Channel], None], reading: int, writing: int) -> None:
    """Do the work, and vanish: nothing of the parent's clean-up is ours to run, and no traceback ours to print."""
    status = 1
    signal.set_wakeup_fd(-1)  # The loop that may wait for it is the parent's.
    try:
        work(Channel(reading, writing))
        status = 0
    finally:
        os._exit(status)
