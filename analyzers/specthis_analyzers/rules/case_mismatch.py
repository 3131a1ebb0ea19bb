"""The paper spells a file in other letters' case than the disk.

macOS and Windows find `Figures/Loss.pdf` under the name `figures/loss.pdf`; Linux, Overleaf and most machines that
check papers do not, and the paper does not compile there.

    \\includegraphics{Figures/loss}          (and the folder is figures/)

Spell the name as the disk does, or rename the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Finding
from ..text import Word
from ..view import View
from .rule import Rule, Spec, also_named, change_all, finding
from .texts import roots_of
from .unfound import is_lost_everywhere
from .unresolved_input import words_for


def check(subject: Spec | str, view: View) -> Iterator[Finding]:
    for root in roots_of(subject, view):
        for lost in view.breaks(root).lost:
            if not lost.spelled or not is_lost_everywhere(lost, root, view):
                continue
            words = words_for(lost, view)
            right = _right(words, lost.name, lost.spelled)
            fixes = (change_all(lost.path, words, right, safe=True),) if right else ()
            yield finding(
                RULE.code, RULE.severity, lost.path, words[0] if words else None,
                f"`{lost.name}` is `{lost.spelled}` on disk, and most systems tell letters' case apart",
                subject=lost.name, related=also_named(lost.path, words[1:]), fixes=fixes,
            )  # fmt: skip


def _right(words: list[Word], name: str, spelled: str) -> str | None:
    """What to write in place of every word, where they all say the name, or its end with the rest of it right."""
    written = {word.text for word in words}
    word = written.pop() if len(written) == 1 else ""
    if not word or not name.endswith(word) or len(name) != len(spelled):
        return None
    before = len(name) - len(word)
    return spelled[before:] if name[:before] == spelled[:before] else None


RULE = Rule("case-mismatch", "warning", check, looks_at=("spec", "project"), rests_on="artefacts")
