"""How questions about scripts are answered: what they write by name, which entries name them.

Only Python is read. A script's text is searched for a few words before its syntax is looked at, which costs a hundred
times as much; and what is needed for that is imported only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from . import paths
from .facts.contract import Contract, SpecFacts
from .names import Claim, Table
from .settings import Analysis
from .text import Text
from .world import Unread, World

if TYPE_CHECKING:
    from .facts.script import ScriptFacts

SHOWN = (".tex", ".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".pgf", ".tikz")
"""The suffixes of what LaTeX takes in."""


class Author(Struct, frozen=True):
    """An entry that names a script, and the spec it stands in."""

    spec: str
    entry: Contract


class Asks(Protocol):
    """What answers about scripts ask in turn: the part of a view that they need."""

    analysis: Analysis
    world: World

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]: ...
    def names(self, table: Table) -> tuple[str, ...]: ...
    def report_folders(self) -> tuple[str, ...]: ...
    def script(self, path: str) -> ScriptFacts | Unread: ...
    def script_says(self, path: str) -> frozenset[str]: ...
    def script_writes(self, path: str) -> frozenset[str]: ...
    def spec(self, path: str) -> SpecFacts | Unread: ...


class Scripts:
    """The answers of one view. What they rest on they ask the view, so that it is recorded for whoever asks."""

    def __init__(self, view: Asks) -> None:
        self.view = view

    @property
    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {
            "script": self.script,
            "script writes": self.script_writes,
            "script says": self.script_says,
            "authors": self.authors,
            "literal writes": self.literal_writes,
        }

    def script(self, path: str) -> ScriptFacts | Unread:
        text = self.view.world.read(path)
        if isinstance(text, Unread):
            return text
        from .facts import script

        return script.read(text, path)

    def script_writes(self, path: str) -> frozenset[str]:
        facts = self.view.script(path)
        return frozenset() if isinstance(facts, Unread) else frozenset([word.text for word in facts.writes])

    def script_says(self, path: str) -> frozenset[str]:
        text = self.view.world.read(path)
        folders = [paths.name(folder) for folder in (*self.view.report_folders(), *self.view.analysis.results)]
        words = (*folders, *SHOWN) if isinstance(text, Text) else ()
        return frozenset([word for word in words if word in text.source])  # type: ignore[union-attr]

    def authors(self, path: str) -> tuple[Author, ...]:
        return tuple(self._authors(path))

    def _authors(self, path: str) -> Iterator[Author]:
        for spec in dict.fromkeys(claim.path for claim in self.view.claims("script", path)):
            facts = self.view.spec(spec)
            for entry in () if isinstance(facts, Unread) else facts.entries:
                if entry.script and paths.project_path(entry.script.text) == path:
                    yield Author(spec, entry)

    def literal_writes(self) -> frozenset[str]:
        scripts = [path for path in self.view.names("script") if paths.suffix(path) == ".py"]
        showing = [path for path in scripts if not self.view.script_says(path).isdisjoint(SHOWN)]
        return frozenset([written for path in showing for written in self.view.script_writes(path)])
