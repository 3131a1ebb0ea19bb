"""The paper inputs a file that is not there.

LaTeX stops where it does not find a file. Often it was moved or renamed, and the paper was not told.

    \\includegraphics{figures/los}          (and there is a figures/loss.pdf)

Correct the name, or put the file there. Said of names with a folder, and of those that differ from a file that is here
by a slip; any other may be a file of LaTeX itself. The name must fail from every document that reads it. Nothing is
said of what an entry exports or a script writes by name, of what git ignores, of what stands under a condition, of
files made by a build, and where TeX is told to look in further folders. In editors it speaks of generated files and
of sections that reports route to, unless `latex.general` is set.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..breaks import Lost
from ..finding import Finding
from ..text import Text, Word
from ..view import View
from .rule import Rule, Spec, also_named, change_all, did_you_mean, finding, is_slip
from .stale_routing import is_stale
from .texts import events_in, is_general, roots_of
from .unfound import is_lost_everywhere, is_unfound, meant_by, rewritten, slip_of


def check(subject: Spec | str, view: View) -> Iterator[Finding]:
    for root in roots_of(subject, view):
        for lost in view.breaks(root).lost:
            meant = told(lost, root, view)
            if meant is not None:
                yield _unresolved(lost, root, meant, view)


def told(lost: Lost, root: str, view: View) -> str | None:
    """The path that a lost name was meant to be, empty where none is like it; None where nothing is said of it."""
    if lost.spelled:
        return None
    slip = None if "/" in lost.name else slip_of(lost, view)
    if slip is None and "/" not in lost.name:
        return None
    if not is_unfound(lost, root, view) or is_stale(lost.places, lost.within, view):
        return None
    if not is_lost_everywhere(lost, root, view):
        return None
    return slip or meant_by(lost, view) or ""


def meant_in_place(lost: Lost, root: str, view: View) -> str | None:
    """The file that a finding on a lost name, of whichever rule, says was meant."""
    if lost.spelled:
        return lost.places[0] if is_lost_everywhere(lost, root, view) else None
    return told(lost, root, view)


def _unresolved(lost: Lost, root: str, meant: str, view: View) -> Finding:
    name = rewritten(lost, meant) if meant else None
    words = words_for(lost, view)
    suggestion = name or meant or None
    sure = name is not None and is_slip(lost.name, name)
    fixes = (change_all(lost.path, words, name, safe=sure),) if name and _as_said(words, lost) else ()
    return finding(
        RULE.code, RULE.severity, lost.path, words[0] if words else None,
        f"`{lost.name}` is not found from `{paths.name(root)}`{did_you_mean(suggestion)}", subject=lost.name,
        related=also_named(lost.path, words[1:]), fixes=fixes, general=is_general(lost.path, lost.within, view),
    )  # fmt: skip


def words_for(lost: Lost, view: View) -> list[Word]:
    """Where a file gives the name, as it stands there: of an import that is the file without its folder."""
    text = view.text(lost.path)
    source = text.source if isinstance(text, Text) else ""
    events = events_in(lost.path, ("graphic",) if lost.is_graphic else ("input",), lost.name, view)
    return [Word(source[event.start : event.end], event.start, event.end) for event in events]


def _as_said(words: list[Word], lost: Lost) -> bool:
    return bool(words) and all(word.text == lost.name for word in words)


RULE = Rule("unresolved-input", "warning", check, looks_at=("spec", "project"), rests_on="artefacts")
