"""One client's session: what it offered, what is open, which projects that concerns, and what it was told last."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from . import uris, watching
from .client import Client
from .delivery import Delivery
from .documents import LONG_AGO, Document, Documents
from .looks import Looks
from .preferences import SECTION, Preferences
from .protocol import SpecthisServer
from .reading import Reading
from .registered import KINDS, Registered

if TYPE_CHECKING:
    from .homes import Home

SETTINGS_REST = 0.5
"""Seconds of rest after which settings that are being typed count."""

MOST_BEGINNINGS = 20
"""Folders in which further projects are looked for."""


class Session:
    """Everything that features share. All of it lives on the event loop; nothing here waits."""

    def __init__(self, server: SpecthisServer) -> None:
        self.client = Client(server)
        self.agreed: Callable[[], None] = lambda: None
        """Called once the client has said what it can do."""
        self.shown: dict[tuple[str, str], Any] = {}
        """By root and path, what lenses and hints told of an open file."""
        self.documents = Documents()
        self.folders: dict[str, str] = {}
        """URIs of the workspace's folders, as the client spells them, and their paths."""
        self.homes: dict[str, Home] = {}
        self.missed = False
        """Whether files changed on disk while their project was being read."""
        self.strange: set[str] = set()
        """Folders that were found to lie in no project, or in none that is nearer than the one we know."""
        self.delivery = Delivery(self.client, self.homes)
        self.preferences = Preferences(self.client, self.folders, self._apply_preferences)
        self.reading = Reading(self)
        server.holds_up = self.reading.holds_up
        self.getting_ready: asyncio.Task[None] | None = None
        """Kept, for the loop alone would not hold it."""
        self.scheduled = False
        self.looks = Looks(self)
        self.watchers = watching.Watchers(self.client, self.seen)
        self.registered = [Registered(self.client, kind) for kind in KINDS]
        self.upon_flush: dict[str, Callable[[], None]] = {}
        """What features do, by their names, whenever the client was told what is other now."""

    # Beginning -----------------------------------------------------------------------------------------------

    def agree(self, params: types.InitializeParams) -> None:
        """Take what the client says of itself."""
        self.client.introduce(params)
        self.documents.positions = self.client.wording.positions
        for uri in _folders_of(params):
            self._add_folder(uri)
        self.preferences.begin_with(params.initialization_options)
        self.agreed()

    def begin(self) -> None:
        """Have the projects read."""
        self.preferences.ask()
        if self.client.offers.says_when_configured:
            method, options = types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION}
            registration = {"id": "specthis-settings", "method": method, "registerOptions": options}
            self.client.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": [registration]})
        for uri, path in self.folders.items():
            self._open_projects(uri, path)
        self.reading.start()

    def _add_folder(self, uri: str) -> None:
        path = uris.path_of(uri)
        if path is not None:
            self.folders[uri] = path

    def _open_projects(self, uri: str, path: str) -> None:
        """The project that a folder lies in, else those below it."""
        for root in _projects_of(path):
            self.reading.want(root, _uri_of_root(uri, path, root))

    def enter(self, home: Home) -> None:
        """A project is read: from now on it is ours, and so are its files that lie in another one as well."""
        others = [(document, self.locate(document.uri)) for document in self.documents]
        self.homes[home.root] = home
        for document, other in others:
            located = self._lay(document)
            if other is not None and located is not None and located[0] is not other[0]:
                other[0].lift(other[1])
                self.delivery.hand_over(*other)
        if any(map(home.is_settings, home.documents)):
            self.settle(home)

    def all_read(self) -> None:
        """Every project that was to be read is: answer what waited for that."""
        if self.reading.wanted:
            self.reading.start()
            return
        for home in self.homes.values():
            self.looks.await_whole(home)
        self.watch()
        self.looks.begin()
        self.client.server.protocol.answer_waiting()
        self.schedule()  # who shows all projects hears that there are others
        if self.missed:
            self.missed = False
            self.looks.soon()

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        gone = set(map(uris.key, removed))
        for uri in [uri for uri in self.folders if uris.key(uri) in gone]:
            del self.folders[uri]
        for uri in added:
            self._add_folder(uri)
        wanted = {root for path in self.folders.values() for root in _projects_of(path)}
        for root in [root for root in self.homes if root not in wanted and not self._is_below_folder(root)]:
            self._close_home(root)
        for root in [root for root in self.reading.wanted if root not in wanted]:
            self.reading.leave(root)
        self.reading.declined.clear()
        for uri, path in self.folders.items():
            self._open_projects(uri, path)
        self.reading.start()

    def _is_below_folder(self, root: str) -> bool:
        """Whether a project lies in a folder of the workspace, as those do that lie in another project."""
        tops = [path.replace("\\", "/").rstrip("/") for path in self.folders.values()]
        return root.replace("\\", "/").startswith(tuple(f"{top}/" for top in tops))

    def _close_home(self, root: str) -> None:
        del self.homes[root]
        self.delivery.leave(root)

    # Files ---------------------------------------------------------------------------------------------------

    def locate(self, uri: str) -> tuple[Home, str] | None:
        """The project a file belongs to, the innermost one, and its path there."""
        absolute = uris.path_of(uri)
        return None if absolute is None else self._find(absolute)

    def _find(self, absolute: str) -> tuple[Home, str] | None:
        found = [(home, path) for home in self.homes.values() if (path := home.path_of(absolute)) is not None]
        return max(found, key=lambda pair: len(pair[0].root)) if found else None

    def current(self, uri: str) -> tuple[Home, str] | None:
        """The same, with everything that has arrived taken into account."""
        if self.scheduled:
            self.flush()
        return self.locate(uri)

    def _lay(self, document: Document) -> tuple[Home, str] | None:
        located = self.locate(document.uri)
        if located:
            located[0].lay(located[1], document)
        return located

    def adopt(self, uri: str) -> None:
        """A file may lie in a project that we do not know, also below one that we do: the nearest one counts."""
        absolute = uris.path_of(uri)
        folder = (absolute or "").rpartition("/")[0] or "/"
        if absolute is None or folder in self.strange:
            return
        from ..host.projects import project_around

        root, known = project_around(folder), self.locate(uri)
        if root is None or (known is not None and os.path.realpath(root) == os.path.realpath(known[0].root)):
            self.strange.add(folder)
        else:
            self.reading.declined.discard(root)
            self.reading.want(root, _uri_of_root(uri, absolute, root))
            self.reading.start()

    def opened(self, uri: str, version: int, text: str) -> None:
        self.adopt(uri)
        document = self.documents.open(uri, version, text)
        located = self._lay(document)
        if located:
            self.delivery.opened(*located)
            if located[0].is_settings(located[1]):
                self.settle(located[0])
            self.schedule()

    def changed(self, uri: str, version: int | None, changes: Any) -> None:
        document = self.documents.change(uri, version, changes)
        if document is None:
            return
        document.edited_at = time.monotonic()
        located = self._lay(document)
        if located is None:
            return
        if located[0].is_settings(located[1]):
            self.client.later("settings " + located[0].root, SETTINGS_REST, lambda: self.settle(located[0]))
        self.delivery.asked_anyway.add((located[0].root, located[1]))
        self.schedule()

    def saved(self, uri: str) -> None:
        self.strange.clear()
        self.adopt(uri)
        located = self.locate(uri)
        if located:
            home, path = located
            document = self.documents.get(uri)
            if document is not None:
                document.edited_at, document.is_written = LONG_AGO, True
            home.edited.add(path)
            home.look_at((path,))
            if home.is_settings(path):
                self.settle(home)
            self.schedule()
        self.looks.soon()

    def closed(self, uri: str) -> None:
        document = self.documents.close(uri)
        located = self.locate(uri) if document else None
        if located:
            located[0].lift(located[1])
            self.delivery.closed(*located)
            if located[0].is_settings(located[1]):
                self.settle(located[0])
            self.schedule()

    def touched(self, changed: Iterable[str]) -> None:
        """Files changed on disk, as the client's watchers tell."""
        self.strange.clear()
        changed = list(changed)
        for uri in changed:
            if self.locate(uri) is None:
                self.missed = self.reading.task is not None
                self.adopt(uri)
        self.noticed({path for uri in changed if (path := uris.path_of(uri)) is not None})
        self.schedule()
        self.looks.soon()

    def seen(self, changed: set[str]) -> None:
        """Files or folders changed on disk, as our own watcher tells; none: it has begun to watch other folders.

        With a folder all in it is gone or new, so everything is looked at before anything is told; unless looks would
        take up much of the time, where some file is written again and again.
        """
        self.noticed(changed)
        self.looks.before_telling()

    def noticed(self, changed: Iterable[str]) -> None:
        """Files changed on disk: look at them, once, however many there are. Paths are absolute."""
        by_home: dict[str, list[str]] = {}
        for absolute in changed:
            located = self._find(absolute)
            if located:
                by_home.setdefault(located[0].root, []).append(located[1])
        for root, paths in by_home.items():
            home = self.homes[root]
            home.look_at(paths)
            if any(home.is_settings(path) for path in paths):
                self.settle(home)

    def settle(self, home: Home) -> None:
        """Settings may be others: read them, and show everything anew where they are."""
        if home.settle_again():
            self.show_anew(home)

    def settle_at_rest(self, home: Home) -> None:
        """The same, unless somebody types in them: they count once their author rests."""
        since = time.monotonic() - SETTINGS_REST
        if not any(home.is_settings(path) and one.edited_at > since for path, one in home.documents.items()):
            self.settle(home)

    def _apply_preferences(self) -> None:
        for home in list(self.homes.values()):
            if home.prefer(self.preferences.of(home.root)):
                self.show_anew(home)

    def show_anew(self, home: Home) -> None:
        """What is shown of any file may be other now."""
        if self.homes.get(home.root) is home:
            home.edited |= {path for root, path in self.delivery.told if root == home.root}
            home.edited |= home.project.refresh()
            home.edited |= home.found_in().union(home.documents)
            self.schedule()

    def _beginning(self) -> dict[str, str]:
        """Where further projects may begin, by their URIs: in the workspace's folders, and beside what lies in them.

        What lies in a project is that project's.
        """
        roots = [*self.homes, *self.reading.wanted, *self.reading.declined]
        found = dict(self.folders)
        for uri, path in self.folders.items():
            above = dict.fromkeys(os.path.dirname(root) for root in roots if _is_in(root, path))
            found |= {_uri_of_root(uri, path, folder): folder for folder in above if _is_in(folder, path)}
        free = [
            (uri, path)
            for uri, path in found.items()
            if not any(_is_in(path, root) for root in roots) and not _holds_home(path)
        ]
        return dict(free[:MOST_BEGINNINGS])

    async def find_begun(self) -> None:
        """A folder may have become a project: somebody makes one in a terminal, or clones it."""
        from ..host.projects import is_project, may_be_project, with_those_inside

        for uri, path in self._beginning().items():
            for folder in with_those_inside(os.path.abspath(path)):
                await asyncio.sleep(0)
                if folder not in self.homes and may_be_project(folder) and is_project(folder):
                    self.reading.want(folder, _uri_of_root(uri, path, folder))
        if self.reading.wanted:
            self.reading.start()

    def watch(self) -> None:
        """Have the client tell of what our projects rest on."""
        self.watchers.update(self.homes.values(), self._beginning())
        for registered in self.registered:
            registered.update(self.homes.values())

    # Telling -------------------------------------------------------------------------------------------------

    def schedule(self) -> None:
        """Analyse once what has arrived is taken in: as soon as the loop comes round, never by a timer."""
        if not self.scheduled:
            self.scheduled = True
            asyncio.get_running_loop().call_soon(self._flush_scheduled)

    def _flush_scheduled(self) -> None:
        if self.scheduled:
            self.flush()

    def flush(self) -> None:
        """Check what changed, and tell the client where its diagnostics are others now."""
        self.scheduled = False
        for home in list(self.homes.values()):
            candidates = home.refresh()
            if candidates:
                self.delivery.deliver(home, candidates)
            self.looks.await_whole(home)
        self.delivery.asked_anyway.clear()
        for act in tuple(self.upon_flush.values()):
            act()


