"""The audit: a row for each entry, with what stands of it and what does not.

Nothing is judged anew. Wrong is what the rules found; right is what they could judge and found nothing about. The rest
is unknown, and never shown as right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from .. import paths
from ..facts.contract import Contract, Side
from ..finding import Finding, Place
from ..pairs import Entry, Key, pairs_of, reads_of
from ..rules import BY_CODE
from ..rules.rule import Spec
from ..text import Span
from ..view import View
from ..world import Unread
from .judging import UNKNOWN, Column, Mark, brings_in, is_of_contract_before, judged, unchecked_in

COLUMNS: dict[Side, tuple[Column, ...]] = {
    "compute": ("status", "script", "contract", "output", "schema"),
    "report": ("status", "script", "output", "routing"),
}
REST: dict[Side, Column] = {"compute": "contract", "report": "output"}
"""Where findings count that no table here places."""

OF_CODE: dict[str, Column] = {
    "unknown-status": "status",
    "missing-script": "script",
    "exporter-writes-elsewhere": "script",
    "missing-output": "output",
    "missing-export": "output",
    "malformed-output": "output",
    "stale-output": "output",
    "stale-export": "output",
    "edited-artefact": "output",
    "schema-mismatch": "schema",
    "non-finite-result": "schema",
    "malformed-schema": "schema",
    "unknown-schema": "schema",
    "missing-host-doc": "routing",
    "missing-section": "routing",
    "orphaned-export": "routing",
    "stale-routing": "routing",
    "unresolved-input": "routing",
    "unrouted-report": "routing",
    "routed-figure": "routing",
    # What two fields or two entries say together is a matter of the contract, whichever of them is underlined.
    "duplicate-entry": "contract",
    "duplicate-output": "contract",
    "misplaced-field": "contract",
    "missing-field": "contract",
    "output-outside-results": "contract",
    "routing-leak": "contract",
    "scope-creep": "contract",
    "variant-collision": "contract",
}
"""The column that a rule's findings count in. Those of other rules count where they stand."""

OF_FIELD: dict[str, Column] = {
    "Script": "script",
    "Output": "output",
    "Schema": "schema",
    "Export script": "script",
    "Export outputs": "output",
    "Routes": "routing",
}
IN_FRONT: dict[str, Column] = {
    **{code: column for code, column in OF_CODE.items() if column == "routing"},
    "outside-path": "routing",
}
"""What stands in the front matter and concerns every entry below it."""

OF_AGE = frozenset(("stale-output", "stale-export"))
"""Told of what is here, and may not be what is asked for."""

SHORT: dict[str, Callable[[str], str]] = {
    "missing-script": lambda message: message.partition(": `")[0],
    "schema-mismatch": lambda message: message.partition(": expected")[0],
    "exporter-writes-elsewhere": lambda message: (
        "export script writes outside `reports/`" if "among the results" in message else "undeclared export"
    ),
}
"""The note on a finding, from its message. By default it is the rule's code in plain words."""


class Row(Struct, frozen=True):
    """One entry, audited."""

    entry: Entry
    side: Side
    marks: dict[Column, Mark]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What counts against it, in order of columns."""
    unchecked: tuple[str, ...] = ()
    """Its outputs that are here and were not checked in full."""
    document: str = ""
    """Where a report says that it belongs."""

    @property
    def status(self) -> str:
        """What its status says, or nothing."""
        return self.entry.contract.state or ""


def names_of(rows: Sequence[Row]) -> dict[Key, str]:
    """What to call each row: its entry's name, with its spec where another has the same."""
    counts = Counter(row.entry.name for row in rows)
    specs = {row.entry.key: f"{paths.stem(row.entry.spec)}#" * (counts[row.entry.name] > 1) for row in rows}
    return {row.entry.key: specs[row.entry.key] + row.entry.name for row in rows}


class Audit(Struct, frozen=True):
    """All rows, in order of specs, and for compute rows the report row that shows their result."""

    rows: tuple[Row, ...]
    pairs: dict[Key, Row]


