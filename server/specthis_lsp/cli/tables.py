"""Tables in Markdown: as they are for programs, with columns that line up for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .output import Style
from .visible import visible, width

Cells = Sequence[str]
PAINTED = {"✗": "error", "?": "warning", "✓": "help"}
"""Cells that say how things stand, and the style they are painted in."""


def table(header: Cells, rows: Sequence[Cells], style: Style) -> Iterator[str]:
    """A table with its rows. On a terminal columns line up, the last aside: it holds prose, and may run on."""
    written = [[_cell(text) for text in cells] for cells in (header, *rows)]
    widths = [max(map(width, column)) if style.terminal else 0 for column in zip(*written, strict=True)]
    widths[-1] = 0
    yield _line(written[0], widths, Style())
    yield "|".join(("", *("-" * (max(room, 1) + 2) for room in widths), ""))
    for cells in written[1:]:
        yield _line(cells, widths, style)


def _cell(text: str) -> str:
    """Text of one cell: a bar would begin the next, and what moves a cursor is shown as a sign."""
    return visible(text).replace("|", "\\|")


def _line(cells: Cells, widths: Sequence[int], style: Style) -> str:
    return "|".join(("", *(_padded(cell, room, style) for cell, room in zip(cells, widths, strict=True)), ""))


def _padded(cell: str, room: int, style: Style) -> str:
    painted = style.paint(PAINTED[cell], cell) if cell in PAINTED else cell
    return f" {painted}{' ' * max(room - width(cell), 0)} " if cell or room else " "
