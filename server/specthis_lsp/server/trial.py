"""Fixes tried out on the living project, to the end, without anybody seeing it: what is left is one list of edits.

It goes in rounds, as `--fix` does. The project is checked with the edits of a round laid over its texts, and is put
back when the question is answered. That costs what the edits concern, not the project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from specthis_analyzers.finding import Edit, Finding, Fix, Replace
from specthis_analyzers.text import Span, Text

from ..host.mending import rounds
from ..host.rounds import Round, applied

if TYPE_CHECKING:
    from .homes import Home

Choice = Callable[[Finding], Fix | None]


def mended(home: Home, path: str, choose: Choice) -> tuple[Edit, ...]:
    """The edits that make the fixes chosen for one file's findings, until none is left or ten rounds are over.

    Files are neither made nor moved.
    """
    with _laid(home) as (lay, originals):
        laid: list[Round] = []
        for round in rounds(lambda: home.findings(path), _in_place(choose), home.known_text, lambda path: False):
            lay(round)
            laid.append(round)
        if len(laid) == 1:
            return tuple(edit for edits in laid[0].replaced.values() for edit in edits)
        return tuple(edit for path, text in originals.items() for edit in differences(path, text, home.text(path)))


def _in_place(choose: Choice) -> Choice:
    """The same choice, of fixes that only change texts."""

    def chosen(finding: Finding) -> Fix | None:
        fix = choose(finding)
        return fix if fix is not None and all(isinstance(edit, Replace) for edit in fix.edits) else None

    return chosen


@contextmanager
def _laid(home: Home) -> Iterator[tuple[Callable[[Round], None], dict[str, Text]]]:
    """What lays a round over the project, and the texts as they were before; afterwards all is as it was."""
    originals: dict[str, Text] = {}
    buffers: dict[str, Text | None] = {}

    def lay(round: Round) -> None:
        for path, edits in round.replaced.items():
            text = home.text(path)
            originals.setdefault(path, text)
            buffers.setdefault(path, home.disk.buffers.get(path))
            home.disk.buffers[path] = Text(applied(text.source, edits), text.bom, text.bad, text.held)
        _check(home, round.replaced)

    try:
        yield lay, originals
    finally:
        for path, buffer in buffers.items():
            home.disk.buffers.pop(path, None)
            if buffer is not None:
                home.disk.buffers[path] = buffer
        if buffers:
            _check(home, buffers)


def _check(home: Home, paths: Iterable[str]) -> None:
    """Check what other texts concern. What moved is noted, for whoever compares what was told with what holds."""
    home.project.edit(paths)
    home.edited |= home.project.refresh()


def differences(path: str, before: Text, after: Text) -> list[Replace]:
    """The edits that lead from one text to another, in whole lines."""
    old, new = (text.source.splitlines(keepends=True) for text in (before, after))
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    changed = (step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal")
    return [
        Replace(path, Span(offsets[start], offsets[end]), "".join(new[first:last]))
        for _, start, end, first, last in changed
    ]
