"""Specs depend on one another in a circle.

What a spec depends on comes before it: it is run first, and what it says is taken for granted. In a circle nothing
comes first, so nothing can be run in order, and no result is ever up to date.

    depends_on: [compute-tune.md]          (in compute-fit.md)
    depends_on: [compute-fit.md]           (in compute-tune.md)

Remove the dependency that is not one. Often both specs need a third: the words they share, or the data. The finding
stands in the first spec of the circle, and names them all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from .. import paths
from ..claims import ARROW
from ..finding import Finding, Place, Related
from ..text import Span
from ..view import View
from ..world import Unread
from .rule import Rule, finding

Arrows = dict[str, list[str]]
"""The specs that each spec depends on, in order."""


def check(project: str, view: View) -> Iterator[Finding]:
    for circle in circles_of(_arrows(view)):
        yield _circle(circle, view)


def _arrows(view: View) -> Arrows:
    ends = (name.split(ARROW) for name in view.names("dependency"))
    return {spec: targets for spec, *targets in ends if targets}


def circles_of(arrows: Arrows) -> Iterator[list[str]]:
    """One circle of each knot of specs: the shortest through the first of them by name, which stands in front."""
    endless = _without_ends(arrows)
    for knot in _knots(endless):
        inside = {spec: [target for target in endless[spec] if target in knot] for spec in knot}
        circle = _shortest(min(knot), inside)
        if circle:
            yield circle


def _knots(arrows: Arrows) -> Iterator[set[str]]:
    """The sets of specs of which each leads to all others, found by walking forth in order of leaving, then back."""
    left: list[str] = []
    seen: set[str] = set()
    for start in sorted(arrows):
        _walk(start, arrows, seen, left)
    back: Arrows = {spec: [] for spec in arrows}
    for spec, targets in arrows.items():
        for target in targets:
            back[target].append(spec)
    seen = set()
    for start in reversed(left):
        knot: list[str] = []
        _walk(start, back, seen, knot)
        if knot:
            yield set(knot)


def _walk(start: str, arrows: Arrows, seen: set[str], left: list[str]) -> None:
    """Go wherever arrows lead that was not seen yet; each spec is noted when it is left."""
    if start in seen:
        return
    seen.add(start)
    way = [(start, iter(arrows[start]))]
    while way:
        spec, targets = way[-1]
        following = next((target for target in targets if target not in seen), None)
        if following is None:
            left.append(spec)
            way.pop()
        else:
            seen.add(following)
            way.append((following, iter(arrows[following])))


def _without_ends(arrows: Arrows) -> Arrows:
    """The specs from which one can walk for ever, and the arrows between them: what depends on nothing is taken out."""
    count = {spec: sum(target in arrows for target in targets) for spec, targets in arrows.items()}
    askers: Arrows = {}
    for spec, targets in arrows.items():
        for target in targets:
            askers.setdefault(target, []).append(spec)
    ends = [spec for spec, left in count.items() if not left]
    while ends:
        end = ends.pop()
        for asker in askers.get(end, ()):
            count[asker] -= 1
            if not count[asker]:
                ends.append(asker)
    return {
        spec: [target for target in targets if count.get(target)] for spec, targets in arrows.items() if count[spec]
    }


def _shortest(first: str, arrows: Arrows) -> list[str]:
    """The shortest way from a spec back to itself; empty where there is none."""
    came_from: dict[str, str] = {}
    pending = deque([first])
    while pending:
        spec = pending.popleft()
        for target in arrows.get(spec, ()):
            if target == first:
                return _way(first, spec, came_from)
            if target not in came_from:
                came_from[target] = spec
                pending.append(target)
    return []


def _way(first: str, last: str, came_from: dict[str, str]) -> list[str]:
    way = [last]
    while way[-1] != first:
        way.append(came_from[way[-1]])
    return way[::-1]


def _circle(circle: list[str], view: View) -> Finding:
    following = [*circle[1:], circle[0]]
    named = " → ".join(f"`{paths.name(path)}`" for path in (*circle, circle[0]))
    message = f"{named} is a circle" if len(circle) > 1 else f"`{paths.name(circle[0])}` depends on itself"
    places = [_place(spec, target, view) for spec, target in zip(circle, following, strict=True)]
    related = tuple(
        Related(Place(spec, place), f"depends on `{paths.name(target)}`")
        for spec, target, place in list(zip(circle, following, places, strict=True))[1:]
    )
    return finding(
        RULE.code, RULE.severity, circle[0], places[0], message, subject=" ".join(circle), related=related
    )  # fmt: skip


def _place(spec: str, target: str, view: View) -> Span | None:
    """Where a spec says that it depends on another."""
    facts = view.spec(spec)
    key = facts.front.key("depends_on") if not isinstance(facts, Unread) and facts.front else None
    for word in key.values if key else ():
        if paths.join(paths.parent(spec), word.text) == target:
            return word.span
    return None


RULE = Rule("cyclic-dependency", "error", check, looks_at=("project",))
