"""`--why ENTRY`: what holds of one entry, and what does not, by which file and which evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from specthis_analyzers.finding import Crash, Finding, Place
from specthis_analyzers.policy import at_least
from specthis_analyzers.views.account import Account, account, named, names

from .. import __version__
from ..host.checking import Outcome
from ..host.projects import Settled, open_project
from .arguments import Options
from .concise import concise
from .crashes import tell_crashes
from .exits import CLEAN, FOUND, INTERNAL, UsageError, meant
from .look import Look
from .looking import showing
from .output import Style, emit, style_of
from .report import diagnostic
from .targets import Target
from .visible import visible

FORMATS = ("full", "concise", "json")
MARKS = {"yes": "✓", "no": "✗", "n/a": "–", "unknown": "?"}


class Told(Struct, frozen=True):
    """One entry, accounted for, and what was found of it."""

    account: Account
    look: Look


def why(ready: Sequence[tuple[Target, Settled]], options: Options) -> int:
    """Tell of an entry; UsageError where no project has one of that name."""
    for output in options.outputs:
        if output.format not in FORMATS:
            raise UsageError(f"`--why` is told as {', '.join(FORMATS)}, not as `{output.format}`")
    told: list[Told] = []
    known: list[str] = []
    crashes: list[Crash] = []
    for target, settled in ready:
        opened = open_project(target.root, recording=False, settled=settled)
        project = opened.project
        entries = named(project.view, project.specs, options.why or "")
        known += names(project.view, project.specs) if not entries else ()
        if not entries:
            continue
        found = project.findings()
        sifted = showing(target, settled, opened.disk, options).sift(found, project.suppressions)
        crashed = {crash.path for crash in project.crashes}
        crashes += project.crashes
        outcome = Outcome(opened.disk, settled, found, project.crashes, project.specs, len(entries))
        fail_on = options.over(settled.configuration.policy).fail_on
        for spec, entry in entries:
            one = account(project.view, spec, entry, found, sifted.findings, crashed)
            concerning = [finding for finding in sifted.findings if _concerns(finding, one)]
            told.append(Told(one, Look(target, outcome, concerning, fail_on)))
    if not told and ready:
        raise UsageError(f"there is no entry `{visible(options.why or '')}`{meant(options.why or '', known)}")
    _tell(told, options)
    if tell_crashes(crashes):
        return INTERNAL
    failed = any(at_least(finding.severity, one.look.fail_on) for one in told for finding in one.look.findings)
    return FOUND if failed and not options.exit_zero else CLEAN


def _concerns(finding: Finding, account: Account) -> bool:
    """Whether a finding is told of an entry, or stands in its block."""
    if finding in account.row.findings:
        return True
    entry, place = account.row.entry, finding.place
    if place.path != entry.spec:
        return False
    return finding.entry == entry.name or (place.span is not None and place.span.start in entry.contract.block)


def _tell(told: Sequence[Told], options: Options) -> None:
    from .files import put

    for output in options.outputs:
        style = style_of(options.color) if output.path is None else Style()
        lines = _json(told) if output.format == "json" else _text(told, options, style)
        if output.path is not None:
            put(output.path, "".join(f"{line}\n" for line in lines))
        elif not options.silent:
            emit(lines)


# For people ---------------------------------------------------------------------------------------------------


def _text(told: Sequence[Told], options: Options, style: Style) -> Iterator[str]:
    for number, one in enumerate(told):
        yield from ("",) * bool(number)
        yield from _entry(one, options, style)


def _entry(told: Told, options: Options, style: Style) -> Iterator[str]:
    row, look = told.account.row, told.look
    place = look.where(Place(row.entry.spec, row.entry.contract.heading))
    yield style.paint("bold", visible(f"{row.entry.name} ({place}, {row.side})"))
    yield ""
    width = max(map(len, row.marks))
    for column, mark in row.marks.items():
        yield f"  {MARKS[mark]} {column:<{width}}  {visible(_said(told, column))}".rstrip()
    if row.notes:
        yield visible(f"  {'; '.join(row.notes)}")
    for artefact in told.account.artefacts:
        yield ""
        yield visible(f"  {artefact.path}: {artefact.state.name}")
        yield visible(f"    {artefact.why}")
        sources = [*artefact.sources, *(["what cannot be told"] * (not artefact.complete))]
        yield visible(f"    made from {', '.join(sources)}")
    if look.findings:
        yield ""
        yield from concise([look], options if options.verbose else _loudly(options), style)


def _loudly(options: Options) -> Options:
    """Who asks of one entry wants to hear hints, too."""
    from msgspec.structs import replace

    return replace(options, verbose=True)


def _said(told: Told, column: str) -> str:
    contract = told.account.row.entry.contract
    if column == "status":
        return contract.status.text if contract.status else ""
    if column == "script":
        return contract.script.text if contract.script else ""
    return ""


# For programs -------------------------------------------------------------------------------------------------


def _json(told: Sequence[Told]) -> Iterator[str]:
    from json import dumps

    yield dumps(
        {
            "version": 1,
            "tool": {"name": "specthis-lsp", "version": __version__},
            "entries": [_value(one) for one in told],
        },
        indent=2,
    )


def _value(told: Told) -> dict[str, Any]:
    row, look = told.account.row, told.look
    return {
        "root": look.target.relative,
        "entry": row.entry.name,
        "path": row.entry.spec,
        "line": told.account.line + 1,
        "side": row.side,
        "status": row.status or None,
        "marks": {**row.marks},
        "notes": list(row.notes),
        "artefacts": [
            {
                "path": artefact.path,
                "state": artefact.state.name,
                "evidence": artefact.state.evidence,
                "why": artefact.why,
                "moved": list(artefact.state.moved),
                "made_from": list(artefact.sources),
                "made_from_is_complete": artefact.complete,
            }
            for artefact in told.account.artefacts
        ],
        "diagnostics": [diagnostic(look, finding) for finding in look.findings],
    }
