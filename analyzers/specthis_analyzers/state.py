"""Whether an artefact is what its entry asks for: one verdict, with the evidence it rests on and what moved.

The one place where that is decided, for command line, editor and dashboard alike. Evidence is weighed in order, the
first that speaks decides: presence, the entry's status, a rule of a Makefile, times of files. What nothing speaks of
is unknown, and is shown as fresh by nobody.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .world import Presence

StateName = Literal["missing", "stale (contract)", "stale", "needs review", "fresh", "unknown"]
Source = Literal["presence", "status", "Makefile", "times"]


class Comparison(Struct, frozen=True):
    """An artefact beside what it is made from. What moved since is named; where nothing did, it is up to date."""

    moved: tuple[str, ...] = ()
    """Paths that are newer, or gone, the specs aside."""
    specs: tuple[str, ...] = ()
    """Specs that are newer."""
    through: tuple[str, ...] = ()
    """What it is made from and what would itself be made again first: those paths moved on the way."""


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of one artefact, an output or an export. What says nothing is None."""

    presence: Presence
    status: Literal["script ready", "script TBD"] | None
    """Of the entry that promises it."""
    makefile: Comparison | None = None
    """By the rules of the project's Makefile."""
    times: Comparison | None = None
    """By the times of the files that its entry names, where no checkout wrote it."""


class State(Struct, frozen=True):
    """The verdict on one artefact."""

    name: StateName
    evidence: Source | None = None
    """What it rests on; None where it is unknown."""
    moved: tuple[str, ...] = ()
    """The paths that moved since it was made, where that is the reason."""
    through: tuple[str, ...] = ()
    """Those made of them on the way, which would have to be made again first."""


def state_of(evidence: Evidence) -> State:
    """The verdict: the first evidence that speaks has the word."""
    if evidence.presence in ("missing", "ignored"):
        return State("missing", "presence")
    if evidence.presence == "outside":
        return State("unknown")
    if evidence.status == "script TBD":
        return State("stale (contract)", "status")
    if evidence.presence == "pointer":
        return State("unknown")
    if evidence.makefile is not None:
        return _compared(evidence.makefile, "Makefile", evidence)
    if evidence.times is not None:
        return _compared(evidence.times, "times", evidence)
    return State("unknown")


def _compared(comparison: Comparison, source: Source, evidence: Evidence) -> State:
    if comparison.moved:
        return State("stale", source, comparison.moved, comparison.through)
    if comparison.specs:
        return State("needs review", source, comparison.specs, comparison.through)
    return State("fresh", source) if evidence.status == "script ready" else State("unknown")
