"""What is shown of what was found: selection, severity and suppression, applied where findings leave the engine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from .baseline import NAME, NOTHING_ACCEPTED, Accepted, Baseline, Malformed, compared
from .finding import Finding
from .settings import PROFILES, SEVERITIES, FailOn, Policy, Severity
from .suppressing import Suppressed, sort
from .suppression import Suppressions

UNUSED = "unused-suppression"


class Shown(Struct, frozen=True):
    """What is let through, and what only a comment or the baseline kept back."""

    findings: list[Finding]
    suppressed: list[Suppressed]
    accepted: list[Finding]
    gone: list[Accepted]
    """What the baseline accepts, and was not found."""


def sift(
    findings: Iterable[Finding],
    policy: Policy,
    suppressions: Suppressions,
    today: str,
    baseline: Baseline | Malformed | None = None,
) -> Shown:
    """The findings to show, as loud as a policy wants them, on a day as ISO has it. `ignore` outweighs `select`."""
    hidden = _hidden(policy)
    severity = _severities(policy)

    def passes(code: str) -> bool:
        return code not in hidden and (not policy.select or code in policy.select)

    let_through = [finding for finding in findings if passes(finding.code)]
    suppressed: list[Suppressed] = []
    if suppressions:
        told = sort(let_through, suppressions, today)
        let_through, suppressed = told.left, told.suppressed
        if passes(UNUSED):
            for path, suppression, codes in told.unneeded:
                # A rule that was not asked for might have needed it.
                if unneeded := [code for code in codes if passes(code)]:
                    from .rules import unused_suppression

                    let_through += unused_suppression.check(path, suppression, unneeded)
            let_through.sort(key=lambda finding: finding.order)
    if isinstance(baseline, Malformed):
        from .rules import malformed_baseline

        let_through += malformed_baseline.check(NAME, baseline.message) if passes("malformed-baseline") else ()
    told = compared(let_through, baseline if isinstance(baseline, Baseline) else NOTHING_ACCEPTED)
    loud = [_as_loud_as(finding, severity.get(finding.code)) for finding in told.new] if severity else told.new
    return Shown(loud, suppressed, told.known, told.gone)


def shown(
    findings: Iterable[Finding],
    policy: Policy,
    suppressions: Suppressions | None = None,
    today: str = "",
    baseline: Baseline | Malformed | None = None,
) -> list[Finding]:
    """The findings to show: see `sift`."""
    return sift(findings, policy, suppressions or {}, today, baseline).findings


def for_editors(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """What editors show: what their LaTeX servers tell them anyway is left out, unless the settings want it."""
    return [finding for finding in findings if policy.general or not finding.general]


def may_show(code: str, policy: Policy) -> bool:
    """Whether a policy lets any finding of a rule through; what it never shows need not be looked for."""
    return code not in _hidden(policy) and (not policy.select or code in policy.select)


def of_other_profiles(policy: Policy) -> frozenset[str]:
    """The rules of profiles that are not asked for; a rule may also be selected by itself."""
    return _of_others(policy.profiles, policy.select)


@lru_cache(maxsize=8)
def _of_others(profiles: tuple[str, ...], select: tuple[str, ...]) -> frozenset[str]:
    others = [code for name, profile in PROFILES.items() if name not in profiles for code in profile.rules]
    return frozenset(others).difference(select)


def are_hints(findings: Iterable[Finding], policy: Policy) -> bool:
    """Whether all of these are hints, and stay so: no settings make any rule louder or quieter than it is made."""
    return not _severities(policy) and all(finding.severity == "hint" for finding in findings)


def _hidden(policy: Policy) -> frozenset[str]:
    return of_other_profiles(policy).union(policy.ignore)


def _severities(policy: Policy) -> dict[str, Severity]:
    """How loud rules are where not as they are made: the profiles say, and the settings have the last word."""
    if not (policy.profiles or policy.severity):  # as with most
        return {}
    profiles = [PROFILES[name].severity for name in policy.profiles if name in PROFILES]
    return {code: level for said in (*profiles, policy.severity) for code, level in said.items()}


def _as_loud_as(finding: Finding, severity: Severity | None) -> Finding:
    return finding if severity is None else replace(finding, severity=severity)


def at_least(severity: Severity, level: FailOn) -> bool:
    """Whether a severity is as loud as a level; nothing is as loud as `never`."""
    return level != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(level)
