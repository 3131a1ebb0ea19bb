"""Which names one spec claims: its own, those of its entries, the paths they write, the specs it depends on."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from . import paths
from .facts.contract import Contract, FrontMatter, SpecFacts
from .facts.variants import paths_of

Table = Literal[
    "spec", "misnamed", "host", "route", "script", "schema", "export", "entry", "path", "dependency", "dialect"
]  # fmt: skip
"""What a name is a name of."""
ARROW = "\0"
"""Between the ends of a name in the table of dependencies; no path has one."""


class Claim(Struct, frozen=True, array_like=True, gc=False, order=True):
    """One file's claim to a name. Without places, so that typing above it changes nothing for others."""

    path: str
    entry: str = ""


Claimed = list[tuple[Table, str, Claim]]


def claims_of(path: str, facts: SpecFacts) -> Claimed:
    """Every name that a spec claims. In one walk, for it is taken by each of thousands when a project is opened."""
    claim = Claim(path)
    found: Claimed = [("spec", paths.stem(path), claim)]
    if facts.front is not None:
        _add_front_matter(found, facts.front, claim)
    if facts.markers:
        found.append(("dialect", "0.1 bullets", claim))
    for entry in facts.entries:
        _add_entry(found, entry, claim)
    return found


def _add_front_matter(found: Claimed, front: FrontMatter, claim: Claim) -> None:
    for key in front.keys:
        name = key.name.text
        said = key.values[0].text if key.shape == "scalar" and key.values else None
        if name == "name" and said and said != paths.stem(claim.path):
            found.append(("misnamed", said, claim))
        elif name == "host_doc" and said:
            host = paths.project_path(said)
            if isinstance(host, str):
                found.append(("host", host, claim))
        elif name == "section_label" and said:
            found.append(("route", said, claim))
        elif name == "depends_on":
            found.append(("dialect", "0.0.1", claim))
            targets = [paths.join(paths.parent(claim.path), word.text) for word in key.values]
            # One name for all arrows of a spec: an edit of anything else leaves it as it is.
            arrows = [claim.path, *(target for target in targets if isinstance(target, str))]
            found.append(("dependency", ARROW.join(arrows), claim))
        elif name in ("consumes", "references"):
            found.append(("dialect", "0.1", claim))


def _add_entry(found: Claimed, entry: Contract, spec: Claim) -> None:
    claim = Claim(spec.path, entry.name.text)
    script = paths.project_path(entry.script.text) if entry.script else None
    if isinstance(script, str):
        found.append(("script", script, claim))
    schema = paths.project_path(entry.schema.file.text) if entry.schema and entry.schema.file else None
    if isinstance(schema, str):
        found.append(("schema", schema, claim))
    for word in entry.exports:
        export = paths.project_path(word.text)
        if isinstance(export, str):
            found.append(("export", export, claim))
    for route in entry.routes:
        found.append(("route", route.text.rpartition("#")[2], spec))
    if entry.side is None:
        return
    found.append(("entry", f"{entry.side} {entry.name.text}", spec))
    for words in (entry.outputs, entry.exports):
        for word in words:
            for path in paths_of(entry, word.text):
                found.append(("path", path, claim))
