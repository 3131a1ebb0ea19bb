"""A spec writes down a number that its own result holds.

A spec says what is asked, a result what was found. A finding that is copied into the spec is out of date with the
next run, and nobody is told.

    The elasticity is 0.842.          (and results/fit-base/fit.json says "elasticity": 0.84217)

Take the number out, or say where it can be found. Only numbers with three digits that count are looked at, and only
those below the entry whose result holds them, by name and rounded as written.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..finding import Finding
from ..text import Word
from ..view import View
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    numbers = spec.facts.numbers
    for entry in spec.entries if numbers else ():
        words = [word for word in numbers if word.start in entry.block]
        for path in _results(entry) if words else ():
            yield from _copied(spec, entry, words, path, view)


def _results(entry: Contract) -> list[str]:
    """What the entry writes, and can be looked up in."""
    written = (path for word in entry.outputs for path in paths_of(entry, word.text))
    return [path for path in written if paths.suffix(path) == ".json" and "{" not in path]


def _copied(spec: Spec, entry: Contract, words: list[Word], path: str, view: View) -> Iterator[Finding]:
    held = view.scalars(path)
    for word in words:
        if any(says(word.text, scalar) for scalar in held):
            yield finding(
                RULE.code, RULE.severity, spec.path, word, f"`{word.text}` is a result: `{path}` holds it",
                entry=entry.name.text,
            )  # fmt: skip


def says(written: str, scalar: float) -> bool:
    """Whether a number is a scalar, to the places that are written."""
    bare = written.replace(",", "")
    places = len(bare.partition(".")[2])
    return abs(float(bare) - scalar) <= 0.5 * 10.0**-places * ROUNDED if places else float(bare) == scalar


ROUNDED = 1 + 1e-9
"""Halves are rounded up by some and to even by others."""

RULE = Rule("result-number", "hint", check, rests_on="artefacts", kinds=("compute",))
