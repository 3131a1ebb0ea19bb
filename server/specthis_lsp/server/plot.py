"""A row of numbers as a picture of a few hundred signs or pixels: linear axes, ends labelled, gaps left open."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from math import isinf

from specthis_analyzers.facts.summary import Series

WIDTH, HEIGHT = 420, 150
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 14, 26
LINE, INK = "#3b82f6", "#8a8a8a"
"""Both can be told from white and from black."""
BLOCKS = "▁▂▃▄▅▆▇█"
MOST_BLOCKS = 40


def image(series: Series) -> str:
    """Markdown for clients that draw pictures: an SVG in a data address."""
    data = base64.b64encode(svg(series).encode("utf-8")).decode("ascii")
    return f"![{_alt(series)}](data:image/svg+xml;base64,{data})"


def _alt(series: Series) -> str:
    return "".join(letter if letter.isalnum() or letter in " ._-" else " " for letter in series.name) or "plot"


def svg(series: Series) -> str:
    """The picture. Text that comes from files is escaped."""
    first, last = series.points[0][0], series.points[-1][0]
    low, high = series.least, series.most
    across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(place: float) -> float:
        return LEFT + across * share(place, first, last)

    def y(number: float) -> float:
        return TOP + up * (1 - share(number, low, high))

    bottom = HEIGHT - BOTTOM
    strokes = [[(x(place), y(number)) for place, number in stroke] for stroke in _strokes(series)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<g font-family="sans-serif" font-size="11" fill="{INK}">',
        f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="{INK}"/>',
        _label(LEFT - 6, TOP + 4, "end", number_said(high)),
        *([_label(LEFT - 6, bottom, "end", number_said(low))] if high > low else []),
        _label(LEFT, HEIGHT - 8, "start", number_said(first)),
        _label(WIDTH - RIGHT, HEIGHT - 8, "end", number_said(last)),
        _label(LEFT + across / 2, HEIGHT - 8, "middle", series.along or "position"),
        "</g>",
        f'<g fill="none" stroke="{LINE}" stroke-width="1.5">',
        *(_stroke(points) for points in strokes),
        "</g></svg>",
    ]
    return "".join(parts)


def share(number: float, low: float, high: float) -> float:
    """How far a number is on the way between two others, from 0 to 1; half the way where there is none."""
    if isinf(high - low):  # The ends of what a float can hold lie further apart than it can hold.
        number, low, high = number / 2, low / 2, high / 2
    return (number - low) / (high - low) if high > low else 0.5


def _strokes(series: Series) -> Iterator[list[tuple[float, float]]]:
    """The stretches between gaps."""
    stroke: list[tuple[float, float]] = []
    for place, number in series.points:
        if number is None:
            if stroke:
                yield stroke
            stroke = []
        else:
            stroke.append((place, number))
    if stroke:
        yield stroke


def _stroke(points: list[tuple[float, float]]) -> str:
    if len(points) == 1:
        (x, y) = points[0]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.5" fill="{LINE}"/>'
    return f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _label(x: float, y: float, anchor: str, said: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(said)}</text>'


def sparkline(series: Series) -> str:
    """The same in signs that every font has: the first of each stretch, a blank for a stretch of gaps."""
    size = -(-len(series.points) // MOST_BLOCKS)
    signs: list[str] = []
    for start in range(0, len(series.points), size):
        known = [number for _, number in series.points[start : start + size] if number is not None]
        height = share(known[0], series.least, series.most) * len(BLOCKS) if known else 0.0
        signs.append(BLOCKS[min(max(int(height), 0), len(BLOCKS) - 1)] if known else " ")
    return "".join(signs)


def number_said(number: float) -> str:
    """A number as one writes it on an axis."""
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e7 else f"{number:.4g}"
