"""Where the manual of the rules is read: the one place that knows the address."""

from __future__ import annotations

MANUAL = "https://specthis-lsp.readthedocs.io/rules/"


def url(code: str) -> str:
    """The manual page of a rule."""
    return f"{MANUAL}{code}"
