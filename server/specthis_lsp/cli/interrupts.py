"""An interrupt ends a verb as the system ends a process: at once, silently, and so that shells know why.

Raised as an exception it could strike anywhere, and an extension module that it strikes while being imported may go on
half made, and crash later. Nothing needs the exception: what is written is written whole or not at all.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def abrupt() -> Iterator[None]:
    """Let interrupts end the process. Where somebody else sees to them, or they are ignored, nothing changes."""
    with _handled(signal.default_int_handler, signal.SIG_DFL):
        yield


@contextmanager
def raised() -> Iterator[None]:
    """Let interrupts raise again: for who has something to say at the end."""
    with _handled(signal.SIG_DFL, signal.default_int_handler):
        yield


@contextmanager
def _handled(before: Any, handler: Any) -> Iterator[None]:
    if signal.getsignal(signal.SIGINT) != before:
        yield
        return
    try:
        signal.signal(signal.SIGINT, handler)
    except ValueError:  # not in the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
