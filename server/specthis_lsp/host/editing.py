"""Fixes turned into files: planned in memory to the end, then written, each file at once and only where nothing moved.

A plan goes in rounds. A round takes the safe fix of each finding unless it touches what another one of the round
touches; the project, with the edits laid over its disk, is then checked again. So what `--diff` shows is what `--fix`
does, and a second run finds nothing left.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.finding import Crash, Create, Edit, Finding, Fix, Rename, Replace
from specthis_analyzers.project import Project
from specthis_analyzers.text import MAX_BYTES, Span, Text, decode
from specthis_analyzers.world import Item, Presence, Unread

from .disk import OPEN_FLAGS, Disk
from .leftovers import beside, sweep
from .projects import Settled, settle

MAX_ROUNDS = 10
BOM = b"\xef\xbb\xbf"


# One text ------------------------------------------------------------------------------------------------------


def applied(source: str, edits: Iterable[Replace]) -> str:
    """A text with edits made that do not overlap, in any order."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        parts += (source[at : edit.span.start], edit.text)
        at = edit.span.end
    return "".join((*parts, source[at:]))


def overlap(one: Span, other: Span) -> bool:
    """Whether two edits depend on each other: they share a character, or begin at one place, so that order tells."""
    return one.start == other.start or (one.start < other.end and other.start < one.end)


# One round -----------------------------------------------------------------------------------------------------


class Round:
    """The fixes taken together: every file they touch, and where."""

    def __init__(self, read: Callable[[str], Text | None], is_free: Callable[[str], bool]) -> None:
        self.read = read
        self.is_free = is_free
        self.replaced: dict[str, list[Replace]] = {}
        self.spans: dict[str, list[Span]] = {}
        self.created: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.taken: list[Finding] = []

    def take(self, finding: Finding, fix: Fix) -> bool:
        """Take a fix, all of it or nothing; False where it meets another one or does not fit its file."""
        replaces = [edit for edit in fix.edits if isinstance(edit, Replace)]
        if not fix.edits or not self._fits(fix.edits) or not self._is_apart(replaces):
            return False
        for edit in fix.edits:
            if isinstance(edit, Replace):
                self.replaced.setdefault(edit.path, []).append(edit)
                insort(self.spans.setdefault(edit.path, []), edit.span)
            elif isinstance(edit, Create):
                self.created[edit.path] = edit.text
            else:
                self.renamed[edit.path] = edit.to
        self.taken.append(finding)
        return True

    def _fits(self, edits: Sequence[Edit]) -> bool:
        own: set[str] = set()
        for edit in edits:
            if isinstance(edit, Replace):
                if not self._fits_text(edit):
                    return False
                continue
            claimed = {edit.path, edit.to} if isinstance(edit, Rename) else {edit.path}
            if claimed & (own | self._claimed) or not self._is_possible(edit):
                return False
            own |= claimed
        return True

    def _fits_text(self, edit: Replace) -> bool:
        text = self.read(edit.path)
        # A text with bytes that are no UTF-8 cannot be written back as it was.
        if text is None or text.bad is not None or edit.path in self._claimed:
            return False
        return 0 <= edit.span.start <= edit.span.end <= len(text) and _is_text(edit.text)

    def _is_possible(self, edit: Create | Rename) -> bool:
        if isinstance(edit, Create):
            return self.is_free(edit.path) and _is_text(edit.text)
        text = self.read(edit.path)
        return self.is_free(edit.to) and text is not None and edit.path not in self.replaced

    @property
    def _claimed(self) -> set[str]:
        return {*self.created, *self.renamed, *self.renamed.values()}

    def _is_apart(self, replaces: Sequence[Replace]) -> bool:
        for at, edit in enumerate(replaces):
            if any(edit.path == other.path and overlap(edit.span, other.span) for other in replaces[:at]):
                return False
            spans = self.spans.get(edit.path, [])
            # The spans taken do not overlap, so only the neighbours in order can meet this one.
            near = bisect_left(spans, edit.span)
            if any(overlap(edit.span, other) for other in spans[max(0, near - 1) : near + 2]):
                return False
        return True


