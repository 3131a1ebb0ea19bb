"""What `--fix` would write, planned in memory to the end.

A plan goes in rounds. A round takes the fix of each finding unless it touches what another one of the round
touches; the project, with the edits laid over its disk, is then checked again. So what `--diff` shows is what `--fix`
does, and a second run finds nothing left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from specthis_analyzers.finding import Crash, Finding, Fix
from specthis_analyzers.project import Project
from specthis_analyzers.suppression import Suppressions
from specthis_analyzers.text import Text

from .overlay import Overlay, encoded
from .rounds import Round
from .settling import Settled, settle

MAX_ROUNDS = 10


class Change(Struct, frozen=True):
    """A file to be written other than it was; `before` is what it must still be. None: it must not be there."""

    path: str
    before: bytes | None
    after: bytes


class Move(Struct, frozen=True):
    """A file to be renamed, after it was changed."""

    path: str
    to: str


class Mended(Struct, frozen=True):
    """A finding that a plan mends, and the files that this takes."""

    code: str
    touched: frozenset[str]


class Plan(Struct, frozen=True):
    """Everything that `--fix` would write."""

    root: str
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    mended: tuple[Mended, ...]
    crashes: tuple[Crash, ...] = ()
    """Rules that failed: what they would have found is not mended."""


Wanted = Callable[[Iterable[Finding], Suppressions], list[Finding]]
"""Of what is found, what is to be mended."""

Choice = Callable[[Finding], Fix | None]
"""The fix to make of a finding, if any."""


def safe(finding: Finding) -> Fix | None:
    return finding.safe_fix


def any_single(finding: Finding) -> Fix | None:
    """The safe fix, else the only one there is: between several a person has to choose."""
    return finding.safe_fix or (finding.fixes[0] if len(finding.fixes) == 1 else None)


def plan(root: str, settled: Settled, wanted: Wanted, over: Overlay | None = None, choose: Choice = safe) -> Plan:
    """Plan the fixes of the findings that are wanted, until none is left or ten rounds are over."""
    overlay = over or Overlay(root)
    moved: dict[str, str] = {}
    mended: list[Mended] = []
    project = Project(overlay, settled.configuration, settled.path)

    def find() -> list[Finding]:
        return wanted(project.findings(), project.suppressions)

    for round in rounds(find, choose, overlay.text, overlay.is_free):
        mended += [Mended(finding.code, touched_by(choose(finding), moved)) for finding in round.taken]
        changed = overlay.lay(round)
        for path, to in round.renamed.items():
            moved[to] = moved.pop(path, path)
        project = again(project, overlay, changed)
    return Plan(overlay.root, *net(overlay, moved), tuple(mended), project.crashes)


def rounds(
    find: Callable[[], list[Finding]],
    choose: Choice,
    read: Callable[[str], Text | None],
    is_free: Callable[[str], bool],
) -> Iterator[Round]:
    """The rounds in which findings are mended. Each is to be laid over the project before the next is asked for."""
    before: Counter[str] = Counter()
    barren: set[str] = set()
    for _ in range(MAX_ROUNDS):
        findings = find()
        now = Counter(finding.fingerprint for finding in findings)
        # A fix that did not mend what it was for is not tried again: it could go on for ever.
        barren |= {mark for mark in before if now[mark] >= before[mark]}
        round = Round(read, is_free)
        for finding in findings:
            fix = choose(finding)
            if fix is not None and finding.fingerprint not in barren:
                round.take(finding, fix)
        if not round.taken:
            return
        before = Counter({finding.fingerprint: now[finding.fingerprint] for finding in round.taken})
        yield round


def touched_by(fix: Fix | None, moved: dict[str, str]) -> frozenset[str]:
    """The files that a fix writes, by the names they have on disk."""
    return frozenset(moved.get(edit.path, edit.path) for edit in fix.edits) if fix else frozenset()


def again(project: Project, overlay: Overlay, changed: list[str]) -> Project:
    """The project after a round; other settings make another project."""
    if project.settings_path in changed:
        settled = settle(overlay)
        return Project(overlay, settled.configuration, settled.path)
    project.change(changed)
    return project


def net(overlay: Overlay, moved: dict[str, str]) -> tuple[tuple[Change, ...], tuple[Move, ...]]:
    """What is left to write of all rounds together."""
    changes: list[Change] = []
    for path, text in sorted(overlay.buffers.items()):
        origin = moved.get(path, path)
        before = overlay.originals.get(origin)
        after = encoded(text)
        if before != after:
            changes.append(Change(origin, before, after))
    return tuple(changes), tuple(Move(origin, path) for path, origin in sorted(moved.items()))
