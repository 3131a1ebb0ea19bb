"""What a place means: the findings there, and what the thing there is and how it stands."""

from __future__ import annotations

import re
from typing import Any

from specthis_analyzers.finding import Finding
from specthis_analyzers.queries.explanation import explanation
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.text import Span

from ..host.manual import address
from .actions import touches
from .diagnostics import Wording
from .explained import Asker, in_markdown
from .homes import Home
from .offers import Offers

RULER = "\n\n---\n\n"
MOST = 90_000
"""Characters of a hover: a client may cut longer ones in the middle of a picture, and show its bytes."""
LINK = re.compile(r"\[(`[^`\n]*`)\]\([^()\s]*\)")
ESCAPED = re.compile(r"\\([^\w\s])")
MARKUP = re.compile(r"[`*]")
PICTURE = re.compile(r"!\[[^\]]*\]\(data:[^)]*\)")


def hover(home: Home, path: str, offset: int, wording: Wording, offers: Offers) -> dict[str, Any] | None:
    """The findings at an offset, explained, and what stands there; None where there is neither."""
    text = home.text(path)
    whole = text.line_span(0)
    found = [finding for finding in home.findings(path) if touches(finding, Span(offset, offset), whole)]
    thing = explanation(home.project.view, path, offset) if home.is_project else None
    parts = [explained(finding, home, wording, offers) for finding in found]
    said = in_markdown(thing, Asker(home, offers.draws and offers.markdown, offers.follows_lines)) if thing else ""
    parts += [said] if said else []
    if not parts:
        return None
    value = RULER.join(parts)
    value = fitted(value if offers.links else unlinked(value))
    span = found[0].place.span if found or thing is None else thing.span
    contents = {"kind": "markdown", "value": value} if offers.markdown else {"kind": "plaintext", "value": plain(value)}
    if span is not None and not span.start <= offset <= span.end:
        return {"contents": contents}  # what is told of a place beside what it is about: clients take the word there
    return {"contents": contents, "range": wording.positions.range(text, span)}


def fitted(value: str) -> str:
    """A text no longer than clients take: pictures go first."""
    if len(value) > MOST:
        value = PICTURE.sub("", value)
    return value if len(value) <= MOST else value[: MOST - 1] + "…"


def plain(value: str) -> str:
    """Markdown of ours for clients that show none."""
    return MARKUP.sub("", ESCAPED.sub(r"\1", unlinked(value)))


def unlinked(value: str) -> str:
    """Markdown of ours without the addresses in it: all our links are code spans."""
    return LINK.sub(r"\1", value)


def explained(finding: Finding, home: Home, wording: Wording, offers: Offers) -> str:
    """One finding in Markdown; where the client says it above our words, only what its rule is about."""
    lines = [] if offers.hovers_findings else _said(finding, home, wording)
    rule = BY_CODE.get(finding.code)
    manual = rule.manual.strip() if rule else ""
    lines.append(f"[`{finding.code}`]({address(finding.code)}): {manual}" if manual else finding.code)
    return "\n\n".join(lines)


def _said(finding: Finding, home: Home, wording: Wording) -> list[str]:
    lines = [f"**{finding.severity}** {finding.message}"]
    for related in finding.related:
        position = wording.positions.position(
            home.text(related.place.path), related.place.span.start if related.place.span else 0
        )
        lines.append(f"{related.message}: `{related.place.path}:{position['line'] + 1}`")
    return lines
