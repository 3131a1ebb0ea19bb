"""Where the thing at a place is, and where else it is named."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature, here, location
from ..session import Session


def go_to_definition(session: Session, params: types.DefinitionParams) -> list[dict[str, Any]]:
    place = here(session, params)
    if place is None:
        return []
    from specthis_analyzers.queries.definition import definition

    found = definition(place.home.project.view, place.path, place.offset)
    return [location(session, place.home, one) for one in found]


FEATURES = (Feature(types.TEXT_DOCUMENT_DEFINITION, go_to_definition),)
