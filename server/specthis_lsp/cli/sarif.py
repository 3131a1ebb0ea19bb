"""For code scanning: SARIF 2.1.0, one run for all projects, with the manual of every rule.

Unlike for people, hints are in it always: whoever reads it can filter. Locations are relative to `%SRCROOT%`, the root
of the repository, which the reader knows; nothing in it tells where that lay on this machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from specthis_analyzers.finding import Finding, Fix, Place, Replace
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_analyzers.settings import Severity

from .. import __version__
from .look import Look
from .plain_json import dumps
from .repository import prefix
from .visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note", "hint": "note"}
PROBLEMS: dict[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "info": "recommendation",
    "hint": "recommendation",
}
INDEX = {rule.code: index for index, rule in enumerate(RULES)}
FINGERPRINT = "specthisFinding/v1"
ARGUMENT = re.compile(r"\{(\d+)\}")
LINK = re.compile(r"\[(?=[^\[\]]*\]\()")

Value = dict[str, Any]


def sarif(looks: Sequence[Look]) -> Iterator[str]:
    """One line for each result, for grep."""
    results = [value for look in looks for value in _results(look)]
    head, tail = dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(looks)]})[:-3], "}]}"
    yield f'{head}, "results": [\n' + ",\n".join(map(dumps, results)) + f"\n]{tail}"


def _results(look: Look) -> Iterator[Value]:
    before = prefix(look)
    for finding in look.findings:
        yield _result(look, finding, before)
    for one in look.suppressed:
        why = {"kind": "inSource", "justification": _literal(visible(one.suppression.reason))}
        yield {**_result(look, one.finding, before), "suppressions": [why]}
    for finding in look.accepted:
        why = {"kind": "external", "justification": "accepted by the baseline"}
        yield {**_result(look, finding, before), "suppressions": [why]}


def _run(looks: Sequence[Look]) -> Value:
    """A run without its results."""
    driver = {"name": "specthis-lsp", "semanticVersion": __version__, "rules": [_rule(rule) for rule in RULES]}
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "specthis-lsp/check/"},
        "invocations": [_invocation(looks)],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
    }


def _rule(rule: Rule) -> Value:
    """The manual page, as Markdown and, for readers without it, as the same text."""
    manual = rule.manual.strip()
    return {
        "id": rule.code,
        "shortDescription": {"text": _literal(rule.summary)},
        "fullDescription": {"text": _literal(rule.summary)},
        "help": {"text": _literal(manual), "markdown": _literal(manual)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"problem.severity": PROBLEMS[rule.severity], "tags": ["reproducibility"]},
    }


def _invocation(looks: Sequence[Look]) -> Value:
    """Whether every rule came to its end: what a rule that failed would have found is not to pass for mended."""
    crashes = [crash for look in looks for crash in look.outcome.crashes]
    if not crashes:
        return {"executionSuccessful": True}
    notifications = [
        {"level": "error", "message": {"text": _literal(f"rule `{crash.code}` failed on `{visible(crash.path)}`")}}
        for crash in crashes
    ]
    return {"executionSuccessful": False, "toolExecutionNotifications": notifications}


def _result(look: Look, finding: Finding, before: str) -> Value:
    value: Value = {"ruleId": finding.code}
    if finding.code in INDEX:
        value["ruleIndex"] = INDEX[finding.code]
    value |= {
        "level": LEVELS[finding.severity],
        "message": {"text": _literal(visible(finding.message))},
        "locations": [{"physicalLocation": _physical(look, finding.place, before)}],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
    }
    if finding.related:
        value["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(look, related.place, before),
                "message": {"text": _literal(visible(related.message))},
            }
            for number, related in enumerate(finding.related, 1)
        ]
    if fixes := [made for fix in finding.fixes if (made := _fix(look, fix, before)) is not None]:
        value["fixes"] = fixes
    if finding.entry:
        value["properties"] = {"entry": visible(finding.entry)}
    return value


def _physical(look: Look, place: Place, before: str) -> Value:
    """Without a region the whole file is meant."""
    region = _region(look, place)
    location = {"artifactLocation": _artifact(before, place.path)}
    return location if region is None else {**location, "region": region}


def _region(look: Look, place: Place) -> Value | None:
    ends = look.ends(place.path, place.span)
    if ends is None:
        return None
    start, end = ends
    return {
        "startLine": start.line + 1,
        "startColumn": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
    }


def _artifact(before: str, path: str) -> Value:
    """A path as a URI reference; bytes that are no text keep their value."""
    from urllib.parse import quote

    try:
        data = f"{before}{path}".encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = f"{before}{path}".encode("utf-8", "replace")
    if os.path.isabs(before):
        return {"uri": "file:///" + quote(data.lstrip(b"/"), safe="/:")}
    return {"uri": quote(data), "uriBaseId": "%SRCROOT%"}


def _fix(look: Look, fix: Fix, before: str) -> Value | None:
    """A fix as replacements in files. What makes or renames a file cannot be said in SARIF."""
    changes: dict[str, list[Value]] = {}
    for edit in fix.edits:
        region = _region(look, Place(edit.path, edit.span)) if isinstance(edit, Replace) else None
        if region is None or not isinstance(edit, Replace):
            return None
        replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.path, []).append(replacement)
    return {
        "description": {"text": _literal(visible(fix.title))},
        "artifactChanges": [
            {"artifactLocation": _artifact(before, path), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _literal(text: str) -> str:
    """A message as it is, though `{0}` stands for an argument unless its braces are doubled, and `[a](b)` is a link.

    Other braces, of which LaTeX is full, are left alone: nobody mistakes them, and most viewers show doubled ones.
    """
    return LINK.sub(r"\\[", ARGUMENT.sub(r"{{\1}}", text))
