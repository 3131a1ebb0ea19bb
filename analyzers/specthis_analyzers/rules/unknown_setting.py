"""The settings say something that no setting means.

A misspelt setting silently does nothing: the folder it names is not checked, the rule it silences still speaks.

    [layout]
    result = ["out"]

Correct the name; `specthis-lsp --check --show-settings` prints every setting and where its value comes from.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.configuration import UnknownSetting
from ..finding import Finding
from ..view import View
from .rule import Rule, Settings, change_to, did_you_mean, finding, nearest


def check(settings: Settings, view: View) -> Iterator[Finding]:
    for unknown in settings.configuration.unknown:
        yield _unknown(settings.path, unknown)


def _unknown(path: str, unknown: UnknownSetting) -> Finding:
    meant = nearest(unknown.name, unknown.known)
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
