"""How questions about scripts are answered: what they write by name, which entries name them.

Only Python is read. A script's text is searched for a few words before its syntax is looked at, which costs a hundred
times as much; and what is needed for that is imported only then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from . import paths
from .claims import Claim, Table
from .facts.contract import Contract, SpecFacts
from .settings import Analysis
from .text import Text
from .world import Unread, World

if TYPE_CHECKING:
    from .facts.script import ScriptFacts

SHOWN = re.compile(r"\.(?:tex|pdf|png|jpe?g|eps|svg|pgf|tikz)\b")
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
    def script(self, path: str) -> ScriptFacts | Unread: ...
    def ask(self, question: tuple[Any, ...], /) -> Any: ...
    def spec(self, path: str) -> SpecFacts | Unread: ...


class Scripts:
    """The answers of one view. What they rest on they ask the view, so that it is recorded for whoever asks."""

    def __init__(self, view: Asks) -> None:
        self.view = view
        folders = view.analysis.reports or ("reports",)
        self.names_of_reports = tuple([paths.name(folder) for folder in folders])
        self.inside_reports = tuple(["" if folder in ("", ".") else f"{folder.rstrip('/')}/" for folder in folders])

    @property
    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {
            "script": self.script,
            "script writes": self.script_writes,
            "says reports": self.says_reports,
            "says shown": self.says_shown,
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
        return frozenset() if isinstance(facts, Unread) else frozenset([word.text for word in facts.leaves])

    def says_reports(self, path: str) -> bool:
        text = self.view.world.read(path)
        if not isinstance(text, Text):
            return False
        return path.startswith(self.inside_reports) or any(map(text.source.__contains__, self.names_of_reports))

    def says_shown(self, path: str) -> bool:
        text = self.view.world.read(path)
        return isinstance(text, Text) and SHOWN.search(text.source) is not None

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
        showing = [path for path in scripts if self.view.ask(("says shown", path))]
        found = [facts for path in showing if not isinstance(facts := self.view.script(path), Unread)]
        return frozenset([word.text for facts in found for word in facts.writes])
