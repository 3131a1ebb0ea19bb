"""Completions in the protocol's words, as one client takes them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from lsprotocol import types

from specthis_analyzers.queries.completion import About, Choice, Completion, Sort, completion, escaped, explanation
from specthis_analyzers.rules import BY_CODE
from specthis_analyzers.text import Span, Text

from . import gpus
from .feature import Here
from .homes import Home
from .offers import Offers
from .positions import Positions

KINDS: dict[Sort, tuple[types.CompletionItemKind, types.CompletionItemKind]] = {
    "key": (types.CompletionItemKind.Property, types.CompletionItemKind.Property),
    "kind": (types.CompletionItemKind.EnumMember, types.CompletionItemKind.Value),
    "field": (types.CompletionItemKind.Field, types.CompletionItemKind.Field),
    "status": (types.CompletionItemKind.EnumMember, types.CompletionItemKind.Value),
    "folder": (types.CompletionItemKind.Folder, types.CompletionItemKind.File),
    "file": (types.CompletionItemKind.File, types.CompletionItemKind.File),
    "spec": (types.CompletionItemKind.Module, types.CompletionItemKind.Module),
    "label": (types.CompletionItemKind.Reference, types.CompletionItemKind.Reference),
    "schema key": (types.CompletionItemKind.Property, types.CompletionItemKind.Property),
    "type": (types.CompletionItemKind.TypeParameter, types.CompletionItemKind.Keyword),
    "rule": (types.CompletionItemKind.Constant, types.CompletionItemKind.Value),
    "setting": (types.CompletionItemKind.Property, types.CompletionItemKind.Property),
    "word": (types.CompletionItemKind.Value, types.CompletionItemKind.Value),
}
"""How each sort is shown, and how by clients that know only the kinds which all do."""

MOST_EXPLAINED = 30
"""Choices of a list up to which the documentation goes along, to clients that do not ask for it."""
SNIPPET = types.InsertTextFormat.Snippet.value
MARKUP = re.compile(r"[`*]")


def completions(place: Here, uri: str, positions: Positions, offers: Offers) -> dict[str, Any] | None:
    """The choices at a place; None where there are none."""
    found = completion(place.home.project.view, place.path, place.offset, _codes_near(place))
    if found is None:
        return None
    rendering = _Rendering(place, uri, found, positions, offers)
    items = [rendering.item(number, choice) for number, choice in enumerate(found.choices)]
    if not offers.resolves and len(items) <= MOST_EXPLAINED:
        for item, choice in zip(items, found.choices, strict=True):
            if said := documentation(place.home, choice.about, offers):
                item["documentation"] = said
    return {"isIncomplete": not found.whole, "items": items}


class _Rendering:
    """One list for one client. Its choices share what is typed."""

    def __init__(self, place: Here, uri: str, found: Completion, positions: Positions, offers: Offers) -> None:
        self.text: Text = place.text
        self.uri = uri
        self.found = found
        self.positions = positions
        self.offers = offers
        self.ranges: dict[int, dict[str, Any]] = {}

    def item(self, number: int, choice: Choice) -> dict[str, Any]:
        """Choices stand in our order, whatever the client thinks of their names."""
        item: dict[str, Any] = {
            "label": choice.label,
            "kind": self._kind(choice.sort),
            "sortText": f"{number:04}",
            "filterText": choice.filter or choice.label,  # Neovim holds no choice without to what is typed
        }
        snippet = self._snippet(choice)
        item["textEdit"] = self._edit(choice, snippet or choice.text)
        if snippet:
            item["insertTextFormat"] = SNIPPET
        if choice.filter and choice.filter != choice.label:
            item["insertText"] = choice.filter  # Eglot holds what is typed to this, and inserts the edit all the same
        if choice.detail:
            item["detail"] = choice.detail
        if choice.about:
            item["data"] = [self.uri, *choice.about]
        return item

    def _kind(self, sort: Sort) -> int:
        best, known_to_all = KINDS[sort]
        is_known = best.value in self.offers.completion_kinds or best.value <= types.CompletionItemKind.Reference.value
        return best.value if is_known else known_to_all.value

    def _snippet(self, choice: Choice) -> str:
        """The choice as a snippet; empty where plain text does."""
        if not self.offers.snippets:
            return ""
        return choice.snippet or (escaped(choice.text) if self.offers.cuts_at_blanks and " " in choice.text else "")

    def _edit(self, choice: Choice, new: str) -> dict[str, Any]:
        whole = self._range(choice.end)
        if self.offers.inserts_or_replaces:
            return {"newText": new, "insert": self._range(self.found.offset), "replace": whole}
        return {"newText": new, "range": whole}

    def _range(self, end: int) -> dict[str, Any]:
        if end not in self.ranges:
            self.ranges[end] = self.positions.range(self.text, Span(self.found.start, end))
        return self.ranges[end]


def documentation(home: Home, about: About, offers: Offers) -> dict[str, str] | None:
    """What a choice means, in the client's markup; None where nothing is known."""
    if about[:1] == ("rule",):
        rule = BY_CODE.get(about[-1])
        said = rule.manual.strip() if rule else ""
    elif about[:1] == ("gpu",):
        said = gpus.said(about[-1])
    else:
        said = explanation(home.project.view, about)
    if not said:
        return None
    if offers.completes_in_markdown:
        return {"kind": "markdown", "value": said}
    return {"kind": "plaintext", "value": MARKUP.sub("", said)}


def _codes_near(place: Here) -> dict[str, str]:
    """Every rule with a line on it, first those that speak in this file, the nearest before others."""

    def distance(start: int) -> int:
        return abs(start - place.offset)

    findings = place.home.project.findings_at(place.path)
    near = sorted(findings, key=lambda finding: distance(finding.place.span.start if finding.place.span else 0))
    known = _summaries()
    return {finding.code: known[finding.code] for finding in near if finding.code in known} | known


@cache
def _summaries() -> dict[str, str]:
    return {code: rule.summary for code, rule in BY_CODE.items()}
