"""What rules report: a finding at a place, what else bears on it, and the edits that would mend it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from .settings import Severity
from .suppression import Suppression
from .text import Span


class Place(Struct, frozen=True, array_like=True):
    """A file, and a part of it; without a span the whole file is meant."""

    path: str
    span: Span | None = None


class Related(Struct, frozen=True, array_like=True):
    """Another place that bears on a finding, and why."""

    place: Place
    message: str


class Replace(Struct, frozen=True, array_like=True, tag=True):
    """Put `text` where the span is; an empty span inserts."""

    path: str
    span: Span
    text: str


class Create(Struct, frozen=True, array_like=True, tag=True):
    """Make a file that is not there yet."""

    path: str
    text: str


class Rename(Struct, frozen=True, array_like=True, tag=True):
    """Move a file to a name that is free."""

    path: str
    to: str


Edit = Replace | Create | Rename


class Fix(Struct, frozen=True, array_like=True):
    """A way to mend a finding. Safe fixes change nothing that was right, so `--fix` applies them unasked."""

    title: str
    """Begins with a verb: ``Change to `fit.py` ``."""
    edits: tuple[Edit, ...]
    safe: bool = False


class Finding(Struct, frozen=True, array_like=True):
    """One break of the chain, at the place where one would mend it."""

    code: str
    severity: Severity
    place: Place
    message: str
    entry: str = ""
    """The entry it concerns, where it concerns one."""
    subject: str = ""
    """What it is about, free of line numbers and wording: a path, a key, a label. Part of the fingerprint."""
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    general: bool = False
    """It concerns LaTeX alone, in a part of a paper that no spec is about: editors have other servers for that."""

    @property
    def safe_fix(self) -> Fix | None:
        """The fix to apply unasked: the first that changes nothing that was right."""
        for fix in self.fixes:
            if fix.safe:
                return fix
        return None

    @property
    def fingerprint(self) -> str:
        """Names this finding across edits elsewhere: a hash of code, path, entry and normalised subject."""
        from hashlib import sha256  # Most looks print no fingerprint, and its import is dear.

        parts = (self.code, self.place.path, self.entry, " ".join(self.subject.split()))
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Findings are listed by path, place and code."""
        span = self.place.span or Span(0, 0)
        return (self.place.path, span.start, span.end, self.code, self.message)


class Crash(Struct, frozen=True, array_like=True):
    """A rule that failed: our own defect. The findings of all other rules stand."""

    code: str
    path: str
    traceback: str


class Checked(Struct, frozen=True, array_like=True):
    """What the rules found in one file, those that failed on it, and what its comments suppress."""

    findings: tuple[Finding, ...] = ()
    crashes: tuple[Crash, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """In order of path and place, each break once: what two files' checks found alike is one."""
    findings = tuple(findings)
    if len(findings) < 2:
        return findings
    seen: dict[tuple[str, str, object, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, finding.place.path, finding.place.span, finding.message), finding)
    return tuple(sorted(seen.values(), key=lambda finding: finding.order))
