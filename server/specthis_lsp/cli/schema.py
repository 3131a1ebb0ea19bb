"""`schema`: the JSON Schemas of what one writes and reads: the settings, and the reports of other verbs."""

from __future__ import annotations

from pathlib import Path

from .exits import CLEAN, UsageError
from .output import emit_text
from .parser import Parser, one_of

NAMES = ("settings", "report", "audit")


def run(arguments: list[str]) -> int:
    """The verb: print the schema of that name."""
    parser = Parser(
        "schema",
        "schema [settings | report | audit]",
        NAMES,
        description="Print a JSON Schema: of specthis.toml, or of the JSON that `--check` or `audit` print.",
    )
    _, names = parser.read(arguments)
    if len(names) > 1:
        raise UsageError("`schema` takes one name")
    name = one_of("schema", names[0] if names else NAMES[0], NAMES)
    emit_text((Path(__file__).parent / f"{name}.schema.json").read_text("utf-8"))
    return CLEAN
