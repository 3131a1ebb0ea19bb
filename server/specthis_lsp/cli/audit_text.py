"""An audit for people, and for programs that read Markdown: tables, and a few lines below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from specthis_analyzers import paths
from specthis_analyzers.text import Text
from specthis_analyzers.views.audit import Row, names_of
from specthis_analyzers.views.changes import Change
from specthis_analyzers.views.judging import Column

from .audited import Audited, Compared, Covered, Format
from .output import Style
from .tables import table
from .visible import visible

SINGLE = (
    "entry", "spec status", "script ✓", "contract ✓", "output ✓", "output schema ✓", "export status",
    "export script ✓", "export output ✓", "report routing ✓", "notes",
)  # fmt: skip
COMPUTE = ("entry", "spec", "status", "script ✓", "contract ✓", "output ✓", "schema ✓", "notes")
REPORT = ("entry", "spec", "status", "export script ✓", "artefacts ✓", "host_doc", "section ✓", "notes")
SINCE = ("entry", "contract", "result", "figure")

LEFT: tuple[Column, ...] = ("status", "script", "contract", "output", "schema")
RIGHT: tuple[Column, ...] = ("status", "script", "output", "routing")
MARKS = {"yes": "✓", "no": "✗", "n/a": "n/a", "unknown": "?"}
MOST_NOTES = 3
MOST_NAMED = 3


def as_text(
    found: Sequence[Audited] | Sequence[Covered] | Sequence[Compared], form: Format, style: Style
) -> Iterator[str]:
    """Each project with its tables; where there are several, below its path."""
    for number, one in enumerate(found):
        yield from ("",) * bool(number)
        if len(found) > 1:
            yield f"# {visible(one.target.relative)}"
            yield ""
        if isinstance(one, Audited):
            yield from _audited(one, form, style)
        elif isinstance(one, Covered):
            yield from _covered(one)
        else:
            yield from _compared(one, style)


# How entries stand -------------------------------------------------------------------------------------------


def _audited(audited: Audited, form: Format, style: Style) -> Iterator[str]:
    if not audited.view.rows:
        yield f"There are no entries here{_unread(audited)}."
    elif form == "split":
        yield from _split(audited, style)
    else:
        yield from _single(audited, style)
    yield ""
    yield from _summary(audited)
    if audited.next_steps is not None:
        yield ""
        yield "**Proposed next steps**"
        yield ""
        for step in audited.next_steps or ("nothing to propose",):
            yield f"- {visible(step)}"


def _unread(audited: Audited) -> str:
    dialect = audited.opened.project.view.dialect().name
    return "" if dialect == "0.0.1" else f": dialect {dialect} is not read"


def _single(audited: Audited, style: Style) -> Iterator[str]:
    names = names_of(audited.view.rows)
    rows: list[list[str]] = []
    for row in audited.view.rows:
        notes = row.notes
        left, right = [MARKS["n/a"]] * len(LEFT), [MARKS["n/a"]] * len(RIGHT)
        if row.side == "report":
            right = _cells(row, RIGHT)
        else:
            left = _cells(row, LEFT)
            pair = audited.view.pairs.get(row.entry.key)
            if pair is not None:
                right = _cells(pair, RIGHT)
                notes = tuple(dict.fromkeys((*notes, *pair.notes)))
        rows.append([names[row.entry.key], *left, *right, _notes(notes)])
    yield from table(SINGLE, rows, style)


def _split(audited: Audited, style: Style) -> Iterator[str]:
    names = names_of(audited.view.rows)
    computing: list[list[str]] = []
    showing: list[list[str]] = []
    for row in audited.view.rows:
        named = [names[row.entry.key], paths.name(row.entry.spec)]
        if row.side == "compute":
            computing.append([*named, *_cells(row, LEFT), _notes(row.notes)])
        else:
            *cells, routing = _cells(row, RIGHT)
            showing.append([*named, *cells, row.document or MARKS["n/a"], routing, _notes(row.notes)])
    yield from table(COMPUTE, computing, style)
    yield ""
    yield from table(REPORT, showing, style)


def _cells(row: Row, columns: Sequence[Column]) -> list[str]:
    cells = [MARKS[row.marks[column]] for column in columns]
    if row.marks["status"] == "yes":
        cells[columns.index("status")] = row.status
    return cells


def _notes(notes: Sequence[str]) -> str:
    more = f"; {len(notes) - MOST_NOTES} more" if len(notes) > MOST_NOTES else ""
    return "; ".join(notes[:MOST_NOTES]) + more


def _summary(audited: Audited) -> Iterator[str]:
    """At most five lines; the last only where something was not looked at in full."""
    tally = audited.tally
    absent = f"; outputs or exports not here: of {_entries(tally.absent)}" if tally.absent else ""
    yield f"- `script TBD`: {tally.to_be_written} of {tally.entries}"
    yield f"- contract mismatches: {tally.contract}{absent}"
    yield f"- orphaned exports and stale routings: {tally.routing}"
    yield f"- front matter and conventions: {_counted(tally.conventions)}"
    if tally.unchecked:
        yield f"- not fully checked: {_listed(tally.unchecked)}"


def _counted(codes: Sequence[str]) -> str:
    counts = Counter(codes)
    named = [code if count == 1 else f"{count} {code}" for code, count in sorted(counts.items())]
    return f"{len(codes)} ({', '.join(named)})" if codes else "0"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(f"`{visible(name)}`" for name in names[:MOST_NAMED]) + more


# What nobody owns --------------------------------------------------------------------------------------------


def _covered(covered: Covered) -> Iterator[str]:
    alone = [exhibit for exhibit in covered.exhibits if exhibit.owner is None]
    count = len(covered.exhibits)
    if not count:
        yield "No graphics and no tables are shown."
        return
    have = "has an owner" if count == 1 else "have an owner"
    yield f"{count - len(alone)} of {count} graphics and tables {have}."
    for exhibit in alone:
        text = covered.opened.disk.read(exhibit.path)
        position = text.position(exhibit.start) if isinstance(text, Text) else None
        at = f":{position.line + 1}:{position.column + 1}" if position else ""
        yield visible(f"{covered.target.prefix}{exhibit.path}{at}: `{exhibit.name}` is exported by no entry")


# What changed ------------------------------------------------------------------------------------------------


def _compared(compared: Compared, style: Style) -> Iterator[str]:
    changed = [change for change in compared.changes if change.is_change]
    same = len(compared.changes) - len(changed)
    if changed:
        names = Counter(change.entry for change in changed)
        yield from table(SINCE, [_changed(change, names[change.entry] > 1) for change in changed], style)
        yield ""
    since = visible(f"`{compared.revision}` ({compared.commit[:12]})")
    yield f"Since {since}: {_entries(len(changed))} changed, {same} as before."
    unknown = tuple(dict.fromkeys(path for change in compared.changes for path in change.unknown))
    if unknown:
        yield f"Could not be compared: {_listed(unknown)}."


def _changed(change: Change, qualified: bool) -> list[str]:
    name = f"{paths.stem(change.spec)}#{change.entry}" if qualified else change.entry
    parts = (change.contract, change.result, change.figure)
    cells = ["; ".join(said) if said else "same" for said in parts]
    aside = 2 if change.side == "compute" else 1
    cells[aside] = MARKS["n/a"]
    kept = 3 - aside
    if change.unknown and not parts[kept]:
        cells[kept] = MARKS["unknown"]
    return [name, *cells]


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"
