"""The name of a spec is not the stem of its file.

Other specs name a spec by its file, people by its name; when the two differ, one of them points nowhere.

    ---                       (in specs/compute-fit.md)
    name: compute-fits
    ---

Change the name, or rename the file. Where others depend on the old name, it is changed in them too. A copy of a whole
spec says its entries a second time: remove it, or make a spec of its own of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import paths
from ..claims import ARROW
from ..finding import Finding, Fix, Place, Related, Rename, Replace
from ..text import Span, Word
from ..view import View
from ..world import Unread
from .copies import original_of
from .rule import Rule, Spec, change_to, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    name = spec.scalar("name")
    stem = paths.stem(spec.path)
    if name is None or name.text == stem:
        return
    original = original_of(spec.path, spec.facts, view)
    if original is not None:
        yield _copied(spec, name, original)
        return
    message = f"the spec is named `{name.text}`, its file `{stem}.md`"
    fixes = (_change(spec, name, stem, view), *_rename(spec.path, name.text, view))
    yield finding(RULE.code, RULE.severity, spec.path, name, message, fixes=fixes)


def _copied(spec: Spec, name: Word, original: str) -> Finding:
    """What becomes of a copy is for its author to say."""
    message = f"this is a copy of `{original}`, and still has its name"
    related = (Related(Place(original), "the spec that was copied"),)
    return finding(RULE.code, RULE.severity, spec.path, name, message, related=related)


def _change(spec: Spec, name: Word, stem: str, view: View) -> Fix:
    """The name becomes the file's; whoever depends on the name as it was follows."""
    changed = change_to(spec.path, name, stem, safe=True)
    old = paths.join(paths.parent(spec.path), f"{name.text}.md")
    if not isinstance(old, str) or "/" in name.text or view.presence(old) != "missing":
        return changed
    others = [other for other in _depending_on(old, view) if other != spec.path]
    edits = [edit for other in others for edit in _followed(other, old, stem, view)]
    return Fix(changed.title, (*changed.edits, *edits), safe=True)


def _depending_on(path: str, view: View) -> list[str]:
    """The specs that depend on a file. Of all the others nothing is asked: a name is typed key by key."""
    arrows = [name.split(ARROW) for name in view.names("dependency") if path in name]
    return [spec for spec, *targets in arrows if path in targets]


def _followed(path: str, old: str, stem: str, view: View) -> list[Replace]:
    """Where a spec that depends on the old name says it, in its front matter and in its text."""
    facts, text = view.spec(path), view.text(path)
    key = facts.front.key("depends_on") if not isinstance(facts, Unread) and facts.front else None
    if not key or isinstance(text, Unread) or all(word.text != paths.name(old) for word in key.values):
        return []
    said = re.finditer(rf"(?<![\w/.-]){re.escape(paths.stem(old))}(?![\w/-])", text.source)
    return [Replace(path, Span(*match.span()), stem) for match in said]


def _rename(path: str, name: str, view: View) -> tuple[Fix, ...]:
    target = paths.join(paths.parent(path), f"{name}.md")
    if "/" in name or not isinstance(target, str) or view.presence(target) != "missing":
        return ()
    return (Fix(f"Rename the file to `{name}.md`", (Rename(path, target),)),)


RULE = Rule("name-mismatch", "error", check)
