"""Diagnostics on their way to the client: pushed where they changed, or kept until the client asks.

Who can ask and be told to ask again is left to ask for what it has open. All else is pushed, until the client asks for
the whole workspace: from then on nothing is. So no file is ever told of in both ways.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types

from specthis_analyzers.finding import Finding
from specthis_analyzers.text import Text

from . import patience
from .client import Client
from .diagnostics import loudest, mentioned
from .protocol import encoded

if TYPE_CHECKING:
    from .homes import Home

Key = tuple[str, str]
"""A root, and a path below it."""


class Told(msgspec.Struct):
    """What the client was last told about a file, or would be if it asked."""

    uri: str
    diagnostics: bytes
    """A list, as JSON. It is not kept of what was pushed, which nobody asks for again."""
    mentions: frozenset[str]
    is_pushed: bool = False
    opening: int = 0
    """Of a file that is open, how many were opened before it and with it."""
    digest: bytes = b""
    """What equal diagnostics have in common, and others have not."""

    def __post_init__(self) -> None:
        self.digest = self.digest or blake2b(self.diagnostics, digest_size=8).digest()

    @property
    def name(self) -> str:
        """What equal diagnostics have in common, and others have not: as long as their file stays open.

        Some clients drop with a buffer what they were told, and keep the name. What says that it is known has to be
        something that was told since.
        """
        digest = self.digest.hex()
        return f"{digest}.{self.opening}" if self.opening else digest


NOTHING = b"[]"
CLEAN = Told("", NOTHING, frozenset())
"""What is told of a file in which nothing is found."""


class Delivery:
    """What the client knows of each file, and how it comes to know what is other now."""

    def __init__(self, client: Client, homes: Mapping[str, Home]) -> None:
        """`homes` are the projects that there are, by their roots."""
        self.client = client
        self.homes = homes
        self.told: dict[Key, Told] = {}
        """By root and path, the diagnostics that the client has; files without any are told of only while open."""
        self.pointers: dict[Key, set[str]] = {}
        """By root and path, the files whose diagnostics name a place in that one."""
        self.asks_for_all = False
        """Whether the client asked for the diagnostics of the whole workspace."""
        self.holding: set[Key] = set()
        """Of the files that are asked for, those whose diagnostics are still as they were last worked out."""
        self.closed_since: set[Key] = set()
        """Files that were closed since all was asked for: some clients drop the last answer they had of these."""
        self.asked_anyway: set[Key] = set()
        """Files that the client is about to ask for: it changed them itself."""
        self.shown: dict[Key, list[Finding]] = {}
        """What was found in each file, less what waited, when somebody looked last; nothing of files without any."""
        self.waiting: dict[str, set[str]] = {}
        """By root, files of which something waits until a word elsewhere is whole."""
        self.moved = asyncio.Event()
        """Set once something is other in files that are asked for with the whole workspace."""
        self.asking: asyncio.Task[Any] | None = None
        """The request for the whole workspace that is under way."""
        self.refreshing = False
        self.refresh_again = False

    # Telling -------------------------------------------------------------------------------------------------

    def deliver(self, home: Home, candidates: Iterable[str]) -> None:
        """Tell of these files, and of those that point to them, wherever their diagnostics are others now."""
        asked: list[str] = []
        waited = self.waiting.pop(home.root, set())
        with self.client.server.protocol.in_one_go():
            for path in sorted({*candidates, *self._pointing(home.root, candidates), *waited}):
                if self.is_asked_for(home, path):
                    asked.append(path)
                else:
                    self.push(home, path)
        if asked:
            self._outdate(home, asked)

    def is_asked_for(self, home: Home, path: str) -> bool:
        """Whether a file's diagnostics wait until the client asks."""
        return self.client.offers.pulls and (self.asks_for_all or path in home.documents)

    def push(self, home: Home, path: str) -> None:
        """Send the diagnostics of a file if they are not what was sent last."""
        key = (home.root, path)
        before, document = self.told.get(key), home.documents.get(path)
        if before is None and document is None and home.has_hints_alone(path):
            return
        findings = self._shown(home, path)
        if before is None and document is None and not findings:
            return
        now = self._worded(home, path, findings)
        if before is not None and before.uri != now.uri:
            self._publish(before.uri, NOTHING)
        elif before is not None and before.digest == now.digest:
            return
        self._publish(now.uri, now.diagnostics, document.version if document else None)
        now.is_pushed, now.diagnostics = True, b""
        self._remember(key, now if findings or document else None)
        self.holding.discard(key)

    def opened(self, home: Home, path: str) -> None:
        """A file is looked at from now on: it is told of anew, in whichever way."""
        key = (home.root, path)
        self.closed_since.discard(key)
        if self.is_asked_for(home, path):
            self.asked_anyway.add(key)
            if not self.asks_for_all:
                self.withdraw([key])
        else:
            self._tell_again(key)

    def closed(self, home: Home, path: str) -> None:
        """Nobody looks at a file any more. What was asked for while it was open is forgotten with it.

        Else it is told again: some clients drop with a buffer what they were told of its file.
        """
        key = (home.root, path)
        if not self.client.offers.pulls:
            self._tell_again(key)
            return
        self._forget(key)
        if self.asks_for_all:
            self.closed_since.add(key)

    def hand_over(self, home: Home, path: str) -> None:
        """A file belongs to a project that is nearer to it: that one tells of it from now on."""
        key = (home.root, path)
        self.withdraw([key])
        self._forget(key)

    def _tell_again(self, key: Key) -> None:
        if key in self.told:
            self.told[key].digest = b""

    def leave(self, root: str) -> None:
        """A project is no longer ours."""
        keys = [key for key in self.told if key[0] == root]
        self.withdraw(keys)
        for key in keys:
            self._forget(key)
        self.shown = {key: shown for key, shown in self.shown.items() if key[0] != root}
        if self.client.offers.pulls:
            self.moved.set()
            self.refresh()

    def withdraw(self, keys: Iterable[Key]) -> None:
        """Take back what was pushed of some files."""
        for key in keys:
            told = self.told.get(key)
            if told is not None and told.is_pushed:
                if told.digest != CLEAN.digest:
                    self._publish(told.uri, NOTHING)
                self._forget(key)

    # Answering -----------------------------------------------------------------------------------------------

    def report(self, home: Home, path: str) -> Told:
        """The diagnostics of a file, for who asks."""
        key = (home.root, path)
        if key not in self.holding:
            self._remember(key, self._worded(home, path, self._shown(home, path)))
            self.holding.add(key)
        return self.told[key]

    def ask_for_all(self) -> bool:
        """The client asks for everything from now on; what was pushed is taken back. Whether it never did before."""
        is_first, self.asks_for_all = not self.asks_for_all, True
        if is_first:
            self.withdraw(list(self.told))
        return is_first

    def refresh(self) -> None:
        """Have the client ask again. One such request is under way at a time; what comes meanwhile is one more."""
        if self.refreshing:
            self.refresh_again = True
            return
        self.refreshing, self.refresh_again = True, False
        request = self.client.server.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        request.add_done_callback(lambda _: self._refreshed())

    def _refreshed(self) -> None:
        self.refreshing = False
        if self.refresh_again:
            self.refresh()

    def _outdate(self, home: Home, paths: Iterable[str]) -> None:
        """These may be others now; the client is told to ask again where it would not by itself.

        Of what is open it asks again only where that can be seen; of the rest it hears with the whole workspace.
        """
        for path in paths:
            key = (home.root, path)
            self.holding.discard(key)
            if path not in home.documents:
                self.moved.set()
            elif key not in self.asked_anyway and self._is_other(home, path):
                self.moved.set()
                self.refresh()

    def _is_other(self, home: Home, path: str) -> bool:
        """Whether the client was told something else of a file than it would be now; as long as no project had it, that
        there is nothing."""
        before = self.told.get((home.root, path), CLEAN)
        return before.digest != self.report(home, path).digest

    # How it is done ------------------------------------------------------------------------------------------

    def _pointing(self, root: str, candidates: Iterable[str]) -> set[str]:
        """The files whose diagnostics name a place in one of these: lines may have moved there."""
        return {path for candidate in candidates for path in self.pointers.get((root, candidate), ())}

    def _remember(self, key: Key, told: Told | None) -> None:
        """Keep what was told of a file, and which files that points to."""
        root, path = key
        before = self.told.pop(key, None)
        for mention in before.mentions if before else ():
            self.pointers[root, mention].discard(path)
        if told is not None:
            self.told[key] = told
            for mention in told.mentions:
                self.pointers.setdefault((root, mention), set()).add(path)

    def _forget(self, key: Key) -> None:
        self._remember(key, None)
        self.holding.discard(key)

    def _worded(self, home: Home, path: str, findings: list[Finding]) -> Told:
        uri, document = home.uri_of(path), home.documents.get(path)
        opening = document.opening if document else 0
        if not findings:
            return Told(uri, NOTHING, frozenset(), opening=opening)
        texts: dict[str, Text] = {}

        def text_of(path: str) -> Text:
            text = texts.get(path)
            if text is None:
                text = texts[path] = home.text(path)
            return text

        word = self.client.wording.diagnostic
        diagnostics = [word(finding, text_of(path), text_of, home.uri_of) for finding in findings]
        return Told(uri, encoded(diagnostics), mentioned(findings) - {path}, opening=opening)

    def _shown(self, home: Home, path: str) -> list[Finding]:
        """What is found in a file, less what waits."""
        now, findings = time.monotonic(), loudest(_told_of(home, path))
        shown = self._still_shown(home, path, findings, now)
        document = home.documents.get(path)
        kept = patience.kept_back(shown, document, home.project, path, now) if document else []
        if kept:
            self.client.later(f"rest {home.root} {path}", patience.REST, lambda: self._rested(home, (path,)))
            shown = [finding for finding in shown if finding not in kept]
        elif document:
            document.shown = frozenset(map(patience.name, shown))
        self.shown.pop((home.root, path), None)
        if shown:
            self.shown[home.root, path] = shown
        return shown

    def _still_shown(self, home: Home, path: str, findings: list[Finding], now: float) -> list[Finding]:
        """What is found in a file; while a word is half typed in another one, nothing that is new."""
        rest = patience.rest_to_come(home.documents, path, now)
        if rest <= 0:
            return findings
        shown = patience.as_shown(findings, self.shown.get((home.root, path), ()))
        if shown != findings:
            self.waiting.setdefault(home.root, set()).add(path)
            self.client.later(f"rest {home.root}", rest, lambda: self._rested(home, ()))
        return shown

    def _rested(self, home: Home, paths: Iterable[str]) -> None:
        if self.homes.get(home.root) is home:  # Its folder may have been closed while the timer ran.
            self.deliver(home, paths)

    def _publish(self, uri: str, diagnostics: bytes, version: int | None = None) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": msgspec.Raw(diagnostics)}
        if version is not None:
            params["version"] = version
        self.client.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


def _told_of(home: Home, path: str) -> list[Finding]:
    """What is found in a file. Hints are for who looks at it: those of a whole project would bury all else."""
    findings = home.findings(path)
    return findings if path in home.documents else [one for one in findings if one.severity != "hint"]
