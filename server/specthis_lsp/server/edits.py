"""Edits as a client takes them: with versions and file operations where it knows these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from specthis_analyzers.finding import Create, Edit, Rename, Replace

from .diagnostics import Wording
from .offers import Offers

if TYPE_CHECKING:
    from .homes import Home

START = {"line": 0, "character": 0}


def can_do(edits: Iterable[Edit], offers: Offers) -> bool:
    """Whether the client can apply edits: files are made and moved only by those that say they can.

    These take operations in `documentChanges`, the only place there is for them, whatever else they say of it.
    """
    return {name for edit in edits if (name := _operation(edit))} <= offers.operations


def _operation(edit: Edit) -> str:
    return "create" if isinstance(edit, Create) else "rename" if isinstance(edit, Rename) else ""


def workspace_edit(edits: Iterable[Edit], home: Home, wording: Wording, offers: Offers) -> dict[str, Any]:
    """Edits as the client takes them.

    None asks to be confirmed: VS Code would leave out the file that the action is called after, and make the rest.
    """
    replaced: dict[str, list[dict[str, Any]]] = {}
    operations: list[dict[str, Any]] = []
    for edit in edits:
        if isinstance(edit, Replace):
            where = wording.positions.range(home.text(edit.path), edit.span)
            replaced.setdefault(edit.path, []).append({"range": where, "newText": edit.text})
            continue
        if isinstance(edit, Create):
            operations += created(home.uri_of(edit.path), edit.text)
        else:
            uris = {"oldUri": home.uri_of(edit.path), "newUri": home.uri_of(edit.to)}
            operations.append({"kind": "rename", **uris})
    if not (offers.document_changes or operations):
        return {"changes": {home.uri_of(path): changes for path, changes in replaced.items()}}
    texts = [text_edit(home, path, changes) for path, changes in replaced.items()]
    return {"documentChanges": [*texts, *operations]}


def text_edit(home: Home, path: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    document = home.documents.get(path)
    version = document.version if document else None
    return {"textDocument": {"uri": home.uri_of(path), "version": version}, "edits": changes}


def created(uri: str, text: str) -> list[dict[str, Any]]:
    """The steps that make a file with a text."""
    created: dict[str, Any] = {"kind": "create", "uri": uri}
    if not text:
        return [created]
    insert = {"range": {"start": START, "end": START}, "newText": text}
    return [created, {"textDocument": {"uri": uri, "version": None}, "edits": [insert]}]
