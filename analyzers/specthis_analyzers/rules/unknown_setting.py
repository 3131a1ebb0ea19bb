"""The settings say something that no setting means.

A setting that is none silently does nothing: the folder it names is not checked, the rule it silences still speaks.
One that is plainly misspelt is read as what it was meant to be, so that nothing else is said because of it.

    [layout]
    result = ["out"]

Correct the name; `specthis-lsp --check --show-settings` prints every setting and where its value comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..facts.configuration import UnknownSetting
from ..finding import Finding
from ..view import View
from .rule import Rule, Settings, change_to, did_you_mean, finding, nearest


def check(settings: Settings, view: View) -> Iterator[Finding]:
    given = settings.configuration.given
    for unknown in settings.configuration.unknown:
        yield _unknown(settings.path, unknown, [name for name in unknown.known if name not in given])
    yield from _unknown_codes(settings, view.codes)


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
