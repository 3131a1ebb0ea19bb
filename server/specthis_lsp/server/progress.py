"""Long work as the client shows it, if it does: announced, counted, and ended when its user no longer wants it."""

from __future__ import annotations

import time
from typing import Any

from lsprotocol import types

from .client import Client

SOON = 0.3
"""Seconds: what is done sooner is never shown."""
OFTEN = 0.1
"""Seconds between two reports."""


class Progress:
    """One piece of work, under a token of ours. Used as a context, it is over at the end."""

    def __init__(self, client: Client, title: str) -> None:
        self.client = client
        self.title = title
        self.token = f"specthis-{next(client.works)}"
        """A string: some clients take no numbers."""
        self.began = self.reported = time.monotonic()
        self.share = 0.0
        """The most that was said to be done: who waits for several does not hear of less again."""
        self.is_asked = False
        self.is_shown = False
        self.is_cancelled = False

    def __enter__(self) -> Progress:
        self.client.under_way[self.token] = self.cancel
        return self

    def __exit__(self, *error: object) -> None:
        del self.client.under_way[self.token]
        if self.is_shown:
            self._send({"kind": "end"})

    def cancel(self) -> None:
        """Its user no longer wants it; whoever does it looks at this now and then."""
        self.is_cancelled = True

    def report(self, share: float) -> None:
        """Say how much is done, from 0 to 1."""
        self.share = max(self.share, min(share, 1.0))
        now = time.monotonic()
        if not self.client.offers.progress or now - self.began < SOON or now - self.reported < OFTEN:
            return
        self.reported = now
        if not self.is_asked:
            self.is_asked = True
            params = {"token": self.token}
            self.client.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params, self._begin)
        elif self.is_shown:
            self._send({"kind": "report", "percentage": int(100 * self.share), "cancellable": True})

    def _begin(self, answer: Any, is_error: bool) -> None:
        if not is_error and self.token in self.client.under_way:
            self.is_shown = True
            self._send({"kind": "begin", "title": self.title, "percentage": 0, "cancellable": True})

    def _send(self, value: dict[str, Any]) -> None:
        self.client.progress(self.token, value)
