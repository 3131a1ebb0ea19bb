"""Where a rule's page of the manual is: one place, so that editor and command line point to the same."""

from __future__ import annotations

RULES_URL = "https://specthis-lsp.readthedocs.io/rules/"


def rule_url(code: str) -> str:
    return f"{RULES_URL}{code}/"
