"""How it is answered which entries a paper rests on: those it shows, and all that these depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from . import paths
from .claims import Claim, Table
from .facts.contract import Contract, SpecFacts
from .facts.variants import paths_of
from .routing import Reached
from .world import Unread

REPORT, COMPUTE = "report-", "compute-"

Key = tuple[str, str]
"""An entry: the path of its spec, and its name."""


class Asks(Protocol):
    """What is asked of a view in turn."""

    def claims(self, table: Table, name: str) -> tuple[Claim, ...]: ...
    def names(self, table: Table) -> tuple[str, ...]: ...
    def reached(self, document: str) -> Reached: ...
    def spec(self, path: str) -> SpecFacts | Unread: ...


class Completeness:
    """The answers of one view. What they rest on they ask the view, so that it is recorded for whoever asks."""

    def __init__(self, view: Asks) -> None:
        self.view = view

    @property
    def kinds(self) -> dict[str, Callable[..., Any]]:
        return {"demanded": self.demanded}

    def demanded(self, document: str) -> frozenset[Key]:
        reached = self.view.reached(document)
        files = {*reached.files, document}
        shown = [
            (path, entry)
            for path, facts in self._specs()
            for entry in facts.entries
            if entry.side == "report" and self._is_shown(facts, entry, reached, files)
        ]
        found = {(path, entry.name.text) for path, entry in shown}
        for path in self._upstream(path for path, _ in shown):
            facts = self.view.spec(path)
            entries = () if isinstance(facts, Unread) else facts.entries
            found.update((path, entry.name.text) for entry in entries if entry.side == "compute")
        return frozenset(found)

    def _specs(self) -> Iterator[tuple[str, SpecFacts]]:
        for name in self.view.names("spec"):
            for claim in self.view.claims("spec", name):
                facts = self.view.spec(claim.path)
                if not isinstance(facts, Unread):
                    yield claim.path, facts

    def _is_shown(self, facts: SpecFacts, entry: Contract, reached: Reached, files: set[str]) -> bool:
        """Whether an entry's exports belong into the document, or are brought in by it."""
        host = facts.front.scalar("host_doc") if facts.front else None
        named = [host.text] if host else []
        named += [word.text.partition("#")[0] for word in entry.routes]
        if any(paths.project_path(document) in files for document in named):
            return True
        return any(reached.find(path) for word in entry.exports for path in paths_of(entry, word.text))

    def _upstream(self, specs: Iterable[str]) -> set[str]:
        """The specs that some depend on, at any depth, and those whose results they show by their names."""
        pending, seen = list(specs), set[str]()
        while pending:
            path = pending.pop()
            if path in seen:
                continue
            seen.add(path)
            facts = self.view.spec(path)
            key = facts.front.key("depends_on") if not isinstance(facts, Unread) and facts.front else None
            targets = (paths.join(paths.parent(path), word.text) for word in (key.values if key else ()))
            pending += [target for target in targets if isinstance(target, str)]
            if paths.stem(path).startswith(REPORT):
                partner = COMPUTE + paths.stem(path).removeprefix(REPORT)
                pending += [claim.path for claim in self.view.claims("spec", partner)]
        return seen
