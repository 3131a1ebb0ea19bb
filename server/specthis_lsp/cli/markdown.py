"""For a job summary or a comment: counts, a table of findings, and the manual of each rule that spoke, folded.

Names and texts come from files, and the page is shown to others: no letter of them is ever Markdown, HTML or a mention.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from specthis_analyzers.finding import Finding
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.settings import SEVERITIES

from .look import Look
from .repository import prefix
from .visible import visible
from .wording import listed, plural

ROOM = 40_000
"""What the table may take, in characters: a comment holds 65,536, and the manual wants its part."""
ROOM_FOR_MANUAL = 24_000
LONG = 300
ACTIVE = re.compile(r"([@#](?=\w)|(?<=www)\.|:(?=//))|[!-,:-@\[-`{-~]", re.IGNORECASE)
JOINT = "\u200b"


def markdown(looks: Sequence[Look], verbose: bool) -> Iterator[str]:
    found = [(look, finding) for look in looks for finding in look.told(verbose)]
    found.sort(key=lambda pair: SEVERITIES.index(pair[1].severity))
    yield f"## specthis-lsp: {_verdict(looks, [finding for _, finding in found])}"
    yield ""
    if any(look.outcome.crashes for look in looks):
        yield "**A rule failed, and what it would have found is missing here.** The log says more."
        yield ""
    if found:
        yield from _table(found)
        yield ""
    yield from _manuals(dict.fromkeys(finding.code for _, finding in found if finding.code in BY_CODE))


def _verdict(looks: Sequence[Look], findings: Sequence[Finding]) -> str:
    specs = plural(sum(len(look.outcome.specs) for look in looks), "spec")
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITIES}
    parts = [plural(count, severity) for severity, count in counts.items() if count]
    return f"{listed(parts)} in {specs}" if parts else f"nothing found in {specs}"


def _table(found: Sequence[tuple[Look, Finding]]) -> Iterator[str]:
    """As many findings as there is room for, in rows."""
    yield "| | rule | where | what |"
    yield "|---|---|---|---|"
    taken = 0
    for number, (look, finding) in enumerate(found):
        row = _row(look, finding)
        taken += len(row)
        if taken > ROOM:
            yield ""
            yield f"The first {number} of {len(found)} are shown."
            return
        yield row


def _row(look: Look, finding: Finding) -> str:
    what = "".join(_pieces(_short(finding.message)))
    return f"| {finding.severity} | {escaped(finding.code)} | {_where(look, finding)} | {what} |"


def _pieces(message: str) -> Iterator[str]:
    """A message with the names in backticks as code."""
    for number, piece in enumerate(message.split("`")):
        yield f"<code>{escaped(piece)}</code>" if number % 2 and piece else escaped(piece)


def _where(look: Look, finding: Finding) -> str:
    path = f"{prefix(look)}{finding.place.path}"
    ends = look.ends(finding.place.path, finding.place.span)
    line = ends[0].line + 1 if ends else None
    shown = escaped(_short(path)) + (f":{line}" if line else "")
    return f"[{shown}]({_address(path, line)})"


def _address(path: str, line: int | None) -> str:
    """The file on the code host as it was checked, where the host says how to name it; else the path."""
    from urllib.parse import quote

    quoted = quote(path.encode("utf-8", "replace"))
    variables = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    server, name, commit = (os.environ.get(variable) for variable in variables)
    if server and name and commit:
        base = f"{server}/{name}/blob/{commit}"
    elif (project := os.environ.get("CI_PROJECT_URL")) and (commit := os.environ.get("CI_COMMIT_SHA")):
        base = f"{project}/-/blob/{commit}"
    else:
        return quoted
    # A Markdown file has line numbers only where it is shown as it is written.
    return f"{quote(base, safe='/:')}/{quoted}?plain=1" + (f"#L{line}" if line else "")


def _manuals(codes: Iterable[str]) -> Iterator[str]:
    """The manual of each rule, in order of codes; where there is no room for all, of the loudest."""
    taken: dict[str, list[str]] = {}
    left = ROOM_FOR_MANUAL
    for code in codes:
        page = list(_manual(code))
        left -= sum(len(line) + 1 for line in page)
        if left < 0:
            break
        taken[code] = page
    for code in sorted(taken):
        yield from taken[code]


def _manual(code: str) -> Iterator[str]:
    rule = BY_CODE[code]
    yield f"<details><summary><b>{rule.code}</b>: {escape(rule.summary)}</summary>"
    yield ""
    yield rule.manual.partition("\n\n")[2].strip()  # its first line is the summary
    yield ""
    yield "</details>"
    yield ""


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def escaped(text: str) -> str:
    """Text that is nothing but text wherever Markdown is read: all that could be a sign of it is written by number.

    Mentions, references and addresses are found in the finished page too; a joint that nobody sees breaks them up.
    """
    return ACTIVE.sub(_numbered, visible(text))


def _numbered(match: re.Match[str]) -> str:
    number = f"&#{ord(match[0])};"
    if match[1]:
        return JOINT + number if match[0] == "." else number + JOINT
    return number
