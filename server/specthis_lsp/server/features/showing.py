"""What a file and a project hold, shown around their text: symbols, links, lenses and hints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ..feature import Feature
from ..session import Session

if TYPE_CHECKING:
    from ..homes import Home


def _file(session: Session, params: Any) -> tuple[Home, str] | None:
    """The file that a request is about, where it lies in a project of ours."""
    located = session.current(params.text_document.uri)
    return located if located and located[0].is_project else None


def document_symbol(session: Session, params: types.DocumentSymbolParams) -> list[dict[str, Any]]:
    home, path = _file(session, params) or (None, "")
    if home is None:
        return []
    from specthis_analyzers.queries.symbols import symbols

    from .. import outline

    found, text, positions = symbols(home.project.view, path), home.text(path), session.documents.positions
    if session.client.offers.nests:
        return outline.tree(found, text, positions)
    return list(outline.row(found, text, positions, params.text_document.uri))


def workspace_symbol(session: Session, params: types.WorkspaceSymbolParams) -> list[dict[str, Any]]:
    from specthis_analyzers.queries.project_symbols import MOST, search

    from ..outline import named

    if session.scheduled:
        session.flush()
    found: list[dict[str, Any]] = []
    for home in session.homes.values():
        if home.is_project:
            found += named(search(home.project.view, params.query), home, session.documents.positions)
    return found[:MOST]


def document_link(session: Session, params: types.DocumentLinkParams) -> list[dict[str, Any]]:
    home, path = _file(session, params) or (None, "")
    if home is None:
        return []
    from specthis_analyzers.queries.links import links

    text, positions = home.text(path), session.documents.positions
    found: list[dict[str, Any]] = []
    for link in links(home.project.view, path):
        target = home.uri_of(link.target.path)
        if session.client.offers.follows_lines and link.target.span and link.target.span.start:
            target += f"#L{home.text(link.target.path).line_of(link.target.span.start) + 1}"
        one: dict[str, Any] = {"range": positions.range(text, link.span), "target": target}
        if session.client.offers.link_tooltips:
            one["tooltip"] = link.name
        found.append(one)
    return found


def code_lens(session: Session, params: types.CodeLensParams) -> list[dict[str, Any]]:
    home, path = _file(session, params) or (None, "")
    if home is None or not path.endswith(".md"):
        return []
    from ..lenses import lenses

    return lenses(session, home, path)


def code_lens_resolve(session: Session, params: types.CodeLens) -> dict[str, Any]:
    from ..lenses import resolved

    return resolved(session, session.client.server.protocol._converter.unstructure(params))


def inlay_hint(session: Session, params: types.InlayHintParams) -> list[dict[str, Any]]:
    home, path = _file(session, params) or (None, "")
    if home is None:
        return []
    from ..lenses import inlay_hints

    text = home.text(path)
    return inlay_hints(
        session, home, path, session.documents.positions.span(text, params.range.start, params.range.end)
    )


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, document_symbol),
    Feature(types.WORKSPACE_SYMBOL, workspace_symbol),
    Feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, document_link),
    Feature(types.TEXT_DOCUMENT_CODE_LENS, code_lens, types.CodeLensOptions(resolve_provider=True)),
    Feature(types.CODE_LENS_RESOLVE, code_lens_resolve),
    Feature(types.TEXT_DOCUMENT_INLAY_HINT, inlay_hint),
)
