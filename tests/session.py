"""A session of a real editor with the server: how it is written down as prose, and how it is played again.

`tests/sessions/README.md` tells people what stands in such a file, and how one is made.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from lsprotocol import types

import specthis_lsp
from server_client import TIMEOUT, Client
from specthis_lsp import __version__
from specthis_lsp.server import uris
from specthis_lsp.server.converter import lenient_converter
from specthis_lsp.server.documents import Documents
from specthis_lsp.server.positions import Positions, choose

STUDY = Path(__file__).resolve().parents[1] / "docs" / "examples" / "drifted"
CLIENTS = Path(__file__).resolve().parent / "clients"
ROOT = "/project"
"""What the root of the project is called in a file."""
TODAY = "the day of today"
OUR_VERSION = '"version": "ours"'
PACKAGE = Path(specthis_lsp.__file__).resolve().parent
OURS = "/specthis_lsp"
"""What the folder of our package is called in a file."""
WRITTEN_AT = 1_700_000_000
"""When every file of the project was written last, in seconds: times must not say anything."""

SAYINGS = {
    (
        "editor",
        "introduces itself",
    ): "The editor asks `initialize` ({number}), with what `../clients/{name}.json` says of it",
    ("editor", "tells"): "The editor tells `{name}`",
    ("editor", "asks"): "The editor asks `{name}` ({number})",
    ("editor", "answers"): "The editor answers {number}",
    ("server", "answers"): "The server answers {number}",
    ("server", "refuses"): "The server refuses {number}",
    ("server", "answers anything"): "The server answers {number}, which is taken back",
    ("server", "asks"): "The server asks `{name}` ({number})",
    ("server", "tells"): "The server tells `{name}`",
    ("server", "is silent"): "The server says nothing",
    ("disk", "saves"): "`{name}` is saved",
    ("disk", "writes"): "`{name}` is written",
    ("disk", "removes"): "`{name}` is removed",
}
"""What happens, in the words of a file; a message or a text may follow."""
AS_ON_DISK = "as on disk"
"""Stands for the text of a file that is opened as it is."""
WIDTH = 110


class Happening(NamedTuple):
    """One thing that somebody did."""

    by: str
    does: str
    name: str = ""
    """A method, or a path."""
    number: str = ""
    """Of a question and its answer; those of the server's are `s1`, `s2`, ..."""
    body: Any = None
    """Parameters, a result, an error, or a text."""

    @property
    def order(self) -> tuple[int, int, str]:
        """Where it stands among all that the server said at once; what is said of one file stays in order."""
        number = int(self.number) if self.number.isdigit() else 0
        rank = 0 if number else 1 if self.does == "asks" else 2
        return rank, number, self.reports_on or written(self)

    @property
    def reports_on(self) -> str:
        """The file whose diagnostics are told; empty for anything else."""
        return self.body["uri"] if self.name == "textDocument/publishDiagnostics" else ""


class Prose(NamedTuple):
    """A paragraph that is for people."""

    text: str


Session = list[Happening | Prose]


# As a file ----------------------------------------------------------------------------------------------------

LIKE = r"(?: as in (?P<like>\w+))?"
"""Behind what was said before in just the same way, and where; so that a file shows what is other."""
PATTERNS = {
    key: re.compile(
        re.escape(saying).replace(r"\{name\}", "(?P<name>[^`]+)").replace(r"\{number\}", r"(?P<number>\w+)") + LIKE
    )
    for key, saying in SAYINGS.items()
}
FENCE = re.compile(r"```(?:json|text)\n(.*?\n)```\n", re.DOTALL)
LONG = 100
"""Characters from which on it is worth to say that something is as before."""


def file_of(session: Iterable[Happening | Prose]) -> str:
    """A session as prose."""
    said: dict[tuple[str, str, str, str], str] = {}
    parts: list[str] = []
    for one in session:
        like = ""
        if isinstance(one, Happening) and one.number and len(body := json.dumps(one.body)) > LONG:
            like = said.setdefault((one.by, one.does, one.name, body), one.number)
        parts.append(written(one, like if isinstance(one, Happening) and like != one.number else ""))
    return "\n".join(parts)


def written(one: Happening | Prose, like: str = "") -> str:
    """A part of a file."""
    if isinstance(one, Prose):
        return one.text
    said = SAYINGS[one.by, one.does].format(name=one.name, number=one.number)
    if one.body is None or like:
        return f"{said} as in {like}.\n" if like else f"{said}.\n"
    if one.by == "disk":
        return f"{said}:\n\n```text\n{one.body}```\n"
    return f"{said}:\n\n```json\n{laid_out(one.body)}\n```\n"


