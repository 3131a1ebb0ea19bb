"""The state of an artefact, for every combination of what may be known of it, against the table of `state.md`."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import get_args

from specthis_analyzers.state import Comparison, Evidence, State, StateName, state_of
from specthis_analyzers.world import Presence

COMPARISONS = {
    "nothing": None,
    "same": Comparison(),
    "spec": Comparison(specs=("specs/compute-fit.md",)),
    "file": Comparison(moved=("scripts/fit.py",)),
    "both": Comparison(moved=("scripts/fit.py",), specs=("specs/compute-fit.md",)),
}
STATUSES = {"script ready": "script ready", "script TBD": "script TBD", "unreadable": None}
MOVED = {"stale": ("scripts/fit.py",), "needs review": ("specs/compute-fit.md",)}


def rows() -> list[list[str]]:
    lines = (Path(__file__).parent / "state.md").read_text().splitlines()
    table = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_combination_is_decided_by_the_table() -> None:
    """Each combination has the state of the first row that fits it, and each row decides some combination."""
    deciding = set()
    for known in product(get_args(Presence), STATUSES, COMPARISONS, COMPARISONS):
        presence, status, makefile, times = known
        row = next(row for row in rows() if all(cell in ("any", said) for cell, said in zip(row, known, strict=False)))
        deciding.add(tuple(row))
        state = state_of(
            Evidence(
                presence=presence,
                status=STATUSES[status],  # type: ignore[arg-type]
                makefile=COMPARISONS[makefile],
                times=COMPARISONS[times],
            )
        )
        assert state == State(row[4], row[5] or None, MOVED.get(row[4], ())), known  # type: ignore[arg-type]
    assert deciding == {tuple(row) for row in rows()}


def test_the_table_knows_every_state() -> None:
    assert {row[4] for row in rows()} == set(get_args(StateName))


def test_what_nothing_speaks_of_is_never_fresh() -> None:
    """Fresh takes a file that is here, a status that says ready, and evidence that names what it compared."""
    for presence, status in product(get_args(Presence), STATUSES.values()):
        assert state_of(Evidence(presence=presence, status=status)).name != "fresh"  # type: ignore[arg-type]
