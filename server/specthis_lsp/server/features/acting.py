"""What can be done about a place: code actions."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from .. import actions
from ..feature import Feature
from ..session import Session


def code_action(session: Session, params: types.CodeActionParams) -> list[dict[str, Any]]:
    """By range, not by the diagnostics that the client sends along: those may be of an older text.

    A mere cursor that touches no finding stands for its line.
    """
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None or not session.offers.fixes or not _wants_quick_fixes(params.context.only):
        return []
    text = home.text(path)
    span = session.documents.positions.span(text, params.range.start, params.range.end)
    found = actions.quick_fixes(home, path, span, session.wording, session.offers)
    if not found and span.start == span.end:
        whole_line = text.line_span(text.line_of(span.start))
        found = actions.quick_fixes(home, path, whole_line, session.wording, session.offers)
    return found


def _wants_quick_fixes(only: Any) -> bool:
    """Whether a filter lets quick fixes through: none given, their kind, or one above it."""
    kinds = [str(getattr(kind, "value", kind)) for kind in only or ()]
    return not kinds or any(kind in ("", actions.QUICK_FIX) for kind in kinds)


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_action,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    ),
)
