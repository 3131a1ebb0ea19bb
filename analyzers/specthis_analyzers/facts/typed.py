"""What the prose of a LaTeX text says of numbers: those typed as digits, and the macros that are used.

Numbers within names, lengths and options are none; nor is what stands in comments or is shown as it was typed.
"""

from __future__ import annotations

import re

from ..text import Word
from .latex import VERBATIM
from .prose import LEAST_DIGITS, significant

NO_PROSE = re.compile(
    rf"%(?<!\\%)[^\r\n]*|\\begin\s*\{{((?:{'|'.join(VERBATIM)})\*?)\}}.*?(?:\\end\{{\1\}}|\Z)"
    r"|\\(?:verb|lstinline)\*?([^\sA-Za-z*{])[^\r\n]*?\2"
    r"|\\(?:[A-Za-z]*(?:ref|cite|label|graphics|input|include|url|href|color|space|length|size|skip|page|version|path"
    r"|format|column|rule|box|stretch|setup|package|class|bibliography)[A-Za-z]*|begin|end|includepdf|import|subimport"
    r"|def|newcommand|renewcommand|providecommand|addplot|node|draw|tag|date|year)"
    r"\*?(?:\s*(?:\[[^\[\]]*\]|\{[^{}]*\}))*"
    r"|\\[A-Za-z]+\*?\[[^\[\]]*\]",
    re.DOTALL,
)
NUMBER = re.compile(
    r"[-\d](?<![\w.,\\:/-].)(?:(?<=\d)|(?<=-)\d)(?:\d{0,2}(?:(?:,|\{,\}|\\,)\d{3})+|\d*)(?:\.\d+)?"
    r"(?![\w:/-]|[.,]\d)"
)
"""It and `NO_PROSE` begin with a letter of few, which `re` looks for faster than for what does not stand before."""
LENGTH = re.compile(r"\s*(?:(?:pt|mm|cm|in|em|ex|bp|pc|mu|sp|dd|cc)\b|\\[A-Za-z]*(?:width|height|skip|sep|unit))")
SEPARATORS = re.compile(r",|\{,\}|\\,")

DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|(?:re)?newrobustcmd|[egx]?def|NewDocumentCommand"
    r"|(?:New|Renew|Provide|Declare)(?:Expandable)?DocumentCommand)\*?\s*\{?\s*\\[A-Za-z@]+"
)
USED = re.compile(r"\\([A-Za-z@]+)|\{([A-Za-z@]+)\}")
VALUE = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def)\*?\s*\{?\s*\\([A-Za-z@]+)\s*\}?\s*\{\s*(?:\\num\s*\{)?\$?"
    r"(-?[\d.,{}\\]*\d)\$?\}?(?:\\xspace)?\s*\}"
)
COMMENT = re.compile(r"(?<!\\)%[^\r\n]*")


def numbers(source: str) -> tuple[Word, ...]:
    """The numbers of at least three digits that count; years are none."""
    if not re.search(r"\d[.,{}\\]*\d", source):
        return ()
    prose = NO_PROSE.sub(lambda match: " " * len(match[0]), source)
    return tuple(
        Word(match[0], *match.span())
        for match in NUMBER.finditer(prose)
        if significant(plain(match[0])) >= LEAST_DIGITS
        and not LENGTH.match(prose, match.end())
        and not (match[0].isdigit() and len(match[0]) == 4 and 1900 <= int(match[0]) < 2100)
    )


def plain(number: str) -> str:
    """A number without what separates its thousands."""
    return SEPARATORS.sub("", number)


def uses(source: str) -> frozenset[str]:
    """The commands that a text uses, and whatever else stands alone in braces: it may become one by `\\csname`."""
    text = DEFINED.sub(" ", COMMENT.sub("", source))
    return frozenset(match[1] or match[2] for match in USED.finditer(text))


def values(source: str) -> dict[str, str]:
    """The macros of a text that stand for a number, by name, each with the number as it is written."""
    return {match[1]: match[2] for match in VALUE.finditer(COMMENT.sub("", source))}
