"""A language server's life: take the streams, answer until the client leaves or is gone, end with the right code."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable

from lsprotocol import types

from .. import __version__
from . import connection
from .converter import lenient_converter
from .features import register
from .protocol import SpecthisProtocol, SpecthisServer
from .session import Session

NAME = "specthis-lsp"


def make_server() -> SpecthisServer:
    """A server with every feature of the table, not connected to anything yet."""
    server = SpecthisServer(
        NAME,
        __version__,
        text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
        protocol_cls=SpecthisProtocol,
        converter_factory=lenient_converter,
    )
    register(server, Session(server))
    return server


def on_stdio() -> int:
    """Serve on standard input and output until the client leaves; the exit code."""
    _log_to_stderr()
    handles = connection.take_standard_streams()
    code = asyncio.run(_on_stdio(*handles))
    return _leave(code)


def on_websocket(host: str, port: int) -> int:
    """The same over a WebSocket. Where the library for it is not installed, 2 and a line that says so."""
    _log_to_stderr()
    sys.stdout = sys.stderr
    try:
        from . import websocket  # noqa: F401
    except ImportError:
        print("specthis-lsp: `--ws` needs websockets 15 or later: pip install 'specthis-lsp[ws]'", file=sys.stderr)
        return 2
    return asyncio.run(_on_websocket(host, port))


async def _on_websocket(host: str, port: int) -> int:
    from .websocket import serve_one

    server, done, ended = _waiting()
    await serve_one(server.protocol, host, port, ended, done)
    return _exit_code(server)


def on_tcp(host: str, port: int) -> int:
    """Listen, serve one client, end with it. The port is printed to standard error, also where 0 asked for any."""
    _log_to_stderr()
    sys.stdout = sys.stderr
    return asyncio.run(_on_tcp(host, port))


async def _on_stdio(given_in: int, given_out: int) -> int:
    server, done, ended = _waiting()
    writer = await connection.write_to(given_out, ended)
    server.protocol.set_writer(writer)
    await connection.read_from(given_in, connection.Inbound(server.protocol.receive, ended))
    await done
    await writer.flush()
    return _exit_code(server)


async def _on_tcp(host: str, port: int) -> int:
    server, done, ended = _waiting()

    class Client(connection.Inbound):
        def __init__(self) -> None:
            super().__init__(server.protocol.receive, lambda: None)
            self.taken = False

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            if server.protocol.writer is not None:
                transport.close()
                return
            server.protocol.set_writer(connection.StreamWriter(transport))
            self.taken, self.ended = True, ended

    listener = await asyncio.get_running_loop().create_server(Client, host, port)
    for socket in listener.sockets:
        print(f"listening on {socket.getsockname()[0]}:{socket.getsockname()[1]}", file=sys.stderr, flush=True)
    await done
    listener.close()
    writer = server.protocol.writer
    if isinstance(writer, connection.StreamWriter):
        await writer.flush()
    return _exit_code(server)


def _waiting() -> tuple[SpecthisServer, asyncio.Future[None], Callable[[], None]]:
    """A server, what to wait for, and what ends the waiting."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def ended() -> None:
        if not done.done():
            done.set_result(None)

    server = make_server()
    server.leave = ended
    return server, done, ended


def _exit_code(server: SpecthisServer) -> int:
    """As the client's `exit` says; a client that is gone without one counts as an error."""
    return 1 if server.protocol.exit_code is None else server.protocol.exit_code


def _leave(code: int) -> int:
    """End at once: a thread that waits for input would hold the interpreter."""
    sys.stderr.flush()
    os._exit(code)


def _log_to_stderr() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s")
    for library in ("pygls", "websockets"):
        logging.getLogger(library).setLevel(logging.ERROR)
