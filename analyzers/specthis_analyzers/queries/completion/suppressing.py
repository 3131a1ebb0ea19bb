"""In a comment that suppresses findings: its word, and the codes of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...facts.comments import style_of
from ...text import Text
from .choices import Choice, Completion, Slot

SIGNS = {"html": r"<!--", "%": r"(?:^|[^\\])%+", "#": r"(?:^|[ \t])#+"}
WORD = re.compile(r"[ \t]*specthis:[ \t]*([\w-]*)$")
CODES = re.compile(r"[ \t]*specthis:[ \t]*ignore(?:-file)?\[([^\]]*)$")
CODE = re.compile(r"[\w-]*")
WORDS = {
    "ignore": "Holds findings of these rules back: in this line, or in what follows where the comment stands alone.",
    "ignore-file": "Holds findings of these rules back in the whole file.",
}


def in_comment(path: str, text: Text, offset: int, codes: Mapping[str, str], style: str = "") -> Completion | None:
    """The codes of rules, those first that come first in `codes`; None where no such comment is being written."""
    sign = SIGNS.get(style or style_of(path))
    line = text.line_span(text.line_of(offset))
    written = text.source[line.start : offset]
    opening = next(reversed(list(re.finditer(sign, written))), None) if sign and "specthis:" in written else None
    if opening is None:
        return None
    said = written[opening.end() :]
    if match := CODES.match(said):
        return _codes(text, offset, line.end, match[1], codes)
    if match := WORD.match(said):
        return _words(text, offset, match[1])
    return None


def _words(text: Text, offset: int, typed: str) -> Completion | None:
    rest = CODE.match(text.source, offset)
    end = rest.end() if rest else offset
    after = "" if text.source.startswith("[", end) else "["
    return Completion(
        offset - len(typed),
        offset,
        tuple(
            [
                Choice(
                    word,
                    "word",
                    f"{word}{after}",
                    end,
                    snippet=f"{word}[$1] $2" if after else "",
                    about=("word", meaning),
                )
                for word, meaning in WORDS.items()
            ]
        ),
    )


def _codes(text: Text, offset: int, line_end: int, listed: str, codes: Mapping[str, str]) -> Completion | None:
    typed = listed.rpartition(",")[2].lstrip(" \t")
    rest = CODE.match(text.source, offset)
    end = rest.end() if rest else offset
    closing = text.source.find("]", end, line_end)
    others = f"{listed[: len(listed) - len(typed)]},{text.source[end : closing if closing >= 0 else end]}"
    said = {code.strip() for code in others.split(",")}
    slot = Slot(offset - len(typed), offset, end, typed, after="" if closing >= 0 else "]")
    return slot.completion(rule(slot, code, summary) for code, summary in codes.items() if code not in said)


def rule(slot: Slot, code: str, summary: str) -> Choice:
    return slot.choice(code, "rule", detail=summary, about=("rule", code))
