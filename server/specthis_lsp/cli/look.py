"""A look at one project as it will be shown: the findings that were asked for, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from specthis_analyzers.baseline import Accepted
from specthis_analyzers.finding import Finding, Fix, Place
from specthis_analyzers.policy import at_least
from specthis_analyzers.settings import FailOn, Severity
from specthis_analyzers.suppressing import Suppressed
from specthis_analyzers.text import Position, Span, Text

from ..host.checking import Outcome
from ..host.located import Excerpt, excerpt_in
from .targets import Target


class Look:
    """An outcome after policy and path selection. Texts are read once, when the first place in them is shown."""

    def __init__(
        self,
        target: Target,
        outcome: Outcome,
        findings: Iterable[Finding],
        fail_on: FailOn,
        suppressed: Iterable[Suppressed] = (),
        accepted: Iterable[Finding] = (),
        gone: Iterable[Accepted] = (),
    ) -> None:
        self.target = target
        self.outcome = outcome
        self.findings = list(findings)
        self.fail_on: FailOn = fail_on
        self.suppressed = list(suppressed)
        """What comments hold back."""
        self.accepted = list(accepted)
        """What the baseline holds back."""
        self.gone = list(gone)
        """What the baseline accepts, and is not found any more."""
        self._texts: dict[str, Text | None] = {}

    @property
    def failed(self) -> bool:
        """Whether something is as loud as the fail level."""
        return any(at_least(finding.severity, self.fail_on) for finding in self.findings)

    def told(self, verbose: bool) -> list[Finding]:
        """The findings to tell people of: hints only where they asked for them."""
        return [finding for finding in self.findings if verbose or finding.severity != "hint"]

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def fixable(self) -> int:
        return sum(finding.safe_fix is not None for finding in self.findings)

    def text(self, path: str) -> Text | None:
        """The text of a file of the project; None where it has vanished meanwhile or cannot be read."""
        if path not in self._texts:
            read = self.outcome.disk.read(path)
            self._texts[path] = read if isinstance(read, Text) else None
        return self._texts[path]

    def excerpt(self, path: str, span: Span | None) -> Excerpt | None:
        """A span as people see it; None where there is no span or no text."""
        if span is None:
            return None
        known = self.outcome.located.get(path, {}).get(span)
        if known is not None:
            return known
        text = self.text(path)
        return None if text is None else excerpt_in(text, span)

    def ends(self, path: str, span: Span | None) -> tuple[Position, Position] | None:
        """Where a span begins and ends, from 0; None where there is no span or no text."""
        excerpt = self.excerpt(path, span)
        return None if excerpt is None else (excerpt.start, excerpt.end)

    def where(self, place: Place) -> str:
        """A place as people and editors write it, from the current directory: `path:line:column`, or the path alone."""
        ends = self.ends(place.path, place.span)
        at = f":{ends[0].line + 1}:{ends[0].column + 1}" if ends else ""
        return f"{self.target.prefix}{place.path}{at}"


def first_fix(finding: Finding) -> Fix | None:
    """The fix to speak of: the one `--fix` would apply, else the first."""
    return finding.safe_fix or (finding.fixes[0] if finding.fixes else None)
