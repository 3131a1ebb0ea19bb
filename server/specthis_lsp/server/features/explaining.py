"""What a place means: hover."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature, here
from ..session import Session


def show_hover(session: Session, params: types.HoverParams) -> dict[str, Any] | None:
    place = here(session, params)
    if place is None:
        return None
    from ..hover import hover

    return hover(place.home, place.path, place.offset, session.client.wording, session.client.offers)


FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, show_hover),)
