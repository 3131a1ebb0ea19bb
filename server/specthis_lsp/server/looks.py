"""Looking at everything again, for what nobody told: one look at a time, in slices, behind all that was asked."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from .client import Client

if TYPE_CHECKING:
    from .homes import Home

AFTER_SAVE = 0.05
"""Seconds after a save until files are looked at again."""
OLD_BY_THEN = 0.1
"""Seconds to wait beyond those for which a file counts as young."""
SECONDS_BETWEEN_LOOKS = 5.0
LOOKS_SHARE = 50
"""So many times as long as a look takes there is none, at least."""
SEEN_SHARE = 10
"""The same where something is known to have changed."""
PAUSE = 0.02
"""Seconds without a message after which a look goes on: keys that come close upon each other go first."""
MOST_PAUSED = 5.0
"""Seconds that one look waits for that, in all."""
ASLEEP_AFTER = 300.0
"""Seconds without a message from the client after which nobody is at work."""


class Shower(Protocol):
    """Who shows what is found."""

    client: Client
    homes: dict[str, Home]

    def settle_at_rest(self, home: Home) -> None:
        """Settings may be others; those that somebody types in can wait."""
        ...

    async def find_begun(self) -> None:
        """A folder may have become a project."""
        ...

    def schedule(self) -> None:
        """Tell soon what is other now."""
        ...

    def flush(self) -> None:
        """Tell what is other now."""
        ...

    def watch(self) -> None:
        """Have it told what moves from now on."""
        ...


class Looks:
    """The look that is under way, and when the next one is due."""

    def __init__(self, shower: Shower) -> None:
        self.shower = shower
        self.client = shower.client
        self.task: asyncio.Task[None] | None = None
        self.ended_at = time.monotonic()
        self.took = 0.0
        """Seconds of the last look, without those that it waited."""

    def begin(self) -> None:
        """All is as it was read just now; from here on look at it every so often."""
        self.ended_at = time.monotonic()
        self._keep_on()

    def _keep_on(self) -> None:
        """Every few seconds, see whether it is time to look for what nobody watches: results, and much else.

        Looks take up one part in fifty of the time at most, and there are none while nobody works.
        """
        now = time.monotonic()
        is_due = now - self.ended_at > max(SECONDS_BETWEEN_LOOKS, LOOKS_SHARE * self.took)
        if is_due and now - self.client.server.protocol.heard_at < ASLEEP_AFTER:
            self._look()
        self.client.later("keep looking", SECONDS_BETWEEN_LOOKS, self._keep_on)

    def soon(self) -> None:
        """Look for files that moved without anyone telling. Looks do not pile up."""
        self.client.later("look", AFTER_SAVE, self._look)

    def before_telling(self) -> None:
        """Something moved: look before anything is told of it, unless looks would take up much of the time."""
        wait = self.ended_at + SEEN_SHARE * self.took - time.monotonic()
        if wait <= 0:
            self._look()
        else:
            self.shower.schedule()
            self.client.later("look", wait, self._look)

    def await_whole(self, home: Home) -> None:
        """Look again at what was found half written, once it is old enough to stay so."""
        if home.has_half_written():
            from ..host.disk import YOUNG_NS

            old = YOUNG_NS / 1e9 + OLD_BY_THEN
            self.client.later("whole", max(old, SEEN_SHARE * self.took), self._look)

    async def first(self, home: Home) -> None:
        """Look at the files of a project before a question whose answer writes in them.

        Who saves one and asks in the same breath is faster than any watcher.
        """
        for _ in home.look_again():
            await asyncio.sleep(0)
        self.shower.flush()

    def _look(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._look_slowly())
        else:
            self.soon()

    async def _look_slowly(self) -> None:
        began, waited = time.monotonic(), 0.0
        for home in list(self.shower.homes.values()):
            for _ in home.look_again():
                waited += await self._make_way(MOST_PAUSED - waited)
            self.shower.settle_at_rest(home)
        await self.shower.find_begun()
        self.ended_at = time.monotonic()
        self.took = self.ended_at - began - waited
        self.shower.flush()
        self.shower.watch()

    async def _make_way(self, most: float) -> float:
        """Let go first what arrived, and for so many seconds at most what comes close upon it; how long that took."""
        began = time.monotonic()
        await asyncio.sleep(0)
        while (rest := min(began + most, self.client.server.protocol.heard_at + PAUSE) - time.monotonic()) > 0:
            await asyncio.sleep(rest)
        return time.monotonic() - began
