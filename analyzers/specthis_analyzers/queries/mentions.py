"""Everything that one file names, and the thing that is named at a place of it."""

from __future__ import annotations

import re

from .. import paths
from ..facts.contract import Contract, SpecFacts
from ..papers import INDEX
from ..view import View
from . import in_latex, in_others, in_schemas, in_scripts, in_specs
from .in_specs import Specs
from .things import Mention, Thing

LATEX = (".tex", ".sty", ".cls", ".ltx", ".latex", ".rnw", ".rtex", ".tikz", ".pgf")
MAKEFILES = ("Makefile", "makefile", "GNUmakefile")
SETTINGS = ("specthis.toml", "pyproject.toml")
RESULTS = (".json",)
FILE_NAME = re.compile(r"[^%]*[^/%]\.[A-Za-z]\w*")


def mentions(view: View, path: str, specs: Specs | None = None) -> list[Mention]:
    """What a file names, in order; nothing where nobody here reads its kind."""
    specs = specs or Specs.of(view)
    suffix = paths.suffix(path)
    if suffix == ".md":
        return in_specs.mentions(view, path, specs)
    if suffix in LATEX:
        return in_latex.mentions(view, path)
    if suffix == ".py":
        return in_scripts.mentions(view, path)
    if path in MAKEFILES:
        return in_others.in_makefile(view, path)
    if path in SETTINGS:
        return in_others.in_settings(view, path)
    if path == in_specs.paths_in(view.analysis.specs, INDEX):
        return in_others.in_index(view, path, specs)
    if suffix in RESULTS:
        return in_others.in_result(view, path) or in_schemas.mentions(view, path)
    return in_scripts.others(view, path)


def mention_at(view: View, path: str, offset: int) -> Mention | None:
    """What is named at an offset of a file, where it is something: ends count, so that a cursor behind a word does."""
    return next((one for one in _around(view, path, offset) if _is_something(view, one)), None)


def gone_at(view: View, path: str, offset: int) -> Mention | None:
    """The name of a file at an offset that nobody knows of: one that was, under another name, or never will be."""
    return next((one for one in _around(view, path, offset) if _is_gone(view, one)), None)


def _around(view: View, path: str, offset: int) -> list[Mention]:
    return [one for one in reversed(mentions(view, path)) if one.span.start <= offset <= one.span.end]


def _is_gone(view: View, mention: Mention) -> bool:
    """Whether a file is named that is not here. Without a suffix such words are prose: `and/or`."""
    thing = mention.thing
    return thing.kind == "path" and FILE_NAME.fullmatch(thing.name) is not None and is_absent(view, thing.name)


def is_absent(view: View, path: str) -> bool:
    """Whether a file is not on this disk."""
    return view.presence(path) in ("missing", "ignored")


def _is_something(view: View, mention: Mention) -> bool:
    """Whether what a mention names is there, or somebody promises it."""
    thing = mention.thing
    if thing.kind == "entry":
        return entry_of(view, thing) is not None
    if thing.kind != "path" or mention.contract:
        return True
    return bool(thing.name) and (
        view.presence(thing.name) not in ("missing", "outside") or is_promised(view, thing.name)
    )


def is_promised(view: View, path: str) -> bool:
    """Whether a spec names a file as something to be there."""
    return any(view.claims(table, path) for table in ("path", "export", "script", "schema", "host"))


def entry_of(view: View, thing: Thing) -> Contract | None:
    """The contract that an entry or a key belongs to."""
    spec, _, name = (thing.of, "", thing.name) if thing.kind == "entry" else thing.of.rpartition("#")
    facts = view.spec(spec)
    entries = facts.entries if isinstance(facts, SpecFacts) else ()
    return next((entry for entry in entries if entry.name.text == name), None)
