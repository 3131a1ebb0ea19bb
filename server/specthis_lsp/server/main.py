"""Starting to serve: the collector rests while the protocol's thousands of classes are made; a project wakes it."""

from __future__ import annotations

import gc


def serve_stdio() -> int:
    """Serve on standard input and output until the client leaves; the exit code."""
    gc.disable()
    from .serving import on_stdio

    return on_stdio()


def serve_tcp(host: str, port: int) -> int:
    """Listen, serve one client, end with it; the exit code. The address is printed to standard error."""
    gc.disable()
    from .serving import on_tcp

    return on_tcp(host, port)


def serve_websocket(host: str, port: int) -> int:
    """The same over a WebSocket."""
    gc.disable()
    from .serving import on_websocket

    return on_websocket(host, port)