def read(text: str) -> Session:
    """What a file holds."""
    found: Session = []
    bodies: dict[tuple[str, str, str, str], Any] = {}
    at = 0
    while at < len(text):
        end = text.find("\n\n", at)
        paragraph, at = (text[at:], len(text)) if end < 0 else (text[at : end + 1], end + 2)
        one, like = _happening(paragraph.rstrip("\n"))
        if one is None:
            found.append(Prose(paragraph))
            continue
        if paragraph.endswith(":\n"):
            fence = FENCE.match(text, at)
            assert fence, f"nothing follows after: {paragraph}"
            one, at = one._replace(body=fence[1] if one.by == "disk" else json.loads(fence[1])), fence.end() + 1
        elif like:
            one = one._replace(body=bodies[one.by, one.does, one.name, like])
        bodies[one.by, one.does, one.name, one.number] = one.body
        found.append(one)
    return found


def _happening(line: str) -> tuple[Happening | None, str]:
    for (by, does), pattern in PATTERNS.items():
        if match := pattern.fullmatch(line[:-1]):
            parts = match.groupdict()
            return Happening(by, does, parts.get("name") or "", parts.get("number") or ""), parts["like"] or ""
    return None, ""


def laid_out(value: Any, before: int = 0, indent: str = "") -> str:
    """JSON in lines that can be read: what fits in one line stands in one."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + len(indent) + before <= WIDTH or not isinstance(value, dict | list) or not value:
        return short
    inner = f"{indent}  "
    if isinstance(value, dict):
        named = [(json.dumps(name, ensure_ascii=False), part) for name, part in value.items()]
        rows = [f"{name}: {laid_out(part, len(name) + 2, inner)}" for name, part in named]
    else:
        rows = [laid_out(part, 0, inner) for part in value]
        if all(isinstance(part, int | float | str) for part in value):
            return "[\n" + "\n".join(_packed(rows, inner)) + f"\n{indent}]"
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(f"{inner}{row}" for row in rows) + f"\n{indent}{closing}"


def _packed(words: list[str], indent: str) -> Iterator[str]:
    """Many short values, as many in a line as fit."""
    line = indent
    for at, word in enumerate(words):
        word += "," if at < len(words) - 1 else ""
        if len(line) + len(word) > WIDTH and line.strip():
            yield line.rstrip()
            line = indent
        line += f"{word} "
    yield line.rstrip()


# Played again -------------------------------------------------------------------------------------------------

HOW_TO_GO_ON = "\nIf that is right: python tests/sessions/record.py again tests/sessions/*-*.md"
QUIET = 1.6
"""Seconds without a word after which the server has said all: longer than it waits for a person to rest."""
LEFT_OUT = ("window/workDoneProgress/create", "$/progress")
"""What is said of long work is said where it is long, and so on slow machines only."""


class Texts:
    """What is open, as an editor's messages leave it."""

    def __init__(self) -> None:
        self.documents = Documents()

    def of(self, uri: str) -> str | None:
        document = self.documents.get(uri)
        return document.text.source if document else None

    def follow(self, method: str, params: Any) -> None:
        if method == "initialize":
            offered = params["capabilities"].get("general", {}).get("positionEncodings")
            self.documents.positions = Positions(choose(offered))
        elif method == "textDocument/didOpen":
            self.documents.open(params["textDocument"]["uri"], 0, params["textDocument"]["text"])
        elif method == "textDocument/didChange":
            self.documents.change(params["textDocument"]["uri"], None, typed(params).content_changes)
        elif method == "textDocument/didClose":
            self.documents.close(params["textDocument"]["uri"])


