"""Questions and their answers, remembered; and who asked what, so that a change reaches exactly whom it concerns.

A question is a tuple, its kind first: `("presence", "scripts/fit.py")`. Answers are values; what an answer asked
while it was found is recorded. A change marks the questions it touches, and everything that rests on them, as
suspect. A suspect answer is found again only when something it asked really changed; if it then comes out equal, the
ripple ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Question = tuple[Any, ...]


class Answer:
    """The value of one question, and the state of its upkeep."""

    __slots__ = ("asked", "askers", "changed", "suspect", "touched", "value", "verified")

    def __init__(self) -> None:
        self.value: Any = None
        self.asked: tuple[Question, ...] = ()
        self.askers: set[Question] = set()
        self.changed = 0
        """The revision in which the value last became another one."""
        self.verified = 0
        """The revision in which the value was last known to be right."""
        self.suspect = False
        self.touched = False
        """The world itself moved under this question: it is found again whatever it asked."""


class Answers:
    """Finds answers by a table of kinds. With `recording` off nothing is tracked: right for a single look."""

    def __init__(self, kinds: dict[str, Callable[..., Any]], recording: bool = True) -> None:
        self.kinds = kinds
        self.recording = recording
        self.revision = 1
        self.known: dict[Question, Answer] = {}
        self.values: dict[Question, Any] = {}
        self.asking: list[dict[Question, None]] = []
        self.suspects: dict[Question, None] = {}

    def ask(self, question: Question) -> Any:
        """The answer to a question, found now or remembered. A question must not come back to itself."""
        if not self.recording:
            try:
                return self.values[question]
            except KeyError:
                value = self.values[question] = self.kinds[question[0]](*question[1:])
                return value
        if self.asking:
            self.asking[-1][question] = None
        return self.answer(question).value

    def answer(self, question: Question) -> Answer:
        known = self.known.get(question)
        if known is None:
            known = self.known[question] = Answer()
            self.find(question, known)
        elif known.suspect:
            self.verify(question, known)
        return known

    def verify(self, question: Question, known: Answer) -> None:
        """Find a suspect answer again if the world moved under it, or something it asked has changed since."""
        moved = known.touched
        if not moved:
            for asked in known.asked:
                if self.answer(asked).changed > known.verified:
                    moved = True
                    break
        if moved:
            self.find(question, known)
        self.settle(question, known)

    def find(self, question: Question, known: Answer) -> None:
        self.asking.append({})
        try:
            value = self.kinds[question[0]](*question[1:])
        except BaseException:
            known.suspect = known.touched = True
            raise
        finally:
            asked = self.asking.pop()
        self.link(question, known, tuple(asked))
        if known.verified == 0 or value != known.value:
            known.value = value
            known.changed = self.revision
        self.settle(question, known)

    def settle(self, question: Question, known: Answer) -> None:
        known.verified = self.revision
        known.suspect = known.touched = False
        self.suspects.pop(question, None)

    def link(self, question: Question, known: Answer, asked: tuple[Question, ...]) -> None:
        """Keep both directions of who asked whom; what nobody asks any more is forgotten."""
        if asked == known.asked:
            return
        before, known.asked = known.asked, asked
        for other in asked:
            self.known[other].askers.add(question)
        for gone in set(before).difference(asked):
            self.part(question, gone)

    def part(self, asker: Question, asked: Question) -> None:
        other = self.known.get(asked)
        if other is None:
            return
        other.askers.discard(asker)
        if not other.askers:
            self.forget(asked)

    def touch(self, questions: Iterable[Question]) -> None:
        """Say that the world moved under these questions. Those never asked cost nothing."""
        self.revision += 1
        ripple: list[Question] = []
        for question in questions:
            if known := self.known.get(question):
                known.touched = True
                ripple.append(question)
        while ripple:
            question = ripple.pop()
            known = self.known[question]
            if known.suspect:
                continue
            known.suspect = True
            self.suspects[question] = None
            ripple.extend(known.askers)

    def forget(self, question: Question) -> None:
        """Drop a question that will not be asked again, and what only it asked."""
        self.values.pop(question, None)
        known = self.known.pop(question, None)
        if known is None:
            return
        self.suspects.pop(question, None)
        for asked in known.asked:
            self.part(question, asked)
