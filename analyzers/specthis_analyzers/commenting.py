"""Where the comment goes that suppresses a finding, and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from .facts.comments import in_script, style_of, takes_comments
from .facts.contract import Key, SpecFacts
from .finding import Finding, Place, Replace
from .merging import unresolved
from .text import Span, Text

SIGNS = {"html": ("<!-- ", " -->"), "%": ("% ", ""), "#": ("# ", "")}
NEVER = frozenset(("malformed-suppression", "unused-suppression", "malformed-baseline"))
"""What is said of suppressions and of the baseline is mended, not suppressed."""
FIRST_LINES = re.compile(r"(?:(?:#!|#[^\r\n]*coding[:=]|%&|%[ \t]*!)[^\r\n]*(?:\r\n|\n|\r|\Z))+")
"""What must stay at the top of a file: for the system, for Python, for TeX and its editors."""
HEADING = re.compile(r" {0,3}#{1,6}(?=\s|$)")


class Spot(Struct, frozen=True):
    """Where a comment is to stand on lines of its own."""

    path: str
    at: int
    before: str
    """The indentation, or a blank line that must come first."""
    style: str
    whole_file: bool = False


def place_of(finding: Finding) -> Place | None:
    """The place at which a finding can be suppressed: its own, or that where a file without comments is declared."""
    if finding.code in NEVER:
        return None
    places = (finding.place, *(related.place for related in finding.related))
    return next((place for place in places if takes_comments(place.path)), None)


def spot_of(
    finding: Finding, read: Callable[[str], Text | None], facts_of: Callable[[str], SpecFacts], whole_file: bool = False
) -> Spot | None:
    """Where the comment goes for a finding; None where there can be none."""
    place = place_of(finding)
    text = read(place.path) if place else None
    if place is None or text is None or unresolved(text.source):
        return None  # a merge is resolved first: nobody knows which of its lines will stay
    style = style_of(place.path)
    if style == "html":
        facts = facts_of(place.path)
        spot = None if whole_file or place.span is None else _in_spec(place.path, text, place.span, facts)
        return spot or _top_of_spec(place.path, text, facts)
    if whole_file or place.span is None or _is_continued(text, place.span):
        top = FIRST_LINES.match(text.source)
        at = top.end() if top else 0
        is_ragged = text.source[at - 1 : at] not in ("\n", "\r", "")
        return Spot(place.path, at, text.line_ending * is_ragged, style, True)
    return _above(place.path, text, place.span.start, style)


def comment(spot: Spot, codes: Iterable[str], reason: str, text: Text) -> Replace:
    """The edit that writes a comment for some rules."""
    opening, closing = SIGNS[spot.style]
    directive = "ignore-file" if spot.whole_file else "ignore"
    said = f"{opening}specthis: {directive}[{', '.join(dict.fromkeys(codes))}] {reason}{closing}"
    return Replace(spot.path, Span(spot.at, spot.at), f"{spot.before}{said}{text.line_ending}")


def refusal(reason: str) -> str:
    """Why something cannot be a reason; empty where it can."""
    if not reason.strip() or not reason.isprintable():
        return "a reason is a line of text"
    if "-->" in reason:
        return "`-->` would end the comment"
    [read] = in_script(Text(f"# specthis: ignore[code] {reason}"), "x.toml")
    return read.problem or ("" if read.reason else "it says until when, and not why")


def _above(path: str, text: Text, at: int, style: str) -> Spot:
    """Above the line of an offset, as far in as that."""
    line = text.line(text.line_of(at))
    return Spot(path, text.line_span(text.line_of(at)).start, line[: len(line) - len(line.lstrip())], style)


def _is_continued(text: Text, span: Span) -> bool:
    """Whether a line goes on from the one above, so that nothing can stand between them."""
    line = text.line_of(span.start)
    return line > 0 and text.line(line - 1).endswith("\\")


def _in_spec(path: str, text: Text, span: Span, facts: SpecFacts) -> Spot | None:
    """Above the entry, the heading, the paragraph or the line of front matter that holds a place."""
    front = facts.front
    if span.end == 0:
        return None  # at the very beginning stands what the file as a whole lacks
    if front is not None and span.start < front.span.end:
        key = next((key for key in front.keys if key.line.start <= span.start <= key.line.end), None)
        return _in_front(path, text, span, key) if key else None
    entry = next((entry for entry in facts.entries if span.start in entry.block), None)
    if entry is not None:
        return _above(path, text, entry.heading.start, "html")
    line, first = text.line_of(span.start), text.line_of(front.span.end) + 1 if front else 0
    while line > first and not HEADING.match(text.line(line)) and _continues(text.line(line - 1)):
        line -= 1
    return _above(path, text, text.line_span(line).start, "html")


def _continues(above: str) -> bool:
    return bool(above.strip()) and not HEADING.match(above)


def _in_front(path: str, text: Text, span: Span, key: Key) -> Spot:
    """Above an item of a list, or else above the key with all its value: between its lines may be no comment."""
    is_item = key.shape == "list" and text.line(text.line_of(span.start)).split()[:1] == ["-"]
    return _above(path, text, span.start if is_item else key.line.start, "#")


def _top_of_spec(path: str, text: Text, facts: SpecFacts) -> Spot:
    """Below the front matter; where that is not closed, at the end, for it could go on anywhere."""
    front = facts.front
    if front is None:
        return Spot(path, 0, "", "html", True)
    if front.problem is not None and text.line(text.line_of(front.span.end)).strip() not in ("---", "..."):
        goes_on = not text.source[front.span.end :].strip()
        blank = text.line_ending * (goes_on + (not text.source.endswith(("\n", "\r"))))
        return Spot(path, len(text), blank, "html", True)
    line = text.line_of(front.span.end) + 1
    if line < len(text.line_starts):
        return Spot(path, text.line_starts[line], "", "html", True)
    return Spot(path, len(text), text.line_ending, "html", True)
