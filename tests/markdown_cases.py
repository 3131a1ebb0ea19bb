"""Test cases as prose: a heading names a case, fences are its files, carets mark what is found in them.

`tests/rules/README.md` tells people how to write one, and holds the projects that cases start from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from specthis_analyzers import paths
from specthis_analyzers.facts import configuration
from specthis_analyzers.facts.configuration import Configuration
from specthis_analyzers.project import Project
from specthis_analyzers.settings import SEVERITIES
from specthis_analyzers.text import Text
from specthis_analyzers.world import Item, Presence, Unread
from specthis_runtime.catalogue import most_by_name
from worlds import DictWorld

HEADING = re.compile(r"## (\S.*)")
OPENING = re.compile(r'````(?:(fix)(?: "([^"]+)")? )?([^\s`][^`]*)')
CLOSING = "````"
DIRECTIVE = re.compile(r"([a-z][a-z0-9-]*(?: [a-z]+){0,2}): +(\S.*)")
MARK = re.compile(
    r"( *)(?:(\^+)(\.\.\.)?|\|) ([a-z]+(?:-[a-z]+)+)"
    rf'(?: ({"|".join(SEVERITIES)}))?(?: "(.*)")?'
)  # fmt: skip
FINDS = re.compile(rf"([a-z-]+)(?: ({'|'.join(SEVERITIES)}))? at `([^`]+)` in (\S+)")
WHOLE_FILE = re.compile(rf'([a-z-]+) (\S+)(?: ({"|".join(SEVERITIES)}))?(?: "(.*)")?')

STATES = ("ignored", "outside", "pointer", "unreadable", "large")
"""What a file may be beside here: each is a directive that lists paths."""
NO_UTF_8 = ("latin-1", "utf-16", "utf-16-le", "utf-16-be")
ENCODINGS = ("crlf", "cr", *NO_UTF_8, "bom", "no final newline")
"""How a file is written, where not in UTF-8 with LF."""
LATER = {"later": 3600 * 10**9, "a moment later": 10**9}
"""How long after all others files were written, in nanoseconds."""
DIRECTIVES = (
    "from", "without", "finds", "whole file", "uncovers", "for people", "checked out", "to be complete",
    *STATES, *ENCODINGS, *LATER,
)  # fmt: skip
NOTHING, EVERYTHING = "nothing", "everything"
SETTINGS = "specthis.toml"


class CaseError(Exception):
    """A case that cannot be read: a defect of the case file."""


@dataclass(frozen=True)
class Expected:
    """One finding that a case states. `end` is None where it goes on below its first line."""

    path: str
    code: str
    line: int | None = None
    start: int = 0
    end: int | None = 0
    severity: str | None = None
    fragment: str = ""
    """A part of its message."""
    words: str = ""
    """The text it stands at, where the case says that instead of a line."""

    @property
    def place(self) -> str:
        if self.line is None:
            return f"`{self.words}` in {self.path}" if self.words else self.path
        return f"{self.path}:{self.line + 1}:{self.start + 1}"


@dataclass
class Fixed:
    """The text that a file has after a fix; without a title the first safe one is meant."""

    title: str
    path: str
    text: str


@dataclass
class Case:
    """A project and everything that is found in it."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    written: dict[str, set[str]] = field(default_factory=dict)
    expected: list[Expected] = field(default_factory=list)
    fixed: list[Fixed] = field(default_factory=list)
    uncovered: set[str] = field(default_factory=set)
    """Rules that may speak only once a finding of the case is mended."""
    unsafe: set[str] = field(default_factory=set)
    """Rules none of whose findings here has a safe fix."""
    times: dict[str, int] = field(default_factory=dict)
    checkout: list[str] = field(default_factory=list)
    """Files and folders that a checkout may have written."""
    complete: str | None = None
    """The document that must be complete; empty: everything."""

    def bytes_of(self, path: str) -> bytes:
        """A file as it lies on disk."""
        how = self.written.get(path, set())
        text = self.files[path]
        if "no final newline" in how:
            text = text.removesuffix("\n")
        if how & {"crlf", "cr"}:
            text = text.replace("\n", "\r\n" if "crlf" in how else "\r")
        data = text.encode(next((one for one in NO_UTF_8 if one in how), "utf-8"))
        return b"\xef\xbb\xbf" + data if "bom" in how else data


@dataclass
class _Part:
    """What stands below one heading: directives, and fences with their lines."""

    title: str
    directives: list[tuple[str, str]] = field(default_factory=list)
    fences: list[tuple[bool, str, str, list[str]]] = field(default_factory=list)
    """Whether it is a fix, the fix's title, the path, the lines."""

    def said(self, directive: str) -> Iterator[str]:
        return (value for name, value in self.directives if name == directive)


def read_cases(path: Path, projects: dict[str, Case]) -> list[Case]:
    """The cases of a file. What stands before the first heading is the project they start from."""
    preamble, *parts = _parts(path)
    base = _case(preamble, projects, Case(path.stem))
    return [_case(part, projects, base) for part in parts]


def read_projects(path: Path) -> dict[str, Case]:
    """The named projects of a file; each may start from one above it."""
    projects: dict[str, Case] = {NOTHING: Case(NOTHING)}
    for part in _parts(path)[1:]:
        if part.fences:
            projects[part.title] = _case(part, projects, projects[NOTHING])
    return projects


