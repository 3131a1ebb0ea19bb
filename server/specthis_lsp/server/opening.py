"""Showing a file in the client's editor: the request that does it, and the command that people reach it by."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from .protocol import INVALID_PARAMS, Refused
from .session import Session

COMMAND = "specthis.open"


def command(title: str, uri: str, selection: dict[str, Any] | None = None) -> dict[str, Any]:
    """A command of the protocol that shows a file, at a range of it where one is given."""
    arguments = [uri] if selection is None else [uri, selection]
    return {"title": title, "command": COMMAND, "arguments": arguments}


def show(session: Session, uri: str, selection: types.Range | None = None) -> None:
    """Ask the client to show a file and to go there. Whether it did is its own affair."""
    session.client.server.window_show_document(types.ShowDocumentParams(uri, take_focus=True, selection=selection))


def open_file(session: Session, arguments: list[Any]) -> None:
    """The command: a URI, and a range or nothing. Files of our projects only."""
    uri = arguments[0] if arguments else None
    if not isinstance(uri, str) or session.locate(uri) is None:
        raise Refused(INVALID_PARAMS, f"{COMMAND} takes the URI of a file in a project that is open")
    show(session, uri, _range(arguments[1]) if len(arguments) > 1 else None)


def _range(value: Any) -> types.Range | None:
    """Plain data as a range; None where it is none."""
    start, end = (_position(value.get(name)) for name in ("start", "end")) if isinstance(value, dict) else (None, None)
    return types.Range(start, end) if start and end else None


def _position(value: Any) -> types.Position | None:
    line, character = (value.get(unit) for unit in ("line", "character")) if isinstance(value, dict) else (None, None)
    return types.Position(line, character) if isinstance(line, int) and isinstance(character, int) else None
