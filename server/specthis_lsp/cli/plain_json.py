"""JSON that every parser takes: ASCII, and no half of a letter.

Python writes a byte of a file name that is no text as a lone surrogate, for which strict parsers refuse the document.
"""

from __future__ import annotations

import re
from typing import Any

ESCAPES = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u[dD][89a-fA-F]\w\w|\\.")
LONE = len(r"\ud800")


def dumps(value: Any) -> str:
    """A value as JSON on one line; what is no letter becomes U+FFFD."""
    from json import dumps

    return ESCAPES.sub(_whole, dumps(value))


def _whole(match: re.Match[str]) -> str:
    return r"\ufffd" if len(match[0]) == LONE else match[0]
