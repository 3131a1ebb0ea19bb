"""Which absent files a clone cannot have: those that git ignores, and those of submodules that were not fetched.

Ignore files and the list of submodules are read when the first file is found absent.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from specthis_analyzers import paths

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_IGNORE_BYTES = 1024 * 1024
MAX_PATTERNS = 5_000
MAX_CHOICES = 3
"""A pattern that leaves more open is passed over: to try every way of matching it may take for ever."""
MAX_PATTERN = 1_000
"""Characters."""
MAX_LOOKS = 20_000_000
"""Patterns compared with paths, all together. Whoever has more of both is told of no absent file."""
MAX_DEPTH = 100
FOLDER_MARK = "ps_d"
"""The group by which pathspec marks the end of a folder in a pattern."""
STARS = re.compile(r"\*+")
CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "digit": "0-9", "lower": "a-z", "space": " \t",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
CLASS = re.compile(rf"\[:({'|'.join(CLASSES)}):\]")
"""A class of letters inside brackets: git knows these, pathspec does not."""
SUBMODULE = re.compile(r"^[ \t]*path[ \t]*=[ \t]*(\S[^\r\n]*?)[ \t]*\r?$", re.MULTILINE)
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Rules(Struct, frozen=True):
    """One ignore file, and what comparing a path with it costs, in plain patterns."""

    spec: GitIgnoreSpec
    cost: int


class Ignores:
    """The ignore files of a repository, from its top to the folder of each path. Outside a repository: none."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.rules: dict[str, Rules | None] = {}
        self.verdicts: dict[str, bool] = {}
        self.looks = 0
        self._top: str | None = None
        self._submodules: tuple[str, ...] | None = None

    def covers(self, path: str) -> bool:
        """Whether git ignores a path of the project, itself or by a folder above it. The deepest file decides."""
        top = self._repository()
        if top is None:
            return False
        full = os.path.join(self.root, path).replace(os.sep, "/")
        relative = full[len(top) + 1 :]
        parts = relative.split("/")
        if len(parts) > MAX_DEPTH:
            return False
        return any(self._ignored(top, "/".join(parts[: end + 1]), end + 1 < len(parts)) for end in range(len(parts)))

    def waits_in_submodule(self, path: str) -> bool:
        """Whether a path lies in a submodule that was not fetched: a plain `git clone` leaves its folder empty."""
        top = self._repository()
        if top is None:
            return False
        if self._submodules is None:
            self._submodules = tuple(SUBMODULE.findall(_text(f"{top}/.gitmodules") or ""))
        if not self._submodules:
            return False
        relative = os.path.join(self.root, path).replace(os.sep, "/")[len(top) + 1 :]
        around = [folder for folder in self._submodules if paths.below(relative, folder)]
        return any(not os.path.exists(f"{top}/{folder}/.git") for folder in around)

    def files_for(self, folder: str) -> Iterator[str]:
        """The files, absolute, that bear on what is in a folder: there or not, any of them may speak later."""
        top = self._repository()
        if top is not None:
            yield f"{top}/.gitmodules"
        folder = os.path.join(self.root, folder).replace(os.sep, "/").rstrip("/")
        while top is not None and len(folder) >= len(top):
            yield f"{folder}/.gitignore"
            folder = paths.parent(folder)

    def _ignored(self, top: str, relative: str, is_folder: bool) -> bool:
        key = f"{relative}/" if is_folder else relative
        verdict = self.verdicts.get(key)
        if verdict is None:
            verdict = self.verdicts[key] = self._judge(top, key)
        return verdict

    def _judge(self, top: str, path: str) -> bool:
        """Whether the ignore files say so of a path, a folder's with `/` behind, when nothing above it is ignored."""
        if self.looks > MAX_LOOKS:
            return True
        verdict = False
        folder = ""
        for name in ("", *path.rstrip("/").split("/")[:-1]):
            folder = f"{folder}/{name}" if folder else name
            rules = self._rules(top, folder)
            if rules is not None:
                self.looks += rules.cost
                found = _said_of(path[len(folder) + 1 :] if folder else path, rules.spec)
                verdict = verdict if found is None else found
        return verdict

    def _repository(self) -> str | None:
        """The top of the repository that holds the project."""
        if self._top is None:
            self._top = repository_around(self.root)
        return self._top or None

    def _rules(self, top: str, folder: str) -> Rules | None:
        if folder not in self.rules:
            self.rules[folder] = _read_rules(f"{top}/{folder}/.gitignore" if folder else f"{top}/.gitignore")
        return self.rules[folder]


def _said_of(path: str, spec: GitIgnoreSpec) -> bool | None:
    """What the last pattern says that matches a path itself; one that matches a folder above was asked of that."""
    for pattern in reversed(list(spec.patterns)):
        found = pattern.match_file(path) if pattern.include is not None else None
        if found is not None:
            match: re.Match[str] = found.match
            folder = match.group(FOLDER_MARK) if FOLDER_MARK in match.re.groupindex else None
            if folder is None or match.end(FOLDER_MARK) == len(path):
                return pattern.include
    return None


def repository_around(folder: str) -> str:
    """The top of the repository that holds a folder; empty where there is none."""
    folder = folder.replace(os.sep, "/")
    while folder and not os.path.exists(f"{folder}/.git"):
        folder = paths.parent(folder)
    return folder


def _text(path: str) -> str | None:
    """The text of a file. As git does, a link is not followed."""
    try:
        handle = os.open(path, OPEN_FLAGS)
    except (OSError, ValueError):
        return None
    try:
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            return file.read(MAX_IGNORE_BYTES).decode("utf-8", "replace")
    except OSError:
        return None


def _read_rules(path: str) -> Rules | None:
    """The rules of one file. As git does, a line that is no pattern is passed over."""
    text = _text(path)
    if text is None:
        return None
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip() and not line.startswith("#")]
    patterns = [CLASS.sub(lambda match: CLASSES[match[1]], line) for line in lines]
    return _compiled([line for line in patterns[:MAX_PATTERNS] if _is_bounded(line)])


def _is_bounded(pattern: str) -> bool:
    return len(pattern) <= MAX_PATTERN and _choices(pattern) <= MAX_CHOICES


def _choices(pattern: str) -> int:
    """How often a pattern leaves open where a part of it ends: `**` does, and in `*a*` the first star does.

    A single star in a part of a path does not: it ends where the part does.
    """
    parts = [[len(stars) for stars in STARS.findall(part)] for part in pattern.split("/")]
    return sum(len(stars) - 1 for stars in parts if stars) + sum(any(run > 1 for run in stars) for stars in parts)


def _compiled(lines: list[str]) -> Rules | None:
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # What Python's expressions may mean one day is not git's.
            spec = GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        if len(lines) < 2:
            return None
        spec = GitIgnoreSpec.from_lines(line for line in lines if _compiled([line]) is not None)
    many = sum(_choices(line) >= MAX_CHOICES for line in lines)
    return Rules(spec, len(lines) + 1000 * many) if lines else None
