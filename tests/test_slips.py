"""Which names are one another misspelt, so that a fix is safe; and which only look alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specthis_analyzers.rules import rule
from specthis_analyzers.rules.rule import is_slip, nearest

SLIPS = [
    ("sec:result", "sec:results"),
    ("sec:resluts", "sec:results"),
    ("esults", "results"),
    ("fitt.py", "fit.py"),
    ("res/fit", "results/fit"),
    ("sec:inear", "sec:linear"),
]
TWO_THINGS = [
    ("sec:stationary", "sec:nonstationary"),
    ("sec:negative", "sec:nonnegative"),
    ("sec:linear", "sec:non-linear"),
    ("scripts/supervised.py", "scripts/unsupervised.py"),
    ("sec:symmetric", "sec:asymmetric"),
    ("fit-trained", "fit-retrained"),
    ("fit-2", "fit-3"),
    ("sec:a", "sec:b"),
    ("train.py", "test.py"),
]


@pytest.mark.parametrize(("one", "other"), SLIPS)
def test_a_slip_of_the_hand(one: str, other: str) -> None:
    """Whichever of the two is the right one."""
    assert is_slip(one, other)
    assert is_slip(other, one)


@pytest.mark.parametrize(("one", "other"), TWO_THINGS)
def test_names_of_two_things(one: str, other: str) -> None:
    """However few letters are between them, a word more or another number is another thing."""
    assert not is_slip(one, other)
    assert not is_slip(other, one)


NAMES = st.text("abC-1", min_size=1, max_size=12)


@given(NAMES, st.lists(NAMES, max_size=30).map(tuple))
def test_of_thousands_of_names_the_same_is_meant(written: str, known: tuple[str, ...]) -> None:
    """Names that were sorted by their ends give the suggestion that looking at each of them gives."""
    one_by_one, rule.MANY_NAMES = nearest(written, known), 0
    try:
        assert nearest(written, known) == one_by_one
    finally:
        rule.MANY_NAMES = 500
