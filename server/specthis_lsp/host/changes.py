"""What changed against git, asked of git without running anything that a repository names.

A repository's configuration can name programs: for file system monitors, hooks, filters, pagers, transports. A clone
brings none of it, an unpacked archive may. So only plumbing is called, which has no pager, no aliases and no diff
drivers; everything else that could start a program is overridden, the filters one by one, for they have names.
See `docs/decisions/0023-asking-git.md`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import new as new_hash

from msgspec import Struct

from specthis_analyzers import paths
from specthis_analyzers.world import Unread

from .disk import Disk

PATIENCE = 60
"""Seconds; git answers in milliseconds, and a check that hangs helps nobody."""
MAX_COMPARED_BYTES = 64 * 1024 * 1024
"""Files above this whose times moved are changed; smaller ones are compared."""

KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
"""What is handed on of the environment. A hook's `GIT_DIR` and index are not: they need not be this project's."""

ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",  # writes no index, which other commands may hold
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone fetches nothing,
    "GIT_ALLOW_PROTOCOL": "none",  # nor could it where git is too old to know that
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
OVERRIDDEN = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
)


class Unanswered(Exception):
    """Git cannot say what changed; the message is one line for people."""


class Changed(Struct, frozen=True):
    """The paths of a project that changed. One that is a folder stands for everything below it."""

    paths: frozenset[str]

    def holds(self, path: str) -> bool:
        """Whether a path changed, itself or with a folder above it."""
        while path:
            if path in self.paths:
                return True
            path = paths.parent(path)
        return "" in self.paths


def changed(root: str, since: str | None = None) -> Changed:
    """What in a project is other than in HEAD, or than where HEAD's history left that of a revision.

    Counts what was edited, staged, removed, or made and is not ignored; raises `Unanswered`.
    """
    git = Git(root)
    base = git.base(since)
    return Changed(frozenset((*_tracked(git, base), *_untracked(git))))


def _tracked(git: Git, base: str) -> Iterator[str]:
    """Paths whose state on disk or in the index is not that of a tree."""
    options = ("--relative", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
    fields = iter(git.ask("diff-index", "-z", "--no-abbrev", *options, base, "--").split(b"\0"))
    for field in fields:
        if not field.startswith(b":"):
            continue
        old_mode, new_mode, old, new, _ = field[1:].decode("ascii").split(" ")
        path = os.fsdecode(next(fields))
        # Without an object its times moved, and git has not read it: that would be the filters' turn.
        unread = not new.strip("0") and new_mode.startswith("100") and old_mode == new_mode
        if not (unread and is_object(git.disk, path, old)):
            yield path


def is_object(disk: Disk, path: str, name: str) -> bool:
    """Whether a file is, byte for byte, the object of that name: a script may write the same result again."""
    data = disk.data(path, MAX_COMPARED_BYTES)
    if isinstance(data, Unread):
        return False
    digest = new_hash("sha1" if len(name) == 40 else "sha256", b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest() == name


def _untracked(git: Git) -> Iterator[str]:
    for field in git.ask("ls-files", "-z", "--others", "--exclude-standard", "--directory").split(b"\0"):
        if field:
            path = os.fsdecode(field).rstrip("/")
            yield "" if path == "." else path


class Git:
    """The git of the user, over the repository that holds a project."""

    def __init__(self, root: str) -> None:
        self.disk = Disk(root)
        self.program = _program(self.disk)
        self.overridden = [word for setting in OVERRIDDEN for word in ("-c", setting)]
        inside, why = self._run("rev-parse", "--is-inside-work-tree")
        if inside is None:
            raise Unanswered(why)
        if inside != b"true\n":
            raise Unanswered("this is no working tree")
        self.overridden += [word for setting in self._filters() for word in ("-c", setting)]

    def ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """What a command prints, given something on its standard input; raises `Unanswered` where it fails."""
        said, why = self._run(*arguments, given=given)
        if said is None:
            raise Unanswered(why)
        return said

    def base(self, since: str | None) -> str:
        """The commit to compare with; before the first commit, the tree that holds nothing."""
        if since is None:
            return self._commit("HEAD") or self.ask("hash-object", "-t", "tree", "--stdin").decode().strip()
        base, _ = self._run("merge-base", self.revision(since), "HEAD")
        if not base:
            raise Unanswered(f"`{since}` and HEAD have no commit in common here{self._shallow()}")
        return base.decode().split()[0]

    def revision(self, written: str) -> str:
        """The commit that a revision names; raises `Unanswered` where there is none."""
        if written.startswith("-") or "\0" in written or not (commit := self._commit(written)):
            raise Unanswered(f"`{written}` is no revision here{self._shallow()}")
        return commit

    def _commit(self, revision: str) -> str | None:
        said, _ = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return said.decode().strip() if said else None

    def _shallow(self) -> str:
        said, _ = self._run("rev-parse", "--is-shallow-repository")
        return "; this clone is shallow, and `git fetch --unshallow` brings the rest" if said == b"true\n" else ""

    def _filters(self) -> Iterator[str]:
        """Settings by which every filter driver is there and does nothing."""
        said, _ = self._run("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
        keys = os.fsdecode(said or b"").split("\0")
        for driver in dict.fromkeys(key.rpartition(".")[0] for key in keys if key):
            if "=" in driver:
                raise Unanswered(f"the filter `{driver.removeprefix('filter.')}` cannot be switched off")
            yield from (f"{driver}.clean=", f"{driver}.process=", f"{driver}.required=false")

    def _run(self, *arguments: str, given: bytes = b"") -> tuple[bytes | None, str]:
        """What a command prints, or None and why."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or _is_kept(name)}
        command = [self.program, "--no-pager", *self.overridden, *arguments]
        try:
            done = subprocess.run(
                command,
                cwd=self.disk.root,
                env={**kept, **ENVIRONMENT},
                input=given,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unanswered(f"git has not answered for {PATIENCE} seconds") from None
        except (OSError, ValueError) as error:
            raise Unanswered(f"git cannot be started: {error}") from None
        if done.returncode == 0:
            return done.stdout, ""
        lines = os.fsdecode(done.stderr).strip().splitlines()
        return None, lines[0].removeprefix("fatal: ") if lines else f"git ended with {done.returncode}"


def _is_kept(name: str) -> bool:
    return name.startswith(KEPT)


def _program(disk: Disk) -> str:
    """The git that a shell would start, unless it is one that the project brings."""
    found = shutil.which("git")
    if found is None:
        raise Unanswered("there is no git here")
    if not os.path.isabs(found) or os.path.realpath(found).startswith(disk.real_root + os.sep):
        raise Unanswered(f"the git found first, `{found}`, lies in the project")
    return found
