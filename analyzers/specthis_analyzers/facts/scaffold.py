"""The text of an entry that is still to be filled in."""

from __future__ import annotations

from collections.abc import Callable

from .contract import Side

FIELDS: dict[Side, tuple[str, ...]] = {
    "compute": ("Script: `scripts/{name}.py`", "Output: `{folder}/{name}/{name}.json`"),
    "report": ("Export script: `scripts/export/{name}.py`", "Export outputs: `{folder}/figures/{name}.tex`"),
}


def entry(name: str, side: Side, folder: str) -> list[str]:
    """Its lines from the heading on; what it writes lies below a folder."""
    fields = [field.format(name=name, folder=folder or ".") for field in FIELDS[side]]
    return [f"### {name}", "", *fields, "Status: script TBD"]


def named_after(stem: str, is_taken: Callable[[str], object]) -> str:
    """The name of the first entry of a spec: what stands behind its kind, or all of it where another is called so."""
    short = stem.partition("-")[2] or stem
    return stem if is_taken(short) else short
