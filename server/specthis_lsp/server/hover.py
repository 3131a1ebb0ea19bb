"""What a finding means: its message, the rule's page of the manual, and the places that bear on it."""

from __future__ import annotations

import re
from typing import Any

from specthis_analyzers.finding import Finding
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.text import Span

from ..host.manual import address
from .actions import touches
from .diagnostics import Wording
from .homes import Home

RULER = "\n\n---\n\n"
MARKUP = re.compile(r"[`*]")


def hover(home: Home, path: str, offset: int, wording: Wording, markdown: bool) -> dict[str, Any] | None:
    """The findings at an offset, explained; None where there are none."""
    text = home.text(path)
    whole = text.line_span(0)
    found = [finding for finding in home.findings(path) if touches(finding, Span(offset, offset), whole)]
    if not found:
        return None
    parts = [explained(finding, home, wording) for finding in found]
    value = RULER.join(parts)
    if not markdown:
        value = MARKUP.sub("", value)
    return {
        "contents": {"kind": "markdown" if markdown else "plaintext", "value": value},
        "range": wording.positions.range(text, found[0].place.span),
    }


def explained(finding: Finding, home: Home, wording: Wording) -> str:
    """One finding in Markdown."""
    lines = [f"**{finding.severity}** {finding.message}"]
    for related in finding.related:
        position = wording.positions.position(
            home.text(related.place.path), related.place.span.start if related.place.span else 0
        )
        lines.append(f"{related.message}: `{related.place.path}:{position['line'] + 1}`")
    rule = BY_CODE.get(finding.code)
    manual = rule.manual.strip() if rule else ""
    lines.append(f"[{finding.code}]({address(finding.code)}): {manual}" if manual else finding.code)
    return "\n\n".join(lines)
