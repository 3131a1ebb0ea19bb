"""What is shown of what was found: selection and severity, applied where findings leave the engine."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from .finding import Finding
from .settings import PROFILES, SEVERITIES, FailOn, Policy, Severity


def shown(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """The findings a policy lets through, as loud as it wants them. `ignore` is stronger than `select`."""
    hidden = _hidden(policy)
    severity = _severities(policy)
    return [
        _as_loud_as(finding, severity.get(finding.code))
        for finding in findings
        if finding.code not in hidden and (not policy.select or finding.code in policy.select)
    ]


def may_show(code: str, policy: Policy) -> bool:
    """Whether a policy lets any finding of a rule through; what it never shows need not be looked for."""
    return code not in _hidden(policy) and (not policy.select or code in policy.select)


def _hidden(policy: Policy) -> set[str]:
    """What is ignored, and the rules of profiles that are not asked for; a rule may also be selected by itself."""
    others = {code for name, profile in PROFILES.items() if name not in policy.profiles for code in profile.rules}
    return others.difference(policy.select).union(policy.ignore)


def _severities(policy: Policy) -> dict[str, Severity]:
    """How loud rules are where not as they are made: the profiles say, and the settings have the last word."""
    profiles = [PROFILES[name].severity for name in policy.profiles if name in PROFILES]
    return {code: level for said in (*profiles, policy.severity) for code, level in said.items()}


def _as_loud_as(finding: Finding, severity: Severity | None) -> Finding:
    return finding if severity is None else replace(finding, severity=severity)


def at_least(severity: Severity, level: FailOn) -> bool:
    """Whether a severity is as loud as a level; nothing is as loud as `never`."""
    return level != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(level)
