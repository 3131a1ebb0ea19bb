"""Fixes turned into files: planned as values, written only where nothing moved."""

from __future__ import annotations

from specthis_analyzers.finding import Finding, Fix


def safe_fix(finding: Finding) -> Fix | None:
    """The fix that `--fix` applies: the first that changes nothing that was right."""
    return next((fix for fix in finding.fixes if fix.safe), None)
