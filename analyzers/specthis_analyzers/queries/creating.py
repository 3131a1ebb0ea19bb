"""The script that an entry says it has and that is not there: cloned from the closest one there is, else composed.

Closest is a ready entry of the same spec, then one of the same kind of spec, then the one whose contract is most
alike. Of results it must promise the same keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from .. import paths
from ..facts.contract import SpecFacts
from ..finding import Create, Fix
from ..pairs import Entry, entries_of
from ..view import View
from . import composing
from .cloning import cloned
from .composing import composed
from .promises import read_by, same_schema, script_of, written_by
from .restating import restated

MOST_SPECS = 50
"""Specs in which a model is looked for: those whose names are most alike."""
MOST_MODELS = 10


def can_create(view: View, entry: Entry) -> bool:
    """Whether an entry names a script that is not there."""
    script = script_of(entry)
    return script is not None and entry.contract.state is not None and view.presence(script) == "missing"


def hindrance(view: View, entry: Entry) -> str | None:
    """Why that script cannot be made; None where it can."""
    authors = view.authors(script_of(entry) or "")
    if len(authors) > 1:
        return f"{len(authors)} entries name `{script_of(entry)}`, and a script is made for one"
    return composing.hindrance(entry)


def title(entry: Entry) -> str:
    return f"Create `{script_of(entry)}` from the contract"


def created(view: View, entry: Entry) -> Fix | None:
    """The edits that make the script. An entry whose script does not run to its end yet is not ready."""
    script = script_of(entry)
    if script is None or hindrance(view, entry) is not None:
        return None
    clones = (clone for model in models(view, entry) if (clone := cloned(view, model, entry)) is not None)
    made = next(clones, None) or composed(view, entry)
    if made is None:
        return None
    undone = [] if made.decided or not entry.contract.ready else restated(view, entry)[:1]
    return Fix(title(entry), (*(edit for fix in undone for edit in fix.edits), Create(script, made.text)))


def models(view: View, entry: Entry) -> list[Entry]:
    """The ready entries whose scripts one would start from, the closest first."""
    kind = _kind(view, entry.spec)
    found = [other for other in _candidates(view, entry) if _is_model(view, other, entry)]
    found.sort(key=lambda other: _distance(view, other, entry, kind))
    return found[:MOST_MODELS]


def _distance(view: View, other: Entry, entry: Entry, kind: str | None) -> tuple[bool, bool, int, float, str, int]:
    apart = abs(len(read_by(view, other)) - len(read_by(view, entry)))
    unlike = 1 - SequenceMatcher(None, other.name, entry.name).ratio()
    is_elsewhere = other.spec != entry.spec
    return is_elsewhere, _kind(view, other.spec) != kind, apart, unlike, other.spec, other.at


def _kind(view: View, spec: str) -> str | None:
    facts = view.spec(spec)
    return facts.kind if isinstance(facts, SpecFacts) else None


def _candidates(view: View, entry: Entry) -> Iterator[Entry]:
    yield from entries_of(view, entry.spec)
    stem = paths.stem(entry.spec)
    alike = sorted(view.names("spec"), key=lambda name: (-_shared(name, stem), name))[:MOST_SPECS]
    for name in alike:
        for claim in view.claims("spec", name):
            if claim.path != entry.spec:
                yield from entries_of(view, claim.path)


def _shared(one: str, other: str) -> int:
    """How many letters two names begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (here, there) in pairs if here != there), min(len(one), len(other)))


def _is_model(view: View, other: Entry, entry: Entry) -> bool:
    """Whether an entry is ready, has a script, and promises a result of the same kind."""
    script = script_of(other)
    if other.key == entry.key or other.contract.side != entry.contract.side or not other.contract.ready:
        return False
    if script is None or paths.suffix(script) != ".py" or not view.is_here(script):
        return False
    suffixes = [[paths.suffix(path) for path in written_by(one)] for one in (other, entry)]
    if not suffixes[0] or suffixes[0] != suffixes[1]:
        return False
    undeclared = other.contract.schema is None and entry.contract.schema is None
    if undeclared:
        return other.spec == entry.spec or entry.contract.side == "report"
    return same_schema(view, other.contract, entry.contract)