def _parts(path: Path) -> list[_Part]:
    parts = [_Part(path.stem)]
    opened: list[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if opened is not None:
            if line == CLOSING:
                opened = None
            else:
                opened.append(line)
        elif line.startswith(CLOSING):
            opening = OPENING.fullmatch(line)
            if opening is None:
                raise CaseError(f"{path.name}:{number}: a fence needs a path: {line}")
            opened = []
            parts[-1].fences.append((bool(opening[1]), opening[2] or "", opening[3], opened))
        elif heading := HEADING.fullmatch(line):
            parts.append(_Part(heading[1]))
        elif directive := DIRECTIVE.fullmatch(line):
            if directive[1] not in DIRECTIVES:
                raise CaseError(f"{path.name}:{number}: `{directive[1]}:` says nothing; prose starts with a capital")
            parts[-1].directives.append((directive[1], directive[2]))
    if opened is not None:
        raise CaseError(f"{path.name}: the last fence is not closed")
    return parts


def _case(part: _Part, projects: dict[str, Case], base: Case) -> Case:
    for name in part.said("from"):
        if name not in projects:
            raise CaseError(f"{part.title}: there is no project `{name}`")
        base = projects[name]
    case = Case(part.title, dict(base.files), dict(base.states), {path: set(how) for path, how in base.written.items()})
    for path in _listed(part.said("without")):
        del case.files[path]
    for is_fix, title, path, lines in part.fences:
        if is_fix:
            case.fixed.append(Fixed(title, path, "".join(f"{line}\n" for line in lines)))
            continue
        kept, expected = _marked(path, lines)
        case.files[path] = "".join(f"{line}\n" for line in kept)
        case.expected += expected
    for state in STATES:
        case.states |= dict.fromkeys(_listed(part.said(state)), state)
    for encoding in ENCODINGS:
        for path in _listed(part.said(encoding)):
            case.written.setdefault(path, set()).add(encoding)
    for name, after in LATER.items():
        case.times |= dict.fromkeys(_listed(part.said(name)), after)
    case.checkout += _listed(part.said("checked out"))
    for document in part.said("to be complete"):
        case.complete = "" if document == EVERYTHING else document
    case.uncovered.update(_listed(part.said("uncovers")))
    case.unsafe.update(_listed(part.said("for people")))
    case.expected += [_found(said) for said in part.said("finds")]
    case.expected += [_whole_file(said) for said in part.said("whole file")]
    return case


def _listed(values: Iterable[str]) -> list[str]:
    return [path.strip().strip("`") for value in values for path in value.split(",")]


def _marked(path: str, lines: list[str]) -> tuple[list[str], list[Expected]]:
    """The lines without marks, and what the marks say of the line above them."""
    kept: list[str] = []
    expected: list[Expected] = []
    for line in lines:
        mark = MARK.fullmatch(line)
        if mark is None:
            kept.append(line)
            continue
        indent, carets, onward, code, severity, fragment = mark.groups()
        start = len(indent)
        end = None if onward else start + len(carets or "")
        expected.append(Expected(path, code, len(kept) - 1, start, end, severity, fragment or ""))
    return kept, expected


def _found(said: str) -> Expected:
    match = FINDS.fullmatch(said)
    if match is None:
        raise CaseError(f"`finds:` takes a code, a severity, at words in backticks, in a path: {said}")
    return Expected(match[4], match[1], severity=match[2], words=match[3])


def _whole_file(said: str) -> Expected:
    match = WHOLE_FILE.fullmatch(said)
    if match is None:
        raise CaseError(f"`whole file:` takes a code, a path, a severity and a text in quotes: {said}")
    return Expected(match[2], match[1], severity=match[3], fragment=match[4] or "")


class CaseWorld(DictWorld):
    """A case's files, and the paths that are in some other state than here; what lies below them is in it too."""

    def __init__(self, case: Case, edited: dict[str, str | bytes | None] | None = None) -> None:
        plain: dict[str, str | bytes | None] = {path: case.bytes_of(path) for path in case.files}
        super().__init__(plain if edited is None else edited)
        self.states = case.states
        self.times = case.times
        self.checkout = {path for path in self.files if any(paths.below(path, place) for place in case.checkout)}
        self.complete = case.complete

    def state(self, path: str) -> str:
        return next((state for place, state in self.states.items() if paths.below(path, place)), "")

    def read(self, path: str) -> Text | Unread:
        why = self._unread(path)
        return why or super().read(path)

    def data(self, path: str, limit: int) -> bytes | Unread:
        why = self._unread(path)
        return why or super().data(path, limit)

    def presence(self, path: str) -> Presence:
        state = self.state(path)
        if state == "outside" or state == "pointer":
            return state
        if state == "ignored" and path not in self.files:
            return state
        return "here" if state in ("unreadable", "large") else super().presence(path)

    def listing(self, folder: str) -> tuple[Item, ...]:
        return () if self.state(folder) == "outside" else super().listing(folder)

    def _unread(self, path: str) -> Unread | None:
        state = self.state(path)
        if state == "outside" or state == "unreadable" or state == "large":
            return Unread(state)
        return None


def project_of(world: DictWorld) -> Project:
    """The project as the command line checks it: with its settings, if it has any."""
    text = world.read(SETTINGS)
    complete = world.complete if isinstance(world, CaseWorld) else None
    if isinstance(text, Unread):
        return Project(world, knowing(configuration.DEFAULT, complete))
    return Project(world, knowing(configuration.read(text), complete), SETTINGS)


def knowing(said: Configuration, complete: str | None = None) -> Configuration:
    """Settings with what the runtime knows and the command line asks for, as the host hands it in."""
    return replace(said, analysis=replace(said.analysis, gpus=most_by_name(), complete=complete))


FOLDER = Path(__file__).parent / "rules"
PROJECTS = read_projects(FOLDER / "README.md")
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.md")) if path.stem != "README"}
CASES = {code: read_cases(path, PROJECTS) for code, path in FILES.items()}