def _is_text(text: str) -> bool:
    """Whether a text can be written: a name of undecodable bytes has no place in a text file."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# A disk with edits laid over it --------------------------------------------------------------------------------


class Overlay(Disk):
    """A disk, and files that are other, new or gone in memory. Remembers the bytes of every text it read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.originals: dict[str, bytes] = {}
        self.new: set[str] = set()
        self.gone: set[str] = set()

    def read(self, path: str) -> Text | Unread:
        if path in self.gone:
            return Unread("missing")
        if path in self.buffers:
            return self.buffers[path]
        data = super().data(path, MAX_BYTES)
        if isinstance(data, Unread):
            return data
        # What a finding speaks of is what was read first; what is there later is compared with it.
        data = self.originals.setdefault(path, data)
        return decode(data)

    def data(self, path: str, limit: int) -> bytes | Unread:
        if path in self.gone:
            return Unread("missing")
        if path in self.buffers:
            data = encoded(self.buffers[path])
            return data if len(data) <= limit else Unread("large")
        return super().data(path, limit)

    def stamp(self, path: str) -> tuple[int, ...] | None:
        if path in self.gone:
            return None
        return (0, len(self.buffers[path]), 0) if path in self.new else super().stamp(path)

    def presence(self, path: str) -> Presence:
        if path in self.gone:
            return "missing"
        return "here" if path in self.new else super().presence(path)

    def listing(self, folder: str) -> tuple[Item, ...]:
        found = {item.name: item for item in super().listing(folder)}
        for path in self.gone:
            if paths.parent(path) == folder:
                found.pop(paths.name(path), None)
        for path in self.new:
            if paths.below(path, folder):
                name, slash, _ = path[len(folder) + 1 if folder else 0 :].partition("/")
                found.setdefault(name, Item(name, bool(slash)))
        return tuple(found[name] for name in sorted(found))

    def text(self, path: str) -> Text | None:
        read = self.read(path)
        return read if isinstance(read, Text) else None

    def is_free(self, path: str) -> bool:
        """Whether a file may be made there: nothing is, and nothing leads out of the root."""
        if path in self.gone or path in self.new:
            return path not in self.new
        return self.presence(path) in ("missing", "ignored") and not os.path.lexists(self._absolute(path))

    def lay(self, round: Round) -> list[str]:
        """Lay the edits of a round over the disk; the paths that are now other."""
        for path, edits in round.replaced.items():
            text = self.text(path)
            assert text is not None
            self.buffers[path] = Text(applied(text.source, edits), text.bom)
        for path, source in round.created.items():
            self._appear(path, Text(source))
        for path, to in round.renamed.items():
            text = self.text(path)
            assert text is not None
            self._appear(to, text)
            self.buffers.pop(path, None)
            self.new.discard(path)
            self.gone.add(path)
        return [*round.replaced, *round.created, *round.renamed, *round.renamed.values()]

    def _appear(self, path: str, text: Text) -> None:
        self.buffers[path] = text
        self.new.add(path)
        self.gone.discard(path)


def encoded(text: Text) -> bytes:
    """A text as bytes, its byte order mark before it."""
    data = text.source.encode("utf-8", "replace")
    return BOM + data if text.bom else data


# The whole plan ------------------------------------------------------------------------------------------------


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


def plan(root: str, settled: Settled, wanted: Callable[[Iterable[Finding]], list[Finding]]) -> Plan:
    """Plan the safe fixes of the findings that are wanted, until none is left or ten rounds are over."""
    overlay = Overlay(root)
    moved: dict[str, str] = {}
    mended: list[Mended] = []
    project = Project(overlay, settled.configuration, settled.path)
    before: Counter[str] = Counter()
    barren: set[str] = set()
    for _ in range(MAX_ROUNDS):
        findings = wanted(project.findings())
        now = Counter(finding.fingerprint for finding in findings)
        # A fix that did not mend what it was for is not tried again: it could go on for ever.
        barren |= {mark for mark in before if now[mark] >= before[mark]}
        round = Round(overlay.text, overlay.is_free)
        for finding in findings:
            fix = finding.safe_fix
            if fix is not None and finding.fingerprint not in barren:
                round.take(finding, fix)
        if not round.taken:
            break
        before = Counter({finding.fingerprint: now[finding.fingerprint] for finding in round.taken})
        mended += [Mended(finding.code, touched_by(finding, moved)) for finding in round.taken]
        changed = overlay.lay(round)
        for path, to in round.renamed.items():
            moved[to] = moved.pop(path, path)
        project = _again(project, overlay, changed)
    return Plan(overlay.root, *_net(overlay, moved), tuple(mended), project.crashes)


def touched_by(finding: Finding, moved: dict[str, str]) -> frozenset[str]:
    """The files that the fix of a finding writes, by the names they have on disk."""
    fix = finding.safe_fix
    return frozenset(moved.get(edit.path, edit.path) for edit in fix.edits) if fix else frozenset()


