"""Variables and functions of a Makefile, expanded as make does; what it cannot know becomes `UNKNOWN`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from .. import paths
from ..facts.makefile import Assignment, closing
from .functions import FUNCTIONS, SPACE_OR_ODD, by_words, substituted
from .values import GLOB, MAX_DEPTH, ODD, UNKNOWN, Files, Obscure

MAX_EXPANDED = 1 << 20
"""Characters of one expansion."""
MAX_PRODUCT = 1 << 23
"""Characters of one argument times those of the others."""
MAX_WORK, COST = 1 << 24, 128
"""Characters of all expansions together, and how many each counts for at least."""
BUILT_IN = frozenset(
    (
        "AR", "AS", "CC", "CXX", "CPP", "FC", "F77", "M2C", "PC", "CO", "GET", "LEX", "YACC", "LINT", "MAKEINFO",
        "TEX", "TEXI2DVI", "WEAVE", "CWEAVE", "TANGLE", "CTANGLE", "RM", "OBJC", "ARFLAGS", "COFLAGS", "LD", "MAKE",
        "MAKE_COMMAND", "MAKE_VERSION", "MAKE_HOST", "MAKELEVEL", "MAKEFILE_LIST", "MAKEFLAGS", "MFLAGS", "CURDIR",
        "SHELL", "SUFFIXES", "OUTPUT_OPTION", "PATH", "HOME", "PWD", "OLDPWD", "LANG", "TERM", "USER", "HOSTNAME",
        "SHLVL",
    )
)  # fmt: skip
"""Variables that have a value before a Makefile gives them one."""


class Variable(Struct, frozen=True, gc=False):
    """The value of a variable: to be expanded when used, or expanded already."""

    value: str
    recursive: bool


class Expander:
    """Expands texts as make does. What it cannot know becomes `UNKNOWN`."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.variables: dict[str, Variable] = {}
        self.expanding: list[str] = []
        self.left = MAX_WORK

    def assign(self, said: Assignment) -> None:
        known = self.variables.get(said.name)
        if said.sign == "?=" and known is not None and said.certain:
            return
        self.variables[said.name] = self._assigned(said, known)

    def _assigned(self, said: Assignment, known: Variable | None) -> Variable:
        inherited = known is None and said.name in BUILT_IN and said.sign in ("+=", "?=")
        if said.sign == "!=" or inherited or not said.certain or len(said.value) > MAX_EXPANDED:
            return Variable(UNKNOWN, False)
        if said.sign == ":=":
            return Variable(self.expand(said.value), False)
        if said.sign == "+=" and known is not None:
            value = said.value if known.recursive else self.expand(said.value)
            joined = f"{known.value} {value}" if known.value else value
            return Variable(joined if len(joined) <= MAX_EXPANDED else UNKNOWN, known.recursive)
        return Variable(said.value, True)

    def expand(self, text: str) -> str:
        parts: list[str] = []
        at = size = 0
        while (dollar := text.find("$", at)) >= 0:
            parts.append(text[at:dollar])
            filled, at = self._reference(text, dollar)
            parts.append(filled)
            size += len(filled)
            if size > MAX_EXPANDED:
                return UNKNOWN
        parts.append(text[at:])
        self.left -= size + len(text) + COST
        if self.left < 0:
            raise Obscure
        return "".join(parts)

    def _reference(self, text: str, dollar: int) -> tuple[str, int]:
        """What stands for the reference at a dollar sign, and where it ends."""
        sign = text[dollar + 1 : dollar + 2]
        if sign not in ("(", "{") or not sign:
            return ("$" if sign == "$" else self._variable(sign)), dollar + 2
        end = closing(text, dollar + 1)
        self.left -= end - dollar
        if end < 0 or self.left < 0:
            raise Obscure
        return self._inside(text[dollar + 2 : end]), end + 1

    def _inside(self, inside: str) -> str:
        if match := CALL.match(inside):
            return self._call(match[1], inside[match.end() :])
        name, colon, change = inside.partition(":")
        if "$" in name:
            return UNKNOWN
        if not colon:
            return self._variable(name)
        old, equals, new = change.partition("=")
        value = self._variable(name)
        if not equals or "$" in old or "$" in new:
            return UNKNOWN
        if not old or SPACE_OR_ODD.search(old + new):
            return UNKNOWN
        if "%" not in old:
            old, new = f"%{old}", f"%{new}"
        if self._is_too_much(value, new):
            return UNKNOWN
        return by_words(lambda words: [substituted(word, old, new) for word in words], value)

    def _variable(self, name: str) -> str:
        known = self.variables.get(name)
        if known is None:
            return UNKNOWN
        if name in self.expanding or len(self.expanding) > MAX_DEPTH:
            raise Obscure  # make refuses what holds itself
        if not known.recursive:
            return known.value
        self.expanding.append(name)
        try:
            return self.expand(known.value)
        finally:
            self.expanding.pop()

    def _call(self, name: str, rest: str) -> str:
        arguments = _arguments(rest)
        if name == "foreach":
            return self._for_each(arguments)
        function = FUNCTIONS.get(name)
        if name != "wildcard" and (function is None or len(arguments) < function[0]):
            return UNKNOWN
        expanded = [self.expand(argument) for argument in arguments]
        if any(UNKNOWN in argument or "\\" in argument for argument in expanded):
            return UNKNOWN
        if function is None:
            return self._wildcard(",".join(expanded))
        if self._is_too_much(expanded[-1], *expanded[:-1]):
            return UNKNOWN
        taken = function[0]
        return function[1](*expanded[: taken - 1], ",".join(expanded[taken - 1 :]))

    def _is_too_much(self, text: str, *others: str) -> bool:
        """Whether a function would take long, or its result be long; what it takes counts as work."""
        work = len(text) * (1 + sum(map(len, others)))
        self.left -= work >> 2
        return work > MAX_PRODUCT

    def _for_each(self, arguments: list[str]) -> str:
        if len(arguments) < 3:
            return UNKNOWN
        name, words = self.expand(arguments[0]).strip(), self.expand(arguments[1])
        if UNKNOWN in name + words:
            return UNKNOWN
        before = self.variables.get(name)
        parts: list[str] = []
        for word in words.split():
            self.variables[name] = Variable(word, False)
            parts.append(self.expand(",".join(arguments[2:])))
        self.variables.pop(name, None)
        if before is not None:
            self.variables[name] = before
        return " ".join(parts)

    def _wildcard(self, text: str) -> str:
        found: list[str] = []
        for word in text.split():
            if ODD.search(word) or paths.project_path(word) != word:
                return UNKNOWN
            found += self.glob(word)
        return " ".join(found)

    def glob(self, pattern: str) -> list[str]:
        """The names there are that fit a pattern, in order; what is unknown among them where they do not tell."""
        parts = STARS.sub("*", pattern).split("/")
        if (
            "[" in pattern
            or paths.project_path(pattern) != pattern
            or any(part.count("*") > MAX_STARS for part in parts)
        ):
            return [UNKNOWN]
        found = [""]
        *folders, last = pattern.split("/")
        for part in folders:
            if len(found) > MAX_FOUND:
                return [UNKNOWN]
            found = [path for folder in found for path in self._fitting(folder, part, True)]
        found = [path for folder in found for path in self._fitting(folder, last, False)]
        return [UNKNOWN] if any(SPACE_OR_ODD.search(path) for path in found) else sorted(found)

    def _fitting(self, folder: str, part: str, only_folders: bool) -> Iterator[str]:
        prefix = f"{folder}/" if folder else ""
        if not GLOB.search(part):
            presence = self.files.presence(f"{prefix}{part}")
            if presence in ("outside", "pointer"):
                yield UNKNOWN
            elif presence == "here":
                yield f"{prefix}{part}"
            return
        shape = re.compile("".join(SHAPES.get(sign) or re.escape(sign) for sign in STARS.sub("*", part)), re.DOTALL)
        items = self.files.folder(folder)
        self.left -= len(items)
        for item in items:
            hidden = item.name.startswith(".") and not part.startswith(".")
            if (item.is_folder or not only_folders) and not hidden and shape.fullmatch(item.name):
                yield f"{prefix}{item.name}"


STARS = re.compile(r"\*+")
MAX_STARS = 2
"""In one name; more of them could be tried for ever."""
MAX_FOUND = 10_000
"""Folders that one pattern leads to."""
SHAPES = {"*": ".*", "?": "."}
CALL = re.compile(r"([a-z]+(?:-[a-z]+)?)[ \t]+")


def _arguments(text: str) -> list[str]:
    """The arguments of a call, parted at commas outside of references."""
    parts: list[str] = []
    start = at = 0
    while at < len(text):
        if text[at] in "({":
            end = closing(text, at)
            at = end + 1 if end >= 0 else at + 1
        elif text[at] == ",":
            parts.append(text[start:at])
            start = at = at + 1
        else:
            at += 1
    return [*parts, text[start:]]
