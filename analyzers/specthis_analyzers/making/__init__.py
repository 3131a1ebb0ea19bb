"""What a Makefile says is made from what, and whether that is older than it: worked out by reading, never by running.

Whatever cannot be told from the text (the environment, a shell, a function that is not modelled, a condition) is
unknown, and spreads: a name that holds something unknown may be any name. So every answer is make's own, and where
there may be another there is none.
"""

from __future__ import annotations

from .gathering import NAMES, rules_of
from .judging import compared, is_newer, shadows_in
from .values import Makefile

__all__ = ["NAMES", "Makefile", "compared", "is_newer", "rules_of", "shadows_in"]
