"""What the settings have to say once a folder of the layout is elsewhere by which they never had to be told.

Settings that name the folder are mended as all that names it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec.structs import replace

from .. import paths
from ..facts import configuration
from ..facts.configuration import SETTINGS_FILES
from ..finding import Create, Replace
from ..text import Span, Text
from ..view import View
from .moving import Moved, mover

Layout = dict[str, str | tuple[str, ...]]
"""Folders by the last part of the setting's name."""


def layout_after(view: View, moves: dict[str, str]) -> Replace | Create | None:
    """The edit that names the folders of the layout where they will be; None where all is said, or cannot be."""
    path, table = next((one for one in SETTINGS_FILES if _is_settings(view, *one)), SETTINGS_FILES[0])
    text = view.world.read(path)
    given = configuration.read(text, table).given if isinstance(text, Text) else ()
    wanted = {name: value for name, value in _changed(view, mover(moves)) if f"layout.{name}" not in given}
    if not wanted:
        return None
    if isinstance(text, Text):
        return next((edit for edit in _ways(path, table, text, wanted) if _says(edit, text, table, wanted)), None)
    lines = ["[layout]", *_lines(wanted), ""]
    return Create(path, "\n".join(lines)) if view.presence(path) in ("missing", "ignored") else None


def _is_settings(view: View, path: str, table: str) -> bool:
    text = view.world.read(path)
    return isinstance(text, Text) and configuration.is_settings(text, table)


def _changed(view: View, moved: Moved) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """The folders that are elsewhere then, and that something lies in."""
    analysis = view.analysis
    if moved(analysis.specs) != analysis.specs:
        yield "specs", moved(analysis.specs)
    left = [folder for folder in analysis.results if moved(folder) != folder]
    if any(paths.deepest(path, left) >= 0 for path in view.names("path")):
        yield "results", _outermost(map(moved, analysis.results))
    hosts = [paths.parent(moved(host)) for host in view.names("host")]
    exports = [path for path in view.names("export") if paths.deepest(path, view.report_folders()) >= 0]
    if any(paths.deepest(moved(path), [*hosts, "reports"]) < 0 for path in exports):
        yield "reports", _outermost(map(moved, view.report_folders()))


def _outermost(folders: Iterator[str]) -> tuple[str, ...]:
    """The folders that lie in none of the others."""
    found = tuple(dict.fromkeys(folders))
    return tuple(one for one in found if not any(one != other and paths.below(one, other) for other in found))


def _lines(wanted: Layout, before: str = "") -> list[str]:
    """The settings in TOML, which writes strings as JSON does."""
    return [f"{before}{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in wanted.items()]


def _ways(path: str, table: str, text: Text, wanted: Layout) -> Iterator[Replace]:
    """In the table that is there, beside keys with dots, or in a table of its own: whichever TOML allows."""
    name = f"{table}.layout" if table else "layout"
    ending = text.line_ending
    for header in re.finditer(rf"^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\][^\r\n]*", text.source, re.MULTILINE):
        yield Replace(path, Span(header.end(), header.end()), "".join(f"{ending}{line}" for line in _lines(wanted)))
    for dotted in re.finditer(r"^[ \t]*(?=layout[ \t]*\.)", text.source, re.MULTILINE):
        said = "".join(f"{line}{ending}" for line in _lines(wanted, "layout."))
        yield Replace(path, Span(dotted.start(), dotted.start()), said)
    end = len(text)
    start = "" if text.source.endswith(("\n", "\r")) or not text.source else ending
    yield Replace(path, Span(end, end), start + ending.join(["", f"[{name}]", *_lines(wanted), ""]))


def _says(edit: Replace, text: Text, table: str, wanted: Layout) -> bool:
    """Whether the settings, edited, are the same but for the layout."""
    at = edit.span.start
    before = configuration.read(text, table)
    after = configuration.read(Text(text.source[:at] + edit.text + text.source[at:]), table)
    same = replace(before.analysis, **wanted)
    return after.problem is None and after.analysis == same and after.policy == before.policy
