"""Labels and files that a LaTeX text gives to commands we do not know: whatever those do, it cannot be told from here.

Asked only where something seems to be absent, so the text is searched each time, and nothing is kept of it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import islice

COMMENT = re.compile(r"(?<!\\)%.*")
LABEL_BEFORE = re.compile(r"\\([A-Za-z@]+)\*?(?:\[[^\]]*\])?(?:\{[^{}]*\})*\s*$")
"""A command up to a label among its arguments."""
FILE_BEFORE = re.compile(
    r"\\([A-Za-z@]+)\*?(?:\s*(?:\[[^\]]*\]|\{[^{}]*\}))*\s*\{(?:[^{}]*(?P<folder>/)|[^{}]*[=,\"\s])?$"
)
"""A command up to the name of a file in one of its arguments, the folder too."""
FILE_AFTER = re.compile(r"(?P<suffix>\.\w+)?\"?\s*[,}]")
DEFINITION = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|(?:New|Renew|Provide|Declare)DocumentCommand|[egx]?def)"
    r"\*?\s*\{?\s*\\([A-Za-z@]+)"
)
COMPLETED = re.compile(r"\\label\s*\{([^{}#\\]*)#[1-9]([^{}#\\]*)\}")
"""A label in a definition that is made of an argument."""
SEPARATOR = re.compile(r"[:_./-]")
MAX_COMMAND = 400
"""Letters looked at before an argument for the command it belongs to."""
MAX_PLACES = 1_000
MAX_PARTS = 10
"""Parts of one label that are looked for; each takes a search of all texts."""

TEXT_COMMANDS = frozenset((
    "part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph", "caption", "title",
    "begin", "end", "emph", "textbf", "textit", "texttt", "cite", "citep", "citet", "input", "include",
    "includegraphics",
))  # fmt: skip
"""Commands whose argument may read like a label and is none."""
NAMES_A_FILE = frozenset((
    "path", "url", "nolinkurl", "href", "code", "footnote", "thanks", "index", "usepackage", "RequirePackage",
    "documentclass", "bibliography", "addbibresource", "bibliographystyle", "graphicspath", "includeonly",
    "lstinputlisting", "verbatiminput", "VerbatimInput", "inputminted",
))  # fmt: skip
"""Commands that may be given the name of a file, and do not show it."""
SHOWS = re.compile(r"input|includ|import|load|file|table|fig|plot|graphic|image|img|pic|svg|pdf", re.IGNORECASE)
"""A word without folder and suffix is a file only behind a command that says as much of itself."""


def mentions_label(sources: Sequence[str], label: str, known: Container[str]) -> bool:
    """Whether the texts of a document give a label to a command that is not known to set labels or to refer to them.

    Also a part of it, to a command that makes a label of that: `\\newcommand{\\seclabel}[1]{\\label{sec:#1}}`; or to
    one that is defined elsewhere and calls itself a label's.
    """
    texts = [COMMENT.sub("", source) for source in sources]
    if any(command not in TEXT_COMMANDS and command not in known for command in _given(texts, label)):
        return True
    completing = islice(dict.fromkeys(_completing(texts, label)), MAX_PARTS)
    if any(command in _given(texts, part) for command, part in completing):
        return True
    here = {match[1] for text in texts for match in DEFINITION.finditer(text)}
    parts = (label[match.end() :] for match in islice(SEPARATOR.finditer(label), MAX_PARTS))
    strange = (command for part in parts for command in _given(texts, part) if command not in here)
    return any("label" in command.lower() and command not in known for command in strange)


def _given(texts: Sequence[str], argument: str) -> Iterator[str]:
    """The commands that are given an argument in braces."""
    for text in texts:
        for part in text.split(f"{{{argument}}}")[:-1]:
            command = LABEL_BEFORE.search(part[-MAX_COMMAND:])
            if command:
                yield command[1]


def _completing(texts: Sequence[str], label: str) -> Iterator[tuple[str, str]]:
    """The commands whose definition makes such a label of an argument, and the argument that takes."""
    for text in texts:
        for made in islice(COMPLETED.finditer(text), MAX_PLACES):
            before, after = made.groups()
            part = label[len(before) : len(label) - len(after)]
            if not part or f"{before}{part}{after}" != label:
                continue
            defined = list(DEFINITION.finditer(text, max(0, made.start() - MAX_COMMAND), made.start()))
            if defined:
                yield defined[-1][1], part


def mentions_file(source: str, stem: str, known: Container[str]) -> bool:
    """Whether a file, by its name without suffix, is in an argument of a command that is not known to read files."""
    if stem not in source:
        return False
    text = COMMENT.sub("", source)
    places = re.finditer(rf"(?<![\w-]){re.escape(stem)}(?![\w-])", text)
    return any(_gives(text, place, known) for place, _ in zip(places, range(MAX_PLACES), strict=False))


def _gives(text: str, place: re.Match[str], known: Container[str]) -> bool:
    before = FILE_BEFORE.search(text, max(0, place.start() - MAX_COMMAND), place.start())
    after = FILE_AFTER.match(text, place.end())
    if before is None or after is None:
        return False
    command, is_path = before[1], bool(before["folder"] or after["suffix"])
    if command == "begin":
        return is_path  # \begin{overpic}{figures/loss}
    if command in known or command in TEXT_COMMANDS or command in NAMES_A_FILE or "cite" in command.lower():
        return False
    return is_path or SHOWS.search(command) is not None
