"""A section types a number that a result holds.

A number that is typed stays as it is when the result moves, and nobody finds it again. A macro that the exporter
writes is right after every run.

    The elasticity is 0.842.          (and results/fit-base/fit.json says "elasticity": 0.84217)

Use the macro of an export, `\\elasticity`, or let the exporter write one. Only numbers with three digits that count
are looked at, in sections that a report routes to, and only where they are one number of the results that its entries
show, rounded as written. This rule speaks in profile `numbers`: `profiles = ["numbers"]` below `[rules]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ..facts import typed
from ..facts.contract import Contract
from ..finding import Finding, Fix
from ..text import Text, Word
from ..view import View
from .numbers import macro_files, results_of
from .result_number import says
from .routes import is_read, routes_of_entry
from .rule import Rule, Spec, change_to, finding


class Held(Struct, frozen=True):
    """A number of a result, and the entry that shows it."""

    number: float
    path: str
    entry: Contract


def check(spec: Spec, view: View) -> Iterator[Finding]:
    words: dict[tuple[str, Word], list[Contract]] = {}
    for entry in spec.entries:
        for route in routes_of_entry(spec, entry.routes):
            if is_read(route.path, view):
                for place in _typed(route.path, route.label.text, view):
                    words.setdefault(place, []).append(entry)
    held: dict[str, list[Held]] = {}
    for (path, word), entries in words.items():
        number = typed.plain(word.text)
        found = [one for entry in entries for one in _held(spec, entry, held, view) if says(number, one.number)]
        if len({(one.path, one.number) for one in found}) == 1:
            yield finding(
                RULE.code, RULE.severity, path, word, f"`{word.text}` is a result: `{found[0].path}` holds it",
                entry=found[0].entry.name.text, fixes=_by_macro(path, word, found[0].entry, view),
            )  # fmt: skip


def _typed(document: str, label: str, view: View) -> Iterator[tuple[str, Word]]:
    """The numbers that a section types; what an entry writes is not typed."""
    for path, start, end in view.passages(document, label):
        if not view.claims("path", path):
            yield from ((path, word) for word in view.typed(path) if start <= word.start < end)


def _held(spec: Spec, entry: Contract, held: dict[str, list[Held]], view: View) -> list[Held]:
    name = entry.name.text
    if name not in held:
        results = results_of(spec, entry, view)
        held[name] = [Held(number, path, entry) for path in results for number in view.scalars(path)]
    return held[name]


def _by_macro(path: str, word: Word, entry: Contract, view: View) -> tuple[Fix, ...]:
    """The macro of an export that says the same number."""
    for file, _ in macro_files(entry, view):
        text = view.text(file)
        values = typed.values(text.source) if isinstance(text, Text) else {}
        for name, number in values.items():
            if typed.plain(number) == typed.plain(word.text):
                return (change_to(path, word, f"\\{name}{{}}"),)
    return ()


RULE = Rule("typed-number", "hint", check, rests_on="artefacts", kinds=("report",))
"""In profile `numbers`."""
