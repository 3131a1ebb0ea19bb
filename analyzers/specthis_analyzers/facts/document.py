"""What a LaTeX file says, as a list of events in reading order. Sections are made of them later, per root."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ..suppression import Suppression

EventKind = Literal[
    "section",  # \part ... \subparagraph, and \begin{frame} of beamer; `level` orders them, text is the title's source
    "label",  # \label{text}
    "reference",  # \ref, \cref, \autoref ...: one event per name
    "input",  # \input \include \subfile \InputIfFileExists ..., \import as folder/name: text is the path as written
    "graphic",  # \includegraphics and its relatives
    "version",  # \sectionversion, or a macro named so in the settings
    "definition",  # a macro is defined: text is its name with the backslash
    "begin",  # \begin{document}, of a float, of an appendix: text is the environment's name
    "end",  # the same, closed; also \end{document}, \endinput as text "input"
    "class",  # \documentclass: text is the class; `extra` the main file of a subfile
    "root",  # % !TEX root = text
    "graphics path",  # \graphicspath: one event per folder
    "conditional",  # an input or graphic that only some builds take: text is its path
    "unknown",  # an input, graphic or label whose argument cannot be read off the text; text is the argument
]


class Event(Struct, frozen=True, array_like=True, gc=False):
    """One thing a LaTeX file does. `start` and `end` cover `text` in the source; `line` counts from 0."""

    kind: EventKind
    text: str
    start: int
    end: int
    line: int
    level: int = 0
    """Of a section: part -1, chapter 0, section 1 ... subparagraph 5, frame 6; else 0."""
    extra: str = ""
    """The command or environment that said it, without backslash."""
    is_padded: bool = False
    """Whether blanks stand around a label, which LaTeX takes for a part of its name."""


class DocumentFacts(Struct, frozen=True, array_like=True):
    """The events of one LaTeX file, in order."""

    events: tuple[Event, ...]
    suppressions: tuple[Suppression, ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether the file says `\\documentclass` of a class that is no subfile's."""
        return any(event.kind == "class" and event.text != "subfiles" for event in self.events)