class Player(Client):
    """Plays the editor's part. What the server says is kept until the session has it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.root = folder / "project"
        shutil.copytree(STUDY, self.root)
        for path in self.root.rglob("*"):
            os.utime(path, (WRITTEN_AT, WRITTEN_AT))
        self.places = (str(self.root), ROOT), (str(PACKAGE), OURS), (f'"version": "{__version__}"', OUR_VERSION)
        """What is other here than in a session."""
        self.texts = Texts()
        self.heard: list[Happening] = []
        """What the server said and nobody expected yet."""
        self.numbers: dict[str, Any] = {}
        """By its number in the session, that of each question of the server's."""
        self.rests = 0
        self.step = ""
        """What the person does, by the last heading."""
        self.left = False
        """Whether the editor has said that it leaves."""

    # What the editor does ------------------------------------------------------------------------------------

    def do(self, parts: list[Happening | Prose]) -> None:
        """Do all of this at once."""
        headings = [one.text for one in parts if isinstance(one, Prose) and one.text.startswith("## ")]
        self.step = headings[-1].strip("# \n") if headings else self.step
        happenings = [one for one in parts if isinstance(one, Happening)]
        messages = [message for one in happenings if (message := self._message(one)) is not None]
        if messages:
            self.send(*messages)

    def _message(self, one: Happening) -> dict[str, Any] | None:
        if one.by == "disk":
            self._write(one)
            return None
        body = self._placed(one.body)
        if one.does == "answers":
            return {"id": self.numbers.pop(one.number), "result": body}
        if one.does == "introduces itself":
            body = self._placed(json.loads((CLIENTS / f"{one.name}.json").read_text()))
            one = one._replace(does="asks", name="initialize")
        if one.name == "textDocument/didOpen" and body["textDocument"]["text"] == AS_ON_DISK:
            body["textDocument"]["text"] = path_of(body["textDocument"]["uri"]).read_bytes().decode()
        self.texts.follow(one.name, body)
        self.left = one.name == "exit"
        message = {"method": one.name} | ({} if body is None else {"params": body})
        return {"id": number_of(one.number), **message} if one.does == "asks" else message

    def _placed(self, value: Any) -> Any:
        """What a session says, as it is here and now."""
        text = json.dumps(value)
        for here, there in self.places:
            text = text.replace(there, here)
        return json.loads(text)

    def _lifted(self, message: dict[str, Any]) -> dict[str, Any]:
        """What is said here and now, as a session says it."""
        text = json.dumps(message)
        for here, there in (*self.places, (time.strftime("%Y-%m-%d"), TODAY)):
            text = text.replace(here, there)
        return json.loads(text)

    def _write(self, one: Happening) -> None:
        path = self.root / one.name
        if one.does == "removes":
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        text = one.body if one.does == "writes" else self.texts.of(path.as_uri())
        path.write_bytes((text or "").encode())

    # What the server says ------------------------------------------------------------------------------------

    def _take(self, message: dict[str, Any]) -> None:
        self.received.append(message)
        method, number = message.get("method"), message.get("id")
        if method in LEFT_OUT:
            if number is not None:
                self.send({"id": number, "result": None})
            return
        if "ended" in message or str(number).startswith("rest-"):
            return
        plain = self._lifted(message)
        if method is None:
            does = "refuses" if "error" in plain else "answers"
            self.heard.append(Happening("server", does, "", str(number), plain.get("error", plain.get("result"))))
        elif number is None:
            self.heard.append(Happening("server", "tells", method, "", plain.get("params")))
        else:
            self.heard.append(Happening("server", "asks", method, str(number), plain.get("params")))

    def rest(self) -> None:
        """Wait until the server has taken in all that was sent, unless that is the end."""
        if self.left:
            return
        self.rests += 1
        number = f"rest-{self.rests}"
        where = {"textDocument": {"uri": "file:///nowhere.md"}, "position": {"line": 0, "character": 0}}
        self.send({"id": number, "method": "textDocument/hover", "params": where})
        self.response(number)

    def be_quiet(self) -> None:
        """Wait until the server has not said anything for a while."""
        while True:
            try:
                self._take(self.messages.get(timeout=QUIET))
            except queue.Empty:
                return
            if self.process.poll() is not None:
                return

    def has_answered(self, parts: list[Happening | Prose]) -> bool:
        """Whether all of this was questions and each has its answer, so that nothing else is to come."""
        happenings = [one for one in parts if isinstance(one, Happening)]
        answered = {one.number for one in self.heard if one.does in ("answers", "refuses")}
        return all(one.does == "asks" and one.number in answered for one in happenings)

    def expect(self, happenings: list[Happening]) -> None:
        """Wait until the server has said all of this, in whatever order. Of one file the last report has to come."""
        last = {one.reports_on: at for at, one in enumerate(happenings)}
        surpassed = [one for at, one in enumerate(happenings) if one.reports_on and last[one.reports_on] > at]
        for one in happenings:
            try:
                if one not in surpassed:
                    self.until(lambda one=one: self._is_heard(one))
            except AssertionError:
                raise AssertionError(self._missed(one)) from None
        for one in surpassed:
            self._is_heard(one)

    def _is_heard(self, one: Happening) -> bool:
        for heard in self.heard:
            if is_same(heard, one):
                self.heard.remove(heard)
                if one.does == "asks":
                    self.numbers[one.number] = heard.number
                return True
        return one.does == "is silent"

    def _missed(self, one: Happening) -> str:
        alike = [heard for heard in self.heard if (heard.does, heard.name) == (one.does, one.name)]
        near = [heard for heard in alike if heard.number == one.number] or alike or self.heard
        came = "\n".join(map(written, near)) or "nothing"
        return f"this did not come:\n{written(one)}\nbut this:\n{came}\n{''.join(self.errors)}{HOW_TO_GO_ON}"


