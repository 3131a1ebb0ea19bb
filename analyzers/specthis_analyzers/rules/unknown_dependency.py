"""A spec depends on a spec that does not exist.

`depends_on` lists the files of other specs in the same folder. A name that leads nowhere means that what this spec
builds on was renamed, removed or never written.

    depends_on: [compute-fits.md]

Correct the name, or write the spec.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..finding import Finding, Fix
from ..text import Word
from ..view import View
from .rule import Rule, Spec, change_to, did_you_mean, finding, is_slip, nearest


def check(spec: Spec, view: View) -> Iterator[Finding]:
    key = spec.facts.front.key("depends_on") if spec.facts.front else None
    if key is not None and key.shape == "mapping":
        yield _no_name(key.name, spec)
    for written in key.values if key else ():
        stem = written.text.removesuffix(".md")
        if stem != written.text and "/" not in stem and view.claims("spec", stem):
            continue  # As nearly all are; specs lie in one folder.
        if stem != written.text and is_known(written.text, spec, view):
            continue
        yield from _unknown(written, spec, view)


def is_known(name: str, spec: Spec, view: View) -> bool:
    """Whether it is there, or some spec still says this name: then that one's file was renamed (`name-mismatch`)."""
    path = paths.join(paths.parent(spec.path), name)
    if not isinstance(path, str):
        return False
    if paths.parent(path) == paths.parent(spec.path) and view.claims("spec", paths.stem(path)):
        return True
    return view.presence(path) != "missing" or bool(view.claims("misnamed", paths.stem(path)))


def _no_name(word: Word, spec: Spec) -> Finding:
    """A `:` behind a name makes a mapping of it, which nobody reads."""
    message = "what this spec depends on are filenames alone: `- compute-fit.md`"
    return finding(RULE.code, RULE.severity, spec.path, word, message, subject="depends_on")


def _unknown(written: Word, spec: Spec, view: View) -> Iterator[Finding]:
    if not written.text and written.end > written.start:
        yield _no_name(written, spec)
        return
    without_suffix = bool(view.claims("spec", written.text))
    if without_suffix:
        suggestion: str | None = f"{written.text}.md"
    else:
        others = [name for name in view.names("spec") if name != paths.stem(spec.path)]
        stem = nearest(written.text.removesuffix(".md"), others)
        suggestion = f"{stem}.md" if stem else None
    reason = "is written without `.md`" if without_suffix else "is no spec here"
    message = f"`{written.text}` {reason}{did_you_mean(suggestion)}" if written.text else "this dependency is empty"
    fixes: tuple[Fix, ...] = (
        (change_to(spec.path, written, suggestion, safe=_is_sure(written.text, suggestion)),) if suggestion else ()
    )
    yield finding(RULE.code, RULE.severity, spec.path, written, message, fixes=fixes)


def _is_sure(written: str, suggestion: str) -> bool:
    return is_slip(written.removesuffix(".md"), suggestion.removesuffix(".md"))


RULE = Rule("unknown-dependency", "error", check)
