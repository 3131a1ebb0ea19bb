"""What could be done next, as proposals and never as acts: a script to write, a section to add, an entry to run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..rules.routes import routes_of
from ..rules.rule import Spec
from ..view import View
from ..world import Unread
from .audit import Audit, Row

STEM = re.compile(r"(.+)[-_][^-_]*")
"""What variants of one name begin with."""
ABSENT = ("missing-output", "missing-export")


def proposals(view: View, audited: Audit) -> list[str]:
    """The next steps that the state of a project suggests, in the order in which one would take them."""
    return [*_to_author(view, audited), *_sections(view, audited), *_to_run(view, audited)]


def _to_author(view: View, audited: Audit) -> Iterator[str]:
    """Scripts still to be written, where all they build on is ready."""
    writing: dict[str, Row] = {path: row for row in audited.rows for path in _written(row.entry.contract)}
    ready = [row for row in audited.rows if row.status == "script ready" and row.marks["script"] == "yes"]
    for row in audited.rows:
        if row.status != "script TBD":
            continue
        read = _read_by(row, view, audited, writing)
        if len(read) > (row.side == "compute") and all(other.status == "script ready" for other in read):
            yield f"I could now author `{row.entry.name}`, which builds on {_named(read)}: {_ready(read)}"
        elif (model := next((other for other in ready if _is_variant(row, other, view)), None)) is not None:
            yield f"I could now author `{row.entry.name}`, a small variant of `{model.entry.name}`, which is ready"


def _read_by(row: Row, view: View, audited: Audit, writing: dict[str, Row]) -> list[Row]:
    """The entries whose outputs an entry reads: those it names, else for a report those of the specs it depends on."""
    named = [writing[word.text] for word in row.entry.contract.inputs if word.text in writing]
    if not named and row.side == "report":
        upstream = _dependencies(row.entry.spec, view)
        named = [other for other in audited.rows if other.side == "compute" and other.entry.spec in upstream]
    return list({other.entry.key: other for other in named}.values())


def _is_variant(row: Row, other: Row, view: View) -> bool:
    """Whether two entries of like names stand on the same references."""
    one, two = STEM.fullmatch(row.entry.name), STEM.fullmatch(other.entry.name)
    if row.side != other.side or not one or not two or one[1] != two[1]:
        return False
    same = row.entry.spec == other.entry.spec
    return same or _dependencies(row.entry.spec, view) == _dependencies(other.entry.spec, view)


def _dependencies(spec: str, view: View) -> frozenset[str]:
    facts = view.spec(spec)
    key = facts.front.key("depends_on") if not isinstance(facts, Unread) and facts.front else None
    found = (paths.join(paths.parent(spec), word.text) for word in (key.values if key else ()))
    return frozenset(path for path in found if isinstance(path, str))


def _sections(view: View, audited: Audit) -> Iterator[str]:
    """Sections that are not there, of reports all of whose entries are ready."""
    of_spec: dict[str, list[Row]] = {}
    for row in audited.rows:
        of_spec.setdefault(row.entry.spec, []).append(row)
    for path, rows in of_spec.items():
        facts = view.spec(path)
        missing = {found.place.span for row in rows for found in row.findings if found.code == "missing-section"}
        if isinstance(facts, Unread) or not missing or any(row.status != "script ready" for row in rows):
            continue
        routes = [route for route in routes_of(Spec(path, facts)) if route.label.span in missing]
        for label, document in dict.fromkeys((route.label.text, route.path) for route in routes):
            yield f"I could now add section `{label}` to `{document}`: every entry of `{path}` is ready"


def _to_run(view: View, audited: Audit) -> Iterator[str]:
    """The first entry that lacks what it writes, and has what it reads."""
    shows = {row.entry.key: key for key, row in audited.pairs.items()}
    results = {row.entry.key: _written(row.entry.contract) for row in audited.rows if row.side == "compute"}
    for row in audited.rows:
        script = row.entry.contract.script
        if script is None or row.marks["script"] != "yes" or not any(f.code in ABSENT for f in row.findings):
            continue
        read = [word.text for word in row.entry.contract.inputs] or results.get(shows.get(row.entry.key, ("", 0)), ())
        if all(view.is_here(path) for path in read):
            yield f"the next thing the user can run is `{script.text}` (entry `{row.entry.name}`)"
            return


def _written(entry: Contract) -> list[str]:
    return [path for word in (*entry.outputs, *entry.exports) for path in paths_of(entry, word.text)]


def _named(rows: Sequence[Row]) -> str:
    names = [f"`{row.entry.name}`" for row in rows[:3]]
    return ", ".join(names) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")


def _ready(rows: Sequence[Row]) -> str:
    return "it is ready" if len(rows) == 1 else "all are ready"
