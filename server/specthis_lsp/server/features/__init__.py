"""The table of features, a module for each group. Adding one: a function and a line in its module's `FEATURES`.

What needs the engine imports it when it is first asked: the answer to `initialize` does not wait for that.
"""

from __future__ import annotations

from functools import partial

from ..feature import Feature
from ..protocol import SpecthisServer
from ..session import Session
from . import acting, explaining, files, going, life

FEATURES: tuple[Feature, ...] = (
    *life.FEATURES,
    *files.FEATURES,
    *acting.FEATURES,
    *explaining.FEATURES,
    *going.FEATURES,
)


def register(server: SpecthisServer, session: Session) -> None:
    """Announce what every client gets; the rest waits until the client said what it can do."""
    _register(server, session, [feature for feature in FEATURES if feature.wanted is None])
    session.agreed = lambda: _register(
        server, session, [feature for feature in FEATURES if feature.wanted and feature.wanted(session.offers)]
    )


def _register(server: SpecthisServer, session: Session, features: list[Feature]) -> None:
    for feature in features:
        server.feature(feature.method, feature.options)(partial(feature.function, session))
