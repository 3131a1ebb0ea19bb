"""What can be done about a place: code actions."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature
from ..protocol import CONTENT_MODIFIED, INVALID_PARAMS, Refused
from ..session import Session


def code_action(session: Session, params: types.CodeActionParams) -> list[dict[str, Any]]:
    """By range, not by the diagnostics that the client sends along: those may be of an older text."""
    uri = params.text_document.uri
    home, path = session.current(uri) or (None, "")
    if home is None or not session.client.offers.fixes:
        return []
    from .. import actions

    span = session.documents.positions.span(home.text(path), params.range.start, params.range.end)
    automatic = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
    place = actions.Place(home, path, span, uri, automatic)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    found = (
        actions.worded(action, place, session.client.wording, session.client.offers)
        for action in actions.actions(place, only)
    )
    return [action for action in found if action is not None]


async def resolve_code_action(session: Session, params: types.CodeAction) -> dict[str, Any]:
    """The same action with its edit, by the texts as they are now; an error where they leave nothing to do."""
    from .. import actions
    from ..edits import workspace_edit
    from ..renames import edit_of

    plain: dict[str, Any] = session.client.server.protocol._converter.unstructure(params)
    if params.edit is not None:
        return plain
    try:
        deed = actions.deed_of(plain.get("data"))
    except ValueError:
        raise Refused(INVALID_PARAMS, "this action is none of ours") from None
    home, path = session.current(deed.uri) or (None, "")
    try:
        if home is None:
            raise actions.Gone("its file lies in no project that is open")
        if deed.deed == actions.RENAME:
            place = actions.place_of(deed, home, path)
            return {**plain, "edit": await edit_of(session, home, path, place, deed.new)}
        edits = actions.done(deed, home, path)
    except actions.Gone as why:
        raise Refused(CONTENT_MODIFIED, str(why)) from None
    return {**plain, "edit": workspace_edit(edits, home, session.client.wording, session.client.offers)}


KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, "source.fixAll.specthis")

FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
    ),
    Feature(types.CODE_ACTION_RESOLVE, resolve_code_action),
)