def _projects_of(folder: str) -> list[str]:
    """The project that a folder lies in, else those below it."""
    from ..host.projects import project_around, projects_below

    around = project_around(folder)
    if around is None and _holds_home(folder):
        return []
    return [around] if around else projects_below(folder)


def _holds_home(folder: str) -> bool:
    """Whether all that somebody has lies in a folder: of that a project is read once a file of it is opened."""
    home = os.path.expanduser("~")
    return _is_in(home if os.path.isabs(home) else os.sep, folder)


def _is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies in it, links followed."""
    real, top = os.path.realpath(path), os.path.realpath(folder)
    return real == top or real.startswith(top.rstrip(os.sep) + os.sep)


def _folders_of(params: types.InitializeParams) -> list[str]:
    """The folders of a workspace: as folders, or as the one root that older clients send."""
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    if params.root_uri:
        return [params.root_uri]
    return [uris.uri_of(params.root_path)] if params.root_path else []


def _uri_of_root(uri: str, path: str, root: str) -> str:
    """A project's root as the client would spell it, after a folder or file of which it is above or below."""
    path, top = path.replace("\\", "/").rstrip("/"), root.replace("\\", "/").rstrip("/")
    if top == path:
        return uri.rstrip("/")
    if top.startswith(f"{path}/"):
        return uris.below(uri, top[len(path) + 1 :])
    if path.startswith(f"{top}/"):
        return uris.above(uri, path[len(top) :].count("/"))
    return uris.uri_of(root)
