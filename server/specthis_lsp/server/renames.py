"""A renaming in the protocol's words: one edit of the whole workspace, as far as the client can take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from specthis_analyzers.baseline import NAME, Baseline, renamed, written
from specthis_analyzers.finding import Replace
from specthis_analyzers.queries.afterwards import afterwards
from specthis_analyzers.queries.laying_out import layout_after
from specthis_analyzers.queries.moving import Refusal
from specthis_analyzers.queries.renaming import Renaming, rename
from specthis_analyzers.text import Span, Text

from .edits import created, text_edit
from .offers import Offers
from .protocol import REQUEST_FAILED, Refused
from .slices import in_slices

if TYPE_CHECKING:
    from .homes import Home
    from .session import Session

DOUBTFUL = "specthis.doubtful"
"""The annotation of edits that a person should look at."""
ANNOTATION = {
    "label": "Words of prose",
    "description": "These may mean something else",
    "needsConfirmation": True,
}


async def edit_of(session: Session, home: Home, path: str, offset: int, new: str) -> dict[str, Any]:
    """The edit that gives what is named at an offset another name. Raises `Refused` with the reason why not."""
    await session.looks.first(home)
    found = await in_slices(session, home, lambda: rename(home.project.view, path, offset, new))
    if isinstance(found, Refusal):
        raise Refused(REQUEST_FAILED, found.message)
    if refusal := cannot_move(found, session.client.offers):
        raise Refused(REQUEST_FAILED, refusal)
    moves = {move.path: move.to for move in found.moves}
    return workspace_edit(with_baseline(found, moves, home), home, session)


def cannot_move(renaming: Renaming, offers: Offers) -> str | None:
    """Why a client cannot make a renaming: half of one would break what names the file."""
    if not renaming.moves or (offers.document_changes and "rename" in offers.operations):
        return None
    [move, *_] = renaming.moves
    return f"this editor moves no files: rename `{move.path}` to `{move.to}` yourself, then once more here"


def with_layout(renaming: Renaming, moves: dict[str, str], home: Home, offers: Offers) -> Renaming:
    """The same renaming, after which the settings name the folders of the layout, as far as the client can say so."""
    edit = layout_after(home.project.view, moves)
    if isinstance(edit, Replace):
        return replace(renaming, edits=(*renaming.edits, edit))
    can_create = offers.document_changes and "create" in offers.operations
    return replace(renaming, creates=(edit,)) if edit and can_create else renaming


def with_baseline(renaming: Renaming, moves: dict[str, str], home: Home) -> Renaming:
    """The same renaming, after which the project accepts what it accepted before."""
    before, text = home.baseline, home.baseline_text
    if not isinstance(before, Baseline) or not isinstance(text, Text):
        return renaming
    project = home.project
    now = renamed(before, project.findings(), afterwards(project.view, renaming, moves, project.finders))
    if now == before:
        return renaming
    edit = Replace(NAME, Span(0, len(text)), written(now).replace("\n", text.line_ending))
    return replace(renaming, edits=(*renaming.edits, edit))


def workspace_edit(renaming: Renaming, home: Home, session: Session) -> dict[str, Any]:
    """Texts first, under their old names, then files."""
    offers = session.client.offers
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in renaming.edits:
        by_path.setdefault(edit.path, []).append(_edit(edit, home, session))
    for edit in renaming.doubtful:
        annotated = _edit(edit, home, session)
        if offers.annotated_renames:
            annotated["annotationId"] = DOUBTFUL
        by_path.setdefault(edit.path, []).append(annotated)
    if not offers.document_changes:
        return {"changes": {home.uri_of(path): edits for path, edits in by_path.items()}}
    changes: list[dict[str, Any]] = [text_edit(home, path, edits) for path, edits in by_path.items()]
    changes += [step for made in renaming.creates for step in created(home.uri_of(made.path), made.text)]
    changes += [
        {"kind": "rename", "oldUri": home.uri_of(move.path), "newUri": home.uri_of(move.to)} for move in renaming.moves
    ]
    if offers.annotated_renames and renaming.doubtful:
        return {"documentChanges": changes, "changeAnnotations": {DOUBTFUL: ANNOTATION}}
    return {"documentChanges": changes}


def together(edits: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The edits of several projects as one; None where there are none."""
    whole: dict[str, Any] = {}
    for edit in edits:
        for name, value in edit.items():
            if isinstance(value, list):
                whole[name] = [*whole.get(name, ()), *value]
            else:
                whole[name] = {**whole.get(name, {}), **value}
    return whole or None


def _edit(edit: Replace, home: Home, session: Session) -> dict[str, Any]:
    where = session.documents.positions.range(home.text(edit.path), edit.span)
    return {"range": where, "newText": edit.text}
