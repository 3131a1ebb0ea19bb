"""Where outputs and exports lie among the folders of results and reports: shared by the rules on layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..text import Word
from ..view import View
from .rule import PATTERN, Spec


class Written(Struct, frozen=True):
    """One path that an entry writes, as far as it can be read off."""

    entry: Contract
    word: Word
    path: str


def outputs_in(spec: Spec) -> list[Written]:
    """What the compute entries of a spec write, read off once for all rules that ask where it lies."""
    if "written" not in spec.known:
        computed = (entry for entry in spec.entries if entry.side == "compute")
        spec.known["written"] = [written for entry in computed for written in _written(entry, entry.outputs)]
    return spec.known["written"]


def exports_in(spec: Spec) -> Iterator[Written]:
    for entry in spec.entries:
        yield from _written(entry, entry.exports) if entry.side == "report" else ()


def _written(entry: Contract, words: Sequence[Word]) -> Iterator[Written]:
    for word in words:
        path = paths.project_path(known_part(word.text))
        if isinstance(path, str) and path != ".":
            yield Written(entry, word, path)


def known_part(written: str) -> str:
    """A path up to its first placeholder or glob: its folders, where the name is filled in later."""
    match = PATTERN.search(written)
    if match is None:
        return written
    return paths.parent(written[: match.start()]) + "/" if "/" in written[: match.start()] else "."


def deepest(path: str, folders: Sequence[str]) -> int:
    """The length of the longest of the folders that a path lies in; -1 where it lies in none."""
    lengths = [len(folder.rstrip("/.")) for folder in folders if paths.below(path, folder)]
    return max(lengths) if lengths else -1


def leaks(path: str, view: View) -> bool:
    """Whether a result would lie among the reports. The folder that says it most closely counts.

    Only folders that the settings name, else `reports`: where a document happens to lie, results may lie beside it.
    """
    among = deepest(path, [folder for folder in view.analysis.reports or ("reports",) if folder not in ("", ".")])
    return among >= 0 and among > deepest(path, view.analysis.results)


def top(path: str) -> str:
    """The first part of a path: what is wrong with one path of a folder is wrong with all of it."""
    return path.partition("/")[0] if "/" in path else ""


def is_outside(path: str, view: View) -> bool:
    """Whether a path lies out of our reach, through a link: what is there is laid out by somebody else."""
    return view.presence(path) == "outside"


def listed(folders: Sequence[str]) -> str:
    """Folders in words."""
    return " or ".join(f"`{folder or '.'}`" for folder in folders)
