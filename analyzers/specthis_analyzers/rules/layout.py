"""Where outputs and exports lie among the folders of results and reports: shared by the rules on layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..text import Word
from ..view import View
from .rule import PATTERN, Spec

Where = Literal["results", "reports", "elsewhere"]


class Written(Struct, frozen=True, gc=False):
    """One path that an entry writes, as far as it can be read off."""

    entry: Contract
    word: Word
    path: str


def outputs_lying(where: Where, spec: Spec, view: View) -> Sequence[Written]:
    """What the compute entries of a spec write there, read off once for all rules that ask where results lie.

    Where a folder of results lies in one of reports, or the other way round, the closer folder counts. Of reports
    these are the folders that the settings name, else `reports`: where a document lies, results may lie beside it.
    """
    if "outputs lying" not in spec.known:
        found: dict[Where, list[Written]] = {}
        reports = [folder for folder in view.analysis.reports or ("reports",) if folder not in ("", ".")]
        for entry in spec.entries:
            for written in _written(entry, entry.outputs) if entry.side == "compute" else ():
                among, below = deepest(written.path, view.analysis.results), deepest(written.path, reports)
                place: Where = "reports" if below > among else "results" if among >= 0 else "elsewhere"
                found.setdefault(place, []).append(written)
        spec.known["outputs lying"] = found
    return spec.known["outputs lying"].get(where, ())


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
    length = -1
    for folder in folders:
        if paths.below(path, folder):
            length = max(length, len(folder.rstrip("/.")))
    return length


def top(path: str) -> str:
    """The first part of a path: what is wrong with one path of a folder is wrong with all of it."""
    return path.partition("/")[0] if "/" in path else ""


def is_outside(path: str, view: View) -> bool:
    """Whether a path lies out of our reach, through a link: what is there is laid out by somebody else."""
    return view.presence(path) == "outside"


def listed(folders: Sequence[str]) -> str:
    """Folders in words."""
    return " or ".join(f"`{folder or '.'}`" for folder in folders)
