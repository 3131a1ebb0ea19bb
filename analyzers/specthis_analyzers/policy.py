"""What is shown of what was found: selection and severity, applied where findings leave the engine."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from .finding import Finding
from .settings import SEVERITIES, FailOn, Policy, Severity


def shown(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """The findings a policy lets through, as loud as it wants them. `ignore` is stronger than `select`."""
    return [
        _as_loud_as(finding, policy)
        for finding in findings
        if finding.code not in policy.ignore and (not policy.select or finding.code in policy.select)
    ]


def _as_loud_as(finding: Finding, policy: Policy) -> Finding:
    severity = policy.severity.get(finding.code)
    return finding if severity is None else replace(finding, severity=severity)


def at_least(severity: Severity, level: FailOn) -> bool:
    """Whether a severity is as loud as a level; nothing is as loud as `never`."""
    return level != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(level)
