"""Questions and their answers, remembered; and who asked what, so that a change reaches just whom it concerns.

A question is a tuple, its kind first: `("presence", "scripts/fit.py")`. Answers are values; what an answer asked
while it was found is recorded. A change marks the questions it touches, and everything that rests on them, as
suspect. A suspect answer is found again only when something it asked really changed; if it then comes out equal,
the ripple ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Question = tuple[Any, ...]


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


class Answers:
    """Finds answers by a table of kinds, and keeps them up to date."""

    recording = True

    def __init__(self, kinds: dict[str, Callable[..., Any]]) -> None:
        self.kinds = kinds
        self.revision = 1
        self.known: dict[Question, Answer] = {}
        self.asking: list[dict[Answer, None]] = []
        self.suspects: dict[Question, None] = {}

    def ask(self, question: Question) -> Any:
        """The answer to a question, found now or remembered. A question must not come back to itself."""
        answer = self._answer(question)
        if self.asking:
            self.asking[-1][answer] = None
        return answer.value

    def peek(self, question: Question) -> Any:
        """The answer, without a note that anybody asked. Whoever peeks is told of changes some other way."""
        return self._answer(question).value

    def knows(self, question: Question) -> bool:
        """Whether some answer rests on this one."""
        return question in self.known

    def touch(self, questions: Iterable[Question]) -> None:
        """Say that the world moved under these questions. Those never asked cost nothing."""
        self.revision += 1
        ripple: list[Answer] = []
        for question in questions:
            if answer := self.known.get(question):
                answer.touched = True
                ripple.append(answer)
        while ripple:
            answer = ripple.pop()
            if answer.suspect:
                continue
            answer.suspect = True
            self.suspects[answer.question] = None
            ripple.extend(answer.all_askers())

    def forget(self, question: Question) -> None:
        """Drop a question that will not be asked again, and what only it asked."""
        gone = self.known.pop(question, None)
        if gone is None:
            return
        self.suspects.pop(question, None)
        for asked in gone.asked:
            self._part(gone, asked)

    def _answer(self, question: Question) -> Answer:
        answer = self.known.get(question)
        if answer is None:
            answer = self.known[question] = Answer(question)
            self._find(answer)
        elif answer.suspect:
            self._verify(answer)
        return answer

    def _verify(self, answer: Answer) -> None:
        """Find a suspect answer again if the world moved under it, or something it asked has changed since."""
        moved = answer.touched
        for asked in answer.asked if not moved else ():
            if self._answer(asked.question).changed > answer.verified:
                moved = True
                break
        if moved:
            self._find(answer)
        self._settle(answer)

    def _find(self, answer: Answer) -> None:
        question = answer.question
        self.asking.append({})
        try:
            value = self.kinds[question[0]](*question[1:])
        except BaseException:
            answer.suspect = answer.touched = True
            raise
        finally:
            asked = self.asking.pop()
        self._link(answer, tuple(asked))
        if answer.verified == 0 or value != answer.value:
            answer.value = value
            answer.changed = self.revision
        self._settle(answer)

    def _settle(self, answer: Answer) -> None:
        answer.verified = self.revision
        answer.suspect = answer.touched = False
        self.suspects.pop(answer.question, None)

    def _link(self, answer: Answer, asked: tuple[Answer, ...]) -> None:
        """Keep both directions of who asked whom; what nobody asks any more is forgotten."""
        if asked == answer.asked:
            return
        before, answer.asked = answer.asked, asked
        for other in asked:
            other.gain(answer)
        for gone in set(before).difference(asked):
            self._part(answer, gone)

    def _part(self, asker: Answer, asked: Answer) -> None:
        asked.lose(asker)
        # Somebody who is still asking around may have asked it too, and is linked to it only at the end.
        if asked.askers is None and not any(asked in pending for pending in self.asking):
            self.forget(asked.question)


class Once(Answers):
    """The answers of a single look at what does not change meanwhile: found once, and nobody is remembered."""

    recording = False

    def __init__(self, kinds: dict[str, Callable[..., Any]]) -> None:
        super().__init__(kinds)
        self.values: dict[Question, Any] = {}

    def ask(self, question: Question) -> Any:
        value = self.values.get(question, UNKNOWN)
        if value is UNKNOWN:
            value = self.values[question] = self.kinds[question[0]](*question[1:])
        return value

    peek = ask

    def knows(self, question: Question) -> bool:
        return question in self.values

    def touch(self, questions: Iterable[Question]) -> None:
        raise RuntimeError("a single look sees no change")

    def forget(self, question: Question) -> None:
        self.values.pop(question, None)


UNKNOWN = object()
