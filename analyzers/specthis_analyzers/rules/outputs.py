"""The outputs of an entry with what they hold: shared by the rules on results."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts.contract import Contract
from ..facts.result import ResultFacts
from ..facts.schema import json_schema
from ..text import Word
from ..view import View
from ..world import Unread
from .rule import Spec
from .variants import written_by


class Output(Struct, frozen=True):
    """One declared output of an entry, or of one of its variants, and what was read of it."""

    entry: Contract
    word: Word
    path: str
    result: ResultFacts | Unread


def outputs_of(spec: Spec, view: View) -> list[Output]:
    """The JSON and CSV outputs of a spec's entries, each held to its schema where it has one that can be read."""
    if "outputs" not in spec.known:
        spec.known["outputs"] = [output for entry in spec.entries for output in _outputs(entry, view)]
    return spec.known["outputs"]


def read_outputs(spec: Spec, view: View) -> frozenset[str]:
    """The paths of the outputs that were read: they are here, so nobody has to ask the disk again."""
    if "read" not in spec.known:
        found = outputs_of(spec, view)
        spec.known["read"] = frozenset([output.path for output in found if isinstance(output.result, ResultFacts)])
    return spec.known["read"]


def _outputs(entry: Contract, view: View) -> Iterator[Output]:
    for word in entry.outputs:
        if paths.suffix(word.text) not in (".json", ".csv"):
            continue
        schema, schema_path = declared_schema(entry, view)
        for path in written_by(entry, word.text, view):
            yield Output(entry, word, path, view.result(path, schema, schema_path))


def declared_schema(entry: Contract, view: View) -> tuple[str | None, str]:
    """The JSON Schema text an entry asks for, and the file whose references it may follow; None where it asks none."""
    declared = entry.schema
    if declared is None or declared.problems:
        return None, ""
    if declared.file is None:
        return json_schema(declared), ""
    path = paths.project_path(declared.file.text)
    found = view.schema_file(path) if isinstance(path, str) else None
    if found is None or isinstance(found, Unread) or found.problem or not isinstance(path, str):
        return None, ""
    return found.text, path


def is_disputed(output: Output, view: View) -> bool:
    """Whether several entries write it: whose schema it is to keep cannot be told, and that is the finding."""
    return len({(claim.path, claim.entry) for claim in view.claims("path", output.path)}) > 1
