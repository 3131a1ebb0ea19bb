"""Paths as `pathlib` has them, and held to it by a test: it knows the disk, which the engine must not."""

from __future__ import annotations

from posixpath import join

from msgspec import Struct


class PurePath(Struct, frozen=True):
    """A path in the form that `str` of a `PurePosixPath` has. What that refuses, raises `ValueError`."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def _root(self) -> str:
        return "/" if self.text.startswith("/") else ""

    @property
    def _parts(self) -> list[str]:
        return [part for part in self.text.split("/") if part not in ("", ".")]

    @property
    def parents(self) -> list[PurePath]:
        """From the folder that it lies in up to the root, or to where it starts."""
        parts = self._parts
        return [_made(self._root, parts[:end]) for end in reversed(range(len(parts)))]

    @property
    def parent(self) -> PurePath:
        return next(iter(self.parents), self)

    @property
    def name(self) -> str:
        parts = self._parts
        return parts[-1] if parts else ""

    @property
    def suffix(self) -> str:
        name = self.name
        at = name.rfind(".")
        return name[at:] if 0 < at < len(name) - 1 else ""

    @property
    def stem(self) -> str:
        return self.name.removesuffix(self.suffix)

    def with_name(self, name: str) -> PurePath:
        if not self.name or not name or "/" in name or name == ".":
            raise ValueError(name)
        return _made(self._root, [*self._parts[:-1], name])

    def with_stem(self, stem: str) -> PurePath:
        return self.with_name(stem + self.suffix)

    def with_suffix(self, suffix: str) -> PurePath:
        if not self.name or "/" in suffix or suffix == "." or (suffix and not suffix.startswith(".")):
            raise ValueError(suffix)
        return _made(self._root, [*self._parts[:-1], self.stem + suffix])


def pure_path(*written: str) -> PurePath:
    """The path of some parts: one that is absolute makes those before it count for nothing."""
    text = join("", *written)
    return _made("/" if text.startswith("/") else "", PurePath(text)._parts)


def _made(root: str, parts: list[str]) -> PurePath:
    return PurePath(root + "/".join(parts) or ".")
