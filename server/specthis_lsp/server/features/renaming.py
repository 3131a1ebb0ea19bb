"""Renaming a thing at a place, and what happens in the editor's tree of files: what names one that is renamed follows.

Whoever makes, moves or removes files there tells of it, and no watcher need tell of it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..documents import decoded
from ..feature import Feature, here
from ..protocol import REQUEST_FAILED, Refused
from ..session import Session

if TYPE_CHECKING:
    from ..homes import Home

FILES = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)
"""Every file, and every folder: an entry may write files of any suffix."""


def prepare_rename(session: Session, params: types.PrepareRenameParams) -> dict[str, Any] | None:
    place = here(session, params)
    if place is None:
        return None
    from specthis_analyzers.queries.moving import Refusal
    from specthis_analyzers.queries.renaming import prepare

    found = prepare(place.home.project.view, place.path, place.offset)
    if isinstance(found, Refusal):
        raise Refused(REQUEST_FAILED, found.message)
    return {"range": session.documents.positions.range(place.text, found.span), "placeholder": found.name}


async def rename(session: Session, params: types.RenameParams) -> dict[str, Any] | None:
    place = here(session, params)
    if place is None:
        return None
    from ..renames import edit_of

    return await edit_of(session, place.home, place.path, place.offset, decoded(params.new_name))


async def will_rename_files(session: Session, params: types.RenameFilesParams) -> dict[str, Any] | None:
    """The edits that keep every mention true, where the files are about to move. Nothing is refused."""
    from specthis_analyzers.queries.moving import Refusal, moving
    from specthis_analyzers.queries.renaming import Renaming

    from ..renames import together, with_baseline, with_layout, workspace_edit
    from ..slices import in_slices

    edits = []
    for home, moves in _by_home(session, params.files):
        await session.looks.first(home)
        view = home.project.view
        found = await in_slices(session, home, lambda view=view, moves=moves: moving(view, moves, strict=False))
        if isinstance(found, Refusal):
            continue
        renaming = with_baseline(Renaming(tuple(found.sure), tuple(found.doubtful)), moves, home)
        renaming = with_layout(renaming, moves, home, session.client.offers)
        if renaming.edits or renaming.doubtful or renaming.creates:
            edits.append(workspace_edit(renaming, home, session))
            home.given |= {edit.path for edit in (*renaming.edits, *renaming.doubtful)}
    return together(edits)


def did_rename_files(session: Session, params: types.RenameFilesParams) -> None:
    _touched(session, [uri for file in params.files for uri in (file.old_uri, file.new_uri)])


def did_create_files(session: Session, params: types.CreateFilesParams) -> None:
    _touched(session, [file.uri for file in params.files])


def did_delete_files(session: Session, params: types.DeleteFilesParams) -> None:
    _touched(session, [file.uri for file in params.files])


def _touched(session: Session, uris: list[str]) -> None:
    """Look at once at files and folders, and at what we had edited for it."""
    for home in dict.fromkeys(found[0] for uri in tuple(uris) if (found := session.locate(uri))):
        uris += map(home.uri_of, home.given)
        home.given.clear()
    session.touched(dict.fromkeys(uris))


def _by_home(session: Session, files: Sequence[types.FileRename]) -> list[tuple[Home, dict[str, str]]]:
    """What moves within each project: old paths and new ones."""
    if session.scheduled:
        session.flush()
    found: dict[str, tuple[Home, dict[str, str]]] = {}
    for file in files:
        old, new = session.locate(file.old_uri), session.locate(file.new_uri)
        if old is not None and new is not None and old[0] is new[0]:
            found.setdefault(old[0].root, (old[0], {}))[1][old[1]] = new[1]
    return list(found.values())


FEATURES = (
    Feature(types.TEXT_DOCUMENT_PREPARE_RENAME, prepare_rename),
    Feature(types.TEXT_DOCUMENT_RENAME, rename),
    Feature(types.WORKSPACE_WILL_RENAME_FILES, will_rename_files, FILES),
    Feature(types.WORKSPACE_DID_RENAME_FILES, did_rename_files, FILES),
    Feature(types.WORKSPACE_DID_CREATE_FILES, did_create_files, FILES),
    Feature(types.WORKSPACE_DID_DELETE_FILES, did_delete_files, FILES),
)
