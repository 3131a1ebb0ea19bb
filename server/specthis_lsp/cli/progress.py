"""A sign of life: what takes longer than a second says so, to people only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show a message on stderr while the work goes on, and take it away again."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Timer

    shown: list[str] = []

    def show() -> None:
        shown.append(message)
        sys.stderr.write(message)
        sys.stderr.flush()

    timer = Timer(PATIENCE, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
