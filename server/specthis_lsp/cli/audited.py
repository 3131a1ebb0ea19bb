"""What an audit found, as values: how entries stand, what nobody owns, what changed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from specthis_analyzers.finding import Finding
from specthis_analyzers.views.audit import Audit
from specthis_analyzers.views.changes import Change
from specthis_analyzers.views.coverage import Exhibit
from specthis_analyzers.views.tally import Tally

from ..host.projects import Opened
from .targets import Target

Format = Literal["single", "split", "json"]


class Audited(Struct, frozen=True):
    """One project, audited: what the paths that were asked for hold."""

    target: Target
    opened: Opened
    view: Audit
    tally: Tally
    findings: tuple[Finding, ...]
    """What is shown of what was found."""
    failed: bool
    next_steps: tuple[str, ...] | None = None
    """None where nobody asked."""


class Covered(Struct, frozen=True):
    """One project, and the graphics and tables of its papers."""

    target: Target
    opened: Opened
    exhibits: tuple[Exhibit, ...]


class Compared(Struct, frozen=True):
    """One project, and what changed in it since a commit."""

    target: Target
    revision: str
    commit: str
    changes: tuple[Change, ...]
