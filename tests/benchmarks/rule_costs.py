"""What each rule costs in a look at a project: the processor time that the look takes less without it.

What several rules work out together is nobody's: it would be worked out for the others all the same. Prints JSON,
the seconds of the whole look and of each rule.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Sequence

from specthis_analyzers.project import Project
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_lsp.host.settling import Settled, settle
from specthis_lsp.host.still import StillDisk

ROUNDS = 2


def look(root: str, settled: Settled, rules: Sequence[Rule]) -> float:
    """The processor time of one look with some rules, in seconds."""
    started = time.process_time()
    Project(StillDisk(root), settled.configuration, settled.path, recording=False, rules=tuple(rules)).findings()
    return time.process_time() - started


def costs(root: str) -> dict[str, float]:
    """The seconds of a look with all rules, as `whole`, and by how much each rule makes it longer; least of a few."""
    settled = settle(StillDisk(root))
    look(root, settled, RULES)
    least: dict[str, float] = {}
    for _ in range(ROUNDS):
        for rule in (None, *RULES):
            gc.collect()
            seconds = look(root, settled, [other for other in RULES if other is not rule])
            code = rule.code if rule else "whole"
            least[code] = min(seconds, least.get(code, seconds))
    whole = least.pop("whole")
    return {"whole": whole, **{code: max(whole - seconds, 0.0) for code, seconds in least.items()}}


if __name__ == "__main__":
    gc.disable()
    print(json.dumps(costs(sys.argv[1])))
