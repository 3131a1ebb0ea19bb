"""Whether a word that is still being typed may become one that is right, for each rule that would blame it as it is.

Of words from a list that is as long as some word of the list begins so; of names that anybody may choose it always is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .. import paths
from ..facts.contract import KINDS
from ..facts.vocabulary import STATUSES
from ..view import View

OPENING = " \t`\"'"
"""What may stand before a word and is none of it."""


def may_become(view: View, path: str, code: str, typed: str) -> bool:
    """Whether more letters may end what a rule finds wrong with the beginning of a word in a file."""
    if code in OPEN:
        return True
    if code not in LISTED:
        return False
    typed = typed.lstrip(OPENING).removeprefix("./")
    return any(word.startswith(typed) for word in LISTED[code](view, path))


OPEN = frozenset((
    "duplicate-entry", "duplicate-label", "duplicate-output", "malformed-suppression", "unknown-resource",
    "unresolved-input",
))  # fmt: skip
"""Rules that blame names which may go on in any way."""
LISTED: dict[str, Callable[[View, str], Iterable[str]]] = {
    "unknown-kind": lambda view, path: KINDS,
    "unknown-status": lambda view, path: STATUSES,
    "unknown-dependency": lambda view, path: (f"{name}.md" for name in view.names("spec")),
    "name-mismatch": lambda view, path: (paths.stem(path),),
    "output-outside-results": lambda view, path: (f"{folder}/" for folder in view.analysis.results),
    "export-outside-reports": lambda view, path: (f"{folder}/" for folder in view.report_folders()),
}
"""Rules that blame what is none of some words, and how these begin."""
