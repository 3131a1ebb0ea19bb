"""What the settings have to say of the layout: once its folders are elsewhere, and where a further one belongs to it.

Settings that name a folder which moves are mended as all that names it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from .. import paths
from ..facts import configuration
from ..facts.configuration import SETTINGS_FILES
from ..finding import Create, Replace
from ..text import Span, Text
from ..view import View
from .mentions import is_absent
from .moving import Moved, mover

Edit = Replace | Create
Layout = dict[str, str | tuple[str, ...]]
"""Folders by the last part of the setting's name."""


def layout_after(view: View, moves: dict[str, str]) -> Edit | None:
    """The edit that names the folders of the layout where they will be; None where all is said, or cannot be."""
    given = _file(view).given
    return _naming(view, {name: value for name, value in _changed(view, mover(moves)) if f"layout.{name}" not in given})


def extended(view: View, what: Literal["results", "reports"], folder: str) -> Edit | None:
    """The edit that counts a folder among those of the results, or of the reports, where it is nothing else yet."""
    analysis = view.analysis
    known = (analysis.specs, *analysis.results, *view.report_folders(), *map(paths.parent, view.names("script")))
    if not folder or any(paths.below(one, folder) or paths.below(folder, one) for one in known if one):
        return None
    before = analysis.results if what == "results" else view.report_folders()
    return _naming(view, {what: (*before, folder)})


class _File(Struct, frozen=True):
    """The file of settings that counts, or would."""

    path: str
    table: str
    text: Text | None
    given: tuple[str, ...] = ()


def _file(view: View) -> _File:
    for path, table in SETTINGS_FILES:
        text = view.world.read(path)
        if isinstance(text, Text) and configuration.is_settings(text, table):
            return _File(path, table, text, configuration.read(text, table).given)
    return _File(*SETTINGS_FILES[0], None)


def _naming(view: View, wanted: Layout) -> Edit | None:
    """The edit after which the settings say so; None where there is none that changes nothing else."""
    file = _file(view)
    if wanted and file.text is not None:
        return next((edit for edit in _ways(file, file.text, wanted) if _says(edit, file, file.text, wanted)), None)
    lines = ["[layout]", *_lines(wanted), ""]
    return Create(file.path, "\n".join(lines)) if wanted and is_absent(view, file.path) else None


def _changed(view: View, moved: Moved) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """The folders that are elsewhere then, and that something lies in."""
    analysis = view.analysis
    if moved(analysis.specs) != analysis.specs:
        yield "specs", moved(analysis.specs)
    left = [folder for folder in analysis.results if moved(folder) != folder]
    if left and any(paths.deepest(path, left) >= 0 for path in view.names("path")):
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


def _ways(file: _File, text: Text, wanted: Layout) -> Iterator[Replace]:
    """In the list that is there, in its table, beside keys with dots, or in a table of its own: as TOML allows."""
    path, ending = file.path, text.line_ending
    name = f"{file.table}.layout" if file.table else "layout"
    for key, value in wanted.items():
        for there in re.finditer(rf"\b{key}[ \t]*=[ \t]*\[([^\]]*)\]", text.source):
            said = there[1].rstrip()
            at = there.start(1) + len(said)
            comma = "" if not said else " " if said.endswith(",") else ", "
            yield Replace(path, Span(at, at), f"{comma}{json.dumps(value[-1], ensure_ascii=False)}")
    for header in re.finditer(rf"^[ \t]*\[[ \t]*{re.escape(name)}[ \t]*\][^\r\n]*", text.source, re.MULTILINE):
        yield Replace(path, Span(header.end(), header.end()), "".join(f"{ending}{line}" for line in _lines(wanted)))
    for dotted in re.finditer(r"^[ \t]*(?=layout[ \t]*\.)", text.source, re.MULTILINE):
        added = "".join(f"{line}{ending}" for line in _lines(wanted, "layout."))
        yield Replace(path, Span(dotted.start(), dotted.start()), added)
    end = len(text)
    start = "" if text.source.endswith(("\n", "\r")) or not text.source else ending
    yield Replace(path, Span(end, end), start + ending.join(["", f"[{name}]", *_lines(wanted), ""]))


def _says(edit: Replace, file: _File, text: Text, wanted: Layout) -> bool:
    """Whether the settings, edited, are the same but for the layout."""
    at = edit.span.start
    before = configuration.read(text, file.table)
    after = configuration.read(Text(text.source[:at] + edit.text + text.source[at:]), file.table)
    same = replace(before.analysis, **wanted)
    return after.problem is None and after.analysis == same and after.policy == before.policy
