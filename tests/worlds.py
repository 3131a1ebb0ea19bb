"""A world made of a dict, for tests: paths to text or bytes, nothing else there."""

from __future__ import annotations

from specthis_analyzers import paths
from specthis_analyzers.text import Text, decode
from specthis_analyzers.world import Item, Presence, Unread


class DictWorld:
    """Files as a dict. `ignored` are paths that git ignores; a text of None is a file that may not be read."""

    def __init__(self, files: dict[str, str | bytes | None], ignored: frozenset[str] = frozenset()) -> None:
        self.files = dict(files)
        self.ignored = ignored
        self.times: dict[str, int] = {}
        """When files were last written, in nanoseconds, where not at the beginning of time."""
        self.open: set[str] = set()
        self.in_hand: set[str] = set()
        self.checkout: set[str] = set()
        """The files that a checkout may have written."""

    def read(self, path: str) -> Text | Unread:
        if path not in self.files:
            return Unread("missing")
        content = self.files[path]
        if content is None:
            return Unread("unreadable")
        return Text(content) if isinstance(content, str) else decode(content)

    def data(self, path: str, limit: int) -> bytes | Unread:
        if path not in self.files:
            return Unread("missing")
        content = self.files[path]
        if content is None:
            return Unread("unreadable")
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        return Unread("large") if len(data) > limit else data

    def stamp(self, path: str) -> int | None:
        return hash(self.files[path]) if path in self.files else None

    def time(self, path: str) -> int | None:
        return self.times.get(path, 0) if self.presence(path) == "here" else None

    def is_open(self, path: str) -> bool:
        return path in self.open

    def is_in_hand(self, path: str) -> bool:
        return path in self.in_hand

    def from_checkout(self, path: str) -> bool:
        return path in self.checkout

    def presence(self, path: str) -> Presence:
        if path in self.files or any(other.startswith(f"{path}/") for other in self.files):
            return "here"
        return "ignored" if path in self.ignored else "missing"

    def is_ignored(self, path: str) -> bool:
        return path.rstrip("/") in self.ignored

    def listing(self, folder: str) -> tuple[Item, ...]:
        prefix = f"{folder}/" if folder else ""
        names: dict[str, bool] = {}
        for path in self.files:
            if path.startswith(prefix) and path != prefix:
                name, slash, _ = path[len(prefix) :].partition("/")
                names[name] = names.get(name, False) or bool(slash)
        return tuple(Item(name, is_folder) for name, is_folder in sorted(names.items()))


def all_folders(files: dict[str, str | bytes | None]) -> set[str]:
    """Every folder that some file lies in."""
    found = {""}
    for path in files:
        while path := paths.parent(path):
            found.add(path)
    return found
