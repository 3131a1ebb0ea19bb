"""Results that a report's section may quote, and the macros that quote them: shared by the rules on numbers."""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..facts.document import DocumentFacts
from ..facts.variants import paths_of
from ..view import View
from ..world import Unread
from .rule import Spec
from .unpaired_report import COMPUTE, REPORT


def results_of(spec: Spec, entry: Contract, view: View) -> list[str]:
    """The results that a report entry shows: those it reads, else those of the compute entry it is paired with."""
    read = [path for word in entry.inputs for path in paths_of(entry, word.text) if _is_result(path)]
    if read:
        return read
    return [path for other in _paired(spec, entry, view) for path in _written(other)]


def _is_result(path: str) -> bool:
    return paths.suffix(path) == ".json" and "{" not in path


def _written(entry: Contract) -> list[str]:
    return [path for word in entry.outputs for path in paths_of(entry, word.text) if _is_result(path)]


def _paired(spec: Spec, entry: Contract, view: View) -> list[Contract]:
    """The compute entry of the same name; else the one of the partner spec that is named after it, or its only one."""
    name = entry.name.text
    named = view.claims("entry", f"compute {name}")
    if named:
        found = _entries(named[0].path, view) if len(named) == 1 else []
        return [other for other in found if other.name.text == name]
    subject = paths.stem(spec.path).removeprefix(REPORT)
    partner = f"{COMPUTE}{subject}"
    if not paths.stem(spec.path).startswith(REPORT) or not view.claims("spec", partner):
        return []
    entries = _entries(view.claims("spec", partner)[0].path, view)
    suffixed = [other for other in entries if f"{subject}-{other.name.text}" == name]
    return suffixed or (entries if len(entries) == len(spec.entries) == 1 else [])


def _entries(path: str, view: View) -> list[Contract]:
    facts = view.spec(path)
    return [] if isinstance(facts, Unread) else [entry for entry in facts.entries if entry.side == "compute"]


def macro_files(entry: Contract, view: View) -> Iterator[tuple[str, DocumentFacts]]:
    """The exports of an entry that are here and define macros, and nothing else."""
    for word in entry.exports:
        path = paths.project_path(word.text)
        if not isinstance(path, str) or not path.endswith(".tex"):
            continue
        facts = view.document(path)
        if isinstance(facts, DocumentFacts) and facts.events and all(_defines(facts)):
            yield path, facts


def _defines(facts: DocumentFacts) -> Iterator[bool]:
    return (event.kind == "definition" for event in facts.events)
