"""What could be done next, as proposals and never as acts: a script to write, a section to add, an entry to run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..pairs import Key
from ..rules.routes import routes_of
from ..rules.rule import Spec
from ..view import View
from ..world import Unread
from .audit import Audit, Row, names_of

STEM = re.compile(r"(.+)[-_][^-_]*")
"""What variants of one name begin with."""
ABSENT = ("missing-output", "missing-export")


def proposals(view: View, audited: Audit) -> list[str]:
    """The next steps that the state of a project suggests, in the order in which one would take them."""
    upstream = _Upstream(view, audited)
    return [*_to_author(view, audited, upstream), *_sections(view, audited), *_to_run(view, audited, upstream)]


class _Upstream:
    """What each entry builds on: the entries whose results it says that it reads; of a report, else those it shows.

    Where an entry says nothing, those of the compute specs that its spec depends on.
    """

    def __init__(self, view: View, audited: Audit) -> None:
        self.view = view
        self.writing = {path: row for row in audited.rows for path in _written(row.entry.contract)}
        self.computing = [row for row in audited.rows if row.side == "compute"]
        self.shown: dict[Key, list[Row]] = {}
        for row in self.computing:
            if pair := audited.pairs.get(row.entry.key):
                self.shown.setdefault(pair.entry.key, []).append(row)

    def of(self, row: Row) -> list[Row]:
        named = [self.writing[word.text] for word in row.entry.contract.inputs if word.text in self.writing]
        found = named or self.shown.get(row.entry.key, [])
        if not found:
            specs = _dependencies(row.entry.spec, self.view)
            found = [other for other in self.computing if other.entry.spec in specs]
        return list({other.entry.key: other for other in found}.values())


def _to_author(view: View, audited: Audit, upstream: _Upstream) -> Iterator[str]:
    """Scripts still to be written, where all they build on is ready."""
    names = names_of(audited.rows)
    ready = [row for row in audited.rows if row.status == "script ready" and row.marks["script"] == "yes"]
    for row in audited.rows:
        if row.status != "script TBD":
            continue
        name, below = names[row.entry.key], upstream.of(row)
        if len(below) > (row.side == "compute") and all(other.status == "script ready" for other in below):
            yield f"I could now author `{name}`, which builds on {_listed([names[other.entry.key] for other in below])}"
        elif (model := next((other for other in ready if _is_variant(row, other, view)), None)) is not None:
            yield f"I could now author `{name}`, a small variant of `{names[model.entry.key]}`, which is ready"


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


def _to_run(view: View, audited: Audit, upstream: _Upstream) -> Iterator[str]:
    """The first entry that lacks what it writes, and has what it builds on."""
    for row in audited.rows:
        script = row.entry.contract.script
        if script is None or row.marks["script"] != "yes" or not any(found.code in ABSENT for found in row.findings):
            continue
        read = all(view.is_here(word.text) for word in row.entry.contract.inputs)
        if read and all(other.marks["output"] == "yes" for other in upstream.of(row)):
            name = names_of(audited.rows)[row.entry.key]
            yield f"the next thing the user can run is `{script.text}` (entry `{name}`)"
            return


def _written(entry: Contract) -> list[str]:
    return [path for word in (*entry.outputs, *entry.exports) for path in paths_of(entry, word.text)]


def _listed(names: Sequence[str]) -> str:
    """Names of entries that are ready."""
    if len(names) == 1:
        return f"`{names[0]}`: it is ready"
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown}{f' and {len(names) - 3} more' if len(names) > 3 else ''}: all are ready"
