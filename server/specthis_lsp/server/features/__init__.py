"""The table of features, a module for each group. Adding one: a function and a line in its module's `FEATURES`.

What needs the engine imports it when it is first asked: the answer to `initialize` does not wait for that.
"""

from __future__ import annotations

from functools import partial

from ..feature import Feature
from ..protocol import SpecthisServer
from ..session import Session
from . import (
    acting,
    commanding,
    completing,
    explaining,
    files,
    formatting,
    going,
    life,
    outlining,
    pulling,
    renaming,
    showing,
    studying,
)

FEATURES: tuple[Feature, ...] = (
    *life.FEATURES,
    *files.FEATURES,
    *acting.FEATURES,
    *explaining.FEATURES,
    *going.FEATURES,
    *renaming.FEATURES,
    *showing.FEATURES,
    *commanding.FEATURES,
    *studying.FEATURES,
    *pulling.FEATURES,
    *completing.FEATURES,
    *outlining.FEATURES,
    *formatting.FEATURES,
)


def register(server: SpecthisServer, session: Session) -> None:
    """Announce what every client gets; the rest waits until the client said what it can do."""
    _register(server, session, [feature for feature in FEATURES if feature.wanted is None])
    _name(server, [command.name for command in commanding.COMMANDS if command.wanted is None])

    def agreed() -> None:
        offers = session.client.offers
        _register(server, session, [feature for feature in FEATURES if feature.wanted and feature.wanted(offers)])
        _name(server, [one.name for one in commanding.COMMANDS if one.wanted and one.wanted(offers)])

    session.agreed = agreed


def _register(server: SpecthisServer, session: Session, features: list[Feature]) -> None:
    for feature in features:
        server.feature(feature.method, feature.options)(partial(feature.function, session))


def _name(server: SpecthisServer, commands: list[str]) -> None:
    """Announce commands. The library looks their names up here; they are carried out by our own table."""
    server.protocol.fm.commands.update(dict.fromkeys(commands, commanding.execute))