def is_same(heard: Happening, expected: Happening) -> bool:
    """Whether what the server said is what was expected of it; the numbers of its questions are its own."""
    if expected.does == "answers anything":
        return heard.number == expected.number and heard.does in ("answers", "refuses")
    if expected.does == "asks":
        heard = heard._replace(number=expected.number)
    return heard == expected


def number_of(number: str) -> int | str:
    return int(number) if number.isdigit() else number


def typed(params: dict[str, Any]) -> types.DidChangeTextDocumentParams:
    """Edits as the server has them."""
    message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
    return lenient_converter().structure(message, types.DidChangeTextDocumentNotification).params


def path_of(uri: str) -> Path:
    path = uris.path_of(uri)
    assert path is not None, uri
    return Path(path)


Turn = tuple[list[Happening | Prose], list[Happening]]
"""What the editor does, and what the server says before it goes on."""


def turns(session: Session) -> Iterator[Turn]:
    done: list[Happening | Prose] = []
    said: list[Happening] = []
    for one in session:
        if isinstance(one, Happening) and one.by == "server":
            said.append(one)
            continue
        if said:
            yield done, said
            done, said = [], []
        done.append(one)
    yield done, said


@contextmanager
def playing(folder: Path) -> Iterator[Player]:
    """A player, until its session is over; what goes wrong says in which step it did."""
    player = Player(folder)
    try:
        yield player
    except (AssertionError, TimeoutError) as error:
        error.add_note(f"This was while: {player.step}")
        raise
    finally:
        player.kill()


def play(session: Session, folder: Path) -> None:
    """Hold the server to a session. What it says must have come before the editor goes on, in whatever order."""
    with playing(folder) as player:
        for done, said in turns(session):
            player.do(done)
            player.expect(said)
            player.rest()
        assert not player.heard, "nobody expected this:\n" + "\n".join(map(written, player.heard)) + HOW_TO_GO_ON
        assert not player.left or player.process.wait(TIMEOUT) == 0
    player.account()


def play_anew(session: Session, folder: Path) -> Session:
    """The same session with what the server says now, which is given time to say all."""
    happenings = [one for one in session if isinstance(one, Happening)]
    taken_back = [str(one.body["id"]) for one in happenings if one.name == "$/cancelRequest"]
    asked = [one for one in happenings if (one.by, one.does) == ("server", "asks")]
    answered = {one.number for one in happenings if (one.by, one.does) == ("editor", "answers")}
    found: Session = []
    owed: Session = []
    """Answers to what the server did not ask before."""
    with playing(folder) as player:
        for done, said in turns(session):
            # What is not asked any more cannot be answered.
            kept = [*owed, *(one for one in done if not _is_answer(one) or one.number in player.numbers)]
            owed = []
            player.do(kept)
            player.rest()
            if not player.has_answered(kept):
                player.be_quiet()
            found += kept
            for one in sorted(player.heard, key=lambda one: one.order):
                if one.does == "asks":
                    same = next((other for other in asked if other.name == one.name), None)
                    if same is not None:
                        asked.remove(same)
                    number = same.number if same else f"new {one.number}"
                    player.numbers[number] = one.number
                    one = one._replace(number=number)
                    owed += [] if number in answered else [Happening("editor", "answers", number=number)]
                elif one.number in taken_back:
                    one = Happening("server", "answers anything", number=one.number)
                found.append(one)
            if said and not player.heard:
                found.append(Happening("server", "is silent"))
            player.heard.clear()
    return renumbered(found)


def _is_answer(one: Happening | Prose) -> TypeGuard[Happening]:
    return isinstance(one, Happening) and (one.by, one.does) == ("editor", "answers")


def renumbered(session: Session) -> Session:
    """With the server's questions counted as they come."""
    numbers: dict[str, str] = {}
    found: Session = []
    for one in session:
        if isinstance(one, Happening) and (one.by, one.does) == ("server", "asks"):
            numbers[one.number] = f"s{len(numbers) + 1}"
        if isinstance(one, Happening) and (one.by, one.does) in (("server", "asks"), ("editor", "answers")):
            one = one._replace(number=numbers[one.number])
        found.append(one)
    return found
