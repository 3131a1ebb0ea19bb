"""Text in lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.text import FEW_PLACES, LINE_END, Text

TEXTS = st.lists(st.sampled_from(["a", "bc", "é", "\n", "\r\n", "\r", "\u2028", " "]), max_size=12).map("".join)


@given(TEXTS)
def test_lines_by_their_numbers_are_the_text_without_line_ends(source: str) -> None:
    """Lines end at LF, CRLF and CR, and nowhere else."""
    text = Text(source)
    assert [text.line(number) for number, _ in enumerate(text.line_starts)] == LINE_END.split(source)


@given(TEXTS, st.lists(st.integers(-1, 20), max_size=2 * FEW_PLACES))
def test_places_that_are_counted_are_those_of_lines_that_were_found(source: str, offsets: list[int]) -> None:
    """Whether a text was asked for few places or many, each stands in the same line and column."""
    text, lines = Text(source), Text(source)
    lines.counted = FEW_PLACES
    for offset in offsets:
        assert text.lines_at(offset) == lines.lines_at(offset)
        assert text.position(offset) == lines.position(offset)


@given(TEXTS, st.lists(st.integers(0, 14) | st.just(2**70), max_size=2 * FEW_PLACES))
def test_lines_that_are_counted_are_those_that_were_found(source: str, numbers: list[int]) -> None:
    text, lines = Text(source), Text(source)
    lines.counted = FEW_PLACES
    for number in numbers:
        assert text.line_span(number) == lines.line_span(number)
