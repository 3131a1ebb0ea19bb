"""Repositories as researchers have them: the folders of `tests/guard`, put under git, cloned fresh, and broken.

A name that begins with `dot-` stands for one that begins with a dot, so that the ignore files and attributes of these
repositories bear on their clones and not on this repository. What their scripts would write lies in `made/`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

GUARD = Path(__file__).parent / "guard"
OURS = ("economics", "overleaf", "languages", "slides", "cluster")
"""The repositories that are projects."""
FOREIGN = "foreign"
"""The one that is none, though it has a folder `specs`."""
LINKS = {
    "cluster": {
        "results": "{outside}/scratch/noise",
        "data": "/projects/465000812/data",
        "outputs/posterior/chains.json": "../../.git/annex/objects/Xk/0p/SHA256E-s211--ab.json/SHA256E-s211--ab.json",
    }
}
"""Symbolic links that are committed, with what they lead to."""
QUIET_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@example.org",
}


def git(folder: Path, *words: str) -> None:
    """Run git as if nobody had configured it."""
    done = subprocess.run(["git", *words], cwd=folder, env={**os.environ, **QUIET_GIT}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def cloned(name: str, folder: Path) -> Path:
    """A fresh clone of a repository: what its ignore files leave out is not there."""
    origin = folder / "origin"
    for path in _files(GUARD / name):
        _put(path, origin / _dotted(path.relative_to(GUARD / name)))
    for link, target in LINKS.get(name, {}).items():
        (origin / link).symlink_to(target.format(outside=folder))
    git(origin, "init", "-q", "--template=", "-b", "main")
    git(origin, "add", ".")
    git(origin, "commit", "-q", "-m", "As submitted")
    git(folder, "clone", "-q", "--template=", origin.as_uri(), "clone")
    return folder / "clone"


def contents(name: str) -> dict[str, bytes]:
    """The files of a repository as a clone has them, links aside."""
    return {_dotted(path.relative_to(GUARD / name)).as_posix(): path.read_bytes() for path in _files(GUARD / name)}


def made_in(name: str) -> dict[str, bytes]:
    """What its scripts write."""
    made = GUARD / "made" / name
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in _files(made)}


def worked_in(name: str, clone: Path) -> None:
    """Put into a clone what its scripts would have written there, through its links."""
    for path in _files(GUARD / "made" / name):
        _put(path, Path(os.path.realpath(clone / path.relative_to(GUARD / "made" / name))))


def _files(folder: Path) -> list[Path]:
    """The files below a folder, without what tools left behind."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [folder / path for path in paths if not any(part.startswith((".", "__pycache")) for part in path.parts)]


def _put(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)


def _dotted(path: Path) -> Path:
    return Path(*(f".{part.removeprefix('dot-')}" if part.startswith("dot-") else part for part in path.parts))


# Breaks.

REPOSITORY = re.compile(r"# (\w+)")
HEADING = re.compile(r"## (\S.*)")
HUNK = re.compile(r"````(\S+)")
DIRECTIVE = re.compile(r"(on|rename|delete|latin-1|finds|whole file|aside|fix): +(\S.*)")
RENAME = re.compile(r"`([^`]+)` to `([^`]+)`")
FINDS = re.compile(r"([a-z-]+) at `([^`]+)` in (\S+)")


@dataclass
class Break:
    """What happens to a repository, and the one finding it must give."""

    repository: str
    what: str
    worked_in: bool = False
    """Whether it happens where the scripts have run; else on a fresh clone."""
    hunks: list[tuple[str, list[str]]] = field(default_factory=list)
    """Files and the changes in them, as `diff` writes those."""
    renamed: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    recoded: list[str] = field(default_factory=list)
    """Files that are saved as Latin-1."""
    code: str = ""
    path: str = ""
    at: str | None = None
    """The text under the finding; None where it has no place."""
    aside: list[str] = field(default_factory=list)
    """The informations and hints that come with it."""
    fix: str = ""
    """`safe`, `none`, or how the title of the first fix begins."""

    def do(self, root: Path) -> None:
        """Make the change."""
        for path, lines in self.hunks:
            _change(root / path, lines)
        for path, to in self.renamed:
            (root / to).parent.mkdir(parents=True, exist_ok=True)
            (root / path).rename(root / to)
        for path in self.deleted:
            (root / path).unlink()
        for path in self.recoded:
            (root / path).write_bytes((root / path).read_text(encoding="utf-8").encode("latin-1", "replace"))


def _change(path: Path, lines: list[str]) -> None:
    """Replace the lines that stand there by those that shall; a file that is not there is written."""
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    if not before:
        assert not path.exists(), f"{path} is there: say where in it the lines come"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(after, encoding="utf-8")
        return
    text = path.read_bytes().decode("utf-8")
    mark = text[:1] if text[:1] == "\ufeff" else ""
    text = "\n" + text.removeprefix(mark)
    if "\r\n" in text:
        before, after = before.replace("\n", "\r\n"), after.replace("\n", "\r\n")
    assert text.count(f"\n{before}") == 1, f"{path} must say once: {before}"
    path.write_bytes((mark + text.replace(f"\n{before}", f"\n{after}")[1:]).encode("utf-8"))


def read_breaks() -> Iterator[Break]:
    """The breaks of `tests/guard/breaks.md`."""
    repository = ""
    case: Break | None = None
    hunk: list[str] | None = None
    for line in (GUARD / "breaks.md").read_text(encoding="utf-8").split("\n"):
        if hunk is not None:
            if line == "````":
                hunk = None
            else:
                hunk.append(line)
        elif heading := HEADING.fullmatch(line):
            if case:
                yield case
            case = Break(repository, heading[1])
        elif title := REPOSITORY.fullmatch(line):
            if case:
                yield case
            repository, case = title[1], None
        elif case and (opening := HUNK.fullmatch(line)):
            hunk = []
            case.hunks.append((opening[1], hunk))
        elif case and (said := DIRECTIVE.fullmatch(line)):
            _take(case, said[1], said[2])
    if case:
        yield case


def _take(case: Break, name: str, said: str) -> None:
    if name == "on":
        case.worked_in = said == "a machine with results"
    elif name == "rename":
        renamed = RENAME.fullmatch(said)
        assert renamed, said
        case.renamed.append((renamed[1], renamed[2]))
    elif name == "delete":
        case.deleted.append(said.strip("`"))
    elif name == "latin-1":
        case.recoded.append(said.strip("`"))
    elif name == "finds":
        finds = FINDS.fullmatch(said)
        assert finds, said
        case.code, case.at, case.path = finds.groups()
    elif name == "whole file":
        case.code, case.path = said.split()
    elif name == "aside":
        case.aside = said.split(", ")
    else:
        case.fix = said
