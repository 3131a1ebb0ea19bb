"""The spec that another one builds on and that is not there yet: its front matter, and an entry to be filled in."""

from __future__ import annotations

from ..facts.contract import KINDS, SIDE_OF_KIND
from ..facts.scaffold import entry, named_after
from ..finding import Create, Fix
from ..view import View
from .things import NAME

DEFAULT = "definitions"
"""The kind of a spec whose name begins with none."""
NOT_MADE = ("report",)
"""Kinds that must say more than a name tells: where in a paper they belong."""


def founded(view: View, written: str) -> Fix | None:
    """The edit that makes the spec that a dependency names; None where it is there, or no spec could be called so."""
    stem = written.removesuffix(".md")
    path = f"{view.analysis.specs}/{stem}.md"
    if not NAME.fullmatch(stem) or view.presence(path) != "missing":
        return None
    prefix = stem.partition("-")[0]
    kind = prefix if prefix in KINDS else DEFAULT
    side = SIDE_OF_KIND.get(kind)
    if kind in NOT_MADE:
        return None
    name = named_after(stem, lambda name: view.claims("entry", f"{side} {name}"))
    title = name.replace("-", " ").capitalize()
    lines = ["---", f"name: {stem}", f"kind: {kind}", "depends_on: []", "---", "", f"# {title}"]
    if side is not None:
        folder = (view.analysis.results or ("results",))[0] if side == "compute" else view.report_folders()[0]
        lines += ["", "## Entry", "", *entry(name, side, folder)]
    return Fix(f"Create `{path}`", (Create(path, "\n".join([*lines, ""])),))
