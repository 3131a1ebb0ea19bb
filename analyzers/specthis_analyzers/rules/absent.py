"""What ready entries promise and is not here: shared by the rules on missing outputs and exports."""

from __future__ import annotations

from collections.abc import Sequence

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..finding import Finding, Place, Related
from ..settings import Severity
from ..text import Word
from ..view import View
from .demanded import loudness
from .outputs import read_outputs
from .rule import Spec, finding

WHY = {"missing": "is not here", "ignored": "is not here, and git ignores it"}


def absent_in(
    code: str, severity: Severity, spec: Spec, entry: Contract, words: Sequence[Word], view: View
) -> Finding | None:
    """One finding for all that one entry has not written: one run would bring it."""
    if not entry.ready or not words:
        return None
    here = read_outputs(spec, view)
    if here.issuperset([word.text for word in words]):  # as mostly: each is written as the path that it stands for
        return None
    unread = [(word, path) for word in words for path in paths_of(entry, word.text) if path not in here]
    if not unread:
        return None
    found = [(word, path, view.presence(path)) for word, path in unread if "{" not in path]
    absent = [(word, path, presence) for word, path, presence in found if presence in WHY]
    if not absent or _lacks_script(entry, view):
        return None
    word, path, presence = absent[0]
    further = f", nor {_count(len(absent) - 1)}" if len(absent) > 1 else ""
    others = dict.fromkeys(other for other, _, _ in absent if other != word)
    return finding(
        code, loudness(severity, spec, entry, view), spec.path, word, f"`{path}` {WHY[presence]}{further}",
        entry=entry.name.text, subject=path,
        related=tuple([Related(Place(spec.path, other.span), "nor is this") for other in others]),
    )  # fmt: skip


def _lacks_script(entry: Contract, view: View) -> bool:
    """Whether nothing could have written it: then that is the finding."""
    path = paths.project_path(entry.script.text) if entry.script else None
    return isinstance(path, str) and view.presence(path) == "missing"


def _count(others: int) -> str:
    return f"{others} more of this entry"
