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
from ..finding import Finding, Fix, Replace
from ..text import Span
from ..view import View
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_pattern, is_slip, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    missing: dict[tuple[str, bool], list[Contract]] = {}
    for entry in spec.entries:
        if entry.script is None or entry.state is None or is_pattern(entry.script.text):
            continue
        path = paths.project_path(entry.script.text)
        if isinstance(path, str) and view.presence(path) == "missing":
            missing.setdefault((path, entry.ready), []).append(entry)
    for (path, ready), entries in missing.items():
        yield _missing(spec, entries, path, view) if ready else _to_be_written(spec, entries, path)


def _missing(spec: Spec, entries: list[Contract], path: str, view: View) -> Finding:
    """One script that is gone is one break, however many entries name it."""
    words = [entry.script for entry in entries if entry.script]
    suggestion = _like(path, view)
    message = f"spec lies: status says `script ready` but script does not exist: `{path}`{did_you_mean(suggestion)}"
    fixes = [_to_be_done(spec, entries)]
    if suggestion:
        fixes.insert(0, change_all(spec.path, words, suggestion, safe=is_slip(path, suggestion)))
    return finding(
        RULE.code, RULE.severity, spec.path, words[0], message, entry=entries[0].name.text, subject=path,
        related=also_named(spec.path, words[1:]), fixes=tuple(fixes),
    )  # fmt: skip


def _to_be_done(spec: Spec, entries: list[Contract]) -> Fix:
    """All of these entries are called undone: with fewer the break would stay."""
    starts = [entry.status.start for entry in entries if entry.status]
    edits = [Replace(spec.path, Span(start, start + len("script ready")), "script TBD") for start in starts]
    of_them = f" of {len(starts)} entries" if len(starts) > 1 else ""
    return Fix(f"Set the status{of_them} to `script TBD`", tuple(edits))


def _to_be_written(spec: Spec, entries: list[Contract], path: str) -> Finding:
    words = [entry.script for entry in entries if entry.script]
    return finding(
        RULE.code, "hint", spec.path, words[0], f"`{path}` is still to be written", entry=entries[0].name.text,
        subject=path, related=also_named(spec.path, words[1:]),
    )  # fmt: skip


def _like(path: str, view: View) -> str | None:
    """A script of the same folder that looks like the one meant and that no entry claims."""
    by_stem = view.stems(paths.parent(path), paths.suffix(path))
    stem = nearest(paths.stem(path), list(by_stem), lambda stem: not view.claims("script", by_stem[stem]))
    return by_stem[stem] if stem else _moved(path, view)


def _moved(path: str, view: View) -> str | None:
    """The one script of the same name in a folder near by, that no entry claims."""
    name = paths.name(path)
    found = [f"{folder}/{name}" if folder else name for folder in _folders_near(paths.parent(path), view)]
    free = [other for other in found if view.is_here(other) and not view.claims("script", other)]
    return free[0] if len(free) == 1 else None


def _folders_near(folder: str, view: View) -> list[str]:
    """The folders inside a folder, beside it and above it, and those of its name where one above was renamed."""
    above = paths.above(folder)
    found = [*_folders_in(folder, view), *above]
    for outer, beside in zip(above, (folder, *above), strict=False):
        below = folder[len(beside) :]
        found += [other + below for other in _folders_in(outer, view)]
    return [other for other in dict.fromkeys(found) if other != folder][:MAX_FOLDERS_NEAR]


def _folders_in(folder: str, view: View) -> list[str]:
    names = [item.name for item in view.folder(folder) if item.is_folder and not item.name.startswith(".")]
    return [f"{folder}/{name}" if folder else name for name in names]


MAX_FOLDERS_NEAR = 100

RULE = Rule("missing-script", "error", check)
