"""One question with its answer, and the links to whom it asked and who asked it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

Question = tuple[Any, ...]


class Gone:
    """Stands for a value that was let go."""

    __slots__ = ("digest",)

    def __init__(self, digest: int | None = None) -> None:
        self.digest = digest
        """What tells it from another; None where nothing does."""


def digest_of(value: Any) -> int | None:
    """What tells a value from another once it is let go; None of one that is held. All processes agree on it."""
    if type(value) is not bytes:
        return None
    from hashlib import blake2b  # a single look needs no digest, and its import is dear

    return int.from_bytes(blake2b(value, digest_size=8).digest())


class Answer:
    """The value of one question, and the state of its upkeep."""

    __slots__ = ("asked", "askers", "changed", "question", "suspect", "touched", "value", "verified")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.value: Any = None
        self.asked: tuple[Answer, ...] = ()
        # Most answers have one asker: a set for each would weigh more than all the values together.
        self.askers: Answer | set[Answer] | None = None
        self.changed = 0
        """The revision in which the value last became another one."""
        self.verified = 0
        """The revision in which the value was last known to be right."""
        self.suspect = False
        self.touched = False
        """The world itself moved under this question: it is found again whatever it asked."""

    def all_askers(self) -> Iterator[Answer]:
        if isinstance(self.askers, set):
            yield from self.askers
        elif self.askers is not None:
            yield self.askers

    def gain(self, asker: Answer) -> None:
        if self.askers is None or self.askers is asker:
            self.askers = asker
        elif isinstance(self.askers, set):
            self.askers.add(asker)
        else:
            self.askers = {self.askers, asker}

    def lose(self, asker: Answer) -> None:
        if isinstance(self.askers, set):
            self.askers.discard(asker)
            if not self.askers:
                self.askers = None
        elif self.askers is asker:
            self.askers = None


class Note(Struct, eq=False, gc=False):
    """The value of one question, and what was asked for it. Made by the ten thousand, so it is made of little."""

    question: Question
    value: Any = None
    asked: tuple[Note, ...] = ()
