"""Under which conditions a place of a LaTeX text is read: branches, and arguments of commands we know nothing of.

Asked only where something seems to be wrong, so a text is scanned each time, once for all its places.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from .latex import COMMENT, CONTROL_SEQUENCE, LET_VALUE, LETTERS, NOT_CONDITIONAL, OPERANDS, VERBATIM

PLAIN = frozenset((
    "addcontentsline", "adjustbox", "appendix", "begin", "block", "bm", "caption", "captionof", "captionsetup",
    "center", "centering", "centerline", "chapter", "clipbox", "color", "colorbox", "column", "emph", "end", "eqref",
    "fbox", "fcapside", "fcolorbox", "ffigbox", "floatbox", "footnote", "footnotetext", "framebox", "framesubtitle",
    "frametitle", "hbox", "href", "hspace", "hyperref", "item", "leftline", "makebox", "makecell", "mbox", "minipage",
    "multicolumn", "multirow", "node", "paragraph", "parbox", "part", "phantomsection", "put", "raisebox",
    "reflectbox", "resizebox", "rightline", "rotatebox", "scalebox", "section", "setlength", "shortstack", "stackinset",
    "subcaption", "subcaptionbox", "subfigure", "subfloat", "subparagraph", "subsection", "subsubsection", "subtable",
    "text", "textbf", "textcolor", "textit", "textnormal", "textrm", "textsc", "textsf", "texttt", "thanks", "title",
    "trimbox", "ttabbox", "underline", "vbox", "vcenter", "vspace", "vtop",
))  # fmt: skip
"""Commands whose arguments are set as they stand. What any other command does with its own cannot be told."""

COMMENT_ENVIRONMENTS = re.compile(
    r"\\(?:ex|in)clude(?:comment|version)\s*\{([^{}]*)\}|\\(?:special|general)comment\s*\{([^{}]*)\}"
    r"|\\(?:Re)?[Nn]ew[Ee]nviron\s*\{([^{}]*)\}"
)
INCLUDE_ONLY = re.compile(r"\\includeonly\s*\{([^{}]*)\}")
WITHOUT_COMMENTS = re.compile(r"(?<!\\)%.*")

TOKEN = re.compile(
    rf"{COMMENT}|\\(?:(begin|end)[ \t]*+\{{([^{{}}\\%\r\n]{{1,100}}+)\}}|({LETTERS}++)|.)|[{{}}]", re.DOTALL
)
ARGUMENTS = re.compile(r"(?:\s|\*|\[[^\]{}]*\]|<[^<>{}]*>)*+")
"""What may stand between a command, or one of its arguments, and the next."""
MODE = re.compile(r"\*|<([^<>]*)>(?!\s*\{)")
MAX_ARGUMENTS = 400


def conditions_at(
    source: str, places: Iterable[int], plain: Collection[str], hidden: Collection[str]
) -> dict[int, int]:
    """For each offset a number that tells the conditions around it apart; 0 where the text is read in any case.

    `plain` are further commands that set their arguments, `hidden` environments that may be left out.
    """
    wanted = sorted(set(places))
    scan = _Scan(plain, hidden)
    found: dict[int, int] = {}
    at = 0
    for place in wanted:
        while (token := TOKEN.search(source, at)) is not None and token.start() < place:
            at = scan.step(source, token)
        found[place] = scan.state
    return found


class _Scan:
    """What is open at a place: braces, branches, environments that may be left out."""

    def __init__(self, plain: Collection[str], hidden: Collection[str]) -> None:
        self.plain = plain
        self.hidden = hidden
        self.state = 0
        self.states = 0
        self.opened: list[tuple[str, int, str]] = []
        """What opened, the state before it, and its command or name."""
        self.command, self.after = "", 0
        """The command that the next braces may belong to, and where it ended."""

    def step(self, source: str, token: re.Match[str]) -> int:
        """Take one token; the offset where the next is looked for."""
        at = token.end()
        if token[1]:
            return self.environment(source, token[1], token[2], at)
        if token[3]:
            return self.named(source, token[3], at)
        if token[0] == "{":
            self.open_group(source, token.start())
        elif token[0] == "}":
            self.close_group(at)
        return at

    def enter(self, kind: str, name: str, *, conditional: bool) -> None:
        self.opened.append((kind, self.state, name))
        if conditional:
            self.turn()

    def turn(self) -> None:
        self.states += 1
        self.state = self.states

    def open_group(self, source: str, at: int) -> None:
        near = self.command and at - self.after <= MAX_ARGUMENTS
        command = self.command if near and ARGUMENTS.fullmatch(source, self.after, at) else ""
        self.enter("{", command, conditional=bool(command) and command not in PLAIN and command not in self.plain)
        self.command = ""

    def close_group(self, at: int) -> None:
        """A branch that is open in a group ends with it: it was part of a definition."""
        while self.opened:
            kind, self.state, name = self.opened.pop()
            if kind == "{":
                self.command, self.after = name, at
                return

    def branch(self) -> bool:
        return bool(self.opened) and self.opened[-1][0] == "if"

    def named(self, source: str, command: str, at: int) -> int:
        self.command, self.after = command, at
        if command.startswith("if") and command not in NOT_CONDITIONAL:
            self.enter("if", "", conditional=True)
            for _ in range(OPERANDS.get(command, 0)):
                at = _past(CONTROL_SEQUENCE, source, at)
        elif command in ("else", "or") and self.branch():
            self.turn()
        elif command == "fi" and self.branch():
            _, self.state, _ = self.opened.pop()
        elif command in ("newif", "let", "string", "expandafter"):
            at = _past(CONTROL_SEQUENCE, source, at) if command != "expandafter" else at
            at = _past(LET_VALUE, source, at) if command == "let" else at
        elif command in ("verb", "lstinline"):
            at = _past_verb(source, at)
        elif command == "mode" and (mode := MODE.match(source, at)):
            self.state = 0
            if mode[1] != "all":
                self.turn()
        return at

    def environment(self, source: str, verb: str, name: str, at: int) -> int:
        self.command, self.after = verb, at
        if verb == "begin":
            if name.rstrip("*") in VERBATIM:
                closing = source.find(f"\\end{{{name}}}", at)
                return at if closing < 0 else closing
            if name in self.hidden or source.startswith("<", at):
                self.enter("environment", name, conditional=True)
            return at
        for index in range(len(self.opened) - 1, -1, -1):
            kind, before, other = self.opened[index]
            if kind == "environment" and other == name:
                self.state = before
                del self.opened[index:]
                break
        return at


def _past(pattern: re.Pattern[Any], source: str, at: int) -> int:
    match = pattern.match(source, at)
    return match.end() if match else at


def _past_verb(source: str, at: int) -> int:
    delimiter = source[at : at + 1]
    end = source.find(delimiter, at + 1, at + 2000) if delimiter and not delimiter.isspace() else -1
    return at if end < 0 or "\n" in source[at:end] else end + 1


def hidden_environments(source: str) -> frozenset[str]:
    """The environments that a text declares as such that may be left out."""
    found = COMMENT_ENVIRONMENTS.finditer(source)
    return frozenset(name.strip() for match in found for name in match.groups() if name)


def included_only(source: str) -> frozenset[str] | None:
    """The files that `\\includeonly` names; None where it is not said."""
    said = INCLUDE_ONLY.findall(WITHOUT_COMMENTS.sub("", source)) if "\\includeonly" in source else []
    return frozenset(name.strip() for names in said for name in names.split(",")) if said else None
