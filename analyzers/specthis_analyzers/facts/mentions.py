"""Labels and files that a LaTeX text gives to commands we do not know: whatever those do, it cannot be told from here.

Asked only where something seems to be absent, so the text is searched each time, and nothing is kept of it.
"""

from __future__ import annotations

import re
from collections.abc import Container

COMMENT = re.compile(r"(?<!\\)%.*")
LABEL_BEFORE = re.compile(r"\\([A-Za-z@]+)\*?(?:\[[^\]]*\])?(?:\{[^{}]*\})*\s*$")
"""A command up to a label among its arguments."""
FILE_BEFORE = re.compile(
    r"\\([A-Za-z@]+)\*?(?:\s*(?:\[[^\]]*\]|\{[^{}]*\}))*\s*\{(?:[^{}]*(?P<folder>/)|[^{}]*[=,\"\s])?$"
)
"""A command up to the name of a file in one of its arguments, the folder too."""
FILE_AFTER = re.compile(r"(?P<suffix>\.\w+)?\"?\s*[,}]")
MAX_COMMAND = 400
"""Letters looked at before an argument for the command it belongs to."""
MAX_PLACES = 1_000

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


def mentions_label(source: str, label: str, known: Container[str]) -> bool:
    """Whether a label is the argument of a command that is not known to set labels or to refer to them."""
    if f"{{{label}}}" not in source:
        return False
    before = COMMENT.sub("", source).split(f"{{{label}}}")[:-1]
    commands = (LABEL_BEFORE.search(part[-MAX_COMMAND:]) for part in before)
    return any(command and command[1] not in TEXT_COMMANDS and command[1] not in known for command in commands)


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
