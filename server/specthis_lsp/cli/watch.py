"""`--watch`: one process that shows what is found now, and again whenever that changes, until it is interrupted.

A terminal is cleared and holds the present state; anything else gets a report for each state that is another one. The
projects live on in memory, so an edit costs what it concerns. Interrupted, the watch ends with the verdict that was
shown last: that is how a watch ends, no failure.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from specthis_analyzers.baseline import NAME

from ..host.checking import Outcome
from ..host.living import Living
from ..host.projects import Settled
from ..host.waiting import changes
from .arguments import Options
from .exits import CLEAN, USAGE, UsageError
from .interrupts import raised
from .look import Look
from .looking import look_of
from .output import emit_text, is_read, note
from .progress import progress
from .settled import complaint
from .targets import Target
from .verdict import show, verdict_of
from .visible import visible
from .wording import plural

LOOKS_SHARE = 10
"""So many times as long as a look takes there is none, where it is known what changed."""
CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def watch(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Show projects, and show them again after each change; ends with the last verdict."""
    if not ready:
        return CLEAN
    began = time.monotonic()
    with progress(f"Checking {visible(ready[0][0].relative)} …"):
        screen = Screen([Watched(target, options) for target, _ in ready], options)
    try:
        with raised():
            screen.refresh(began)
            gc.freeze()
            gc.enable()  # A check lives too short for it; this one does not, but what it just read stays.
            for told in changes(screen.folders):
                if not is_read(sys.stdout):
                    break
                began = time.monotonic()
                if screen.take(told):
                    screen.refresh(began)
    except KeyboardInterrupt:
        if screen.shown is None:
            raise
    return screen.verdict


class Screen:
    """What is shown of the projects that are watched, and whether it has to be shown again."""

    def __init__(self, watched: Sequence[Watched], options: Options) -> None:
        self.watched = watched
        self.options = options
        self.clears = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.apart = not options.quiet and any(output.path is None for output in options.outputs)
        """Whether a blank line is between two states."""
        self.shown: object = None
        self.verdict = CLEAN

    def folders(self) -> list[str]:
        return [folder for watched in self.watched for folder in watched.folders()]

    def take(self, told: set[str]) -> bool:
        """Take in what changed; whether anything has to be checked again."""
        moved = [watched.take(told) for watched in self.watched]
        return any(moved)

    def refresh(self, began: float) -> None:
        """Check what the changes concern, and show the state if it is another one."""
        checked = sum(watched.refresh() for watched in self.watched)
        found = [watched.look(self.options) for watched in self.watched]
        looks = [look for look in found if isinstance(look, Look)]
        complaints = [line for line in found if isinstance(line, str)]
        state = (complaints, [_state(look) for look in looks])
        if self.clears:
            emit_text(CLEAR)
        elif state == self.shown:
            return
        elif self.shown is not None and self.apart and looks:
            emit_text("\n")
        self.shown = state
        # Known before it is shown: an interrupt may come with the first line that somebody reads.
        self.verdict = max(verdict_of(looks, self.options), USAGE if complaints else CLEAN)
        if looks:
            self.verdict = max(self.verdict, show(looks, self.options))
        for line in complaints:
            note(line)
        if not self.options.quiet:
            note(f"Watching; {plural(checked, 'file')} checked in {time.monotonic() - began:.2f} s.")


def _state(look: Look) -> tuple[object, ...]:
    """All of a look that is shown of it; places in words, for lines may move under a finding that stays."""
    places = [
        [look.where(place) for place in (one.place, *(other.place for other in one.related))] for one in look.findings
    ]
    return (look.findings, places, look.fail_on, len(look.outcome.specs), look.outcome.crashes, look.gone)


class Watched:
    """A project that is watched."""

    def __init__(self, target: Target, options: Options) -> None:
        self.target = target
        self.living = Living(target.root, options.over)
        self.is_gone = False
        self.free_at = 0.0
        """From when on there is time for a look that nobody asked for, by the monotonic clock."""
        self.entries: dict[str, int] = {}
        """How many entries each spec has: of thousands of specs few are counted again."""

    def folders(self) -> Iterator[str]:
        """The folders to watch, absolute."""
        return self.living.watched()

    def take(self, told: Iterable[str]) -> bool:
        """Take in changes that were told, and look for others; whether anything has to be checked again.

        With a folder all in it is gone or new. Only where looks would take up much of the time, what was told is all.
        """
        prefix = self.living.root.rstrip("/") + "/"
        paths = [path.replace(os.sep, "/") for path in told]
        if paths:
            self.living.look_at([path.removeprefix(prefix) for path in paths if path.startswith(prefix)])
        began = time.monotonic()
        if not paths or began >= self.free_at:
            for _ in self.living.look_again():
                pass
            self.free_at = time.monotonic() + LOOKS_SHARE * (time.monotonic() - began)
        was_gone, self.is_gone = self.is_gone, not os.path.isdir(self.living.root)
        is_other = self.living.settle_again() or self.is_gone != was_gone
        return is_other or bool(self.living.project.due) or any(path.endswith(f"/{NAME}") for path in paths)

    def refresh(self) -> int:
        """Check again whatever has to be; how many files that were. All were when the project was opened."""
        project = self.living.project
        due = project.due
        project.refresh()
        checked = dict.fromkeys((*due, *(path for path in project.specs if path not in self.entries)))
        for path in checked:
            self.entries[path] = len(project.facts(path).entries) if path in project.names.specs else 0
        return len(checked)

    def look(self, options: Options) -> Look | str:
        """The present state as it is shown, or the line that says why there is none."""
        living = self.living
        if self.is_gone or not os.path.isdir(living.root):
            return f"specthis-lsp: cannot check `{visible(self.target.relative)}`: it is gone"
        wrong = complaint(self.target, living.settled, living.disk)
        if wrong is not None:
            return wrong
        project = living.project
        findings, specs = project.findings(), project.specs
        entries = sum(self.entries.get(path, 0) for path in specs)
        crashes, suppressions = project.crashes, project.suppressions
        outcome = Outcome(living.disk, living.settled, findings, crashes, specs, entries, suppressions)
        try:
            return look_of(self.target, outcome, options)
        except UsageError as error:  # a baseline that cannot be read
            return visible(f"specthis-lsp: {error}")