def audit(
    view: View,
    specs: Iterable[str],
    found: Sequence[Finding],
    shown: Sequence[Finding],
    crashed: Collection[str] = (),
) -> Audit:
    """Audit the entries of the specs. `found` is all that rules found, `shown` what policy leaves of it.

    Of specs on which a rule `crashed` nothing is right.
    """
    loud = {_identity(finding): finding for finding in shown if finding.severity != "hint"}
    standing: defaultdict[str, list[Standing]] = defaultdict(list)
    extra = [finding for finding in loud.values() if finding.code == "stale-routing"]
    for finding in found:
        said = loud.get(_identity(finding))
        if said is None and not _counts_quietly(finding):
            continue
        for place in (finding.place, *(related.place for related in finding.related)):
            if place.span is not None:
                standing[place.path].append(Standing(said or finding, place.span, said is not None))
    unknown = "" if view.dialect().name == "0.0.1" else "dialect not read"
    whys = {path: unknown or "a rule failed" * (path in crashed) for path in specs}
    rows = [row for path, why in whys.items() for row in _rows(view, path, standing[path], extra, why)]
    by_key = {row.entry.key: row for row in rows}
    pairs = pairs_of((row.entry for row in rows), lambda entry: reads_of(view, entry))
    return Audit(tuple(rows), {key: by_key[entry.key] for key, entry in pairs.items()})


class Standing(Struct, frozen=True):
    """A place of a finding. One that is not loud makes nothing wrong, but nothing is shown as right beside it."""

    finding: Finding
    span: Span
    loud: bool


def _identity(finding: Finding) -> tuple[str, Place, str]:
    """Tells findings apart, whatever severity a policy gives them."""
    return (finding.code, finding.place, finding.message)


def _counts_quietly(finding: Finding) -> bool:
    """Whether it could be louder, or tells of age: other hints say nothing about what stands."""
    rule = BY_CODE.get(finding.code)
    louder = finding.severity != "hint" or (rule is not None and rule.severity != "hint")
    return louder or finding.code in OF_AGE


def _rows(view: View, path: str, standing: Sequence[Standing], extra: Sequence[Finding], unknown: str) -> Iterator[Row]:
    """The rows of a spec. `extra` is told of sections, not of entries; `unknown` why nothing of the spec is known."""
    facts = view.spec(path)
    if isinstance(facts, Unread):
        return
    spec = Spec(path, facts)
    front_end = facts.front.span.end if facts.front else -1
    for at, entry in enumerate(spec.entries):
        if entry.side is None:
            continue
        concerning: defaultdict[Column, list[Standing]] = defaultdict(list)
        for said in standing:
            if column := _column(said, entry, entry.side, front_end):
                concerning[column].append(said)
        row = _row(view, spec, Entry(path, at, entry), entry.side, concerning, unknown)
        shown = [note_on(said) for said in extra if not unknown and brings_in(view, spec, entry, said.subject)]
        yield replace(row, notes=tuple(dict.fromkeys((*row.notes, *shown)))) if shown else row


def _column(said: Standing, entry: Contract, side: Side, front_end: int) -> Column | None:
    """The column of an entry that a finding counts in, by one of its places; None where it does not concern it."""
    at = said.span.start
    if at < front_end:
        return IN_FRONT.get(said.finding.code) if side == "report" else None
    if not entry.block.start <= at < entry.block.end:
        return None
    field = next((field.label.text for field in entry.fields if field.span.start <= at < field.span.end), "")
    column = OF_CODE.get(said.finding.code) or OF_FIELD.get(field)
    return column if column in COLUMNS[side] else REST[side]


def _row(
    view: View, spec: Spec, entry: Entry, side: Side, concerning: dict[Column, list[Standing]], unknown: str
) -> Row:
    contract = entry.contract
    marks: dict[Column, Mark] = {}
    findings: dict[Finding, None] = {}
    notes: dict[str, None] = {}
    for column in COLUMNS[side]:
        here = concerning.get(column, [])
        against = [said.finding for said in here if said.loud]
        findings |= dict.fromkeys(against)
        notes |= dict.fromkeys(map(note_on, against))
        if against:
            marks[column] = "no"
            continue
        found = UNKNOWN if unknown else judged(view, spec, contract, column)
        marks[column] = "unknown" if here and found.mark == "yes" else found.mark
        if marks[column] == "unknown":
            quiet = [f"{note_on(said.finding)} ({_why_quiet(said.finding)})" for said in here]
            notes |= dict.fromkeys([*quiet, found.why] if found.why else quiet)
    if not unknown and is_of_contract_before(view, contract):
        notes["stale (contract)"] = None
    if unknown:
        notes[unknown] = None
    unchecked = () if unknown else tuple(unchecked_in(view, spec, contract))
    host = spec.scalar("host_doc")
    return Row(entry, side, marks, tuple(notes), tuple(findings), unchecked, host.text if host else "")


def _why_quiet(finding: Finding) -> str:
    return "hint" if finding.severity == "hint" else "not shown"


def note_on(finding: Finding) -> str:
    """A finding in a few words."""
    short = SHORT.get(finding.code)
    return short(finding.message) if short else finding.code.replace("-", " ")
