"""The settings of a project: which file gives them, and what it says."""

from __future__ import annotations

from msgspec import Struct

from specthis_analyzers.facts import configuration
from specthis_analyzers.facts.configuration import DEFAULT, Configuration
from specthis_analyzers.text import Text

from .disk import Disk

SETTINGS_FILES = (("specthis.toml", ""), ("pyproject.toml", "tool.specthis"))
"""Where settings are looked for, in this order, and the table that holds them."""


class Settled(Struct, frozen=True):
    """The settings of a project and the file that gives them, if one does."""

    configuration: Configuration = DEFAULT
    path: str | None = None


def settle(disk: Disk) -> Settled:
    """The settings of the project at a disk's root."""
    for path, table in SETTINGS_FILES:
        text = disk.read(path)
        if isinstance(text, Text) and configuration.is_settings(text, table):
            return Settled(configuration.read(text, table), path)
    return Settled()
