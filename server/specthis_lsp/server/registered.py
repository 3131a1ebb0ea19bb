"""Which files an editor tells us of beside those it sends by their language: results, and all that a renaming edits.

Most JSON is no result, and what a Makefile's buffer holds is of no concern until a path in it is renamed: then its
places must be those of the buffer. So these files are asked for by pattern, from clients that can be asked so, once it
is known where the project and its results lie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from msgspec import Struct

from .client import Client

if TYPE_CHECKING:
    from .homes import Home

TOLD: dict[str, dict[str, Any]] = {
    types.TEXT_DOCUMENT_DID_OPEN: {},
    types.TEXT_DOCUMENT_DID_CHANGE: {"syncKind": types.TextDocumentSyncKind.Incremental.value},
    types.TEXT_DOCUMENT_DID_SAVE: {"includeText": False},
    types.TEXT_DOCUMENT_DID_CLOSE: {},
}
"""What we are told of a file, and the options of each."""
ASKED: dict[str, dict[str, Any]] = {
    types.TEXT_DOCUMENT_HOVER: {},
    types.TEXT_DOCUMENT_DEFINITION: {},
    types.TEXT_DOCUMENT_REFERENCES: {},
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: {},
    types.TEXT_DOCUMENT_RENAME: {"prepareProvider": True},
}
"""What we are asked of a result, which is told of with all other JSON."""


class Kind(Struct, frozen=True):
    """Files of which we are told, or asked, the same."""

    name: str
    methods: dict[str, dict[str, Any]]
    patterns: Callable[[Home], list[str]]
    """What they are called in a project, from its root."""


class Registered:
    """The registration of one kind that is in force. It is renewed only where it would be another one."""

    def __init__(self, client: Client, kind: Kind) -> None:
        self.client = client
        self.kind = kind
        self.filters: list[dict[str, Any]] = []
        self.number = 0

    def update(self, homes: Iterable[Home]) -> None:
        wanted = [
            {"scheme": "file", "pattern": {"baseUri": home.uri, "pattern": pattern}}
            for home in homes
            if self.client.offers.registers_by_pattern and home.is_project
            for pattern in self.kind.patterns(home)
        ]
        if wanted == self.filters:
            return
        methods = self.kind.methods
        if self.filters:
            gone = [{"id": self._name(method), "method": method} for method in methods]
            # The protocol has misspelled this word ever since.
            self.client.ask(types.CLIENT_UNREGISTER_CAPABILITY, {"unregisterations": gone})
        self.filters = wanted
        if wanted:
            self.number += 1
            new = [
                {"id": self._name(method), "method": method, "registerOptions": {"documentSelector": wanted, **options}}
                for method, options in methods.items()
            ]
            self.client.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": new})

    def _name(self, method: str) -> str:
        return f"specthis-{self.kind.name}-{self.number}-{method}"


def _results(home: Home) -> list[str]:
    """The JSON files in a project's folders of results, at any depth."""
    folders = sorted(home.settled.configuration.analysis.results)
    return ["**/*.json" if folder in ("", ".") else f"{literal(folder)}/**/*.json" for folder in folders]


def _renamed_in(home: Home) -> list[str]:
    """What may name a file by its path and is of another language than ours."""
    from specthis_analyzers.facts.quoted import SCRIPTS
    from specthis_analyzers.queries.mentions import LATEX, MAKEFILES, RESULTS

    suffixes = {suffix.removeprefix(".") for suffix in (*LATEX, *SCRIPTS, *RESULTS)}
    suffixes |= {suffix.capitalize() for suffix in suffixes if suffix.startswith("r")}  # as R has them
    return [f"{{{','.join(MAKEFILES)}}}", f"**/*.{{{','.join(sorted(suffixes))}}}"]


KINDS = (Kind("results", ASKED, _results), Kind("renamed-in", TOLD, _renamed_in))


def literal(path: str) -> str:
    """A pattern that fits a path, and at most what looks the same but for signs that mean something in patterns.

    `?` is the one way to say these that every editor knows: Neovim takes `[[]` for three signs.
    """
    return re.sub(r"[][*?{}]", "?", path)
