"""Which files are watched, by the client or else by ourselves: few and narrow folders, and never results."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from specthis_analyzers import paths

from .client import Client
from .offers import Offers
from .registered import literal

if TYPE_CHECKING:
    from .homes import Home

MOST_FOLDERS = 50
"""Folders watched one by one; where a project has more, whole trees are watched."""

SETTINGS = ("specthis.toml", "pyproject.toml", "specthis-baseline.json")
MAKES_PROJECT = ("specthis.toml", "pyproject.toml", "specs", "specs/*.md")
BEGINNINGS = (*MAKES_PROJECT, *(f"*/{pattern}" for pattern in MAKES_PROJECT))
"""What makes a project of a folder, or of one in it."""
FILES = frozenset({"presence", "text", "document", "script"})
IDENTIFIER = "specthis-watch"


class Watchers:
    """The registration in force. It is renewed only where it would be another one.

    Where the client does not watch, `tell` gets the absolute paths of files that changed; none as soon as other folders
    are watched.
    """

    def __init__(self, client: Client, tell: Callable[[set[str]], None]) -> None:
        self.client = client
        self.registered: list[Any] = []
        self.number = 0
        self.own = Own(tell)

    def update(self, homes: Iterable[Home], folders: Mapping[str, str]) -> None:
        """In `folders` further projects may begin; by their URIs."""
        offers = self.client.offers
        if not offers.watches:
            beginning = [folder for path in folders.values() for folder in (path, f"{path}/specs")]
            self.own.watch([*beginning, *(folder for home in homes for folder in home.watched())])
            return
        wanted = [_watcher(home.uri, home.root, pattern, offers) for home in homes for pattern in patterns(home)]
        wanted += [_watcher(uri, path, pattern, offers) for uri, path in folders.items() for pattern in BEGINNINGS]
        if wanted == self.registered:
            return
        if self.registered:
            old = types.Unregistration(f"{IDENTIFIER}-{self.number}", types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
            self.client.server.client_unregister_capability(types.UnregistrationParams([old]))
        self.registered = wanted
        if wanted:
            self.number += 1
            options = types.DidChangeWatchedFilesRegistrationOptions(wanted)
            new = types.Registration(f"{IDENTIFIER}-{self.number}", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client.server.client_register_capability(types.RegistrationParams([new]))


class Own:
    """Watches folders by the system's means, in a thread that does nothing else."""

    def __init__(self, tell: Callable[[set[str]], None]) -> None:
        self.tell = tell
        self.folders: list[str] = []
        self.others = threading.Event()
        """Set whenever the folders are others."""
        self.thread: threading.Thread | None = None

    def watch(self, folders: list[str]) -> None:
        """Watch these from now on."""
        if folders == self.folders:
            return
        self.folders = folders
        self.others.set()
        if self.thread is None:
            arguments = (asyncio.get_running_loop(),)
            self.thread = threading.Thread(target=self._run, args=arguments, name="watching", daemon=True)
            self.thread.start()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        from ..host.waiting import changes

        # Whoever has us watch looks by himself every so often.
        for told in changes(lambda: self.folders, self.others, threading.TIMEOUT_MAX):
            try:
                loop.call_soon_threadsafe(self.tell, told)
            except RuntimeError:
                return  # the loop is closed


def patterns(home: Home) -> list[str]:
    """Settings, specs, and the folders of every file that some answer rests on.

    And what lies in no folder that is watched: of one that is removed or moved with all in it some clients tell, and of
    nothing that was in it.
    """
    folders = home.folders()
    if len(folders) > MOST_FOLDERS:
        tops = [literal(top) for top in sorted({folder.partition("/")[0] for folder in folders})]
        return [*SETTINGS, *tops, *(f"{top}/**/*" for top in tops)]
    around = folders.union(*map(paths.above, folders)) - {""}
    alone = sorted(folder for folder in around if paths.parent(folder) not in folders)
    return [*SETTINGS, *map(literal, alone), *(f"{literal(folder)}/*" for folder in sorted(folders))]


def _watcher(uri: str, root: str, pattern: str, offers: Offers) -> types.FileSystemWatcher:
    if offers.relative_patterns:
        return types.FileSystemWatcher(types.RelativePattern(uri, pattern))
    return types.FileSystemWatcher(f"{literal(root.replace(chr(92), '/'))}/{pattern}")
