"""Two entries write the same file.

Whichever runs last wins, and what the other promises is gone without a trace. The paper then shows one result under
the name of another.

    Output: `results/fit/fit.json`          (of entry base)
    Output: `results/fit/fit.json`          (of entry wide)

Give each entry a file of its own. Outputs and exports count alike, and so does each variant of an entry with
`{variant_name}` in its path. The finding stands at the later entry, in order of files.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.contract import Contract
from ..facts.variants import paths_of
from ..finding import Finding, Place, Related
from ..text import Span, Word
from ..view import View
from ..world import Unread
from .copies import copies_of, original_of
from .rule import Rule, Spec, finding


def check(spec: Spec, view: View) -> Iterator[Finding]:
    if not any(table == "path" for table, _ in view.contested(spec.path)):
        return
    if original_of(spec.path, spec.facts, view):
        return  # `name-mismatch` tells of a copy.
    copies = copies_of(spec.path, view)
    own: dict[str, tuple[str, Word]] = {}
    for entry in spec.entries:
        for word in (*entry.outputs, *entry.exports) if entry.side else ():
            written = paths_of(entry, word.text)
            twice = _first_twice(spec, entry, word, written, own, copies, view)
            if twice:
                yield twice
            for path in written:
                own.setdefault(path, (entry.name.text, word))


def _first_twice(
    spec: Spec,
    entry: Contract,
    word: Word,
    written: tuple[str, ...],
    own: dict[str, tuple[str, Word]],
    copies: frozenset[str],
    view: View,
) -> Finding | None:
    """One finding for a written path, however many of its variants are written by others."""
    for path in written:
        claims = [claim for claim in view.claims("path", path) if claim.path not in copies]
        if len(claims) < 2:
            continue
        if claims[0].path < spec.path:
            first = Place(claims[0].path, _span_in(claims[0].path, path, view))
            return _twice(spec, entry, word, path, claims[0].entry, first)
        name, first_word = own.get(path, (entry.name.text, word))
        if name != entry.name.text:
            return _twice(spec, entry, word, path, name, Place(spec.path, first_word.span))
    return None


def _twice(spec: Spec, entry: Contract, word: Word, path: str, other: str, first: Place) -> Finding:
    where = f" of `{first.path}`" if first.path != spec.path else ""
    shown = path if "{" not in path else word.text
    return finding(
        RULE.code, RULE.severity, spec.path, word, f"`{shown}` is written by entry `{other}`{where} too",
        entry=entry.name.text, subject=path, related=(Related(first, "written here first"),),
    )  # fmt: skip


def _span_in(spec: str, path: str, view: View) -> Span | None:
    facts = view.spec(spec)
    for entry in () if isinstance(facts, Unread) else facts.entries:
        for word in (*entry.outputs, *entry.exports):
            if path in paths_of(entry, word.text):
                return word.span
    return None


RULE = Rule("duplicate-output", "error", check)
