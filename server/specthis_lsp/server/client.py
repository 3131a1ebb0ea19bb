"""The client: who it is, what it can do, how it is spoken to, and what is to be done for it after a while."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from .diagnostics import Wording
from .offers import Offers
from .positions import Positions
from .protocol import SpecthisServer


class Client:
    """One client. Until it has introduced itself it can do nothing."""

    def __init__(self, server: SpecthisServer) -> None:
        self.server = server
        self.name = ""
        """Its name and version, as it says."""
        self.offers = Offers()
        self.wording = Wording(Positions(), related=False, described=False)
        self.is_untrusted = False
        """Whether it says that its user does not trust what is in this workspace."""
        self.works = itertools.count(1)
        """Numbers for the long work of ours that it may show."""
        self.under_way: dict[str, Callable[[], None]] = {}
        """By token, how the long work is stopped that it may show."""
        self.timers: dict[str, asyncio.TimerHandle] = {}

    def introduce(self, params: types.InitializeParams) -> None:
        """Take what it says of itself."""
        info, options = params.client_info, params.initialization_options
        self.name = f"{info.name} {info.version or ''}".strip() if info else ""
        self.offers = Offers.of(params.capabilities, info.name if info else "", options)
        positions = Positions(self.offers.encoding)
        self.wording = Wording(positions, self.offers.related, self.offers.described, self.offers.tagged)
        self.is_untrusted = isinstance(options, dict) and options.get("untrustedWorkspace") is True

    def tell(self, method: str, params: Any) -> None:
        """Send plain data that nobody answers."""
        self.server.protocol.send({"method": method, "params": params})

    def ask(self, method: str, params: Any, take: Callable[[Any, bool], None] = lambda answer, is_error: None) -> None:
        """Ask in plain data; `take` gets the answer, and whether that is an error."""
        self.server.protocol.ask(method, params, take)

    def log(self, kind: types.MessageType, text: str) -> None:
        """A line, or more, in its log."""
        self.tell(types.WINDOW_LOG_MESSAGE, {"type": kind.value, "message": text})

    def progress(self, token: int | str, value: Any) -> None:
        """Part of what is under way, for whoever waits under a token."""
        self.tell(types.PROGRESS, {"token": token, "value": value})

    def later(self, name: str, seconds: float, act: Callable[[], Any]) -> None:
        """Do something once, so many seconds after this was last asked for."""
        known = self.timers.pop(name, None)
        if known is not None:
            known.cancel()
        self.timers[name] = asyncio.get_running_loop().call_later(seconds, act)
