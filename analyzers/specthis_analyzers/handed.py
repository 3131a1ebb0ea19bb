"""What one process asked, handed to another that lives on: most of it stays packed until what it rests on moves.

Of a large project nearly all that was asked are checks, and what nobody but checks asked; few of these are ever looked
at again. They are handed over in packed parts, each as good as a graph of its own, with a table that says which part
holds which question. Whatever else was asked is handed over open.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct, msgpack

from .answer import Answer, Gone, Note, Question

CHECK = "findings"
"""The kind of question that is asked for its own sake, and by no other."""
NUMEROUS = frozenset({"presence", "stamp", "says reports", "says shown", "spec", "claims"})
"""The kinds of questions that checks ask by the ten thousand, and that ask for nothing themselves."""
PART = 250
"""Answers of a part, all of which are taken in with any of them."""
OWNER_BITS = 16
"""An entry of the table is the hash of a question but for its last bits, which say the part."""
OWNERS = (1 << OWNER_BITS) - 1

Asked = Answer | Note


class Graph(Struct, array_like=True):
    """Some answers: who asked what, and of values no more than is needed."""

    questions: list[Question]
    values: list[Any]
    """Of each question its value where that is told, else a digest of it, or None."""
    asked: list[list[int]]
    """Of each question the places of those that it asked; all stand before it."""


class Part(Struct, array_like=True):
    """Some checks, and what they asked that is not handed over open."""

    packed: bytes
    """A `Graph`, whose places count on from the open ones."""
    asks: list[int]
    """The places of what they asked that is open."""


class Handed(Struct, array_like=True):
    """All that was asked."""

    graph: Graph
    parts: list[Part]
    table: bytes
    """Which part holds a question, by its hash: forked processes agree on these, and no others do."""


encode = msgpack.Encoder().encode
decode_graph = msgpack.Decoder(Graph).decode


def hand(known: Iterable[Asked], value_of: Callable[[Asked], Any]) -> Handed:
    """Hand over all that is known; `value_of` says what is told of a value."""
    graph = Graph([], [], [])
    places: dict[Asked, int] = {}
    checks: list[Asked] = []
    for asked in known:
        kind = asked.question[0]
        if kind == CHECK:
            checks.append(asked)
        elif kind not in NUMEROUS or asked.asked:
            for one in _asked_first(asked, places):
                graph.questions.append(one.question)
                graph.values.append(value_of(one))
                graph.asked.append([places[other] for other in one.asked])
    parts: list[Part] = []
    table = array("q")
    for part, questions in _parts(checks, places, value_of):
        owner = len(parts)
        parts.append(part)
        table.extend(_entries(questions, owner))
    return Handed(graph, parts, _in_order(table))


def table_of(handed: Handed) -> bytes:
    """The table for this process, and those it forks, of what was handed over by one long gone.

    Raises `msgspec.MsgspecError`, `ValueError` or `TypeError` where it is not as it was made.
    """
    table = array("q")
    opened = len(handed.graph.questions)
    _hold_together(handed.graph, 0)
    for owner, part in enumerate(handed.parts):
        graph = decode_graph(part.packed)
        _hold_together(graph, opened)
        _lie_within(part.asks, opened)
        table.extend(_entries(graph.questions, owner))
    return _in_order(table)


def values_in(handed: Handed, told: frozenset[str]) -> Iterator[tuple[Question, Any]]:
    """All questions, with the values of those kinds that were told."""
    for graph in (handed.graph, *(decode_graph(part.packed) for part in handed.parts)):
        for question, value in zip(graph.questions, graph.values, strict=True):
            yield question, value if question[0] in told else Gone(value)


def _entries(questions: Iterable[Question], owner: int) -> list[int]:
    return [hash(question) & ~OWNERS | owner for question in questions]


def _in_order(table: array[int]) -> bytes:
    return array("q", sorted(table)).tobytes()


def _hold_together(graph: Graph, before: int) -> None:
    """Raise `ValueError` unless each question has a value, and what it asked is there; `before` it stand others."""
    count = len(graph.questions)
    if not count == len(graph.values) == len(graph.asked):
        raise ValueError("questions without a value")
    _lie_within([place for asked in graph.asked for place in asked], before + count)


def _lie_within(places: list[int], count: int) -> None:
    if places and not (min(places) >= 0 and max(places) < count):
        raise ValueError("a place that is none")


def _asked_first(asked: Asked, places: dict[Asked, int]) -> Iterator[Asked]:
    """Something and all that it rests on and has no place yet, each after what it asked; gives them places."""
    if asked not in places:
        for other in asked.asked:
            yield from _asked_first(other, places)
        places[asked] = len(places)
        yield asked


def _parts(
    checks: Iterable[Asked], places: dict[Asked, int], value_of: Callable[[Asked], Any]
) -> Iterator[tuple[Part, list[Question]]]:
    """Checks, some at a time, each after what it asked; and the questions of each part."""
    graph, here, asks = Graph([], [], []), dict[Asked, int](), set[int]()
    for check in checks:
        asked: list[int] = []
        for one in check.asked:
            place = places.get(one)
            if place is not None:
                asks.add(place)
            elif (place := here.get(one)) is None:
                place = here[one] = len(places) + len(graph.questions)
                graph.questions.append(one.question)
                graph.values.append(value_of(one))
                graph.asked.append([])
            asked.append(place)
        graph.questions.append(check.question)
        graph.values.append(None)
        graph.asked.append(asked)
        if len(graph.questions) >= PART:
            yield Part(encode(graph), sorted(asks)), graph.questions
            graph, here, asks = Graph([], [], []), {}, set()
    if graph.questions:
        yield Part(encode(graph), sorted(asks)), graph.questions
