"""A section shows a file that was an export and is none any more.

Its entry is gone, or exports something of another name by now. Nothing writes the file again, so the paper shows what
was true of old.

    \\input{figures/loss}          (and entry `loss` of report-fit.md exports `reports/figures/loss_curve.tex` now)

Input what the entry exports now, or remove the input. That the file was an export is told by the index that a project
keeps in git (`specs/_index.json`); without one nothing is said. A text, a preamble or a drawing that never was an
export is left alone, and so is what another entry exports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import paths
from ..facts.contract import Contract
from ..facts.index import Exported
from ..finding import Finding
from ..routing import ARTEFACT_SUFFIXES, Section, without_suffix
from ..text import Text, Word
from ..view import View
from ..world import Unread
from .routes import Route, is_read, routes_of
from .rule import Rule, Spec, also_named, change_all, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if not view.indexed():
        return
    for route in routes_of(spec):
        section = view.section(route.path, route.label.text) if is_read(route.path, view) else None
        for stem, old in _stale_in(section, view) if section else ():
            yield from _stale(stem, old, route, view)


def _stale_in(section: Section, view: View) -> list[tuple[str, Exported]]:
    """The exports of another day that a section brings in, by their paths less the suffix."""
    indexed = view.indexed()
    found = {path: indexed[path] for target in section.targets for path in target.paths if path in indexed}
    return [
        (stem, old)
        for stem, old in sorted(found.items())
        if not any(_is_export(path, view) for target in section.find(old.path) for path in target.paths)
        and not _is_unsaid(old, view)
    ]


def _is_unsaid(old: Exported, view: View) -> bool:
    """Whether its spec does not say at present what that entry exports, or says nothing at all: that is the finding."""
    folder = view.analysis.specs
    facts = view.spec(f"{folder}/{old.spec}" if folder else old.spec)
    if isinstance(facts, Unread):
        return facts.reason != "missing"
    if not facts.entries or (facts.front is not None and facts.front.problem is not None):
        return True
    return any(entry.name.text == old.entry and not entry.exports for entry in facts.entries)


def _is_export(stem: str, view: View) -> bool:
    return any(view.claims("export", stem + suffix) or view.claims("path", stem + suffix) for suffix in SUFFIXES)


SUFFIXES = ("", *ARTEFACT_SUFFIXES, ".pgf", ".tikz")


def is_stale(places: Sequence[str], within: Sequence[str], view: View) -> bool:
    """Whether this rule speaks of a name: one of its places was an export, and a report routes to a section around."""
    if not any(view.claims("route", label) for label in within):
        return False
    indexed = view.indexed()
    stems = [without_suffix(place) for place in places]
    known = any(stem in indexed and not _is_unsaid(indexed[stem], view) for stem in stems)
    return known and not any(_is_export(stem, view) for stem in stems)


def is_replaced(spec: str, entry: str, section: Section, view: View) -> bool:
    """Whether a section still shows what an entry exported on another day."""
    return any((old.spec, old.entry) == (paths.name(spec), entry) for _, old in _stale_in(section, view))


def _stale(stem: str, old: Exported, route: Route, view: View) -> Iterator[Finding]:
    places = _places(stem, route, view)
    path, words = places[0] if places else (route.path, [])
    entry = _entry_now(old, view)
    new = [word.text for word in entry.exports if paths.suffix(word.text) == paths.suffix(old.path)] if entry else []
    now = f"entry `{old.entry}` of `{old.spec}` exports {_listed(new)} now" if new else f"`{old.spec}` exported it once"
    meant = _renamed(words, stem, new[0]) if len(new) == 1 else None
    fixes = (change_all(path, words, meant),) if meant else ()
    yield finding(
        RULE.code, RULE.severity, path, words[0] if words else None,
        f"`{old.path}` is no export any more: {now}", subject=old.path,
        related=also_named(path, words[1:]), fixes=fixes,
    )  # fmt: skip


def _places(stem: str, route: Route, view: View) -> list[tuple[str, list[Word]]]:
    """Where the texts of a document give the name, file by file."""
    found: dict[str, list[Word]] = {}
    for root in view.roots(route.path):
        bases = (paths.parent(root), "")
        for placed in view.flow(root).flow.events:
            event = placed.event
            if event.kind not in ("input", "graphic", "conditional"):
                continue
            joined = [paths.join(base, without_suffix(event.text)) for base in (*bases, paths.parent(placed.path))]
            if stem in joined or paths.name(stem) == without_suffix(event.text):
                text = view.text(placed.path)
                source = text.source if isinstance(text, Text) else ""
                word = Word(source[event.start : event.end], event.start, event.end)
                if word not in found.setdefault(placed.path, []):
                    found[placed.path].append(word)
    return list(found.items())


def _entry_now(old: Exported, view: View) -> Contract | None:
    folder = view.analysis.specs
    facts = view.spec(f"{folder}/{old.spec}" if folder else old.spec)
    entries = () if isinstance(facts, Unread) else facts.entries
    return next((entry for entry in entries if entry.name.text == old.entry and entry.side == "report"), None)


def _renamed(words: list[Word], stem: str, new: str) -> str | None:
    """The new file as the old one was written: from the same folder, with a suffix only where there was one."""
    written = {word.text for word in words}
    name = written.pop() if len(written) == 1 else ""
    bare = without_suffix(name)
    if not bare or not f"/{stem}".endswith(f"/{bare}"):
        return None
    base = stem[: len(stem) - len(bare)]
    said = new if name != bare else without_suffix(new)
    return said[len(base) :] if said.startswith(base) else None


def _listed(exports: list[str]) -> str:
    return ", ".join(f"`{path}`" for path in exports)


RULE = Rule("stale-routing", "warning", check, kinds=("report",))
