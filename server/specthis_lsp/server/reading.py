"""Projects are read one after the other, in slices, while messages go on; questions about them wait."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types

from ..host.second import see_off
from .client import Client
from .delivery import Delivery
from .preferences import Preferences
from .progress import Progress

if TYPE_CHECKING:
    from .homes import Home

NEVER_WAIT = frozenset({types.SHUTDOWN, types.WORKSPACE_EXECUTE_COMMAND})
MOST_WAITED = 1.0
"""Seconds to wait, before a project is read, for a client to say what its user prefers."""
TOLD_AT_ONCE = 64
"""Files told of in one go."""


class Keeper(Protocol):
    """Who keeps what is read."""

    client: Client
    preferences: Preferences
    delivery: Delivery
    homes: dict[str, Home]

    def locate(self, uri: str) -> tuple[Home, str] | None:
        """The project that a file belongs to, of those that are read."""
        ...

    def enter(self, home: Home) -> None:
        """A project is read."""
        ...

    def all_read(self) -> None:
        """All is read that was wanted."""
        ...


class Reading:
    """What is still to be read, and the task that does it."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.wanted: dict[str, str] = {}
        """By root, its URI as the client would spell it."""
        self.declined: set[str] = set()
        """Roots whose reading somebody stopped; they are read once a file of theirs is."""
        self.task: asyncio.Task[None] | None = None

    def want(self, root: str, uri: str) -> None:
        """Have a project read, unless it is already."""
        if root not in self.keeper.homes and root not in self.declined:
            self.wanted.setdefault(root, uri)

    def start(self) -> None:
        """Begin with what is wanted, unless that is under way."""
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self._run())

    def leave(self, root: str) -> None:
        """A project is wanted no more."""
        self.wanted.pop(root, None)

    def holds_up(self, method: str, params: Any) -> bool:
        """Whether a question has to wait: its project, or any of all, is still to be read."""
        if self.task is None or method in NEVER_WAIT:
            return False
        uri = getattr(getattr(params, "text_document", None), "uri", None)
        return uri is None or self.keeper.locate(uri) is None

    async def _run(self) -> None:
        gc.disable()
        try:
            while self.wanted:
                root, uri = next(iter(self.wanted.items()))
                try:
                    await self._open(root, uri)
                except Exception as error:  # The other projects are read all the same.
                    self.keeper.client.server.report_server_error(error, "reading a project")
                self.wanted.pop(root, None)
        finally:
            self.task = None
            see_off()
            gc.freeze()  # what is read stays; garbage is made by those who read it, and a large project by others
            gc.enable()
            self.keeper.all_read()

    async def _open(self, root: str, uri: str) -> None:
        from .homes import Home

        keeper, client = self.keeper, self.keeper.client
        await keeper.preferences.known(MOST_WAITED)  # by other rules than these all would be read again
        if root not in self.wanted:
            return
        home = Home(root, uri, keeper.preferences.of(root), at_once=False)
        with Progress(client, f"Reading {os.path.basename(root)}") as progress:
            for share in home.reading():
                progress.report(share)
                await asyncio.sleep(0)
                if progress.is_cancelled:
                    self.declined.add(root)
                    client.log(types.MessageType.Info, f"{root} is not read; it will be once a file of it is opened.")
                    return
                if root not in self.wanted:
                    return
        home.prefer(keeper.preferences.of(root))
        keeper.enter(home)
        await self._tell(home)

    async def _tell(self, home: Home) -> None:
        """Say what is found, in slices: a project that drifted far has thousands of findings."""
        found = sorted(home.refresh().union(home.found_in()))
        for start in range(0, len(found), TOLD_AT_ONCE):
            if self.keeper.homes.get(home.root) is not home:
                return
            self.keeper.delivery.deliver(home, found[start : start + TOLD_AT_ONCE])
            await asyncio.sleep(0)
