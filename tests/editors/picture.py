"""The screen of a terminal as a picture, in SVG: a text for each stretch of one look. Needs no font from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

WIDTH, HEIGHT, EDGE = 8.4, 18.0, 12.0
"""Pixels of a character, and around all of them."""
NO_BREAK = "\u00a0"
"""A space that is kept where several stand together."""
PAPER, INK = "#1c1f26", "#d5d8de"
COLOURS = {
    "black": "#2b2f38",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#d5d8de",
    "brightblack": "#6b7280",
    "brightred": "#ef7f88",
    "brightgreen": "#aad38c",
    "brightbrown": "#f0d08c",
    "brightyellow": "#f0d08c",
    "brightblue": "#7bc0ff",
    "brightmagenta": "#d993ec",
    "brightcyan": "#6fcbd6",
    "brightwhite": "#ffffff",
}


def picture(screen: Any, title: str) -> str:
    """A screen of pyte as SVG. The title is what those hear who do not see it."""
    width, height = screen.columns * WIDTH + 2 * EDGE, screen.lines * HEIGHT + 2 * EDGE
    body = "".join(part for number in range(screen.lines) for part in _line(screen, number))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>'
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">'
        f"\n{body}</g></svg>\n"
    )


def _line(screen: Any, number: int) -> Iterator[str]:
    cells = [screen.buffer[number][column] for column in range(screen.columns)]
    if not screen.cursor.hidden and screen.cursor.y == number and screen.cursor.x < len(cells):
        cells[screen.cursor.x] = cells[screen.cursor.x]._replace(reverse=not cells[screen.cursor.x].reverse)
    top, column = EDGE + number * HEIGHT, 0
    for (ink, paper, bold, underlined), run in groupby(cells, key=_look):
        text = "".join(cell.data or " " for cell in run)
        left, wide = EDGE + column * WIDTH, len(text) * WIDTH
        column += len(text)
        if paper != PAPER:
            yield f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{HEIGHT:g}" fill="{paper}"/>\n'
        words = text.strip()
        if words:
            left, wide = left + (len(text) - len(text.lstrip())) * WIDTH, len(words) * WIDTH
            kept = escape(words).replace(" ", NO_BREAK)
            weight = ' font-weight="bold"' if bold else ""
            line = ' text-decoration="underline"' if underlined else ""
            at = f'x="{left:g}" y="{top + 13.5:g}" textLength="{wide:g}"'
            yield f'<text {at} fill="{ink}"{weight}{line}>{kept}</text>\n'


def _look(cell: Any) -> tuple[str, str, bool, bool]:
    ink, paper = _colour(cell.fg, INK), _colour(cell.bg, PAPER)
    if cell.reverse:
        ink, paper = paper, ink
    return ink, paper, cell.bold, cell.underscore


def _colour(name: str, otherwise: str) -> str:
    return otherwise if name == "default" else COLOURS.get(name, f"#{name}")
