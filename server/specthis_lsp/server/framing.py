"""The frames around messages: headers that say a length, an empty line, and that many bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*0*(\d{1,12})[ \t]*$", re.IGNORECASE | re.MULTILINE)
HEAD_END = re.compile(rb"\r?\n\r?\n")
"""Lines should end in CRLF. Who writes them by hand ends them in LF, and would wait for an answer for ever."""
MAX_HEAD = 64 * 1024
MAX_BODY = 256 * 1024 * 1024


class Broken(Exception):
    """What came is no message, and it cannot be told where the next one starts."""


class Frames:
    """Cuts a stream of bytes into the bodies of messages."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.needed = 0
        """Bytes to wait for before it is worth looking again."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take more bytes; yield every body that is whole by now."""
        self.buffer += data
        while len(self.buffer) >= self.needed and (body := self._next()) is not None:
            yield body

    def _next(self) -> bytes | None:
        end = HEAD_END.search(self.buffer)
        if end is None:
            if len(self.buffer) > MAX_HEAD:
                raise Broken("a header without an end")
            self.needed = 0
            return None
        head = bytes(self.buffer[: end.start()]).replace(b"\r", b"")
        length = LENGTH.search(head)
        if length is None or int(length[1]) > MAX_BODY:
            raise Broken("a header without a length that can be")
        start = end.end()
        stop = start + int(length[1])
        if len(self.buffer) < stop:
            self.needed = stop
            return None
        body = bytes(self.buffer[start:stop])
        del self.buffer[:stop]
        self.needed = 0
        return body


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
