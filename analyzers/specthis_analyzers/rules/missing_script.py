"""An entry says that its script is ready, but the script does not exist.

A status of `script ready` is what readers, reviewers and `run` rely on. Where the script was renamed, moved or never
committed, the spec lies. Under `script TBD` the same is only a hint: the script is still to be written.

    ### base

    Script: `scripts/fit.py`
    Output: `results/fit-base/fit.json`
    Status: script ready

Correct the path, bring the script back, or set the status to `script TBD`. A script that git ignores is left alone:
a fresh clone cannot have it.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts.contract import Contract
from ..finding import Finding
from ..text import Span
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding, is_pattern, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    for entry in spec.entries:
        if entry.script is None or entry.state is None or is_pattern(entry.script.text):
            continue
        path = paths.project_path(entry.script.text)
        if not isinstance(path, str) or view.presence(path) != "missing":
            continue
        yield _missing(spec, entry, path, view)


def _missing(spec: Spec, entry: Contract, path: str, view: View) -> Finding:
    assert entry.script is not None
    if not entry.ready:
        return finding(
            RULE.code, "hint", spec.path, entry.script, f"`{path}` is still to be written",
            entry=entry.name.text, subject=path,
        )  # fmt: skip
    suggestion = _like(path, view)
    message = f"spec lies: status says `script ready` but script does not exist: `{path}`{did_you_mean(suggestion)}"
    fixes = [change_to(spec.path, entry.script, suggestion, safe=_same_digits(path, suggestion))] if suggestion else []
    if entry.status:
        start = entry.status.start
        fixes.append(change_to(spec.path, Span(start, start + len("script ready")), "script TBD"))
    return finding(
        RULE.code, RULE.severity, spec.path, entry.script, message,
        entry=entry.name.text, subject=path, fixes=tuple(fixes),
    )  # fmt: skip


def _like(path: str, view: View) -> str | None:
    """A script of the same folder that looks like the one meant and that no entry claims."""
    folder, ending = paths.parent(path), paths.suffix(path)
    before = f"{folder}/" if folder else ""
    there = [item.name for item in view.folder(folder) if not item.is_folder and paths.suffix(item.name) == ending]
    by_stem = {paths.stem(name): f"{before}{name}" for name in there}
    stem = nearest(paths.stem(path), list(by_stem), lambda stem: not view.claims("script", by_stem[stem]))
    return by_stem[stem] if stem else None


def _same_digits(path: str, other: str) -> bool:
    """`fit-2023.py` is much like `fit-2024.py`, and another script."""
    return [letter for letter in path if letter.isdigit()] == [letter for letter in other if letter.isdigit()]


RULE = Rule("missing-script", "error", check)
