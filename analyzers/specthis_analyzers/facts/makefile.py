"""The reader of Makefiles: lines told apart, nothing expanded, nothing run.

A Makefile is a program; this reads the part of it that states what is made from what. What it cannot tell (an `eval`,
a directive that changes how all else is read) makes the whole `obscure`; what stands under a condition is noted as
uncertain. See `making` for what the lines mean together.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from ..text import Text

Sign = Literal["=", ":=", "+=", "?=", "!="]


class Assignment(Struct, frozen=True, array_like=True, gc=False):
    """`NAME = value`, not expanded. Of `define` and `undefine` the value is not known: their sign is `!=`."""

    name: str
    sign: Sign
    value: str
    certain: bool
    """Whether it stands under no condition."""


class RuleLine(Struct, frozen=True, array_like=True, gc=False):
    """`targets: prerequisites`, not expanded, and what is known of the recipe below it."""

    targets: str
    colon: Literal[":", "::", "&:", "&::"]
    prerequisites: str
    recipe: Literal["none", "some", "uncertain"]
    """Uncertain where it may turn out empty, or is run even by a make that only asks."""
    certain: bool


class Include(Struct, frozen=True, array_like=True, gc=False):
    """Further Makefiles, by names that are not expanded."""

    names: str
    optional: bool
    certain: bool


Statement = Assignment | RuleLine | Include


class MakefileFacts(Struct, frozen=True, array_like=True):
    """What one Makefile says, in order."""

    statements: tuple[Statement, ...] = ()
    obscure: bool = False
    """Whether it holds something that could mean anything, so that nothing can be said."""


NAME = r"[^\s:#=+?!$%(){},]+"
ASSIGNMENT = re.compile(rf"[ \t]*({NAME})[ \t]*(:::=|::=|:=|\+=|\?=|!=|=)[ \t]*(.*)", re.DOTALL)
MODIFIERS = re.compile(r"[ \t]*(?:(?:override|export|private)[ \t]+)+(?=\S)")
DEFINE = re.compile(rf"[ \t]*(?:(?:override|export|private)[ \t]+)*define[ \t]+({NAME})(?:[ \t]*[:+?!]*=)?$")
UNDEFINE = re.compile(rf"[ \t]*(?:override[ \t]+)?undefine[ \t]+({NAME})$")
INCLUDE = re.compile(r"[ \t]*(-include|sinclude|include)[ \t]+(\S.*)", re.DOTALL)
CONDITION = re.compile(r"[ \t]*(ifn?eq|ifn?def|else|endif)(?![^\s('\"])")
HARMLESS = re.compile(r"[ \t]*(?:(?:un)?export(?:[ \t].*)?)?$", re.DOTALL)
TARGET_VARIABLE = re.compile(rf"[ \t]*(?:(?:override|export|private)[ \t]+)*{NAME}[ \t]*(?:::?|[+?!])?=")
NEVER_EMPTY = re.compile(r"\$[@<^+]|\$[({][@<^+][)}]")
RUN_ANYWAY = re.compile(r"\$[({]MAKE[)}]|^[@\- \t]*\+", re.MULTILINE)
BLANKS = " \t"
MAX_NESTING = 50
MAX_CHARACTERS = 1 << 21
"""A longer Makefile was made by a program, and is another project's concern."""


def read(text: Text) -> MakefileFacts:
    """The statements of a Makefile. Any text gives some."""
    return _Reader(text.source).read() if len(text) <= MAX_CHARACTERS else MakefileFacts(obscure=True)


