"""A disk with edits laid over it: what files would be if they were written."""

from __future__ import annotations

import os

from specthis_analyzers import paths
from specthis_analyzers.text import MAX_BYTES, Text, decode
from specthis_analyzers.world import Item, Presence, Unread

from .disk import Dated, Disk
from .rounds import Round, applied

BOM = b"\xef\xbb\xbf"


class Overlay(Disk):
    """A disk, and files that are other, new or gone in memory. Remembers the bytes of every text it read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.originals: dict[str, bytes] = {}
        self.new: set[str] = set()
        self.gone: set[str] = set()
        self.given: dict[str, bytes] = {}
        """What files hold in place of what is on disk, before any edit."""

    def read(self, path: str) -> Text | Unread:
        if path in self.gone:
            return Unread("missing")
        if path in self.buffers:
            return self.buffers[path]
        data = self._below(path, MAX_BYTES)
        if isinstance(data, Unread):
            return data
        # What a finding speaks of is what was read first; what is there later is compared with it.
        data = self.originals.setdefault(path, data)
        return decode(data)

    def data(self, path: str, limit: int) -> bytes | Unread:
        if path in self.gone:
            return Unread("missing")
        if path in self.buffers:
            data = encoded(self.buffers[path])
            return data if len(data) <= limit else Unread("large")
        return self._below(path, limit)

    def _below(self, path: str, limit: int) -> bytes | Unread:
        """What is under the edits."""
        if path not in self.given:
            return super().data(path, limit)
        data = self.given[path]
        return data if len(data) <= limit else Unread("large")

    def dated(self, path: str) -> Dated:
        if path in self.gone:
            return None
        if path in self.new:
            return (0, len(self.buffers[path]), 0)
        return (0, len(self.given[path]), 0) if path in self.given else super().dated(path)

    def presence(self, path: str) -> Presence:
        if path in self.gone:
            return "missing"
        return "here" if path in self.new or path in self.given else super().presence(path)

    def listing(self, folder: str) -> tuple[Item, ...]:
        found = {item.name: item for item in super().listing(folder)}
        for path in self.gone:
            if paths.parent(path) == folder:
                found.pop(paths.name(path), None)
        for path in self.new.union(self.given).difference(self.gone):
            if paths.below(path, folder):
                name, slash, _ = path[len(folder) + 1 if folder else 0 :].partition("/")
                found.setdefault(name, Item(name, bool(slash)))
        return tuple(found[name] for name in sorted(found))

    def text(self, path: str) -> Text | None:
        read = self.read(path)
        return read if isinstance(read, Text) else None

    def is_free(self, path: str) -> bool:
        """Whether a file may be made there: nothing is, and nothing leads out of the root."""
        if path in self.gone or path in self.new:
            return path not in self.new
        return self.presence(path) in ("missing", "ignored") and not os.path.lexists(self._absolute(path))

    def lay(self, round: Round) -> list[str]:
        """Lay the edits of a round over the disk; the paths that are now other."""
        for path, edits in round.replaced.items():
            text = self.text(path)
            assert text is not None
            self.buffers[path] = Text(applied(text.source, edits), text.bom)
        for path, source in round.created.items():
            self._appear(path, Text(source))
        for path, to in round.renamed.items():
            text = self.text(path)
            assert text is not None
            self._appear(to, text)
            self.buffers.pop(path, None)
            self.new.discard(path)
            self.gone.add(path)
        return [*round.replaced, *round.created, *round.renamed, *round.renamed.values()]

    def _appear(self, path: str, text: Text) -> None:
        self.buffers[path] = text
        self.new.add(path)
        self.gone.discard(path)


def encoded(text: Text) -> bytes:
    """A text as bytes, its byte order mark before it."""
    data = text.source.encode("utf-8", "replace")
    return BOM + data if text.bom else data
