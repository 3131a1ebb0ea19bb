"""Text made safe for a terminal: what would move the cursor, change colours or reorder letters is shown as a sign.

File names and file contents are untrusted; printed raw they could write escape sequences to whoever reads a CI log.
"""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
TAB_STOP = 4
WIDE = frozenset("WF")
NO_WIDTH = frozenset(("Mn", "Me", "Cf"))


def visible(text: str) -> str:
    """The text with every hidden character as a sign: `␛` for an escape, `<U+202E>` for what has no picture."""
    return text if text.isprintable() else HIDDEN.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:
        return f"<{code - 0xDC00:02X}>"
    return f"<U+{code:04X}>"


def cells(line: str) -> list[str]:
    """A line as a terminal shows it, one piece for each character: tabs as spaces, hidden characters as signs."""
    if is_plain(line):
        return list(line)
    pieces: list[str] = []
    at = 0
    for letter in line:
        piece = " " * (TAB_STOP - at % TAB_STOP) if letter == "\t" else visible(letter)
        pieces.append(piece)
        at += width(piece)
    return pieces


def is_plain(text: str) -> bool:
    """Whether each character is shown as it is, in one column."""
    return text.isascii() and text.isprintable()


def width(text: str) -> int:
    """The columns a terminal gives to a text."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(2 if east_asian_width(letter) in WIDE else 0 if category(letter) in NO_WIDTH else 1 for letter in text)
