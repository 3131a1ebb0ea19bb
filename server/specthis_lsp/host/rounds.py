"""Fixes taken together: those of one round touch nothing in common, so they can be made in any order."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence

from specthis_analyzers.finding import Create, Edit, Finding, Fix, Rename, Replace
from specthis_analyzers.merging import unresolved
from specthis_analyzers.text import Span, Text


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
        if text is None or text.is_lossy or edit.path in self._claimed:
            return False
        if unresolved(text.source):  # Which of its versions counts is for people to say.
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
