"""What a result file holds, and how it departs from its schema."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .contract import Problem


class Mismatch(Struct, frozen=True, array_like=True, gc=False):
    """One departure of a result from its schema. `start` and `end` cover the place in the result's own text."""

    kind: Literal["missing", "type", "other"]
    key: str
    """Dotted from the top, `rows[3].loss`; the empty string is the whole document."""
    message: str
    """``required key missing: `k` ``, ``schema mismatch on `k`: expected number, found string``."""
    start: int
    end: int


class ResultFacts(Struct, frozen=True, array_like=True):
    """What one result file says."""

    form: Literal["object", "array", "scalar", "table", "malformed", "pointer", "large", "unread"]
    """`pointer`: a Git LFS or annex pointer stands in for it. `unread`: valid, but deeper than anyone should go."""
    keys: tuple[str, ...] = ()
    """Top-level keys in order, or the header of a table."""
    problem: Problem | None = None
    """Where it stops being JSON."""
    mismatches: tuple[Mismatch, ...] = ()
    non_finite: tuple[str, ...] = ()
    """Dotted keys whose value is NaN or infinite; filled only where a schema asked for values."""
