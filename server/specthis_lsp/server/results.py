"""Which results an editor tells us of: the JSON files in a project's folders of results, and no others.

What a client sends by itself goes by language, and most JSON is no result. So these files are asked for by pattern,
from clients that can be asked so, once it is known where results lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from .offers import Offers
from .protocol import SpecthisServer

if TYPE_CHECKING:
    from .homes import Home

IDENTIFIER = "specthis-results"
METHODS: dict[str, dict[str, Any]] = {
    types.TEXT_DOCUMENT_DID_OPEN: {},
    types.TEXT_DOCUMENT_DID_CHANGE: {"syncKind": types.TextDocumentSyncKind.Incremental.value},
    types.TEXT_DOCUMENT_DID_SAVE: {"includeText": False},
    types.TEXT_DOCUMENT_DID_CLOSE: {},
    types.TEXT_DOCUMENT_HOVER: {},
    types.TEXT_DOCUMENT_DEFINITION: {},
    types.TEXT_DOCUMENT_REFERENCES: {},
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: {},
    types.TEXT_DOCUMENT_RENAME: {"prepareProvider": True},
}
"""What we are asked, or told, of a result, and the options of each."""


class Results:
    """The registration in force. It is renewed only where it would be another one."""

    def __init__(self, server: SpecthisServer) -> None:
        self.server = server
        self.registered: list[dict[str, Any]] = []
        self.number = 0

    def update(self, homes: Iterable[Home], offers: Offers) -> None:
        wanted = [one for home in homes for one in filters(home)] if offers.registers_by_pattern else []
        if wanted == self.registered:
            return
        if self.registered:
            gone = [{"id": self._name(method), "method": method} for method in METHODS]
            # The protocol has misspelled this word ever since.
            self.server.protocol.ask(types.CLIENT_UNREGISTER_CAPABILITY, {"unregisterations": gone})
        self.registered = wanted
        if wanted:
            self.number += 1
            new = [
                {"id": self._name(method), "method": method, "registerOptions": {"documentSelector": wanted, **options}}
                for method, options in METHODS.items()
            ]
            self.server.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": new})

    def _name(self, method: str) -> str:
        return f"{IDENTIFIER}-{self.number}-{method}"


def filters(home: Home) -> list[dict[str, Any]]:
    """The JSON files in a project's folders of results, at any depth."""
    folders = home.settled.configuration.analysis.results if home.is_project else ()
    patterns = ["**/*.json" if folder in ("", ".") else f"{literal(folder)}/**/*.json" for folder in sorted(folders)]
    return [{"scheme": "file", "pattern": {"baseUri": home.uri, "pattern": pattern}} for pattern in patterns]


def literal(path: str) -> str:
    """A pattern that fits a path and nothing else."""
    return re.sub(r"[][*?{}]", r"[\g<0>]", path)
