"""The baseline that a check goes by: the project's own, or the file that was named in its place."""

from __future__ import annotations

import os

from specthis_analyzers.baseline import NAME, Baseline, Malformed, read

from ..host.disk import Disk
from .arguments import Options
from .exits import UsageError
from .targets import Target
from .visible import visible


def baseline_for(target: Target, disk: Disk, options: Options) -> Baseline | None:
    """The baseline that a check goes by; UsageError where it cannot be read."""
    found = read_baseline(target, disk, options)
    if isinstance(found, Malformed):
        raise UsageError(f"{named(target, options)}: {found.message}")
    if found is None and options.baseline is not None:
        raise UsageError(f"there is no baseline `{visible(options.baseline)}`; `--update-baseline` makes it")
    return found


def read_baseline(target: Target, disk: Disk, options: Options) -> Baseline | Malformed | None:
    """What the file holds, whatever that is."""
    if options.baseline is None:
        return read(disk.read(NAME))
    folder, name = os.path.split(os.path.realpath(options.baseline))
    return read(Disk(folder).read(name))


def named(target: Target, options: Options) -> str:
    """The file, as messages name it."""
    return f"`{visible(options.baseline or f'{target.prefix}{NAME}')}`"
