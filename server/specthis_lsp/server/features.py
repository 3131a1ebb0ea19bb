"""The table of features: each method of the protocol, and the plain function that answers it.

What needs the engine imports it when it is first asked: the answer to `initialize` does not wait for that.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from msgspec import Struct

from specthis_analyzers.finding import Place

from . import actions, parent
from .protocol import SpecthisServer
from .session import Session

if TYPE_CHECKING:
    from .homes import Home


class Feature(Struct, frozen=True):
    """A method, the function that answers it, and the options it is announced with."""

    method: str
    function: Callable[[Session, Any], Any]
    options: Any = None


# The session -------------------------------------------------------------------------------------------------


def initialize(session: Session, params: types.InitializeParams) -> None:
    session.agree(params)
    if params.process_id is not None:
        parent.watch(params.process_id, session.server.leave)
    asyncio.get_running_loop().call_soon(import_engine)


def import_engine() -> None:
    """What the first project will need, while the client reads our answer; and room for it."""
    from specthis_analyzers.queries import definition  # noqa: F401

    from . import homes, hover  # noqa: F401

    gc.collect()


def initialized(session: Session, params: types.InitializedParams) -> None:
    session.begin()


def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    session.change_folders(
        [folder.uri for folder in params.event.added], [folder.uri for folder in params.event.removed]
    )


def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Settings are the project's, in its files; an editor's own change nothing."""


# Documents ---------------------------------------------------------------------------------------------------


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    session.opened(document.uri, document.version, document.text)


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    session.changed(params.text_document.uri, params.text_document.version, params.content_changes)


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    session.saved(params.text_document.uri)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    session.closed(params.text_document.uri)


def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    session.touched([change.uri for change in params.changes])


# Questions about a place -------------------------------------------------------------------------------------


def code_action(session: Session, params: types.CodeActionParams) -> list[dict[str, Any]]:
    """By range, not by the diagnostics that the client sends along: those may be of an older text.

    A mere cursor that touches no finding stands for its line.
    """
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None or not session.offers.fixes or not _wants_quick_fixes(params.context.only):
        return []
    text = home.text(path)
    span = session.documents.positions.span(text, params.range.start, params.range.end)
    found = actions.quick_fixes(home, path, span, session.wording, session.offers)
    if not found and span.start == span.end:
        whole_line = text.line_span(text.line_of(span.start))
        found = actions.quick_fixes(home, path, whole_line, session.wording, session.offers)
    return found


def _wants_quick_fixes(only: Any) -> bool:
    """Whether a filter lets quick fixes through: none given, their kind, or one above it."""
    kinds = [str(getattr(kind, "value", kind)) for kind in only or ()]
    return not kinds or any(kind in ("", actions.QUICK_FIX) for kind in kinds)


def show_hover(session: Session, params: types.HoverParams) -> dict[str, Any] | None:
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None:
        return None
    from .hover import hover

    offset = session.documents.positions.offset(home.text(path), params.position)
    return hover(home, path, offset, session.wording, session.offers.markdown)


def go_to_definition(session: Session, params: types.DefinitionParams) -> list[dict[str, Any]]:
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None:
        return []
    from specthis_analyzers.queries.definition import definition

    offset = session.documents.positions.offset(home.text(path), params.position)
    return [_location(session, home, place) for place in definition(home.project.view, path, offset)]


def _location(session: Session, home: Home, place: Place) -> dict[str, Any]:
    where = session.documents.positions.range(home.text(place.path), place.span)
    return {"uri": home.uri_of(place.path), "range": where}


FEATURES: tuple[Feature, ...] = (
    Feature(types.INITIALIZE, initialize),
    Feature(types.INITIALIZED, initialized),
    Feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders),
    Feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
    Feature(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Feature(types.TEXT_DOCUMENT_DID_CHANGE, did_change),
    Feature(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False)),
    Feature(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
    Feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files),
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
    Feature(types.TEXT_DOCUMENT_HOVER, show_hover),
    Feature(types.TEXT_DOCUMENT_DEFINITION, go_to_definition),
)


def register(server: SpecthisServer, session: Session) -> None:
    for feature in FEATURES:
        server.feature(feature.method, feature.options)(partial(feature.function, session))
