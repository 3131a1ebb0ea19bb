"""What happens to files: opened, typed in, saved and closed in the editor, or changed on disk."""

from __future__ import annotations

from lsprotocol import types

from ..feature import Feature
from ..session import Session


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


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Feature(types.TEXT_DOCUMENT_DID_CHANGE, did_change),
    Feature(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False)),
    Feature(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
    Feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files),
)
