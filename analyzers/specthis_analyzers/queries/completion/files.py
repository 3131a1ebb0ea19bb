"""Paths: what lies in the folder that is typed so far, folders first, never above the root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from ... import paths
from ...view import View
from ...world import Item
from .choices import MOST, Choice, Slot, fitting

UNWRITABLE = re.compile(r"[`\x00-\x1f\x7f\ud800-\udfff\ufffd\\]")
"""Signs that a path between backticks cannot have, or that stand for something unreadable."""
SCRIPTS = frozenset((".py", ".r", ".jl", ".sh", ".bash", ".zsh", ".ipynb", ".m", ".pl", ".do", ".rmd", ".qmd"))
EXPORTS = frozenset((".tex", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".dat", ".csv", ".tsv", ".pgf", ".txt"))
DOCUMENTS = frozenset((".tex", ".ltx"))
SCHEMAS = frozenset((".json",))

Fits = Callable[[str], bool]


def of_suffix(suffixes: frozenset[str]) -> Fits:
    return lambda name: paths.suffix(name) in suffixes


def anything(name: str) -> bool:
    return True


def data(name: str) -> bool:
    """What a script writes: anything that is none itself."""
    return paths.suffix(name) not in SCRIPTS


def path_choices(
    view: View,
    slot: Slot,
    fits: Fits,
    *,
    first: Sequence[str] = (),
    kept: Sequence[str] | None = None,
    but: Iterable[str] = (),
) -> tuple[list[Choice], bool]:
    """Folders, then files that fit, in the folder that is typed; and whether these are all.

    `first` are folders that come before others. What git ignores is offered in those that are `kept` for artefacts: the
    first, unless others are named. `but` is left out.
    """
    written = slot.typed[: slot.typed.rfind("/") + 1]
    folder = paths.project_path(written) if written else ""
    if not isinstance(folder, str) or folder.startswith(".git"):
        return [], True
    sought = slot.typed[len(written) :]
    items = [item for item in view.world.listing(folder) if not item.name.startswith(".")]
    is_cut = len(items) > MOST and sought != ""
    if is_cut:
        items = [item for item in items if sought.lower() in item.name.lower()]
    by_name = {item.name: item for item in _in_order(items, folder, fits, first)}
    names, whole = fitting(list(by_name), sought)
    left_out = frozenset(but)
    choices: list[Choice] = []
    for name in names:
        path = beside(folder, name)
        item = by_name[name]
        if path not in left_out and not _is_ignored(view, path, item.is_folder, first if kept is None else kept):
            choices.append(path_choice(slot, written, path, item))
    return choices, whole and not is_cut


def _in_order(items: Sequence[Item], folder: str, fits: Fits, first: Sequence[str]) -> Iterator[Item]:
    """The folders, then the files that fit, without names that cannot be written: one more than a list holds."""
    folders = [item for item in items if item.is_folder and not UNWRITABLE.search(item.name)]
    order = {name: at for at, name in enumerate(first)}
    folders.sort(key=lambda item: order.get(beside(folder, item.name), len(order)))
    files = (item for item in items if not item.is_folder and fits(item.name) and not UNWRITABLE.search(item.name))
    return islice(chain(folders, files), MOST + 1)


def beside(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def path_choice(slot: Slot, written: str, path: str, item: Item) -> Choice:
    """A folder keeps what stands behind its slash; a file ends the path.

    The whole path is shown, for some clients compare that with what is typed, and for them a slash parts no words.
    """
    name = f"{written}{item.name}"
    if not item.is_folder:
        return Choice(name, "file", f"{slot.before}{name}{slot.after}", slot.end, about=("file", path))
    end = slot.offset + slot.rest.index("/") + 1 if "/" in slot.rest else slot.end
    return Choice(f"{name}/", "folder", f"{slot.before}{name}/", end)


def _is_ignored(view: View, path: str, is_folder: bool, but: Sequence[str]) -> bool:
    """Results and figures are often kept out of git, and specs name them all the same."""
    if any(paths.below(path, kept) or (is_folder and paths.below(kept, path)) for kept in but if kept):
        return False
    return view.world.is_ignored(f"{path}/" if is_folder else path)
