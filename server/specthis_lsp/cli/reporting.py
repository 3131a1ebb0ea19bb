"""Every report that was asked for, to where it was asked to go. Where they go has no say in the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .arguments import Options, Output, on_github
from .exits import UsageError
from .formats import FORMATS
from .look import Look
from .output import Style, emit, note, style_of

PRINTED = ("full", "concise")
"""What a person reads in a log, where a runner reads along."""


def tell(looks: Sequence[Look], options: Options) -> bool:
    """Write all reports. False, and a line on stderr for each, where a file could not be written."""
    told = True
    forms = FORMATS
    if options.statistics:
        from .statistics import FORMS as forms
    for output in options.outputs:
        if output.path is None:
            if options.silent:
                continue
            emit(_printed(output, forms[output.format](looks, options, style_of(options.color))))
            continue
        try:
            _put(output.path, forms[output.format](looks, options, Style()))
        except UsageError as error:
            note(f"specthis-lsp: {error}")
            told = False
    return told


def _printed(output: Output, lines: Iterable[str]) -> Iterable[str]:
    if output.format not in PRINTED or not on_github():
        return lines
    from .github import disarmed

    return map(disarmed, lines)


def _put(path: str, lines: Iterable[str]) -> None:
    from .files import put

    put(path, "".join(f"{line}\n" for line in lines))
