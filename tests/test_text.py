"""Text in lines: what is found from one offset is what is found by counting them all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.text import Text

TEXTS = st.lists(st.sampled_from(["a", "bc", "é", "\n", "\r\n", "\r", "\u2028", " "]), max_size=12).map("".join)


@given(TEXTS)
def test_a_line_by_its_offset_is_the_line_by_its_number(source: str) -> None:
    """Lines end at LF, CRLF and CR, looked for from wherever one begins."""
    text = Text(source)
    for number, start in enumerate(text.line_starts):
        assert text.line_from(start) == text.line(number)
        assert text.line_above(start) == (text.line(number - 1) if number else "")
