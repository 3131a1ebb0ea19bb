"""Paths that stand whole in a script of another language than Python: in quotes, in a comment, in a shell as a word.

No grammar is read: what is put together, escaped or filled in is left out, and so is a script that changes its folder.
"""

from __future__ import annotations

import re
from typing import Literal

from .. import paths
from ..text import Span, Text, Word

Kind = Literal["string", "word"]

SHELLS = frozenset((".sh", ".bash", ".zsh", ".ksh", ".sbatch", ".slurm", ".pbs"))
SCRIPTS = frozenset((".r", ".rmd", ".qmd", ".jl", ".do", ".ado", ".m", ".pl", ".lua", *SHELLS))
"""Suffixes of scripts in other languages."""
HASH = frozenset((".r", ".jl", ".pl", *SHELLS))
"""Of those in which `#` begins a comment."""
STRING = re.compile(r"([\"'])([^\"'\\`$*{}%<>|\x00-\x1f]+)\1")
WORD = re.compile(r"[^\s:=()$,;'\"|&<>\\#@+?!`\[\]]+")
COMMENT = re.compile(r"#[^\r\n]*")
OTHER_FOLDER = re.compile(r"\bsetwd\s*\(|\b(?:cd|chdir)\s*\(|^[ \t]*(?:cd|pushd)\b", re.MULTILINE)
"""What says that paths begin elsewhere."""


def read(text: Text, path: str) -> list[tuple[Word, Kind]]:
    """The words of a script that may be a path as they stand, and where, in order."""
    source, suffix = text.source, paths.suffix(path)
    if OTHER_FOLDER.search(source):
        return []
    found: dict[Span, tuple[Word, Kind]] = {}
    if suffix in HASH:
        spans = [Span(0, len(source))] if suffix in SHELLS else [Span(*one.span()) for one in COMMENT.finditer(source)]
        for span in spans:
            for match in WORD.finditer(source, span.start, span.end):
                _take(found, match[0].rstrip(".:"), match.start(), "word")
    for match in STRING.finditer(source):
        _take(found, match[2], match.start(2), "string")
    return [found[span] for span in sorted(found)]


def is_comment(text: Text, path: str, offset: int) -> bool:
    """Whether a place is in a line that is nothing but a comment."""
    return paths.suffix(path) in HASH and text.line(text.line_of(offset)).lstrip().startswith("#")


def _take(found: dict[Span, tuple[Word, Kind]], written: str, start: int, kind: Kind) -> None:
    bare = written.rstrip("/")
    if "/" in bare and "://" not in bare:
        found[Span(start, start + len(bare))] = (Word(bare, start, start + len(bare)), kind)
