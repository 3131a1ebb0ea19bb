"""For reviewdog: its JSON, with columns in bytes of UTF-8 and what `--fix` would do as suggestions.

Paths lead from the current directory: reviewdog runs there too, and finds the repository's root by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers.finding import Finding, Replace
from specthis_analyzers.settings import Severity
from specthis_analyzers.text import Span, Text

from .look import Look
from .plain_json import dumps
from .visible import visible

SEVERITIES: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "info": "INFO", "hint": "INFO"}
BOM_BYTES = 3


def rdjson(looks: Sequence[Look], verbose: bool) -> Iterator[str]:
    lines = [dumps(_diagnostic(look, finding)) for look in looks for finding in look.told(verbose)]
    yield '{"source": {"name": "specthis-lsp"}, "diagnostics": [\n' + ",\n".join(lines) + "\n]}"


def _diagnostic(look: Look, finding: Finding) -> dict[str, Any]:
    value = {
        "message": visible(finding.message),
        "location": _location(look, finding.place.path, finding.place.span),
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.code},
    }
    if suggestions := _suggestions(look, finding):
        value["suggestions"] = suggestions
    if finding.related:
        value["related_locations"] = [
            {
                "message": visible(related.message),
                "location": _location(look, related.place.path, related.place.span),
            }
            for related in finding.related
        ]
    return value


def _location(look: Look, path: str, span: Span | None) -> dict[str, Any]:
    text = look.text(path) if span else None
    location: dict[str, Any] = {"path": f"{look.target.prefix}{path}"}
    if text is not None and span is not None:
        location["range"] = _range(text, span)
    return location


def _suggestions(look: Look, finding: Finding) -> list[dict[str, Any]]:
    """The edits of the fix that is safe to apply, if all of it is in the finding's file: half a fix is none."""
    path, fix = finding.place.path, finding.safe_fix
    if fix is None or (text := look.text(path)) is None:
        return []
    edits = [edit for edit in fix.edits if isinstance(edit, Replace) and edit.path == path]
    if len(edits) < len(fix.edits):
        return []
    return [{"range": _range(text, edit.span), "text": edit.text} for edit in edits]


def _range(text: Text, span: Span) -> dict[str, dict[str, int]]:
    return {"start": _position(text, span.start), "end": _position(text, span.end)}


def _position(text: Text, offset: int) -> dict[str, int]:
    """Line and column from 1. A byte order mark is bytes of the first line, though no letter of it."""
    position = text.position(offset)
    start = text.line_starts[position.line]
    before = text.source[start : start + position.column].encode("utf-8", "surrogatepass")
    mark = BOM_BYTES if text.bom and position.line == 0 else 0
    return {"line": position.line + 1, "column": mark + len(before) + 1}