def _again(project: Project, overlay: Overlay, changed: list[str]) -> Project:
    """The project after a round; other settings make another project."""
    if project.settings_path in changed:
        settled = settle(overlay)
        return Project(overlay, settled.configuration, settled.path)
    project.change(changed)
    return project


def _net(overlay: Overlay, moved: dict[str, str]) -> tuple[tuple[Change, ...], tuple[Move, ...]]:
    """What is left to write of all rounds together."""
    changes: list[Change] = []
    for path, text in sorted(overlay.buffers.items()):
        origin = moved.get(path, path)
        before = overlay.originals.get(origin)
        after = encoded(text)
        if before != after:
            changes.append(Change(origin, before, after))
    return tuple(changes), tuple(Move(origin, path) for path, origin in sorted(moved.items()))


# Writing -------------------------------------------------------------------------------------------------------


class Refused(Exception):
    """A file that was left alone, and why."""


class Written(Struct, frozen=True):
    """What came of a plan."""

    mended: tuple[Mended, ...]
    refused: dict[str, str]
    """Files left alone, and why."""


def write(plan: Plan) -> Written:
    """Carry a plan out. A file that is not as it was read, or that lies outside the root, is left alone."""
    refused: dict[str, str] = {}
    swept: set[str] = set()
    for change in plan.changes:
        try:
            target = inside(plan.root, change.path, follow=change.before is not None)
            folder = os.path.dirname(target)
            if folder not in swept:
                sweep(folder)
                swept.add(folder)
            _write_change(target, change)
        except Refused as why:
            refused[change.path] = str(why)
        except OSError as error:
            refused[change.path] = (error.strerror or "it cannot be written").lower()
    for move in plan.moves:
        if move.path in refused:
            continue
        try:
            _move(inside(plan.root, move.path, follow=False), inside(plan.root, move.to, follow=False))
        except Refused as why:
            refused[move.path] = str(why)
        except OSError as error:
            refused[move.path] = (error.strerror or "it cannot be renamed").lower()
    return Written(tuple(one for one in plan.mended if one.touched.isdisjoint(refused)), refused)


def _write_change(target: str, change: Change) -> None:
    if change.before is None:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        _create(target, change.after)
    else:
        replace_file(target, change.before, change.after)


def inside(root: str, path: str, follow: bool) -> str:
    """The absolute path to write, its folders' links followed, its own too if wanted; never out of the root."""
    full = os.path.join(root, path)
    target = os.path.realpath(full)
    if not follow:
        target = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
    if not target.startswith(os.path.realpath(root) + os.sep):
        raise Refused("it leads out of the project")
    return target


def replace_file(target: str, before: bytes, after: bytes) -> None:
    """Put new bytes in the place of a file, at once, with its permissions, if it still holds the old ones."""
    status = os.stat(target)
    if not stat.S_ISREG(status.st_mode):
        raise Refused("it is no file")
    if not os.access(target, os.W_OK):
        raise Refused("it is read-only")
    _demand_same(target, before)
    written = _beside(target, after, stat.S_IMODE(status.st_mode))
    try:
        # Again, right before: an editor may have saved while the new bytes went to the disk.
        _demand_same(target, before)
        os.replace(written, target)
    except BaseException:
        os.unlink(written)
        raise


def _demand_same(target: str, before: bytes) -> None:
    # Opened without waiting: a pipe may have come into its place.
    with open(os.open(target, OPEN_FLAGS), "rb") as file:
        if file.read(len(before) + 1) != before:
            raise Refused("it changed meanwhile")


def _beside(target: str, data: bytes, mode: int) -> str:
    """The path of a file in the same folder with these bytes, safely on the disk."""
    path = beside(os.path.dirname(target))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(path, mode)
    except BaseException:
        os.unlink(path)
        raise
    return path


def _create(target: str, data: bytes) -> None:
    """Make a file that is not there. A link to a finished file appears at once and never overwrites."""
    written = _beside(target, data, 0o666 & ~_umask())
    try:
        _move(written, target)
    except BaseException:
        os.unlink(written)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _move(path: str, to: str) -> None:
    """Give a file another name that is free."""
    if os.path.lexists(to):
        raise Refused(f"`{os.path.basename(to)}` is there already")
    try:
        os.link(path, to, follow_symlinks=False)
    except FileExistsError:
        raise Refused(f"`{os.path.basename(to)}` is there already") from None
    except (OSError, NotImplementedError):
        os.rename(path, to)  # a file system without links
    else:
        os.unlink(path)
