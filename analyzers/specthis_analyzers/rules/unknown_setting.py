"""The settings say something that no setting means.

A setting that is none silently does nothing: the folder it names is not checked, the rule it silences still speaks.
One that is plainly misspelt is read as what it was meant to be, so that nothing else is said because of it.

    [layout]
    result = ["out"]

So does a folder of specs or a paper that is not here, where something of much the same name is.

Correct the name; `specthis-lsp --check --show-settings` prints every setting and where its value comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .. import paths
from ..facts.configuration import UnknownSetting
from ..finding import Finding
from ..settings import Analysis
from ..text import Span, Text
from ..view import View
from .rule import Rule, Settings, change_to, did_you_mean, finding, is_slip, nearest


def check(settings: Settings, view: View) -> Iterator[Finding]:
    given = settings.configuration.given
    for unknown in settings.configuration.unknown:
        yield _unknown(settings.path, unknown, [name for name in unknown.known if name not in given])
    yield from _unknown_codes(settings, view.codes)
    for name, path in _single_paths(view.analysis):
        if name in given and view.presence(path) == "missing":
            yield from _absent(settings.path, name, path, view)


def _single_paths(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """The settings that name what every clone has."""
    yield "layout.specs", analysis.specs
    for paper in analysis.papers:
        yield "layout.papers", paper


def _absent(settings: str, name: str, path: str, view: View) -> Iterator[Finding]:
    """What is not here, where something much like it is: then it is a slip, and nothing that is still to come."""
    folder, text = paths.parent(path), view.text(settings)
    there = [item.name for item in view.folder(folder) if item.is_folder == (name == "layout.specs")]
    meant = nearest(paths.name(path), [other for other in there if paths.suffix(other) == paths.suffix(path)])
    if meant is None or not isinstance(text, Text):
        return
    written = re.search(f"(?<=[\"'/]){re.escape(paths.name(path))}(?=[\"'])", text.source)
    if written is None:
        return
    suggestion = f"{folder}/{meant}" if folder else meant
    yield finding(
        RULE.code, RULE.severity, settings, Span(*written.span()),
        f"`{name}` names `{path}`, which is not here{did_you_mean(suggestion)}", subject=f"{name} {path}",
        fixes=(change_to(settings, Span(*written.span()), meant, safe=is_slip(paths.name(path), meant)),),
    )  # fmt: skip


def _unknown_codes(settings: Settings, codes: Sequence[str]) -> Iterator[Finding]:
    for word in settings.configuration.codes:
        if word.text in codes:
            continue
        meant = nearest(word.text, codes)
        fixes = (change_to(settings.path, word, meant, safe=True),) if meant else ()
        yield finding(
            RULE.code, RULE.severity, settings.path, word, f"there is no rule `{word.text}`{did_you_mean(meant)}",
            fixes=fixes,
        )  # fmt: skip


def _unknown(path: str, unknown: UnknownSetting, free: list[str]) -> Finding:
    """What was meant is not what stands beside it: said twice, the file could not be read at all."""
    meant = nearest(unknown.name, free)
    written = unknown.name.rpartition(".")[2]
    fixes = ()
    if meant:
        fixes = (
            change_to(
                path, unknown.span, meant.rpartition(".")[2], safe=unknown.span.end - unknown.span.start == len(written)
            ),
        )
    return finding(
        RULE.code, RULE.severity, path, unknown.span, f"{unknown.message}{did_you_mean(meant)}",
        subject=unknown.name, fixes=fixes,
    )  # fmt: skip


RULE = Rule("unknown-setting", "warning", check, looks_at=("settings",), any_dialect=True)
