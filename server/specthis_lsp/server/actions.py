"""Quick fixes: every fix of every finding that the given range touches, as edits the client can apply.

Behind them stand the comments that would suppress these findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specthis_analyzers.commenting import comment, spot_of
from specthis_analyzers.finding import Create, Edit, Finding, Fix, Rename, Replace
from specthis_analyzers.text import Span

from ..host.showing import today
from .diagnostics import Wording
from .offers import Offers

if TYPE_CHECKING:
    from .homes import Home

QUICK_FIX = "quickfix"


def quick_fixes(home: Home, path: str, span: Span, wording: Wording, offers: Offers) -> list[dict[str, Any]]:
    """The actions for a range of a file. Fixes that need what the client cannot do are left out."""
    text = home.text(path)
    found: list[dict[str, Any]] = []
    suppressions: list[dict[str, Any]] = []
    for finding in home.findings(path):
        if not touches(finding, span, text.line_span(0)):
            continue
        diagnostic = wording.diagnostic(finding, text, home.text, home.uri_of)
        found += _of_finding(finding, diagnostic, home, wording, offers)
        if fix := suppressing(finding, home):
            suppressions.append(_action(fix, diagnostic, home, wording, offers))
    return found + suppressions


def suppressing(finding: Finding, home: Home) -> Fix | None:
    """The comment that would suppress a finding. Its reason is true as it stands, for those who leave it so."""
    spot = spot_of(finding, home.known_text, home.project.facts)
    text = home.known_text(spot.path) if spot else None
    if spot is None or text is None:
        return None
    where = "in this file" if spot.whole_file else "here"
    edit = comment(spot, [finding.code], f"accepted for now, {today()}", text)
    return Fix(f"Suppress `{finding.code}` {where}", (edit,))


def touches(finding: Finding, span: Span, whole: Span) -> bool:
    """Whether a finding and a range have a place in common; ends count, so that a cursor behind a word does."""
    place = finding.place.span or whole
    return place.start <= span.end and span.start <= place.end


def _of_finding(
    finding: Finding, diagnostic: dict[str, Any], home: Home, wording: Wording, offers: Offers
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    preferred = next((fix for fix in finding.fixes if fix.safe), None)
    for fix in finding.fixes:
        if can_do(fix, offers):
            action = _action(fix, diagnostic, home, wording, offers)
            if fix is preferred:
                action["isPreferred"] = True
            found.append(action)
    return found


def _action(fix: Fix, diagnostic: dict[str, Any], home: Home, wording: Wording, offers: Offers) -> dict[str, Any]:
    return {
        "title": fix.title,
        "kind": QUICK_FIX,
        "diagnostics": [diagnostic],
        "edit": workspace_edit(fix.edits, home, wording, offers),
    }


def can_do(fix: Fix, offers: Offers) -> bool:
    """Whether the client can apply a fix: files are made and moved only by those that say they can."""
    needed = {name for edit in fix.edits if (name := _operation(edit))}
    return not needed or (offers.document_changes and needed <= offers.operations)


def _operation(edit: Edit) -> str:
    return "create" if isinstance(edit, Create) else "rename" if isinstance(edit, Rename) else ""


def workspace_edit(edits: tuple[Edit, ...], home: Home, wording: Wording, offers: Offers) -> dict[str, Any]:
    """Edits as the client takes them: with versions and file operations where it knows these."""
    replaced: dict[str, list[dict[str, Any]]] = {}
    operations: list[dict[str, Any]] = []
    for edit in edits:
        if isinstance(edit, Replace):
            where = wording.positions.range(home.text(edit.path), edit.span)
            replaced.setdefault(edit.path, []).append({"range": where, "newText": edit.text})
        elif isinstance(edit, Create):
            operations += _created(home.uri_of(edit.path), edit.text)
        else:
            operations.append({"kind": "rename", "oldUri": home.uri_of(edit.path), "newUri": home.uri_of(edit.to)})
    if not offers.document_changes:
        return {"changes": {home.uri_of(path): changes for path, changes in replaced.items()}}
    texts = [_text_edit(home, path, changes) for path, changes in replaced.items()]
    return {"documentChanges": [*texts, *operations]}


def _text_edit(home: Home, path: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    document = home.documents.get(path)
    version = document.version if document else None
    return {"textDocument": {"uri": home.uri_of(path), "version": version}, "edits": changes}


def _created(uri: str, text: str) -> list[dict[str, Any]]:
    start = {"line": 0, "character": 0}
    created: dict[str, Any] = {"kind": "create", "uri": uri}
    if not text:
        return [created]
    insert = {"range": {"start": start, "end": start}, "newText": text}
    return [created, {"textDocument": {"uri": uri, "version": None}, "edits": [insert]}]
