"""Of which suppressions nobody can tell whether they are needed: where their rules could not look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from .facts.contract import Contract
from .facts.variants import paths_of
from .rules import BY_CODE
from .suppression import Suppression
from .view import View


def told_apart(
    suppressions: Iterable[Suppression], entries: Sequence[Contract], view: View, readable: bool
) -> tuple[Suppression, ...]:
    """The suppressions of a file, each with the codes whose rules could not look where it holds."""
    return tuple([replace(one, idle=_idle(one, entries, view, readable)) for one in suppressions])


def unjudged(suppressions: Iterable[Suppression]) -> tuple[Suppression, ...]:
    """The suppressions of a file that is read only while something is found in it: when that ends, nobody looks."""
    return tuple([replace(one, idle=tuple([code.text for code in one.codes])) for one in suppressions])


def _idle(suppression: Suppression, entries: Sequence[Contract], view: View, readable: bool) -> tuple[str, ...]:
    def is_idle(code: str) -> bool:
        rule = BY_CODE.get(code)
        if rule is None or rule.rests_on == "machine" or not (readable or rule.any_dialect):
            return True
        return rule.rests_on == "artefacts" and not _all_here(suppression, entries, view)

    return tuple([code.text for code in suppression.codes if is_idle(code.text)])


def _all_here(suppression: Suppression, entries: Sequence[Contract], view: View) -> bool:
    """Whether every artefact is here of the entries that a suppression touches, or else of all there are."""
    scope = suppression.scope
    touched = [entry for entry in entries if scope and scope.start < entry.block.end and entry.block.start < scope.end]
    return all_here(touched or entries, view.is_here)


def all_here(entries: Sequence[Contract], is_here: Callable[[str], bool]) -> bool:
    """Whether everything is here that entries write. What cannot be read off their spec may be missing."""
    written = [paths_of(entry, word.text) for entry in entries for word in (*entry.outputs, *entry.exports)]
    return bool(written) and all(found and all(is_here(path) for path in found) for found in written)
