"""Text in lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.text import LINE_END, Text

TEXTS = st.lists(st.sampled_from(["a", "bc", "é", "\n", "\r\n", "\r", "\u2028", " "]), max_size=12).map("".join)


@given(TEXTS)
def test_lines_by_their_numbers_are_the_text_without_line_ends(source: str) -> None:
    """Lines end at LF, CRLF and CR, and nowhere else."""
    text = Text(source)
    assert [text.line(number) for number, _ in enumerate(text.line_starts)] == LINE_END.split(source)
