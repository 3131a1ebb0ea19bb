"""What a script names: files, by the string literals that say their paths or, in Python, the last parts of these."""

from __future__ import annotations

from collections.abc import Iterator

from .. import paths
from ..facts import literals, quoted
from ..facts.script import ScriptFacts
from ..text import Text
from ..view import View
from .things import MADE_OF_PARTS, Mention, Role, of_file


def mentions(view: View, path: str) -> list[Mention]:
    """What a Python script names, in order."""
    text, facts = view.text(path), view.script(path)
    if not isinstance(text, Text):
        return []
    writes = frozenset(word.text for word in facts.writes) if isinstance(facts, ScriptFacts) else frozenset()
    reads = frozenset(word.text for word in facts.reads) if isinstance(facts, ScriptFacts) else frozenset()
    found: list[Mention] = []
    for literal in literals.read(text, path):
        role: Role = "write" if literal.path in writes else "read" if literal.path in reads else "text"
        found.append(
            of_file(
                literal.path, path, literal.span, literal.written, role, "python",
                base=literal.base, below=bool(literal.base), contract=role != "text",
            )
        )  # fmt: skip
    return found


def others(view: View, path: str) -> list[Mention]:
    """What a script in another language names, in order; nothing where a file is none."""
    if paths.suffix(path) not in quoted.SCRIPTS and (path.endswith(".ipynb") or not view.claims("script", path)):
        return []
    text = view.text(path)
    return list(_whole_paths(view, path, text)) if isinstance(text, Text) else []


def _whole_paths(view: View, path: str, text: Text) -> Iterator[Mention]:
    """Paths from the root, where none such lies beside the script: nobody knows from which folder that is run."""
    folder = paths.parent(path)
    for word, kind in quoted.read(text, path):
        target = paths.project_path(word.text)
        beside = paths.join(folder, word.text) if folder else None
        is_beside = isinstance(beside, str) and beside != target and view.is_here(beside)
        if isinstance(target, str) and not is_beside and not MADE_OF_PARTS.search(word.text):
            yield of_file(target, path, word.span, word.text, "text", "script" if kind == "string" else "make")
