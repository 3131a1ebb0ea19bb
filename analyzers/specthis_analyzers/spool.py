"""Bytes by name, kept for a while in large blocks: once they are dropped the memory is the system's again.

Thousands of small pieces would leave holes between what stays.
"""

from __future__ import annotations

BLOCK = 1 << 20


class Spool:
    """Each piece is put in once and may be taken once."""

    def __init__(self) -> None:
        self.blocks: list[bytearray] = []
        self.used = BLOCK
        self.places: dict[str, tuple[int, int, int]] = {}

    def put(self, name: str, data: bytes) -> None:
        size = len(data)
        if self.used + size > BLOCK:
            self.blocks.append(bytearray(max(BLOCK, size)))
            self.used = 0
        memoryview(self.blocks[-1])[self.used : self.used + size] = data
        self.places[name] = len(self.blocks) - 1, self.used, self.used + size
        self.used += size

    def take(self, name: str) -> bytes | None:
        """The piece of a name; None where none is, or it was taken."""
        place = self.places.pop(name, None)
        if place is None:
            return None
        block, start, end = place
        return bytes(memoryview(self.blocks[block])[start:end])
