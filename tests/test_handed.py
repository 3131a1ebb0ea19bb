"""What one process asked is handed to another, and lies there packed until a change concerns it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import msgpack

from specthis_analyzers import handed
from specthis_analyzers.answers import Answers, Noted
from specthis_analyzers.handed import Handed

KINDS_TOLD = frozenset({"presence"})


class Small:
    """Two checks, each of a file of its own; both ask about `shared`, by way of a `flow` that others may ask too."""

    def __init__(self) -> None:
        self.here = {"one": "here", "two": "here", "shared": "here"}
        self.checks: list[str] = []
        self.answers = Answers(self.kinds())

    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {"findings": self.check, "presence": self.here.get, "flow": self.flow}

    def check(self, path: str) -> Any:
        self.checks.append(path)
        asking = self.asking
        return [asking.ask(("presence", path)), asking.ask(("flow", "paper"))]

    def flow(self, _: str) -> Any:
        return self.asking.ask(("presence", "shared"))

    def open(self) -> None:
        """Have all of it asked elsewhere, and handed over as bytes."""
        self.asking: Answers = Noted(self.kinds())
        kept = {("findings", path): self.asking.ask(("findings", path)) for path in ("one", "two")}
        told = msgpack.decode(msgpack.encode(self.asking.told(KINDS_TOLD)), type=Handed)
        for _ in self.answers.adopting(told, KINDS_TOLD, kept.__getitem__, {}):
            pass
        self.asking = self.answers
        self.checks.clear()

    def suspects(self) -> set[str]:
        return {question[1] for question in self.answers.suspects if question[0] == "findings"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setattr(handed, "PART", 1)
    small = Small()
    small.open()
    return small


def test_what_nobody_needs_stays_packed(small: Small) -> None:
    """It is known all the same: asked about, looked at, and counted."""
    assert set(small.answers.known) == {("flow", "paper"), ("presence", "shared")}
    assert small.answers.knows(("presence", "one"))
    assert not small.answers.knows(("presence", "three"))
    assert {("findings", "one"), ("presence", "two")} < set(small.answers.questions())
    assert dict(small.answers.settled({"presence"})) == {
        ("presence", "one"): "here", ("presence", "two"): "here", ("presence", "shared"): "here",
    }  # fmt: skip


def test_a_change_takes_in_what_it_concerns(small: Small) -> None:
    small.here["one"] = "missing"
    small.answers.touch([("presence", "one")])
    assert small.suspects() == {"one"}
    assert ("findings", "two") not in small.answers.known
    assert small.answers.ask(("findings", "one")) == ["missing", "here"]
    assert small.checks == ["one"]


def test_a_change_of_what_is_open_reaches_what_is_packed(small: Small) -> None:
    small.here["shared"] = "missing"
    small.answers.touch([("presence", "shared")])
    assert small.suspects() == {"one", "two"}
    assert small.answers.ask(("findings", "two")) == ["here", "missing"]


def test_a_change_that_comes_out_equal_has_nothing_checked_again(small: Small) -> None:
    small.answers.touch([("presence", "one"), ("presence", "shared")])
    assert small.answers.ask(("findings", "one")) == ["here", "here"]
    assert small.checks == []


def test_what_was_found_anew_beside_what_is_packed_has_its_askers_checked(small: Small) -> None:
    """The world moved unseen; somebody asked and saw it, and later a part that rests on it is taken in."""
    small.here["one"] = "missing"
    assert small.answers.ask(("presence", "one")) == "missing"
    small.answers.touch([("presence", "shared")])
    assert small.answers.ask(("findings", "one")) == ["missing", "here"]


def test_what_is_dropped_is_not_taken_in_later(small: Small) -> None:
    small.answers.forget(("findings", "one"))
    small.answers.touch([("presence", "shared")])
    assert small.suspects() == {"two"}
    assert not small.answers.knows(("presence", "one"))


def test_while_everything_is_looked_at_parts_may_be_taken_in(small: Small) -> None:
    seen: set[Any] = set()
    for question, _ in small.answers.settled({"presence"}):
        seen.add(question[1])
        small.answers.touch([("presence", "two")])
        small.answers.ask(("findings", "two"))
    assert seen == {"one", "two", "shared"}
