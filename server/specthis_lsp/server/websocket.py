"""Serving a client over a WebSocket, as editors in browsers connect: each message is one of the socket's own.

A page from anywhere can reach a port of this machine. So a browser is let in only with a page of this machine's.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve  # pyright: ignore[reportMissingImports]
from websockets.exceptions import ConnectionClosed  # pyright: ignore[reportMissingImports]

from .connection import CLOSE_SECONDS
from .framing import MAX_BODY
from .protocol import SpecthisProtocol

ORIGINS = (None, re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"))
"""Who may connect: what is no browser, and pages of this machine."""


class Writer:
    """Writes without ever waiting: messages queue up for a slow reader."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.task = asyncio.get_running_loop().create_task(self._pump())

    def write(self, data: bytes) -> None:
        self.waiting.put_nowait(data)

    def close(self) -> None:
        self.waiting.put_nowait(None)

    async def flush(self) -> None:
        """Send what is left, unless the reader does not take it."""
        self.close()
        await asyncio.wait([self.task], timeout=CLOSE_SECONDS)

    async def _pump(self) -> None:
        try:
            while (data := await self.waiting.get()) is not None:
                await self.socket.send(data, text=True)
        except ConnectionClosed:
            return


async def serve_one(protocol: SpecthisProtocol, host: str, port: int, ended: Callable[[], None], done: Any) -> None:
    """Listen, serve one client until it is `done`; further ones are turned away. The port is printed to stderr."""

    async def client(socket: ServerConnection) -> None:
        if protocol.writer is not None:
            return
        protocol.set_writer(Writer(socket), include_headers=False)
        try:
            async for message in socket:
                protocol.receive([message.encode() if isinstance(message, str) else message])
        finally:
            ended()

    async with serve(client, host, port, origins=ORIGINS, max_size=MAX_BODY) as listener:
        for one in listener.sockets:
            print(f"listening on {one.getsockname()[0]}:{one.getsockname()[1]}", file=sys.stderr, flush=True)
        await done
        if isinstance(protocol.writer, Writer):
            await protocol.writer.flush()
