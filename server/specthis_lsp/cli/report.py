"""For programs: JSON, version 1, as `report.schema.json` has it. Readers must ignore fields they do not know.

Lines and columns from 1, columns in Unicode code points, paths relative to the project root with `/`. One project is
one object, several are an array of them: each has its own root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers.finding import Create, Edit, Finding, Fix, Rename
from specthis_analyzers.text import Span

from .. import __version__
from .look import Look

VERSION = 1


def report(looks: Sequence[Look]) -> Iterator[str]:
    """ASCII only, so that no byte of a hostile name reaches a terminal; a line for each diagnostic, for grep."""
    texts = ["\n".join(_lines(look)) for look in looks]
    yield texts[0] if len(texts) == 1 else "[\n" + ",\n".join(texts) + "\n]"


def _lines(look: Look) -> Iterator[str]:
    from json import dumps

    head = dumps(_head(look))
    if not look.findings:
        yield f'{head[:-1]}, "diagnostics": []}}'
        return
    yield f'{head[:-1]}, "diagnostics": ['
    yield ",\n".join(dumps(diagnostic(look, finding)) for finding in look.findings)
    yield "]}"


def _head(look: Look) -> dict[str, Any]:
    outcome = look.outcome
    return {
        "version": VERSION,
        "tool": {"name": "specthis-lsp", "version": __version__},
        "root": look.target.relative,
        "summary": {
            "files": len(outcome.specs),
            "entries": outcome.entries,
            "errors": look.count("error"),
            "warnings": look.count("warning"),
            "infos": look.count("info"),
            "hints": look.count("hint"),
            "fixable": look.fixable,
            "suppressed": len(look.suppressed),
            "accepted": len(look.accepted),
        },
    }


def diagnostic(look: Look, finding: Finding) -> dict[str, Any]:
    """One finding, as programs read it."""
    return {
        "path": finding.place.path,
        "range": _range(look, finding.place.path, finding.place.span),
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "entry": finding.entry or None,
        "url": None,
        "fingerprint": finding.fingerprint,
        "related": [
            {
                "path": related.place.path,
                "range": _range(look, related.place.path, related.place.span),
                "message": related.message,
            }
            for related in finding.related
        ],
        "fixes": [_fix(look, fix) for fix in finding.fixes],
    }


def _fix(look: Look, fix: Fix) -> dict[str, Any]:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(look, edit) for edit in fix.edits]}


def _edit(look: Look, edit: Edit) -> dict[str, Any]:
    if isinstance(edit, Create):
        return {"path": edit.path, "create": True, "new_text": edit.text}
    if isinstance(edit, Rename):
        return {"path": edit.path, "rename_to": edit.to}
    return {"path": edit.path, "range": _range(look, edit.path, edit.span), "new_text": edit.text}


def _range(look: Look, path: str, span: Span | None) -> dict[str, Any] | None:
    ends = look.ends(path, span)
    if ends is None:
        return None
    start, end = ends
    return {
        "start": {"line": start.line + 1, "column": start.column + 1},
        "end": {"line": end.line + 1, "column": end.column + 1},
    }
