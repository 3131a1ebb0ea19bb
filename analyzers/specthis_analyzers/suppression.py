"""What a comment suppresses: which rules, where, why, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from .text import Span, Word


class Suppression(Struct, frozen=True, array_like=True):
    """One comment that says `specthis: ignore[...]`."""

    codes: tuple[Word, ...]
    scope: Span | None
    """Where findings begin that it holds for; None is the whole file."""
    reason: str
    until: str
    """The last month or day on which it holds, as ISO has it; empty: it holds for good."""
    comment: Span
    removal: Span
    """What goes with it: its line, or the blanks before it."""
    problem: str = ""
    """Why it cannot be followed; then it holds for nothing."""
    idle: tuple[str, ...] = ()
    """Codes whose rules could not look here: nobody knows whether they are needed. The reader knows of none."""

    def holds_on(self, day: str) -> bool:
        """Whether it still holds on a day, as ISO has it."""
        return day[: len(self.until)] <= self.until

    def covers(self, span: Span | None) -> bool:
        """Whether it holds for what begins where a span does; without a span the whole file is meant."""
        if self.problem:
            return False
        return self.scope is None or (span is not None and span.start in self.scope)


Suppressions = Mapping[str, Sequence[Suppression]]
"""Those of a project, by the file they stand in."""
