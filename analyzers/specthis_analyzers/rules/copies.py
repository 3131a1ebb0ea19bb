"""Copies of a spec that were left in its folder: shared by the rules that would else tell of each name twice."""

from __future__ import annotations

from .. import paths
from ..facts.contract import SpecFacts
from ..view import View
from ..world import Unread


def original_of(path: str, facts: SpecFacts, view: View) -> str | None:
    """The spec that another one was copied from: it has the name that the copy still says, and entries of its."""
    name = facts.front.scalar("name") if facts.front else None
    if name is None or name.text == paths.stem(path) or not view.claims("spec", name.text):
        return None
    original = paths.join(paths.parent(path), f"{name.text}.md")
    other = view.spec(original) if isinstance(original, str) else None
    if not isinstance(other, SpecFacts) or other.kind != facts.kind:
        return None
    own, others = ({entry.name.text for entry in each.entries} for each in (facts, other))
    is_copy = own & others if own or others else paths.stem(path).startswith(name.text)
    return original if is_copy and isinstance(original, str) else None


def copies_of(path: str, view: View) -> frozenset[str]:
    """The copies of a spec."""
    found: set[str] = set()
    for claim in view.claims("misnamed", paths.stem(path)):
        facts = view.spec(claim.path)
        if not isinstance(facts, Unread) and original_of(claim.path, facts, view) == path:
            found.add(claim.path)
    return frozenset(found)