class _Reader:
    def __init__(self, source: str) -> None:
        self.lines = source.replace("\r\n", "\n").split("\n")
        self.at = 0
        self.conditions = 0
        self.statements: list[Statement] = []
        self.open: RuleLine | None = None
        """The rule whose recipe goes on."""
        self.recipe: list[str] = []
        self.obscure = False

    def read(self) -> MakefileFacts:
        while self.at < len(self.lines) and not self.obscure:
            self._line()
        self._close()
        if self.obscure or self.conditions:
            return MakefileFacts(obscure=True)
        return MakefileFacts(tuple(self.statements))

    def _line(self) -> None:
        line = self._logical()
        if line.startswith("\t") and self.open is not None:
            self._recipe_line(line[1:])
            return
        joined = _joined(line)
        bare = joined[: _first(joined, "#")]
        code = bare.strip()
        if not code:
            return
        if match := DEFINE.match(code):
            self._close()
            self._assign(match[1], "!=", "")
            self._skip_definition()
        elif match := ASSIGNMENT.fullmatch(bare, _behind_modifiers(bare)):
            self._close()
            self._assign(match[1], SIGNS.get(match[2], match[2]), match[3])
        elif match := UNDEFINE.match(code):
            self._close()
            self._assign(match[1], "!=", "")
        elif match := CONDITION.match(code):
            self._condition(match[1])
        elif match := INCLUDE.match(code):
            self._close()
            self.statements.append(Include(match[2], match[1] != "include", not self.conditions))
        elif HARMLESS.match(code):
            self._close()
        else:
            self._close()
            self._rule(joined)

    def _logical(self) -> str:
        """A line with those that continue it; line ends as they are."""
        parts = [self.lines[self.at]]
        while _goes_on(parts[-1]) and self.at + 1 < len(self.lines):
            self.at += 1
            parts.append(self.lines[self.at])
        self.at += 1
        return "\n".join(parts)

    def _assign(self, name: str, sign: str, value: str) -> None:
        self.statements.append(Assignment(name, sign, value, not self.conditions))  # type: ignore[arg-type]

    def _skip_definition(self) -> None:
        depth = 1
        while self.at < len(self.lines) and depth:
            line = self._logical()
            if line.startswith("\t"):
                continue
            if DEFINE.match(line.rstrip()):
                depth += 1
            elif ENDEF.match(line):
                depth -= 1
        self.obscure = self.obscure or depth > 0

    def _condition(self, word: str) -> None:
        if word.startswith("if"):
            self.conditions += 1
        elif word == "endif":
            self.conditions -= 1
        if not 0 <= self.conditions <= MAX_NESTING or (word == "else" and not self.conditions):
            self.obscure = True

    def _rule(self, line: str) -> None:
        colon = _first(line, ":#;")
        if colon == len(line) or line[colon] != ":":
            self.obscure = True  # perhaps what it expands to is a rule
            return
        targets, rest, sign = line[:colon], line[colon + 1 :], ":"
        if rest.startswith(":"):
            rest, sign = rest[1:], "::"
        if targets.rstrip().endswith("&"):
            targets, sign = targets.rstrip()[:-1], f"&{sign}"
        end = _first(rest, "#;")
        prerequisites = rest[:end]
        if TARGET_VARIABLE.match(prerequisites):
            return
        self.open = RuleLine(targets, sign, prerequisites, "none", not self.conditions)  # type: ignore[arg-type]
        self.recipe = []
        if rest[end : end + 1] == ";":
            self._recipe_line(rest[end + 1 :])

    def _recipe_line(self, line: str) -> None:
        if self.conditions and self.open and self.open.certain:
            self.open = RuleLine(self.open.targets, self.open.colon, self.open.prerequisites, "uncertain", False)
        self.recipe.append(line)

    def _close(self) -> None:
        """The rule that was open is whole."""
        if self.open is None:
            return
        rule, self.open = self.open, None
        recipe = rule.recipe if rule.recipe == "uncertain" else _judged(self.recipe)
        self.statements.append(RuleLine(rule.targets, rule.colon, rule.prerequisites, recipe, rule.certain))


ENDEF = re.compile(r"[ \t]*endef(?![^\s#])")
SIGNS = {"::=": ":=", ":::=": "!="}


def _judged(lines: list[str]) -> Literal["none", "some", "uncertain"]:
    """Whether there is a recipe that surely does something when it is run, and nothing when make only asks."""
    if not lines:
        return "none"
    whole = "\n".join(lines)
    if RUN_ANYWAY.search(whole):
        return "uncertain"
    does = NEVER_EMPTY.search(whole) or _outside_references(whole).strip("@-+ \t\n\\")
    return "some" if does else "uncertain"


def _outside_references(text: str) -> str:
    """The text without what is filled in."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = _first(text, "$", at)
        kept.append(text[at:end])
        at = _behind(text, end) if end < len(text) else end
    return "".join(kept)


def _joined(line: str) -> str:
    """A line and those that continue it as one, with a blank for each break and those around it."""
    *continued, last = line.split("\n")
    if not continued:
        return line
    first, *others = [*(part[:-1].rstrip(BLANKS) for part in continued), last]
    return " ".join([first, *(part.lstrip(BLANKS) for part in others)])


def _behind_modifiers(line: str) -> int:
    match = MODIFIERS.match(line)
    return match.end() if match else 0


def _goes_on(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _first(text: str, signs: str, at: int = 0) -> int:
    """Where one of some characters stands first, outside of references and without a backslash before; else the end."""
    while at < len(text):
        character = text[at]
        if character in signs:
            return at
        if character == "\\":
            at += 2
        elif character == "$":
            at = _behind(text, at)
        else:
            at += 1
    return len(text)


def _behind(text: str, at: int) -> int:
    """The end of the reference that begins at a dollar sign: `$x`, `$(x)`, `${x}`."""
    opening = text[at + 1 : at + 2]
    if opening not in ("(", "{") or not opening:
        return min(at + 2, len(text))
    end = closing(text, at + 1)
    return len(text) if end < 0 else end + 1


def closing(text: str, at: int) -> int:
    """The parenthesis or brace that closes the one here, as make counts them: of its own kind only; -1 without one."""
    opened = text[at]
    depth = 0
    for match in (BRACES if opened == "{" else PARENTHESES).finditer(text, at):
        depth += 1 if match[0] == opened else -1
        if depth == 0:
            return match.start()
    return -1


PARENTHESES, BRACES = re.compile(r"[()]"), re.compile(r"[{}]")
