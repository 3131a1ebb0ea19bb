"""A macro that an exporter writes for a number is used nowhere.

What is exported is meant to be quoted. A macro that no text uses is left from an earlier version, or the text types
the number instead.

    \\newcommand{\\elasticity}{0.842}          (in reports/numbers.tex, and no text says \\elasticity)

Quote it, or let the exporter write it no more. Said of exports that define macros and nothing else, and only where
every paper that inputs them is read to its end. This rule speaks in profile `numbers`: `profiles = ["numbers"]` below
`[rules]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract
from ..finding import Finding
from ..text import Span
from ..view import View
from .numbers import macro_files
from .routes import is_read, routes_of_entry
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        routes = [route for route in routes_of_entry(spec, entry.routes) if is_read(route.path, view)]
        for path, facts in macro_files(entry, view) if routes else ():
            used = _used(path, [route.path for route in routes], view)
            for event in facts.events if used is not None else ():
                if event.text.lstrip("\\") not in (used or ()):
                    yield _unused(path, event.text, Span(event.start, event.end), entry)


def _used(path: str, documents: list[str], view: View) -> frozenset[str] | None:
    """The commands used in every paper that inputs a file; None where not all of them is known, or none inputs it."""
    roots = list(dict.fromkeys([*view.roots(path), *(root for document in documents for root in view.roots(document))]))
    reached = [view.reached(root) for root in roots if root != path]
    if not any(one.find(path) for one in reached) or any(one.unknown for one in reached):
        return None
    return frozenset().union(*(view.uses(root) for root in roots))


def _unused(path: str, macro: str, span: Span, entry: Contract) -> Finding:
    return finding(
        RULE.code, RULE.severity, path, span, f"`{macro}` is used nowhere", entry=entry.name.text, subject=macro
    )


RULE = Rule("unused-number", "hint", check, rests_on="artefacts", kinds=("report",))
"""In profile `numbers`."""
