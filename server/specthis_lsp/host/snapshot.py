"""How a large project stood when it was last read whole, kept so that the next start reads only what moved since.

It is what each of the processes told that read it (`opening.py`), and how each file looked to them. Each keeps its own
part; only those of one reading fit together.
"""

from __future__ import annotations

import time

from msgspec import Raw, Struct

from specthis_analyzers.rules.rule import Rule

from .disk import OWN_FOLDER
from .kept import key_of, make_folder, read, write
from .leftovers import sweep
from .settling import Settled

NAMES = ("opening-0", "opening-1")
SINCE = "opening-since"
Seen = dict[str, int | None]
"""By path, a digest of how a file or folder looked; None where there was nothing."""


class Part(Struct, frozen=True, array_like=True):
    """What one process told of its part of the specs, each message as it was packed."""

    names: Raw
    report: Raw
    handed: Raw
    seen: Raw


class KeptPart(Struct, frozen=True, array_like=True):
    """A part, under the key of what it was made by and for."""

    key: bytes
    reading: int
    """When the reading began that it comes from."""
    part: Part


class Since(Struct, frozen=True, array_like=True):
    """What the starts since a reading had to look at again."""

    reading: int
    files: int


class Snapshot:
    """The parts that are kept of one project, under its settings and for these rules."""

    def __init__(self, root: str, settled: Settled, rules: tuple[Rule, ...]) -> None:
        self.root = root
        self.key = key_of((settled, [rule.code for rule in rules]))
        self.reading = time.time_ns()
        self.last_reading = 0

    def last(self) -> list[Part]:
        """The parts of the last reading; none where there are not all of them."""
        found = [read(f"{self.root}/{OWN_FOLDER}/cache", name, KeptPart) for name in NAMES]
        kept = [one for one in found if one is not None and one.key == self.key]
        readings = {one.reading for one in kept}
        if len(kept) < len(NAMES) or len(readings) > 1:
            return []
        [self.last_reading] = readings
        return [one.part for one in kept]

    def looked_at(self, files: int) -> int:
        """Note that so many files had to be looked at again; how many all starts since the last reading looked at."""
        since = read(f"{self.root}/{OWN_FOLDER}/cache", SINCE, Since)
        total = files + (since.files if since is not None and since.reading == self.last_reading else 0)
        folder = make_folder(self.root) if files else None
        if folder is not None:
            write(folder, SINCE, Since(self.last_reading, total))
        return total

    def keep(self, at: int, part: Part) -> None:
        """Keep one part of this reading, where the folder of the project may be written to."""
        folder = make_folder(self.root)
        if folder is not None:
            sweep(folder)
            write(folder, NAMES[at], KeptPart(self.key, self.reading, part))
