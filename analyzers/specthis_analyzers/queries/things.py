"""What can be named, and one place that names it: the words in which definition, references and renaming speak."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from ..finding import Place
from ..text import Span

Kind = Literal["path", "entry", "label", "key"]
Role = Literal["declaration", "write", "read", "text"]
"""What a mention does: it declares the thing, says who writes it, reads it, or only speaks of it."""
Language = Literal["code span", "word", "yaml", "latex", "python", "script", "make", "string", "reference"]
"""How the text around a mention is written, which decides what a name there may hold."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Of specs and entries."""
LABEL = re.compile(r"[^\s{}\\%#~,$&^\"'`\[\]]*[^\s{}\\%#~,$&^\"'`\[\]:]")
MADE_OF_PARTS = re.compile(r"[*{}\x00-\x1f]")
"""Such a path is a pattern, and names no one file."""


class Thing(Struct, frozen=True, array_like=True):
    """What is named. A spec is its file."""

    kind: Kind
    name: str
    """Of a file or folder its path."""
    of: str = ""
    """Of an entry its spec; of a label a document in whose text it stands; of a key its entry, as `spec#entry`."""


class Way(Struct, frozen=True, array_like=True):
    """How the name of a file is found: from which folder, and what says where that folder is."""

    target: str
    base: str = ""
    anchor: str = ""
    """The file whose folder `base` is; empty where the folder stands for itself."""
    file: str = ""
    """Of a folder that is named for one file in it, that file: where it goes, its folder is what is named."""


class Mention(Struct, frozen=True, array_like=True):
    """One place that names a thing."""

    thing: Thing
    path: str
    span: Span
    written: str
    """The name as it is meant there; where the text between the offsets is another one, nobody can change it."""
    role: Role
    language: Language
    ways: tuple[Way, ...] = ()
    """Of the mention of a file: how each build that reads this place finds it."""
    dropped: str = ""
    """The suffix that is left out."""
    below: bool = False
    """Whether the name may not climb out of its folder."""
    contract: bool = False
    """Whether it stands where a contract or a command takes it for what it names, be that there or not."""
    doubtful: bool = False
    """Whether it is a word of prose that may mean something else."""

    @property
    def place(self) -> Place:
        return Place(self.path, self.span)


def of_file(
    target: str,
    path: str,
    span: Span,
    written: str,
    role: Role,
    language: Language,
    *,
    base: str = "",
    anchor: str = "",
    dropped: str = "",
    below: bool = False,
    contract: bool = False,
    doubtful: bool = False,
) -> Mention:
    """The mention of a file that is found in one way."""
    ways = (Way(target, base, anchor),)
    thing = Thing("path", target)
    return Mention(thing, path, span, written, role, language, ways, dropped, below, contract, doubtful)
