"""How a command ends: the exit codes, one meaning each, and the complaint that ends with 2."""

from __future__ import annotations

from collections.abc import Iterable

CLEAN = 0
FOUND = 1
"""Findings at or above the fail level, or, for `--diff`, something to mend."""
USAGE = 2
"""Usage, configuration, a missing path, or a report that cannot be written."""
INTERNAL = 3
INTERRUPTED = 130


class UsageError(Exception):
    """What was asked cannot be done as asked; the message is one line for people."""


def meant(written: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?`, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(written, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{found[0]}`?" if found else ""
