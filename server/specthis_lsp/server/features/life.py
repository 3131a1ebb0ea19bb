"""The life of a session: its beginning, its folders and its settings."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from .. import parent
from ..converter import warm
from ..feature import Feature
from ..reading import MOST_WAITED
from ..session import Session


def initialize(session: Session, params: types.InitializeParams) -> None:
    session.agree(params)
    if params.process_id is not None:
        parent.watch(params.process_id, session.client.server.leave)
    asyncio.get_running_loop().call_soon(import_engine)


def import_engine() -> None:
    """What the first project will need, while the client reads our answer."""
    from .. import homes  # noqa: F401


def initialized(session: Session, params: types.InitializedParams) -> None:
    session.begin()
    session.getting_ready = asyncio.get_running_loop().create_task(get_ready(session))


async def get_ready(session: Session) -> None:
    """For typing and for questions, once reading has begun: a large project is from then on read by other processes."""
    await session.preferences.known(MOST_WAITED)
    warm(session.client.server.protocol._converter)
    import_queries()


def import_queries() -> None:
    """What the first questions will need."""
    from specthis_analyzers.queries import completion, definition  # noqa: F401

    from .. import hover  # noqa: F401


def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    session.change_folders(
        [folder.uri for folder in params.event.added], [folder.uri for folder in params.event.removed]
    )


def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    session.preferences.take(params.settings)


def work_done_progress_cancel(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    cancel = session.client.under_way.get(str(params.token))
    if cancel is not None:
        cancel()


FEATURES = (
    Feature(types.INITIALIZE, initialize),
    Feature(types.INITIALIZED, initialized),
    Feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders),
    Feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
    Feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, work_done_progress_cancel),
)
