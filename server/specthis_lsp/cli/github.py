"""For GitHub Actions: workflow commands, one a line, which become annotations on the files of a change.

`::error file=specs/fit.md,line=2,endLine=2,col=9,endColumn=13,title=...::message`; paths from the repository's root.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specthis_analyzers.finding import Finding
from specthis_analyzers.settings import Severity

from .look import Look
from .repository import prefix
from .visible import visible

COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice", "hint": "notice"}
IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = {**IN_MESSAGES, ":": "%3A", ",": "%2C"}


def github(looks: Sequence[Look], verbose: bool) -> Iterator[str]:
    for look in looks:
        before = prefix(look)
        for finding in look.told(verbose):
            yield _command(look, finding, before)


def _command(look: Look, finding: Finding, before: str) -> str:
    properties = {
        "file": f"{before}{finding.place.path}",
        **_range(look, finding),
        "title": f"specthis-lsp ({finding.code})",
    }
    said = ",".join(f"{name}={_escaped(visible(str(value)), IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {said}::{_escaped(visible(finding.message), IN_MESSAGES)}"


def _range(look: Look, finding: Finding) -> dict[str, int]:
    """Lines and columns from 1. Columns are refused where a range spans lines; a whole file has no range."""
    ends = look.ends(finding.place.path, finding.place.span)
    if ends is None:
        return {}
    start, end = ends
    lines = {"line": start.line + 1, "endLine": end.line + 1}
    return lines if start.line != end.line else {**lines, "col": start.column + 1, "endColumn": end.column + 1}


def _escaped(text: str, table: dict[str, str]) -> str:
    return text.translate(str.maketrans(table))


def disarmed(line: str) -> str:
    """A line of other text, as GitHub Actions may read it: with nothing in it that the runner takes for a command.

    It looks for `::` at the beginning of a line, after blanks, and for `##[` anywhere.
    """
    return ("./" if line.lstrip().startswith("::") else "") + line.replace("##[", "## [")
