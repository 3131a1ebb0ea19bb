"""Questions and their answers, remembered; and who asked what, so that a change reaches just whom it concerns.

A question is a tuple, its kind first: `("presence", "scripts/fit.py")`. Answers are values; what an answer asked
while it was found is recorded. A change marks the questions it touches, and everything that rests on them, as
suspect. A suspect answer is found again only when something it asked really changed; if it then comes out equal,
the ripple ends there.

Of a large project few values are asked for again, so a value may be let go: who asked what is kept, and of the value
a digest, or nothing at all. It is found again when somebody wants it. What another process asked stays packed
(`packed.py`) until a change concerns it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from .answer import Answer, Gone, Note, Question, digest_of
from .handed import NUMEROUS, Asked, Handed, hand
from .packed import Packed, StandIn

FIRST = 1
"""The first revision."""
MANY = 10_000
"""Questions to keep in mind for no more than the speed of it."""


class Answers:
    """Finds answers by a table of kinds, and keeps them up to date."""

    recording = True
    lives_on = True

    def __init__(
        self, kinds: dict[str, Callable[..., Any]], digest_of: Callable[[Any], int | None] = digest_of
    ) -> None:
        """`digest_of` says what tells a value from another once it is let go."""
        self.kinds = kinds
        self.digest_of = digest_of
        self.revision = FIRST
        self.known: dict[Question, Any] = {}
        """Of each question its `Answer`."""
        self.asking: list[dict[Any, None]] = []
        self.suspects: dict[Question, None] = {}
        self.packed: list[Packed] = []
        """What other processes asked, as far as nobody needed it yet."""
        self.taken_in: set[Question] = set()
        """Questions that nothing packed holds any more: most are touched with every key."""

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
        if answer is not None and not answer.suspect and (digest := self.digest_of(answer.value)) is not None:
            answer.value = Gone(digest)

    def knows(self, question: Question) -> bool:
        """Whether some answer rests on this one."""
        return question in self.known or any(packed.holding(question) for packed in self.packed)

    def serves(self, question: Question, kind: str) -> bool:
        """Whether an answer of some kind rests on this one, whoever else asked for it."""
        self._take_in(question)
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

    def questions(self) -> Iterator[Question]:
        """All that was asked; some of it more than once."""
        yield from list(self.known)
        for packed in self.packed:
            for graph in packed.graphs():
                yield from graph.questions

    def settled(self, kinds: Collection[str]) -> Iterator[tuple[Question, Any]]:
        """The questions of some kinds that nobody doubts, with their values. Meanwhile all may go on."""
        open_now = [question for question in self.known if question[0] in kinds]
        packed_now = [(packed, packed.graphs()) for packed in self.packed]
        for question in open_now:
            answer = self.known.get(question)
            if answer is not None and not answer.suspect:
                yield question, answer.value
        for packed, graphs in packed_now:
            for question, value in chain.from_iterable(map(packed.values, graphs)):
                if question[0] not in kinds:
                    continue
                answer = self.known.get(question)
                if answer is None or not answer.suspect:
                    yield question, value if answer is None else answer.value

    def touch(self, questions: Iterable[Question]) -> None:
        """Say that the world moved under these questions. Those never asked cost nothing."""
        self.revision += 1
        ripple: list[Answer] = []
        for question in questions:
            self._take_in(question)
            if answer := self.known.get(question):
                answer.touched = True
                ripple.append(answer)
        while ripple:
            answer = ripple.pop()
            if answer.suspect:
                continue
            answer.suspect = True
            self.suspects[answer.question] = None
            ripple.extend(self._askers(answer))

    def told(self, kinds: frozenset[str]) -> Handed:
        """All that is known here, for answers elsewhere to adopt; with the values of these kinds of questions."""

        def told_of(answer: Asked) -> Any:
            value = answer.value
            if answer.question[0] in kinds:
                return value
            return value.digest if type(value) is Gone else self.digest_of(value)

        return hand(self.known.values(), told_of)

    def adopting(
        self, handed: Handed, kinds: frozenset[str], kept: Callable[[Question], Any], same: dict[Any, Any]
    ) -> Iterator[None]:
        """Take in, step by step, what answers elsewhere know of the same world. What is known here stays as it is.

        The values of checks are `kept` elsewhere. `same` holds one of each string that was adopted: told, each comes
        several times.
        """
        packed = Packed(handed, self.known, kinds, kept, FIRST)
        self.packed.append(packed)
        self.taken_in.clear()
        self.revision = max(self.revision, FIRST + 1)  # what is found from here on is newer than what was told
        yield from packed.opening(handed.graph, same)

    def forget(self, question: Question) -> None:
        """Drop a question that will not be asked again, and what only it asked."""
        self._take_in(question)
        self._forget(question)

    def _forget(self, question: Question) -> None:
        gone = self.known.pop(question, None)
        if gone is None:
            return
        self.suspects.pop(question, None)
        for asked in gone.asked:
            self._part(gone, asked)

    def _take_in(self, question: Question) -> None:
        """Have at hand what holds a question and is packed."""
        if not self.packed or question in self.taken_in:
            return
        if len(self.taken_in) > MANY:
            self.taken_in.clear()
        self.taken_in.add(question)
        for packed in self.packed:
            for number in packed.holding(question):
                self._unpack(packed, number)

    def _unpack(self, packed: Packed, number: int) -> None:
        """Take in a part. Where an answer was found anew since, whoever is in the part and asked it is suspect."""
        for doubtful in packed.take(number):
            doubtful.suspect = True
            self.suspects[doubtful.question] = None

    def _askers(self, answer: Answer) -> list[Answer]:
        """Who asked for an answer; those that were packed are taken in."""
        for asker in list(answer.all_askers()):
            if type(asker) is StandIn:
                self._unpack(asker.packed, asker.number)
        return list(answer.all_askers())

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
            same = before.digest is not None and before.digest == self.digest_of(value)
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
        if gone.digest is not None and gone.digest != self.digest_of(answer.value):
            self.touch([asker.question for asker in self._askers(answer)])
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
            self._forget(asked.question)


def _asked_first(answer: Answer, places: dict[Answer, int]) -> Iterator[Answer]:
    """An answer and all that it rests on and has no place yet, each after what it asked; gives them places."""
    if answer not in places:
        for asked in answer.asked:
            yield from _asked_first(asked, places)
        places[answer] = len(places)
        yield answer


class Noted(Answers):
    """The answers of a single look that is told to others: who asked what is noted, and nothing is kept up to date."""

    lives_on = False

    def ask(self, question: Question) -> Any:
        note = self.known.get(question)
        if note is None:
            note = self.known[question] = Note(question)
            kind = question[0]
            if kind in NUMEROUS:  # what these asked, if ever they did, would count as asked by their asker
                note.value = self.kinds[kind](*question[1:])
            else:
                self.asking.append({})
                note.value = self.kinds[kind](*question[1:])
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

    def __init__(
        self, kinds: dict[str, Callable[..., Any]], digest_of: Callable[[Any], int | None] = digest_of
    ) -> None:
        super().__init__(kinds, digest_of)
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
