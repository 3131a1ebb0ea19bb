"""Diagnostics for clients that ask: of one file, and of the whole workspace, streamed where the client takes it so.

An answer's name is a hash of what it holds, so what the client has already is not sent again. A client that asks for
the workspace has its answer as soon as there is any news: until then its request waits, rather than coming back every
other second for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types

from .. import uris
from ..delivery import CLEAN, NOTHING, Told
from ..feature import Feature
from ..offers import Offers
from ..protocol import SERVER_CANCELLED, Refused
from ..session import Session

if TYPE_CHECKING:
    from ..homes import Home

Known = dict[str, types.PreviousResultId]
"""By the normal form of its URI, what the client has of a file."""

SLICE = 64
"""Files reported in one go."""


async def of_one_file(session: Session, params: types.DocumentDiagnosticParams) -> dict[str, Any]:
    """What is found in a file. Edits and cancellations that came along with the question are taken in first."""
    await asyncio.sleep(0)
    located = session.current(params.text_document.uri)
    if located is None:
        return {"kind": "full", "items": []}
    return reported(session.delivery.report(*located), params.previous_result_id)


async def of_workspace(session: Session, params: types.WorkspaceDiagnosticParams) -> dict[str, Any]:
    """What the client does not know already of all files; waits until there is something.

    The first answer comes at once, also where there is nothing to report. A second question takes the place of one
    that still waits.
    """
    delivery, token = session.delivery, params.partial_result_token
    is_first = delivery.ask_for_all()
    asking = asyncio.current_task()
    if delivery.asking is not None:
        delivery.asking.cancel()
    delivery.asking = asking
    known = {uris.key(previous.uri): previous for previous in params.previous_result_ids}
    try:
        while True:
            delivery.moved.clear()
            news: list[dict[str, Any]] = []
            is_news = False
            async for items in _reports(session, known):
                is_news = True
                if token is None:
                    news += items
                else:
                    session.client.progress(token, {"items": items})
            if is_news or is_first:
                return {"items": news}
            await delivery.moved.wait()
    except asyncio.CancelledError:
        if delivery.asking is asking:
            raise
        raise Refused(SERVER_CANCELLED, "asked anew", {"retriggerRequest": False}) from None
    finally:
        if delivery.asking is asking:
            delivery.asking = None


async def _reports(session: Session, known: Known) -> AsyncIterator[list[dict[str, Any]]]:
    """Reports in slices: those that are news to the client, then, if there were any, all that it has rightly."""
    left, same, was_news = dict(known), [], False
    for slice_ in _slices(session):
        news: list[dict[str, Any]] = []
        for home, path in slice_:
            if session.homes.get(home.root) is not home:
                continue
            told = session.delivery.report(home, path)
            before = left.pop(uris.key(told.uri), None)
            if (home.root, path) in session.delivery.closed_since:
                session.delivery.closed_since.discard((home.root, path))
                before = None
            elif before is None and told.diagnostics == NOTHING:
                continue
            report = {"uri": told.uri, "version": _version(home, path)}
            report |= reported(told, before.value if before else None)
            (same if report["kind"] == "unchanged" else news).append(report)
        if news:
            was_news = True
            yield news
        await asyncio.sleep(0)
    gone = [previous for previous in left.values() if previous.value != CLEAN.name]
    if gone:
        yield [{"uri": previous.uri, "version": None, **reported(CLEAN, None)} for previous in gone]
    if same and (gone or was_news):
        yield same


def _slices(session: Session) -> Iterator[list[tuple[Home, str]]]:
    """The files of which there may be something to say."""
    for home in list(session.homes.values()):
        closed = {path for root, path in session.delivery.closed_since if root == home.root}
        paths = sorted(home.found_in().union(home.documents, closed))
        for start in range(0, len(paths), SLICE):
            yield [(home, path) for path in paths[start : start + SLICE]]


def _version(home: Home, path: str) -> int | None:
    document = home.documents.get(path)
    return document.version if document else None


def reported(told: Told, known: str | None) -> dict[str, Any]:
    """What an answer says of one file: all of it, or that it is what the client knows by that name."""
    if told.name == known:
        return {"kind": "unchanged", "resultId": known}
    return {"kind": "full", "resultId": told.name, "items": msgspec.Raw(told.diagnostics)}


def pulls(offers: Offers) -> bool:
    return offers.pulls


OPTIONS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="specthis")

FEATURES = (
    Feature(types.TEXT_DOCUMENT_DIAGNOSTIC, of_one_file, OPTIONS, pulls),
    Feature(types.WORKSPACE_DIAGNOSTIC, of_workspace, wanted=pulls),
)
