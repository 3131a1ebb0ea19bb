"""`specthis-lsp`: the command that serves editors, checks projects, and explains its rules."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> int:
    """Choose a face. Checking never imports the protocol."""
    try:
        from .cli.interrupts import abrupt  # before anything that an interrupt could strike

        with abrupt():
            from .cli import lean  # noqa: F401  (before anything that imports what it spares us)
            from .cli.main import Serve, run

            return run(sys.argv[1:], Serve(_stdio, _tcp, _websocket))
    except KeyboardInterrupt:
        return 130


def _stdio() -> int:
    from .cli.interrupts import raised
    from .server.main import serve_stdio

    with raised():
        return serve_stdio()


def _tcp(host: str, port: int) -> int:
    from .cli.interrupts import raised
    from .server.main import serve_tcp

    with raised():
        return serve_tcp(host, port)


def _websocket(host: str, port: int) -> int:
    from .cli.interrupts import raised
    from .server.main import serve_websocket

    with raised():
        return serve_websocket(host, port)


def leave(code: int) -> NoReturn:
    """End at once, once all is written: to take apart hundreds of thousands of values would be told to nobody."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)
    os._exit(code)


def command() -> NoReturn:
    leave(main())


if __name__ == "__main__":
    command()
