"""What is shown of what was found: through a policy, on this day, and without what the baseline accepts."""

from __future__ import annotations

import time
from collections.abc import Iterable

from msgspec import Struct

from specthis_analyzers.baseline import NAME, Accepted, Baseline, Malformed, read
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import Shown, sift
from specthis_analyzers.settings import Policy
from specthis_analyzers.suppression import Suppressions
from specthis_analyzers.world import Unread, World


def today() -> str:
    """The day it is here, as ISO has it."""
    return time.strftime("%Y-%m-%d")


class Showing(Struct, frozen=True):
    """How findings are shown. A baseline that cannot be read accepts nothing."""

    policy: Policy
    baseline: Baseline | Malformed | None = None

    def sift(self, findings: Iterable[Finding], suppressions: Suppressions) -> Shown:
        return sift(findings, self.policy, suppressions, today(), self.baseline)


def baseline_of(world: World) -> Baseline | Malformed | None:
    """The baseline at the root of a project, if there is one."""
    return read(world.read(NAME))


def was_looked_for(one: Accepted, world: World) -> bool:
    """Whether a finding that is gone could have been found: results that are not here depart from nothing."""
    from specthis_analyzers.facts import markdown
    from specthis_analyzers.idle import all_here
    from specthis_analyzers.rules import BY_CODE

    rule = BY_CODE.get(one.code)
    if rule is None or rule.rests_on == "text":
        return True
    text = world.read(one.path)
    if rule.rests_on == "machine" or isinstance(text, Unread):
        return rule.rests_on != "machine"
    return all_here(markdown.read(text).entries, lambda path: world.presence(path) == "here")
