"""The settings of a project: which file gives them, and what it says."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from specthis_analyzers.facts import configuration
from specthis_analyzers.facts.configuration import DEFAULT, SETTINGS_FILES, Configuration
from specthis_analyzers.text import Text
from specthis_analyzers.world import Unread, World
from specthis_runtime.catalogue import most_by_name

WHY_UNREAD = {
    "large": "it is larger than 8 MiB",
    "unreadable": "it cannot be read",
    "outside": "it leads out of the project",
}


class Settled(Struct, frozen=True):
    """The settings of a project and the file that gives them, if one does."""

    configuration: Configuration = DEFAULT
    path: str | None = None


def settle(world: World) -> Settled:
    """The settings of the project at a world's root, with what the runtime knows and the engine may ask for."""
    return _informed(_said(world))


def preferring(settled: Settled, values: dict[str, Any]) -> Settled:
    """Settings, with what a person prefers where the project leaves it open."""
    return replace(settled, configuration=configuration.preferring(settled.configuration, values))


def isolated() -> Settled:
    """The settings of a project that gives none."""
    return _informed(Settled())


def _informed(said: Settled) -> Settled:
    analysis = replace(said.configuration.analysis, gpus=most_by_name())
    return replace(said, configuration=replace(said.configuration, analysis=analysis))


def _said(world: World) -> Settled:
    """What the settings file says."""
    for path, table in SETTINGS_FILES:
        text = world.read(path)
        if isinstance(text, Unread) and text.reason in WHY_UNREAD and not table:
            # A file of that name was meant to be followed: a check by other settings could pass for clean.
            return Settled(configuration.unreadable(WHY_UNREAD[text.reason]), path)
        if isinstance(text, Text) and configuration.is_settings(text, table):
            return Settled(configuration.read(text, table), path)
    return Settled()
