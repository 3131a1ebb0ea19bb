"""What can be done about a range of a file: fixes, suppressions, and edits of the entry it stands in.

Fixes are at hand, for findings carry them. What has to be worked out first is so only once it is chosen, by clients
that ask again for its edit (`Deed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.commenting import comment, spot_of
from specthis_analyzers.finding import Edit, Finding, Fix, Replace
from specthis_analyzers.pairs import Entry, entries_of
from specthis_analyzers.queries import creating, declaring, founding, laying_out, renaming, restating
from specthis_analyzers.text import Span, Text
from specthis_analyzers.view import View

from ..host.mending import any_single, safe
from ..host.showing import today
from . import trial
from .diagnostics import Wording
from .edits import can_do, workspace_edit
from .offers import Offers

if TYPE_CHECKING:
    from .homes import Home

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.specthis"
REWRITE = "refactor.rewrite"


class Deed(Struct, frozen=True):
    """An edit still to be worked out, in words that a client keeps for us."""

    deed: str
    uri: str
    code: str = ""
    alone: bool = False
    """Whether other files are left as they are."""
    entry: str = ""
    at: int = 0
    """The entry it is about, and the how manieth of its spec that was."""
    old: str = ""
    new: str = ""
    """Of a renaming: how the file is called, and how it is to be called."""


class Gone(Exception):
    """What an action was about is there no more; why, in words."""


class Action(Struct, frozen=True):
    """One thing that can be done: its edits, or the deed by which they are found."""

    title: str
    kind: str
    edits: tuple[Edit, ...] | Deed
    findings: tuple[Finding, ...] = ()
    preferred: bool = False
    hindrance: str | None = None
    """Why it cannot be done, where somebody would look for it."""
    operations: frozenset[str] = frozenset()
    """What its deed does to files, beside changing them."""


class Place(Struct, frozen=True):
    """A range of a file that actions are asked for."""

    home: Home
    path: str
    span: Span
    uri: str
    automatic: bool = False
    """Whether nobody asked in person: a file is being saved, or a light bulb shown."""

    @property
    def text(self) -> Text:
        return self.home.text(self.path)

    @property
    def view(self) -> View:
        return self.home.project.view

    def touching(self) -> list[Finding]:
        """The findings here. A mere cursor that touches none stands for its line."""
        findings, first = self.home.findings(self.path), self.text.line_span(0)
        found = ([one for one in findings if touches(one, span, first)] for span in (self.span, self.lines))
        return next((some for some in found if some), [])

    @property
    def lines(self) -> Span:
        """The range; of a mere cursor its line."""
        if self.span.start != self.span.end:
            return self.span
        return self.text.line_span(self.text.line_of(self.span.start))


def entry_at(place: Place, offset: int) -> Entry | None:
    """The entry of a spec that holds an offset, in a dialect that is read."""
    if place.path not in place.home.project.names.specs or place.view.dialect().name != "0.0.1":
        return None
    entries = entries_of(place.view, place.path)
    return next((entry for entry in entries if offset in entry.contract.block), None)


def touches(finding: Finding, span: Span, whole: Span) -> bool:
    """Whether a finding and a range have a place in common; ends count, so that a cursor behind a word does."""
    place = finding.place.span or whole
    return place.start <= span.end and span.start <= place.end


# What there is to do -----------------------------------------------------------------------------------------


def actions(place: Place, only: Sequence[str]) -> list[Action]:
    """What can be done about a range, of the kinds asked for: all where none is. No two do the same."""
    found: dict[tuple[Edit, ...] | Deed, Action] = {}
    for action in _all(place, only):
        known = found.get(action.edits)
        both = tuple(dict.fromkeys((*known.findings, *action.findings))) if known else ()
        found[action.edits] = replace(known, findings=both) if known else action
    return list(found.values())


def _all(place: Place, only: Sequence[str]) -> Iterator[Action]:
    if lets_through(QUICK_FIX, only):
        findings = place.touching()
        yield from _fixes(findings)
        yield from _fixes_from_elsewhere(place)
        yield from _fixes_of_all(place, findings)
        yield from _missing_scripts(place, findings)
        yield from _missing_specs(place, findings)
        yield from _renamings(place, findings)
        yield from _other_results(place, findings)
        yield from _further_folders(place, findings)
        yield from _suppressions(place, findings)
    if lets_through(REWRITE, only) and not place.automatic and (entry := entry_at(place, place.span.start)) is not None:
        yield from _rewrites(place, entry)
    if lets_through(FIX_ALL, only):
        yield from _everything_safe(place)


def lets_through(kind: str, only: Sequence[str]) -> bool:
    """Whether a filter lets a kind through: none given, or one that is the kind or above it."""
    return not only or any(asked in ("", kind) or kind.startswith(f"{asked}.") for asked in only)


def _fixes(findings: Iterable[Finding]) -> Iterator[Action]:
    for finding in findings:
        for fix in finding.fixes:
            yield Action(fix.title, QUICK_FIX, fix.edits, (finding,), preferred=fix is finding.safe_fix)


def _fixes_from_elsewhere(place: Place) -> Iterator[Action]:
    """What would be mended right here of what is found in another file: an export that this section lacks."""
    whole, here = place.text.line_span(0), place.lines
    for path in _pointing(place) if not place.automatic else ():
        for finding in place.home.findings(path):
            pointed = (other.place.span or whole for other in finding.related if other.place.path == place.path)
            if any(span.start <= here.end and here.start <= span.end for span in pointed):
                fixes = (fix for fix in finding.fixes if _stays_in(place.path, fix))
                yield from (Action(fix.title, QUICK_FIX, fix.edits) for fix in fixes)


def _pointing(place: Place) -> list[str]:
    """The other files whose findings point to this one. Of most nothing is found, so this is soon looked through."""
    found = (finding for checked in place.home.project.checked.values() for finding in checked.findings)
    pointing = {one.place.path for one in found if any(other.place.path == place.path for other in one.related)}
    return sorted(pointing - {place.path})


def _fixes_of_all(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """Where a file has more of a kind, all of them at once: each by its safe fix, or the only one it has."""
    for code in dict.fromkeys(finding.code for finding in findings):
        alike = [one for one in place.home.findings(place.path) if one.code == code]
        fixable = tuple(one for one in alike if _in_place(any_single(one)))
        if len(fixable) > 1:
            title = f"Fix all {len(fixable)} `{code}` in this file"
            yield Action(title, QUICK_FIX, Deed("fix all of", place.uri, code), fixable)


def _everything_safe(place: Place) -> Iterator[Action]:
    """All safe fixes of a file. Where nobody asked in person, those that leave other files alone."""
    findings = [one for one in place.home.findings(place.path) if _in_place(safe(one))]
    if place.automatic:
        findings = [one for one in findings if _stays_in(place.path, safe(one))]
    if findings:
        deed = Deed("fix all", place.uri, alone=place.automatic)
        yield Action("Make all safe fixes in this file", FIX_ALL, deed, tuple(findings))


def _in_place(fix: Fix | None) -> bool:
    """Whether there is a fix that neither makes nor moves a file."""
    return fix is not None and all(isinstance(edit, Replace) for edit in fix.edits)


def _stays_in(path: str, fix: Fix | None) -> bool:
    return fix is not None and all(edit.path == path for edit in fix.edits)


def _missing_scripts(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """The scripts that are said to be missing here, made from their contracts."""
    for finding in findings:
        span = finding.place.span if finding.code == "missing-script" else None
        entry = entry_at(place, span.start) if span else None
        if entry is not None and creating.can_create(place.view, entry):
            yield _creation(place, entry, QUICK_FIX, (finding,))


def _renamings(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """Where a fix gives a file that is gone the name of one that is here: the same for all else that names it."""
    for finding in findings:
        known = renaming.gone(place.view, place.path, finding.place.span.start) if finding.place.span else None
        for fix in finding.fixes if known else ():
            edit = fix.edits[0]
            if known and isinstance(edit, Replace) and edit.span == known.span and edit.text:
                title = f"{fix.title} wherever `{known.written}` stands"
                deed = Deed(RENAME, place.uri, old=known.written, new=edit.text)
                yield Action(title, QUICK_FIX, deed, (finding,))


RENAME = "rename"
"""The deed that only clients are offered that ask for its edit later: it looks at every file there is."""


def _missing_specs(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """The specs that are depended on here and are not there. No fix of the rule: `--fix` makes up no specs."""
    for finding in findings:
        if finding.code == "unknown-dependency" and (fix := founding.founded(place.view, finding.subject)):
            yield Action(fix.title, QUICK_FIX, fix.edits, (finding,))


def _other_results(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """The schemas that results depart from here, declared again. No fix of the rule: mostly the result is wrong."""
    for finding in findings:
        span = finding.place.span if finding.code == "schema-mismatch" else None
        entry = entry_at(place, span.start) if span else None
        if entry is not None and declaring.can_declare_again(entry):
            deed = Deed("declare again", place.uri, entry=entry.name, at=entry.at)
            why = declaring.hindrance(place.view, entry)
            yield Action(declaring.title(entry, again=True), QUICK_FIX, deed, (finding,), hindrance=why)


def _further_folders(place: Place, findings: Iterable[Finding]) -> Iterator[Action]:
    """The folders that the layout could name as well. No fix of the rules: mostly the path is wrong."""
    for finding in findings:
        what = OUTSIDE.get(finding.code)
        span = finding.place.span
        if what is not None and span is not None:
            written = paths.project_path(place.text.source[span.start : span.end])
            folder = written.partition("/")[0] if isinstance(written, str) and "/" in written else ""
            if edit := laying_out.extended(place.view, what, folder):
                yield Action(f"Name `{folder}` in `layout.{what}`", QUICK_FIX, (edit,), (finding,))


OUTSIDE: dict[str, Literal["results", "reports"]] = {
    "output-outside-results": "results",
    "export-outside-reports": "reports",
}
"""The rules that tell of a path outside of its folders, and the setting that names these."""


def _creation(place: Place, entry: Entry, kind: str, findings: tuple[Finding, ...] = ()) -> Action:
    deed = Deed("create", place.uri, entry=entry.name, at=entry.at)
    return Action(
        creating.title(entry), kind, deed, findings,
        hindrance=creating.hindrance(place.view, entry), operations=frozenset(("create",)),
    )  # fmt: skip


def _suppressions(place: Place, findings: Sequence[Finding]) -> Iterator[Action]:
    """The comments that would suppress what is found here, then those that would in the whole file."""
    for finding in findings:
        if fix := suppressing(finding, place.home):
            yield Action(fix.title, QUICK_FIX, fix.edits, (finding,))
    for code, finding in {finding.code: finding for finding in reversed(findings)}.items():
        here, everywhere = suppressing(finding, place.home), suppressing(finding, place.home, whole_file=True)
        if everywhere and (here is None or here.title != everywhere.title):
            alike = tuple(one for one in findings if one.code == code)
            yield Action(everywhere.title, QUICK_FIX, everywhere.edits, alike)


def suppressing(finding: Finding, home: Home, whole_file: bool = False) -> Fix | None:
    """The comment that would suppress a finding. Its reason is true as it stands, for those who leave it so."""
    spot = spot_of(finding, home.known_text, home.project.facts, whole_file)
    text = home.known_text(spot.path) if spot else None
    if spot is None or text is None:
        return None
    where = "in this file" if spot.whole_file else "here"
    edit = comment(spot, [finding.code], f"accepted for now, {today()}", text)
    return Fix(f"Suppress `{finding.code}` {where}", (edit,))


def _rewrites(place: Place, entry: Entry) -> Iterator[Action]:
    """What the entry here could say instead."""
    why = restating.hindrance(place.view, entry)
    for fix in restating.restated(place.view, entry):
        yield Action(fix.title, REWRITE, fix.edits, hindrance=why)
    if creating.can_create(place.view, entry):
        yield _creation(place, entry, REWRITE)
    if declaring.can_declare(place.view, entry):
        deed = Deed("declare", place.uri, entry=entry.name, at=entry.at)
        yield Action(declaring.title(entry), REWRITE, deed, hindrance=declaring.hindrance(place.view, entry))


# How it is worked out ----------------------------------------------------------------------------------------


def done(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    """The edits of a deed, by the texts as they are now. Raises `Gone` where there is nothing left to do."""
    edits = DEEDS[deed.deed](deed, home, path) if deed.deed in DEEDS else ()
    if not edits:
        raise Gone("there is nothing left to do here: the files have changed since")
    return edits


def _fix_all(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    def choose(finding: Finding) -> Fix | None:
        fix = safe(finding)
        return fix if not deed.alone or _stays_in(path, fix) else None

    return trial.mended(home, path, choose)


def _fix_all_of(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    return trial.mended(home, path, lambda finding: any_single(finding) if finding.code == deed.code else None)


def _declare(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    entry = _entry_of(deed, home, path)
    if not declaring.can_declare(home.project.view, entry):
        return ()
    fix = declaring.declared(home.project.view, entry)
    if fix is None:
        raise Gone("the result is no object and no table, or cannot be read")
    return fix.edits


def _declare_again(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    entry = _entry_of(deed, home, path)
    if not declaring.can_declare_again(entry):
        return ()
    fix = declaring.declared_again(home.project.view, entry)
    if fix is None:
        raise Gone("the result is no object and no table, cannot be read, or has keys that this form cannot say")
    return fix.edits


def _create(deed: Deed, home: Home, path: str) -> tuple[Edit, ...]:
    entry = _entry_of(deed, home, path)
    fix = creating.created(home.project.view, entry) if creating.can_create(home.project.view, entry) else None
    return fix.edits if fix else ()


def place_of(deed: Deed, home: Home, path: str) -> int:
    """Where the file that is to be renamed is named."""
    place = renaming.called(home.project.view, path, deed.old)
    if place is None:
        raise Gone(f"`{deed.old}` stands here no more, or is a file again")
    return place


def _entry_of(deed: Deed, home: Home, path: str) -> Entry:
    """The entry that a deed is about, wherever it stands by now."""
    entries = [entry for entry in entries_of(home.project.view, path) if entry.name == deed.entry]
    if len(entries) != 1:
        entries = [entry for entry in entries if entry.at == deed.at]
    if not entries:
        raise Gone(f"there is no entry `{deed.entry}` any more")
    return entries[0]


DEEDS: dict[str, Callable[[Deed, Home, str], tuple[Edit, ...]]] = {
    "fix all": _fix_all,
    "fix all of": _fix_all_of,
    "declare": _declare,
    "declare again": _declare_again,
    "create": _create,
}


# As the client has it ----------------------------------------------------------------------------------------


def worded(action: Action, place: Place, wording: Wording, offers: Offers) -> dict[str, Any] | None:
    """An action as plain data; None where the client cannot apply its edits, or nothing is left to do."""
    home, text = place.home, place.text
    found: dict[str, Any] = {"title": action.title, "kind": action.kind}
    if action.findings:
        found["diagnostics"] = [
            wording.diagnostic(one, text, home.text, home.uri_of) for one in action.findings[:MOST_DIAGNOSTICS]
        ]
    if action.preferred:
        found["isPreferred"] = True
    if not action.operations <= offers.operations:
        return None
    if action.hindrance is not None:
        return {**found, "disabled": {"reason": action.hindrance}} if offers.disabled else None
    if isinstance(action.edits, Deed) and offers.resolves_edits:
        return {**found, "data": to_builtins(action.edits)}
    if isinstance(action.edits, Deed) and action.edits.deed == RENAME:
        return None
    try:
        edits = done(action.edits, home, place.path) if isinstance(action.edits, Deed) else action.edits
    except Gone:
        return None
    return {**found, "edit": workspace_edit(edits, home, wording, offers)} if can_do(edits, offers) else None


MOST_DIAGNOSTICS = 100
"""Diagnostics that one action says it mends."""


def deed_of(data: Any) -> Deed:
    """A deed as a client kept it. Raises ValueError for anything else."""
    return convert(data, Deed)
