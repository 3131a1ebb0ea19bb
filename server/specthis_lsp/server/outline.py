"""Outlines and names in the protocol's words: symbols of a file, as a tree or in a row, and of the whole project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers.queries.project_symbols import Named, NamedKind
from specthis_analyzers.queries.symbols import Symbol, SymbolKind
from specthis_analyzers.text import Text

from .homes import Home
from .positions import Positions

OF_SYMBOL: dict[SymbolKind, int] = {"heading": 15, "entry": 5, "field": 8, "section": 3, "label": 20}
"""Kinds of the protocol: a string, a class, a field, a namespace, a key."""
OF_NAME: dict[NamedKind, int] = {"spec": 1, "entry": 5, "label": 20, "export": 14}
"""A file, a class, a key, a constant."""


def tree(symbols: Sequence[Symbol], text: Text, positions: Positions) -> list[dict[str, Any]]:
    """For clients that show what lies in what."""
    return [_node(symbol, text, positions) for symbol in symbols]


def _node(symbol: Symbol, text: Text, positions: Positions) -> dict[str, Any]:
    node: dict[str, Any] = {
        "name": symbol.name,
        "kind": OF_SYMBOL[symbol.kind],
        "range": positions.range(text, symbol.whole),
        "selectionRange": positions.range(text, symbol.named),
    }
    if symbol.detail:
        node["detail"] = symbol.detail
    if symbol.inside:
        node["children"] = tree(symbol.inside, text, positions)
    return node


def row(
    symbols: Sequence[Symbol], text: Text, positions: Positions, uri: str, within: str = ""
) -> Iterator[dict[str, Any]]:
    """For clients that take symbols one after the other, each with the name of what it lies in."""
    for symbol in symbols:
        found: dict[str, Any] = {
            "name": symbol.name,
            "kind": OF_SYMBOL[symbol.kind],
            "location": {"uri": uri, "range": positions.range(text, symbol.whole)},
        }
        if within:
            found["containerName"] = within
        yield found
        yield from row(symbol.inside, text, positions, uri, symbol.name)


def named(found: Sequence[Named], home: Home, positions: Positions) -> list[dict[str, Any]]:
    """What a search of the project found. The start of a file is told without a look at it."""
    start = {"line": 0, "character": 0}
    symbols: list[dict[str, Any]] = []
    for one in found:
        span = one.place.span
        at_start = span is None or span.start == span.end == 0
        where = {"start": start, "end": start} if at_start else positions.range(home.text(one.place.path), span)
        symbol: dict[str, Any] = {
            "name": one.name,
            "kind": OF_NAME[one.kind],
            "location": {"uri": home.uri_of(one.place.path), "range": where},
        }
        if one.within:
            symbol["containerName"] = one.within
        symbols.append(symbol)
    return symbols
