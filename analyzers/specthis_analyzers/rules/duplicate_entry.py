"""Two entries of one side have the same name.

Entries are named by reports, audits and `run`; `fit` must be one thing. A compute entry and a report entry may share
a name, for they stand on two sides: the one shows the other.

    ### base          (in compute-fit.md)
    ### base          (in compute-wide.md)

Rename one of them. The finding stands at the later one, in order of files. Of a copy of a whole spec `name-mismatch`
tells, and that once.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract
from ..finding import Finding, Place, Related
from ..text import Span
from ..view import View
from ..world import Unread
from .copies import copies_of, original_of
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    contested = view.contested(spec.path)
    if not contested and len({entry.name.text for entry in spec.entries}) == len(spec.entries):
        return
    if contested and original_of(spec.path, spec.facts, view):
        return
    copies = copies_of(spec.path, view) if contested else ()
    own: dict[str, Contract] = {}
    for entry in spec.entries:
        if entry.side is None:
            continue
        name = entry.name.text
        key = f"{entry.side} {name}"
        claims = view.claims("entry", key) if ("entry", key) in contested else ()
        first = [claim for claim in claims if claim.path not in copies]
        before = first[0].path if first and first[0].path < spec.path else None
        if before is not None:
            yield _twice(spec, entry, Place(before, _name_in(before, entry, view)))
        elif name in own:
            yield _twice(spec, entry, Place(spec.path, own[name].name.span))
        own.setdefault(name, entry)


def _twice(spec: Spec, entry: Contract, first: Place) -> Finding:
    where = f"in `{first.path}`" if first.path != spec.path else "above"
    return finding(
        RULE.code, RULE.severity, spec.path, entry.name, f"there is an entry `{entry.name.text}` {where} already",
        entry=entry.name.text, related=(Related(first, "the first of this name"),),
    )  # fmt: skip


def _name_in(path: str, wanted: Contract, view: View) -> Span | None:
    facts = view.spec(path)
    entries = () if isinstance(facts, Unread) else facts.entries
    same = (entry for entry in entries if (entry.name.text, entry.side) == (wanted.name.text, wanted.side))
    return next((entry.name.span for entry in same), None)


RULE = Rule("duplicate-entry", "error", check)
