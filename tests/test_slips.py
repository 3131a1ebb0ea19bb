"""Which names are one another misspelt, so that a fix is safe; and which only look alike."""

from __future__ import annotations

import pytest

from specthis_analyzers.rules.rule import is_slip

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
