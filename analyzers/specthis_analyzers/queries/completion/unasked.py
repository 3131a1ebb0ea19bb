"""Where a list that nobody asked for is in the way: Enter would take a choice, and is meant to begin a list below."""

from __future__ import annotations

import re

from ...text import Text
from .fields import LISTED
from .settings import TABLES

NAMES = "|".join(("depends_on", *LISTED))
OWNER = re.compile(rf" {{0,3}}(?:{NAMES}):")
IN_LIST = re.compile(r".*\S.*\[|.*,")


def may_end_line(path: str, text: Text, offset: int) -> bool:
    """Whether what stands before an offset is how a line ends whose list goes on below, an item a line."""
    line = text.line_span(text.line_of(offset))
    before = text.source[line.start : offset]
    pattern = IN_LIST if path in TABLES else OWNER
    return pattern.fullmatch(before) is not None
