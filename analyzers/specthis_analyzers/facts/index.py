"""What a committed index of the specs says was exported: a record of another day, never of today.

Two forms are known: one object by file names of specs, and one with a list of them. Anything else says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from .. import paths


class Exported(Struct, frozen=True, array_like=True):
    """A file that an entry exported when the index was written. The spec is the name of its file."""

    path: str
    spec: str
    entry: str


class _Entry(Struct):
    name: Any = None
    export_outputs: Any = None


class _Spec(Struct):
    entries: list[_Entry] = []
    file: str = ""
    name: str = ""


class _Listed(Struct):
    specs: list[_Spec] | dict[str, _Spec]


def read(source: str) -> tuple[Exported, ...]:
    """All that was exported; nothing where the text is no index that we know."""
    return tuple(_exported(_specs(source)))


def _exported(specs: dict[str, _Spec]) -> Iterator[Exported]:
    for file, spec in specs.items():
        for entry in spec.entries:
            written = entry.export_outputs if isinstance(entry.export_outputs, list) else []
            for path in (paths.project_path(path) for path in written if isinstance(path, str)):
                if isinstance(path, str) and isinstance(entry.name, str):
                    yield Exported(path, file if file.endswith(".md") else f"{file}.md", entry.name)


def _specs(source: str) -> dict[str, _Spec]:
    listed: Any = _decoded(source, _Listed)
    if listed is None:
        return _decoded(source, dict[str, _Spec]) or {}
    if isinstance(listed.specs, dict):
        return listed.specs
    return {spec.file or spec.name: spec for spec in listed.specs}


def _decoded(source: str, kind: Any) -> Any:
    try:
        return msgspec.json.decode(source.encode("utf-8", "surrogatepass"), type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
