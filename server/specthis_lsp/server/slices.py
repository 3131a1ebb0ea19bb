"""Long questions in slices: a few milliseconds each, so that what is typed meanwhile is taken in between.

An answer holds for one state of the project. Where that moves on under a question, it is asked again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeVar

from .protocol import CONTENT_MODIFIED, Refused

if TYPE_CHECKING:
    from .homes import Home
    from .session import Session

SLICE = 0.004
"""Seconds of work between looks at what else there is to do."""
MOST_TRIES = 5

Found = TypeVar("Found")
Steps = Generator[None, None, Found]


async def in_slices(session: Session, home: Home, ask: Callable[[], Steps[Found]]) -> Found:
    """The answer to a question that comes in steps, all of them over one state of the project. A cancel ends it."""
    for _ in range(MOST_TRIES):
        if session.scheduled:
            session.flush()
        answers, steps = home.project.view.answers, ask()
        revision, until = answers.revision, time.monotonic() + SLICE
        while answers.revision == revision and answers is home.project.view.answers:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            if time.monotonic() > until:
                await asyncio.sleep(0)
                until = time.monotonic() + SLICE
    raise Refused(CONTENT_MODIFIED, "the project changes faster than this can be answered: ask again")
