"""What moved since an artefact was made: shared by the rules on stale outputs and exports, and on what needs review."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts.contract import Contract
from ..finding import Finding, Place, Related
from ..freshness import artefacts_of, state_of_artefact
from ..state import State
from ..text import Word
from ..view import View
from .demanded import loudness
from .rule import Spec, finding

Artefact = tuple[Word, str, State]
EVIDENCE = {"Makefile": "by the Makefile", "times": "by the times of files"}
MAX_NAMED = 3


def states_of(spec: Spec, entry: Contract, view: View) -> list[Artefact]:
    """The artefacts of an entry with their states; none where nobody wants to know of times."""
    if entry.state == "script TBD" or not view.looks_at_times(spec.path):
        return []
    key = f"states of {entry.block.start}"
    if key not in spec.known:
        found = artefacts_of(entry)
        states = [(word, path, state_of_artefact(spec.path, spec.facts, entry, path, view)) for word, path in found]
        spec.known[key] = [one for one in states if not _is_told_upstream(one[2], view)]
    return spec.known[key]


def _is_told_upstream(state: State, view: View) -> bool:
    """Whether what it is made from would be made again first, and is some entry's: that entry is told."""
    return any(view.claims("path", path) for path in state.through)


def stale_in(code: str, spec: Spec, entry: Contract, view: View) -> Finding | None:
    """One finding for all that one entry should write again."""
    found = [one for one in states_of(spec, entry, view) if one[2].name == "stale"]
    if not found:
        return None
    word, path, state = found[0]
    further = f", and with it {len(found) - 1} more of this entry" if len(found) > 1 else ""
    message = f"`{path}` is out of date {EVIDENCE[state.evidence or '']}: {named(state.moved)} moved since{further}"
    related = [Related(Place(moved), "moved since") for moved in state.moved[:MAX_NAMED] if view.is_here(moved)]
    return finding(
        code, loudness("hint", spec, entry, view), spec.path, word, message, entry=entry.name.text, subject=path,
        related=(*related, *also(spec, word, found, "so is this")),
    )  # fmt: skip


def also(spec: Spec, first: Word, found: Sequence[Artefact], message: str) -> list[Related]:
    """The other words of the spec that name such artefacts."""
    words = dict.fromkeys(word for word, _, _ in found if word != first)
    return [Related(Place(spec.path, word.span), message) for word in words]


def named(moved: Sequence[str]) -> str:
    """Paths in a sentence, of many the first."""
    shown = [f"`{path}`" for path in moved[:MAX_NAMED]]
    if len(moved) > MAX_NAMED:
        shown.append(f"{len(moved) - MAX_NAMED} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
