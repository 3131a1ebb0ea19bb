"""Bytes in and out on the event loop: pipes where the system has them, one thread where it does not, or a socket.

A message costs no hop between threads. Whatever is printed, here or by a library, goes to standard error.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterable

from .framing import Broken, Frames

READ_SIZE = 1 << 16
CLOSE_SECONDS = 2.0


class Inbound(asyncio.Protocol):
    """Hands on all whole messages that have arrived, and says when the stream is over."""

    def __init__(self, receive: Callable[[Iterable[bytes]], None], ended: Callable[[], None]) -> None:
        self.receive = receive
        self.ended = ended
        self.frames = Frames()

    def data_received(self, data: bytes) -> None:
        try:
            self.receive(list(self.frames.feed(data)))
        except Broken as problem:
            print(f"the stream is broken: {problem}", file=sys.stderr)
            self.ended()

    def eof_received(self) -> bool:
        self.ended()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended()


class Outbound(asyncio.BaseProtocol):
    """Notices that nobody reads any more."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self.ended = ended
        self.closed = asyncio.get_running_loop().create_future()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        self.ended()


class PipeWriter:
    """Writes without ever waiting for a slow reader."""

    def __init__(self, transport: asyncio.WriteTransport, protocol: Outbound) -> None:
        self.transport = transport
        self.protocol = protocol

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        self.transport.close()

    async def flush(self) -> None:
        """Close once all is written, unless the reader does not take it."""
        self.transport.close()
        await asyncio.wait([self.protocol.closed], timeout=CLOSE_SECONDS)


class FileWriter:
    """Writes and waits: for terminals, files, and systems without pipes on the loop."""

    def __init__(self, handle: int, ended: Callable[[], None]) -> None:
        self.handle = handle
        self.ended = ended

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.handle, rest) :]
        except OSError:
            self.ended()

    def close(self) -> None:
        pass

    async def flush(self) -> None:
        pass


class StreamWriter:
    """Writes to a socket."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        self.transport.close()

    async def flush(self) -> None:
        """Let the loop send what it holds; a peer that does not read loses it."""
        deadline = asyncio.get_running_loop().time() + CLOSE_SECONDS
        while self.transport.get_write_buffer_size() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        self.transport.close()


Writer = PipeWriter | FileWriter | StreamWriter


def take_standard_streams() -> tuple[int, int]:
    """Descriptors of our own for the protocol; what others read is empty, and what others print goes to stderr."""
    given_in, given_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if os.name == "nt":
        import msvcrt

        for handle in (given_in, given_out):
            msvcrt.setmode(handle, os.O_BINARY)  # type: ignore[attr-defined]
    return given_in, given_out


async def read_from(handle: int, inbound: Inbound) -> None:
    loop = asyncio.get_running_loop()
    if _on_loop(handle):
        await loop.connect_read_pipe(lambda: inbound, os.fdopen(handle, "rb", 0))
        return

    def pump() -> None:
        try:
            while data := _read(handle):
                loop.call_soon_threadsafe(inbound.data_received, data)
            loop.call_soon_threadsafe(inbound.ended)
        except RuntimeError:
            return  # the loop is closed

    threading.Thread(target=pump, name="stdin", daemon=True).start()


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, READ_SIZE)
    except OSError:
        return b""


async def write_to(handle: int, ended: Callable[[], None]) -> Writer:
    if not _on_loop(handle):
        return FileWriter(handle, ended)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(lambda: Outbound(ended), os.fdopen(handle, "wb", 0))
    return PipeWriter(transport, protocol)


def _on_loop(handle: int) -> bool:
    """Whether the event loop can watch a descriptor: pipes and sockets, not on Windows."""
    mode = os.fstat(handle).st_mode
    return os.name != "nt" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))
