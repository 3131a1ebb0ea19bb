"""Putting front matter and fields in form, when somebody asks for it: a whole spec, or a part of it."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature
from ..session import Session


def format_document(session: Session, params: types.DocumentFormattingParams) -> list[dict[str, Any]]:
    return _edits(session, params.text_document.uri)


def format_range(session: Session, params: types.DocumentRangeFormattingParams) -> list[dict[str, Any]]:
    return _edits(session, params.text_document.uri, params.range)


def _edits(session: Session, uri: str, within: types.Range | None = None) -> list[dict[str, Any]]:
    home, path = session.current(uri) or (None, "")
    if home is None or not home.is_project:
        return []
    from specthis_analyzers.queries.formatting import formatting

    text, positions = home.text(path), session.documents.positions
    span = positions.span(text, within.start, within.end) if within else None
    made = formatting(home.project.view, path, span)
    return [{"range": positions.range(text, change.span), "newText": change.text} for change in made]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_FORMATTING, format_document, wanted=lambda offers: offers.formats),
    Feature(types.TEXT_DOCUMENT_RANGE_FORMATTING, format_range, wanted=lambda offers: offers.formats_ranges),
)
