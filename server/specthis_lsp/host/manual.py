"""Where the manual of the rules is read: pages that the package ships, so that they open without a network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

PAGES = Path(__file__).parent.parent / "manual"


@lru_cache
def address(code: str) -> str:
    """The manual page of a rule, as a `file:` address on this machine."""
    return (PAGES / f"{code}.md").as_uri()
