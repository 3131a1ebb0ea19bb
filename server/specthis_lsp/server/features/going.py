"""Where the thing at a place is, and where else it is named."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature, here, location
from ..session import Session

HIGHLIGHTS = {
    "text": types.DocumentHighlightKind.Text.value,
    "read": types.DocumentHighlightKind.Read.value,
    "write": types.DocumentHighlightKind.Write.value,
    "declaration": types.DocumentHighlightKind.Write.value,
}


def go_to_definition(session: Session, params: types.DefinitionParams) -> list[dict[str, Any]]:
    place = here(session, params)
    if place is None:
        return []
    from specthis_analyzers.queries.definition import definition

    found = definition(place.home.project.view, place.path, place.offset)
    return [location(session, place.home, one) for one in found]


async def find_references(session: Session, params: types.ReferenceParams) -> list[dict[str, Any]]:
    """Every mention in the project; of those that declare the thing only where they are asked for."""
    place = here(session, params)
    if place is None:
        return []
    from specthis_analyzers.queries.mentions import mention_at
    from specthis_analyzers.queries.references import declared, references

    from ..slices import in_slices

    view = place.home.project.view
    mention = mention_at(view, place.path, place.offset)
    if mention is None:
        return []
    found = await in_slices(session, place.home, lambda: references(view, mention.thing, place.path))
    places = [one.place for one in found if one.role != "declaration"]
    if params.context.include_declaration:
        places = [*declared(view, mention.thing, found), *places]
    return [location(session, place.home, one) for one in places]


def highlight(session: Session, params: types.DocumentHighlightParams) -> list[dict[str, Any]]:
    """The mentions in the same file."""
    place = here(session, params)
    if place is None:
        return []
    from specthis_analyzers.queries.mentions import mention_at, mentions

    view, positions = place.home.project.view, session.documents.positions
    mention = mention_at(view, place.path, place.offset)
    found = [one for one in mentions(view, place.path) if one.thing == mention.thing] if mention else []
    return [{"range": positions.range(place.text, one.span), "kind": HIGHLIGHTS[one.role]} for one in found]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DEFINITION, go_to_definition),
    Feature(types.TEXT_DOCUMENT_REFERENCES, find_references),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, highlight),
)
