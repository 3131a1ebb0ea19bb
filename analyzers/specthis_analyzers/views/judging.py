"""Whether the rules had all they needed to judge a part of an entry; what they could not judge is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..facts.result import ResultFacts
from ..facts.variants import paths_of
from ..freshness import artefacts_of
from ..routing import ARTEFACT_SUFFIXES
from ..rules.orphaned_export import standings, to_be_shown
from ..rules.outputs import Output, declared_schema, is_disputed, outputs_of
from ..rules.routes import is_read, routes_of_entry
from ..rules.rule import Spec, is_pattern
from ..state import Evidence, state_of
from ..text import Word
from ..view import View

Mark = Literal["yes", "no", "n/a", "unknown"]
Column = Literal["status", "script", "contract", "output", "schema", "routing"]


class Judged(Struct, frozen=True):
    """A mark, and a few words on why it is unknown, where no finding says so."""

    mark: Mark
    why: str = ""


YES, NOT_APPLICABLE, UNKNOWN = Judged("yes"), Judged("n/a"), Judged("unknown")

ELSEWHERE = {
    "ignored": "{} ignored by git",
    "pointer": "{} kept elsewhere",
    "outside": "{} outside the project",
}
"""Why nothing is known of what is not here, by its presence."""
NOT_WHOLE = {
    "pointer": "result kept elsewhere",
    "large": "result too large to be checked whole",
    "unread": "result too deep to be checked whole",
    "unreadable": "result could not be read",
}
"""Why a result could not be held to its schema, by its form or by why it could not be read."""


def judged(view: View, spec: Spec, entry: Contract, column: Column) -> Judged:
    """What can be said of one part of an entry where no finding stands against it."""
    if column == "status":
        return YES if entry.state else UNKNOWN
    if entry.state == "script TBD":
        return NOT_APPLICABLE
    return JUDGES[column](view, spec, entry) if entry.ready else UNKNOWN


def unchecked_in(view: View, spec: Spec, entry: Contract) -> Iterator[str]:
    """The outputs of an entry that are here, and could not be checked in full."""
    for output in _outputs(view, spec, entry):
        if _state(output) in ("large", "unread", "unreadable"):
            yield output.path


def is_of_contract_before(view: View, entry: Contract) -> bool:
    """Whether something that an entry writes is here, though its script is still to be written."""
    if entry.state != "script TBD":
        return False
    evidence = (Evidence(presence=view.presence(path), status=entry.state) for _, path in artefacts_of(entry))
    return any(state_of(found).evidence == "status" for found in evidence)


def brings_in(view: View, spec: Spec, entry: Contract, path: str) -> bool:
    """Whether a section that an entry of a report routes to brings a file in."""
    routes = routes_of_entry(spec, entry.routes) if spec.kind == "report" else []
    sections = (view.section(route.path, route.label.text) for route in routes if is_read(route.path, view))
    return any(section is not None and section.find(path) for section in sections)


def _script(view: View, spec: Spec, entry: Contract) -> Judged:
    if entry.script is None:
        return NOT_APPLICABLE
    path = paths.project_path(entry.script.text)
    if not isinstance(path, str) or is_pattern(path):
        return UNKNOWN
    return _presence(view, path, "script")


def _contract(view: View, spec: Spec, entry: Contract) -> Judged:
    """A contract holds between a promise and a script; without the script, who knows."""
    return YES if _script(view, spec, entry).mark == "yes" else UNKNOWN


def _output(view: View, spec: Spec, entry: Contract) -> Judged:
    words, what = (entry.outputs, "output") if entry.side == "compute" else (entry.exports, "export")
    if not words:
        return NOT_APPLICABLE
    for word in words:
        written = _written(entry, word)
        if not written:
            return Judged("unknown", f"{what} named only when run" if is_pattern(word.text) else "")
        for path in written:
            found = _presence(view, path, what)
            if found.mark != "yes":
                return found
    return YES


def _written(entry: Contract, word: Word) -> tuple[str, ...]:
    """The paths that a word stands for; none where not all of them can be read off."""
    written = paths_of(entry, word.text)
    return () if any(is_pattern(path) for path in written) else written


def _presence(view: View, path: str, what: str) -> Judged:
    presence = view.presence(path)
    return YES if presence == "here" else Judged("unknown", ELSEWHERE.get(presence, "").format(what))


def _schema(view: View, spec: Spec, entry: Contract) -> Judged:
    if entry.schema is None:
        return NOT_APPLICABLE
    outputs = _outputs(view, spec, entry)
    if any(is_pattern(word.text) for word in entry.outputs):
        return UNKNOWN
    if not outputs:
        return NOT_APPLICABLE
    if declared_schema(entry, view)[0] is None or any(is_disputed(output, view) for output in outputs):
        return UNKNOWN
    for output in outputs:
        state = _state(output)
        if state not in ("object", "array", "scalar", "table"):
            return Judged("unknown", NOT_WHOLE.get(state, ""))
    return YES


def _outputs(view: View, spec: Spec, entry: Contract) -> list[Output]:
    return [output for output in outputs_of(spec, view) if output.entry is entry]


def _state(output: Output) -> str:
    return output.result.form if isinstance(output.result, ResultFacts) else output.result.reason


def _routing(view: View, spec: Spec, entry: Contract) -> Judged:
    artefacts = [word for word in entry.exports if paths.suffix(word.text) in ARTEFACT_SUFFIXES]
    if spec.kind != "report" or not artefacts:
        return NOT_APPLICABLE
    found = [standing.where for standing in standings(spec, entry, view)]
    if not found and list(to_be_shown(entry)):
        return Judged("unknown", "section could not be read")
    if "unknown" in found:
        return Judged("unknown", "not seen in its section")
    shown = found and set(found) == {"shown"} and not any(is_pattern(word.text) for word in artefacts)
    return YES if shown else UNKNOWN


JUDGES: dict[Column, Callable[[View, Spec, Contract], Judged]] = {
    "script": _script,
    "contract": _contract,
    "output": _output,
    "schema": _schema,
    "routing": _routing,
}
