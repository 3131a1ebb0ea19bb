"""The name of a spec is not the stem of its file.

Other specs name a spec by its file, people by its name; when the two differ, one of them points nowhere.

    ---                       (in specs/compute-fit.md)
    name: compute-fits
    ---

Change the name, or rename the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding, Fix, Rename
from ..view import View
from .rule import Rule, Spec, change_to, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    name = spec.scalar("name")
    stem = paths.stem(spec.path)
    if name is None or name.text == stem:
        return
    message = f"the spec is named `{name.text}`, its file `{stem}.md`"
    fixes = (change_to(spec.path, name, stem, safe=True), *_rename(spec.path, name.text, view))
    yield finding(RULE.code, RULE.severity, spec.path, name, message, fixes=fixes)


def _rename(path: str, name: str, view: View) -> tuple[Fix, ...]:
    target = paths.join(paths.parent(path), f"{name}.md")
    if "/" in name or not isinstance(target, str) or view.presence(target) != "missing":
        return ()
    return (Fix(f"Rename the file to `{name}.md`", (Rename(path, target),)),)


RULE = Rule("name-mismatch", "error", check)
