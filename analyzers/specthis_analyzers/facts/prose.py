"""The prose of a spec: its text without code, comments, links, names of files and fields, at the same offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..text import Span, Text, Word

SIGNS = (b"\\", b"figure", b"pgfplots", b"tikz", b"palette", b"axis label")
"""One of these is in every text that says something of layout; most texts of computations have none."""
SIGNS_WITHOUT_Z = tuple(sign for sign in SIGNS if b"z" not in sign)
"""Those for texts without a `z`, which is found out in no time."""
LAYOUT = re.compile(
    r"(?<![\w/.\\-])(?:figure|pgfplots|tikz|palettes?|axis labels?)(?![\w/-]|\.\w)|\\(?:caption|input)(?![A-Za-z])",
    re.IGNORECASE,
)
NO_PROSE = tuple(
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t>]*\1[`~]*[ \t]*$|\Z)",
        r"<!--.*?(?:-->|\Z)",
        r"(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).){0,400}?(?<!`)\1(?!`)",
        r"^(?: {4}|\t)[^\n]*",
        r"!?\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]*\])",
        r"<?https?://\S+",
        r"^ {0,3}[A-Z][a-z]+(?: [a-z]+)?:(?=[ \t]*(?:`|\n|script ))[^\n]*",
        r"^ {0,3}Status:[^\n]*",
        r"(?<!\S)[^\s\\]\S*/\S*",
        r"\b[\w-]{1,80}(?:\.[\w-]{1,40}){0,3}\.(?:tex|pdf|png|jpe?g|svg|eps|dat|csv|json|md|py|R|jl|sh)\b",
    )
)
DIGITS = re.compile(r"[0-9](?<![\w.,$\\][0-9])(?<!\w-[0-9])[0-9.,]+[0-9](?!\w)")
"""Digits that may be a number of their own: not within a name, nor the end of one, `fit-2024`. What stands before is
looked at second, because a search for digits skips all else."""
NUMBER = re.compile(r"(?<![\w.,$\\-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w-]|[.,]\d)")
LEAST_DIGITS = 3
SHAPE = bytes(ord("0") if character in b"0123456789.," else ord(" ") for character in range(256))
"""A zero for each byte that may be part of a number."""
SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|\n[ \t]*(?:\n|[-*+] |\d+[.)] |#)")
CITED = re.compile(r"[\s~]+(?:\(?\d|[A-Z]\.?\d|[IVX]+\b|\\ref|\\cref|of (?:merit|speech)\b)")
VERB_AFTER = re.compile(r"\s+(?:out|in|into|on)\b", re.IGNORECASE)
VERB_BEFORE = re.compile(r"\b(?:to|can|could|will|would|must|may|might|should|we|they|you)\s+$", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"\b(?:no|not|never|without|nor|neither|none|cannot|instead|rather than)\b|n['’]t\b"
    r"|\breports?\b|\bfigure specs?\b|\bexporters?\b",
    re.IGNORECASE,
)
"""A sentence that denies it, or says whose business it is."""


def layout_word(text: Text, lines: str, body: int) -> Word | None:
    """The first word of a text, from an offset on, that says how something will look. `lines` is it with LF ends."""
    lower = text.encoded.lower()
    signs = SIGNS if b"z" in lower else SIGNS_WITHOUT_Z
    if not any(sign in lower for sign in signs) or not LAYOUT.search(lines, body):
        return None
    prose = blanked(lines, body)
    for match in LAYOUT.finditer(prose, body):
        if not _is_other(prose, match):
            return Word(match[0], *match.span())
    return None


def numbers_in(lines: str, body: int, blocks: Sequence[Span]) -> tuple[Word, ...]:
    """The numbers of three digits that count in the prose of some blocks: too particular to be there by chance."""
    blocks = [block for block in blocks if _may_have_number(lines[block.start : block.end])]
    if not any(
        _may_count(lines, match) for block in blocks for match in DIGITS.finditer(lines, block.start, block.end)
    ):
        return ()
    prose = blanked(lines, body)
    found = [match for block in blocks for match in NUMBER.finditer(prose, block.start, block.end)]
    return tuple(
        Word(match[0], *match.span())
        for match in found
        if significant(match[0]) >= LEAST_DIGITS and not _is_year(match[0])
    )


def _may_have_number(text: str) -> bool:
    """Whether a text has as many digits in a row as a number that counts: asked first, for it takes no time."""
    return b"0" * LEAST_DIGITS in text.encode("ascii", "ignore").translate(SHAPE)


def _may_count(lines: str, digits: re.Match[str]) -> bool:
    """Whether digits stand for a number of their own, not in a name: asked before the text is blanked, which costs."""
    if significant(digits[0]) < LEAST_DIGITS:
        return False
    at = digits.start()
    return bool(NUMBER.match(lines, at) or NUMBER.match(lines, at - 1))


def significant(number: str) -> int:
    """The digits that count: `0.0420` has three of them, `12,000` two."""
    digits = number.replace(",", "").strip("-.")
    counted = digits.replace(".", "").lstrip("0")
    return len(counted) if "." in digits else len(counted.rstrip("0"))


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.isdigit() and 1900 <= int(number) < 2100


def blanked(lines: str, body: int) -> str:
    """The text with a blank for every character that is no prose; lines stay lines."""
    prose = " " * body + lines[body:]
    for pattern in NO_PROSE:
        prose = pattern.sub(lambda match: _blank(match[0]), prose)
    return prose


def _blank(text: str) -> str:
    return "".join("\n" if letter == "\n" else " " for letter in text)


def _is_other(prose: str, match: re.Match[str]) -> bool:
    """Whether the word is a verb or a citation, or its sentence says that there is none here."""
    if CITED.match(prose, match.end()) or VERB_AFTER.match(prose, match.end()):
        return True
    start, end = _sentence(prose, match.start(), match.end())
    return bool(VERB_BEFORE.search(prose, start, match.start()) or ELSEWHERE.search(prose, start, end))


def _sentence(prose: str, start: int, end: int) -> tuple[int, int]:
    first = 0
    for stop in SENTENCE_END.finditer(prose, max(0, start - MAX_SENTENCE), start):
        first = stop.end()
    last = SENTENCE_END.search(prose, end, end + MAX_SENTENCE)
    return first or max(0, start - MAX_SENTENCE), last.start() if last else min(len(prose), end + MAX_SENTENCE)


MAX_SENTENCE = 600
