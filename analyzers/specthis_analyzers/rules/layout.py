"""Where outputs and exports lie among the folders of results and reports: shared by the rules on layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..finding import Finding
from ..text import Word
from ..view import View
from .rule import PATTERN, Rule, Spec, also_named, finding

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
                among, below = paths.deepest(written.path, view.analysis.results), paths.deepest(written.path, reports)
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


def astray(
    rule: Rule, spec: Spec, found: Iterable[Written], what: str, folders: Sequence[str], view: View
) -> Iterator[Finding]:
    """That paths lie outside of the `what` (the results, the reports), which are below some folders.

    One finding for each folder at the root: what is wrong with one path in it is wrong with all. Nothing is said of
    what lies out of our reach, through a link: it is laid out by somebody else.
    """
    by_folder: dict[str, list[Written]] = {}
    for written in found:
        if view.presence(written.path) != "outside":
            folder = written.path.partition("/")[0] if "/" in written.path else ""
            by_folder.setdefault(folder, []).append(written)
    for first, *others in by_folder.values():
        yield finding(
            rule.code, rule.severity, spec.path, first.word,
            f"`{first.word.text}` lies outside the {what}, which are below {listed(folders)}; "
            f"`layout.{what}` may name other folders",
            entry=first.entry.name.text,
            related=also_named(spec.path, [other.word for other in others], "this one too"),
        )  # fmt: skip


def listed(folders: Sequence[str]) -> str:
    """Folders in words."""
    return " or ".join(f"`{folder or '.'}`" for folder in folders)
