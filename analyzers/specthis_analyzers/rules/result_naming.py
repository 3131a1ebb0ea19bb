"""A result does not lie in the folder that is named after its entry.

The convention of specthis: entry `base` of `compute-fit.md` writes below `results/fit-base/`, so that each result
tells which spec and entry it is of.

    Output: `results/base.json`          (of entry base in compute-fit.md)

Change the path, in the script as well. Other projects have other conventions, so this rule speaks only in profile
`specthis`: `profiles = ["specthis"]` below `[rules]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding
from ..view import View
from .layout import known_part, outputs_lying
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    stem = paths.stem(spec.path).removeprefix("compute-")
    results = view.analysis.results
    for written in outputs_lying("results", spec, view):
        entry = written.entry.name.text
        expected = [f"{folder}/{stem}-{entry}" if folder else f"{stem}-{entry}" for folder in results]
        if written.path in expected or any(paths.below(written.path, folder) for folder in expected):
            continue
        if known_part(written.word.text) != written.word.text and _may_become(written.path, expected):
            continue
        message = f"`{written.word.text}` is not below `{expected[0]}/`"
        yield finding(RULE.code, RULE.severity, spec.path, written.word, message, entry=entry)


def _may_become(path: str, expected: list[str]) -> bool:
    """Whether a placeholder may stand for the folder that is expected."""
    return any(paths.below(folder, path) for folder in expected)


RULE = Rule("result-naming", "hint", check, kinds=("compute",))
