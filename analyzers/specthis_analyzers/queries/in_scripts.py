"""What a Python script names: files, by the string literals that say their paths or the last parts of these."""

from __future__ import annotations

from ..facts import literals
from ..facts.script import ScriptFacts
from ..text import Text
from ..view import View
from .things import Mention, Role, of_file


def mentions(view: View, path: str) -> list[Mention]:
    """What a script names, in order."""
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
