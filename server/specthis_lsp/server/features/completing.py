"""What can be written at a place: completion, and what a choice means once somebody looks at it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature, here
from ..session import Session

TRIGGERS = ("`", "/", "{", "[", "#", ":", ",", "=")
"""Signs behind which a path, a label, a key or a value begins. Letters need no mention; blanks are in all prose."""


def complete(session: Session, params: types.CompletionParams) -> dict[str, Any] | None:
    place = here(session, params)
    if place is None or not place.home.is_project:
        return None
    from specthis_analyzers.queries.completion import may_end_line

    from ..completions import completions

    if is_unasked(params) and may_end_line(place.path, place.text, place.offset):
        return None
    return completions(place, params.text_document.uri, session.documents.positions, session.client.offers)


def is_unasked(params: types.CompletionParams) -> bool:
    """Whether a sign brought the question, and no key that asks for a list."""
    return params.context is not None and params.context.trigger_kind == types.CompletionTriggerKind.TriggerCharacter


def resolve(session: Session, params: types.CompletionItem) -> types.CompletionItem:
    """The same choice with its documentation. Choices that say nothing of where they come from stay as they are."""
    match params.data:
        case [str(uri), *about] if all(isinstance(word, str) for word in about):
            located = session.current(uri)
        case _:
            return params
    if located is None:
        return params
    from ..completions import documentation

    params.documentation = documentation(located[0], tuple(about), session.client.offers)  # type: ignore[assignment]
    return params


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_COMPLETION,
        complete,
        types.CompletionOptions(trigger_characters=list(TRIGGERS), resolve_provider=True),
    ),
    Feature(types.COMPLETION_ITEM_RESOLVE, resolve),
)
