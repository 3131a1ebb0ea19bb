"""What another process handed over, packed until a change concerns it.

A part is found by the questions it holds; whatever it asked of the open answers knows it by a stand-in, who asks there
in the place of all its checks.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any

from .answer import Answer, Gone, Question
from .handed import CHECK, OWNERS, Graph, Handed, decode_graph

STEP = 500
"""Open answers taken in at once."""


class StandIn(Answer):
    """Asks in the place of the checks of one part."""

    __slots__ = ("number", "packed")

    def __init__(self, packed: Packed, number: int) -> None:
        super().__init__((CHECK,))
        self.packed = packed
        self.number = number


class Packed:
    """The parts that one process handed over and nobody took yet."""

    def __init__(
        self,
        handed: Handed,
        known: dict[Question, Any],
        kinds: frozenset[str],
        kept: Callable[[Question], Any],
        revision: int,
    ) -> None:
        """`kinds` are those whose values were told; those of checks are `kept` by somebody."""
        self.known = known
        self.kinds = kinds
        self.kept = kept
        self.revision = revision
        """The one in which all of this was right."""
        self.opened: list[Answer] = []
        """The answers handed over open, by their places."""
        self.parts = dict(enumerate(handed.parts))
        self.stand_ins: dict[int, StandIn] = {}
        self.table = array("q")
        self.table.frombytes(handed.table)

    def opening(self, graph: Graph, same: dict[Any, Any]) -> Iterator[None]:
        """Take in what was handed over open, step by step."""
        for step, _ in enumerate(self._adopting(graph, self.opened, same)):
            if step % STEP == 0:
                yield
        for number, part in self.parts.items():
            stand_in = self.stand_ins[number] = StandIn(self, number)
            for place in part.asks:
                self.opened[place].gain(stand_in)

    def holding(self, question: Question) -> list[int]:
        """The numbers of the parts that hold a question; in the rarest of cases, of one that does not."""
        least = hash(question) & ~OWNERS
        found: list[int] = []
        at = bisect_left(self.table, least)
        while at < len(self.table) and (entry := self.table[at]) & ~OWNERS == least:
            if entry & OWNERS in self.parts:
                found.append(entry & OWNERS)
            at += 1
        return found

    def take(self, number: int) -> list[Answer]:
        """Take in a part; its checks that asked for something which was found anew since."""
        part = self.parts.pop(number)
        answers = list(self.opened)
        for _ in self._adopting(decode_graph(part.packed), answers, {}):
            pass
        stand_in = self.stand_ins.pop(number)
        for place in part.asks:
            self.opened[place].lose(stand_in)
        new = answers[len(self.opened) :]
        return [answer for answer in new if any(asked.changed > self.revision for asked in answer.asked)]

    def graphs(self) -> Iterator[Graph]:
        """What is packed now, part by part. Parts that are taken meanwhile are among them."""
        return (decode_graph(part.packed) for part in list(self.parts.values()))

    def values(self, graph: Graph) -> Iterator[tuple[Question, Any]]:
        """The questions of a part, with their values as far as these were told."""
        return ((one, self._value(one, told)) for one, told in zip(graph.questions, graph.values, strict=True))

    def _adopting(self, graph: Graph, answers: list[Answer], same: dict[Any, Any]) -> Iterator[None]:
        """Take in a graph whose places count from the first of these answers, and add its own to them."""
        for parts, value, asked in zip(graph.questions, graph.values, graph.asked, strict=True):
            question = tuple([same.setdefault(part, part) for part in parts])
            answer = self.known.get(question)
            if answer is None:
                answer = self.known[question] = Answer(question)
                answer.value = self._value(question, value)
                answer.changed = answer.verified = self.revision
                answer.asked = tuple([answers[place] for place in asked])
                for other in answer.asked:
                    other.gain(answer)
            answers.append(answer)
            yield

    def _value(self, question: Question, told: Any) -> Any:
        if question[0] == CHECK:
            return self.kept(question)
        return told if question[0] in self.kinds else Gone(told)
