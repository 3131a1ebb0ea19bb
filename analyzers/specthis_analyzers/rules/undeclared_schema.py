"""An entry does not say what its result holds.

A schema is the promise that exporters rely on: the keys of the result, and their types. Without one a renamed key is
noticed when the figure is drawn, or never.

    ### base

    Script: `scripts/fit.py`
    Output: `results/fit-base/fit.json`
    Status: script ready

Add a line such as ``Schema: `loss: number`, `params: object` ``, or name a JSON Schema. Only JSON and CSV are held to
a schema, so nothing is said of other outputs.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..view import View
from .rule import Rule, Spec, also_named, finding

HELD = (".json", ".csv")


def check(spec: Spec, view: View) -> Iterator[Finding]:
    """One finding for a spec: whoever declares no schemas declares none anywhere."""
    silent = [
        (entry, word)
        for entry in spec.entries
        if entry.side == "compute" and entry.schema is None
        for word in [word for word in entry.outputs if paths.suffix(word.text) in HELD][:1]
    ]
    if not silent:
        return
    (entry, word), *others = silent
    count = "the other result does" if len(others) == 1 else f"{len(others)} other results do"
    more = f", nor what {count}" if others else ""
    yield finding(
        RULE.code, RULE.severity, spec.path, word, f"nothing says what `{word.text}` holds{more}",
        entry=entry.name.text, related=also_named(spec.path, [other for _, other in others], "this one neither"),
    )  # fmt: skip


RULE = Rule("undeclared-schema", "hint", check)
