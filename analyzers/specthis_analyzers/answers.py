"""Questions and their answers, remembered; and who asked what, so that a change reaches just whom it concerns.

A question is a tuple, its kind first: `("presence", "scripts/fit.py")`. Answers are values; what an answer asked
while it was found is recorded. A change marks the questions it touches, and everything that rests on them, as
suspect. A suspect answer is found again only when something it asked really changed; if it then comes out equal,
the ripple ends there.

Of a large project few values are asked for again, so a value may be let go: who asked what is kept, and of the value
a digest, or nothing at all. It is found again when somebody wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
    """What tells a value from another once it is let go; None of one that is held. Forked processes agree on it."""
    return hash(value) if type(value) is bytes else None


class Graph(Struct, array_like=True):
    """Some answers as they are told to another process: who asked what, and of values no more than is needed."""

    questions: list[list[Any]]
    values: list[Any]
    """Of each question its value where that is told, else the digest of it, or None."""
    asked: list[list[int]]
    """Of each question the places of those that it asked, counted from the first that was told; all stand before it."""


PART = 2_000
"""Answers told at once: to take in all of them in one go would need room that is then left empty."""


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
    lives_on = True

    def __init__(self, kinds: dict[str, Callable[..., Any]]) -> None:
        self.kinds = kinds
        self.revision = 1
        self.known: dict[Question, Any] = {}
        """Of each question its `Answer`."""
        self.asking: list[dict[Any, None]] = []
        self.suspects: dict[Question, None] = {}

    def ask(self, question: Question) -> Any:
        """The answer to a question, found now or remembered. A question must not come back to itself."""
        answer = self._answer(question)
        if self.asking:
            self.asking[-1][answer] = None
        return answer.value if type(answer.value) is not Gone else self._recall(answer)

    def peek(self, question: Question) -> Any:
        """The answer, without a note that anybody asked. Whoever peeks is told of changes some other way."""
        answer = self._answer(question)
        return answer.value if type(answer.value) is not Gone else self._recall(answer)

    def let_go(self, question: Question) -> None:
        """Keep of a value a digest alone, if it has one and nobody doubts it."""
        answer = self.known.get(question)
        if answer is not None and not answer.suspect and (digest := digest_of(answer.value)) is not None:
            answer.value = Gone(digest)

    def knows(self, question: Question) -> bool:
        """Whether some answer rests on this one."""
        return question in self.known

    def serves(self, question: Question, kind: str) -> bool:
        """Whether an answer of some kind rests on this one, whoever else asked for it."""
        pending = [answer] if (answer := self.known.get(question)) else []
        seen = set(pending)
        while pending:
            answer = pending.pop()
            if answer.question[0] == kind:
                return True
            above = set(answer.all_askers()).difference(seen)
            pending += above
            seen |= above
        return False

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

    def told(self, kinds: frozenset[str], digest: Callable[[Any], int | None] = digest_of) -> Iterator[Graph]:
        """All that is known here, for answers elsewhere to adopt; with the values of these kinds of questions."""
        places: dict[Answer, int] = {}
        part = Graph([], [], [])
        for answer in self.known.values():
            for one in _asked_first(answer, places):
                value = one.value
                if one.question[0] not in kinds:
                    value = value.digest if type(value) is Gone else digest(value)
                part.questions.append(list(one.question))
                part.values.append(value)
                part.asked.append([places[asked] for asked in one.asked])
            if len(part.questions) >= PART:
                yield part
                part = Graph([], [], [])
        yield part

    def adopting(self, graphs: Iterable[Graph], kinds: frozenset[str], same: dict[Any, Any]) -> Iterator[None]:
        """Take in, part by part, what answers elsewhere know of the same world. What is known here stays as it is.

        `same` holds one of each string that was adopted: told, each comes several times.
        """
        answers: list[Answer] = []
        for graph in graphs:
            for parts, value, asked in zip(graph.questions, graph.values, graph.asked, strict=True):
                question = tuple([same.setdefault(part, part) for part in parts])
                answer = self.known.get(question)
                if answer is None:
                    answer = self.known[question] = Answer(question)
                    answer.value = value if question[0] in kinds else Gone(value)
                    answer.changed = answer.verified = self.revision
                    answer.asked = tuple([answers[place] for place in asked])
                    for other in answer.asked:
                        other.gain(answer)
                answers.append(answer)
            yield

    def put(self, question: Question, value: Any) -> None:
        """Give the value of a question that was adopted without it."""
        self.known[question].value = value

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
        value, before = self._found(answer), answer.value
        if type(before) is Gone:
            answer.value = value
            same = before.digest is not None and before.digest == digest_of(value)
        else:
            same = answer.verified > 0 and value == before
            answer.value = before if same else value
        if not same:
            answer.changed = self.revision
        self._settle(answer)

    def _found(self, answer: Answer) -> Any:
        """The answer to a question, found now, and with it what it asks."""
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
        return value

    def _recall(self, answer: Answer) -> Any:
        """Find a value that was let go. If the world moved unseen, whoever rests on it hears of it now."""
        gone = answer.value
        answer.value = self._found(answer)
        if gone.digest is not None and gone.digest != digest_of(answer.value):
            self.touch([asker.question for asker in answer.all_askers()])
            answer.changed = self.revision
        return answer.value

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


def _asked_first(answer: Answer, places: dict[Answer, int]) -> Iterator[Answer]:
    """An answer and all that it rests on and has no place yet, each after what it asked; gives them places."""
    if answer not in places:
        for asked in answer.asked:
            yield from _asked_first(asked, places)
        places[answer] = len(places)
        yield answer


class Note:
    """The value of one question, and what was asked for it."""

    __slots__ = ("asked", "question", "value")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.value: Any = None
        self.asked: tuple[Note, ...] = ()


class Noted(Answers):
    """The answers of a single look that is told to others: who asked what is noted, and nothing is kept up to date."""

    lives_on = False

    def ask(self, question: Question) -> Any:
        note = self.known.get(question)
        if note is None:
            note = self.known[question] = Note(question)
            self.asking.append({})
            note.value = self.kinds[question[0]](*question[1:])
            note.asked = tuple(self.asking.pop())
        if self.asking:
            self.asking[-1][note] = None
        return note.value

    def peek(self, question: Question) -> Any:
        self.asking.append({})
        value = self.ask(question)
        self.asking.pop()
        return value

    def touch(self, questions: Iterable[Question]) -> None:
        raise RuntimeError("a single look sees no change")

    def let_go(self, question: Question) -> None:
        """A single look asks for everything again, and is soon over."""


class Once(Answers):
    """The answers of a single look at what does not change meanwhile: found once, and nobody is remembered."""

    recording = False
    lives_on = False

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

    def serves(self, question: Question, kind: str) -> bool:
        return question in self.values

    def touch(self, questions: Iterable[Question]) -> None:
        raise RuntimeError("a single look sees no change")

    def forget(self, question: Question) -> None:
        self.values.pop(question, None)

    def let_go(self, question: Question) -> None:
        """A single look asks for everything again, and is soon over."""


UNKNOWN = object()
