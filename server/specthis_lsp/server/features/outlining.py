"""How a text is put together: what folds, what a selection grows to, what its words are."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from ..feature import Feature
from ..session import Session

LEGEND = types.SemanticTokensLegend(
    token_types=["property", "class", "namespace", "string", "enumMember", "parameter", "type"],
    token_modifiers=["declaration"],
)
"""As `specthis_analyzers.queries.tokens` has it, which is not imported before the first question; a test compares."""

FOLD_KINDS = {"comment": "comment", "front matter": "region"}


def fold(session: Session, params: types.FoldingRangeParams) -> list[dict[str, Any]]:
    """Whole lines: columns are told by no client we know."""
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None or not home.is_project:
        return []
    from specthis_analyzers.queries.folds import folds

    found = folds(home.project.view, path)
    if session.client.offers.most_folds:
        found = found[: session.client.offers.most_folds]
    return [_fold(fold.first, fold.last, FOLD_KINDS.get(fold.sort)) for fold in found]


def _fold(first: int, last: int, kind: str | None) -> dict[str, Any]:
    lines: dict[str, Any] = {"startLine": first, "endLine": last}
    return {**lines, "kind": kind} if kind else lines


def grow_selections(session: Session, params: types.SelectionRangeParams) -> list[dict[str, Any]] | None:
    """One chain for each place asked about, the smallest range first, each with the one around it."""
    home, path = session.current(params.text_document.uri) or (None, "")
    if home is None or not home.is_project:
        return None
    from specthis_analyzers.queries.selection import selection

    text, positions = home.text(path), session.documents.positions
    found: list[dict[str, Any]] = []
    for position in params.positions:
        grown: dict[str, Any] = {}
        for span in reversed(selection(home.project.view, path, positions.offset(text, position))):
            parent = {"parent": grown} if grown else {}
            grown = {"range": positions.range(text, span), **parent}
        found.append(grown or {"range": positions.range(text, text.line_span(0))})
    return found


# Semantic tokens ---------------------------------------------------------------------------------------------


def tokens(session: Session, params: types.SemanticTokensParams) -> dict[str, Any] | None:
    """All of them, under a name by which the client can ask for what changed."""
    numbers = _numbers(session, params.text_document.uri)
    if numbers is None:
        return None
    return {**_remembered(session, params.text_document.uri, numbers), "data": numbers}


def changed_tokens(session: Session, params: types.SemanticTokensDeltaParams) -> dict[str, Any] | None:
    """What is other than in the tokens sent last; all of them where the client has others."""
    uri = params.text_document.uri
    document = session.documents.get(uri)
    before = document.tokens if document else None
    numbers = _numbers(session, uri)
    if numbers is None:
        return None
    told = _remembered(session, uri, numbers)
    if before is None or before[0] != params.previous_result_id:
        return {**told, "data": numbers}
    return {**told, "edits": _difference(before[1], numbers)}


def tokens_in_range(session: Session, params: types.SemanticTokensRangeParams) -> dict[str, Any] | None:
    numbers = _numbers(session, params.text_document.uri, (params.range.start.line, params.range.end.line))
    return None if numbers is None else {"data": numbers}


def _numbers(session: Session, uri: str, lines: tuple[int, int] | None = None) -> list[int] | None:
    """The tokens of a file, or of some of its lines, in the five numbers each that the protocol has for them."""
    home, path = session.current(uri) or (None, "")
    if home is None or not home.is_project:
        return None
    from specthis_analyzers.queries import tokens

    text, positions = home.text(path), session.documents.positions
    numbers: list[int] = []
    line = column = 0
    for token in tokens.tokens(home.project.view, path):
        start, end = positions.position(text, token.start), positions.position(text, token.end)
        if lines and not lines[0] <= start["line"] <= lines[1]:
            continue
        if start["line"] != line:
            column = 0
        numbers += (
            start["line"] - line,
            start["character"] - column,
            end["character"] - start["character"],
            tokens.TYPES.index(token.sort),
            int(token.declared),
        )
        line, column = start["line"], start["character"]
    return numbers


def _remembered(session: Session, uri: str, numbers: list[int]) -> dict[str, str]:
    """Tokens of an open document are kept while it is, for they are compared with the next ones."""
    document = session.documents.get(uri)
    if document is None:
        return {}
    count = int(document.tokens[0]) + 1 if document.tokens else 1
    document.tokens = str(count), numbers
    return {"resultId": str(count)}


def _difference(old: list[int], new: list[int]) -> list[dict[str, Any]]:
    """One edit: what lies between where they begin and where they end alike."""
    if old == new:
        return []
    least = min(len(old), len(new))
    start = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - start) if old[-1 - at] != new[-1 - at]), least - start)
    edit: dict[str, Any] = {"start": start, "deleteCount": len(old) - tail - start}
    added = new[start : len(new) - tail]
    return [{**edit, "data": added} if added else edit]


FEATURES = (
    Feature(types.TEXT_DOCUMENT_FOLDING_RANGE, fold, wanted=lambda offers: offers.folds),
    Feature(types.TEXT_DOCUMENT_SELECTION_RANGE, grow_selections, wanted=lambda offers: offers.selects),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens, LEGEND, wanted=lambda offers: offers.colours),
    Feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, changed_tokens, LEGEND, wanted=lambda offers: offers.colours
    ),
    Feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens_in_range, LEGEND, wanted=lambda offers: offers.colours),
)
