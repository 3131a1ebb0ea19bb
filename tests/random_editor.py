"""An editor that does at random what people do, in its buffers and behind its server's back, and keeps what it is told.

Each step has a chance of its own, so that a walk that fails still fails when steps it does not need are left out.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from server_client import CAPABILITIES, Client
from specthis_analyzers.baseline import accepting, written
from specthis_analyzers.project import Project
from specthis_analyzers.text import Span, Text, decode
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.settling import settle
from specthis_lsp.server.positions import Positions

Known = dict[str, list[dict[str, Any]]]
"""Diagnostics by URI."""


class Kind(NamedTuple):
    """A kind of client."""

    encoding: str = "utf-16"
    asks: str = ""
    """What it asks for: nothing, what is `open`, or `all`."""
    watches: bool = True
    moves: bool = True
    """Whether files are moved by its edits, and it tells of files that its user moves."""
    starts_again: bool = False
    """Whether its server ends now and then, and another one begins with what that kept."""

    @property
    def capabilities(self) -> dict[str, Any]:
        workspace = dict(CAPABILITIES["workspace"])
        document = {**CAPABILITIES["textDocument"], "rename": {"prepareSupport": True}}
        if self.asks:
            document["diagnostic"] = {}
            workspace["diagnostics"] = {"refreshSupport": True}
        if not self.watches:
            del workspace["didChangeWatchedFiles"]
        if not self.moves:
            workspace["workspaceEdit"] = {"documentChanges": True}
        return {"workspace": workspace, "textDocument": document, "general": {"positionEncodings": [self.encoding]}}


class Buffer:
    """An open text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.version = 1


class Editor:
    """One window on one project."""

    def __init__(self, client: Client, root: Path, kind: Kind) -> None:
        self.client, self.root, self.kind = client, root, kind
        self.first = {path: path.read_bytes() for path in files_below(root)}
        """The project as it was."""
        self.positions = Positions(kind.encoding)
        self.buffers: dict[Path, Buffer] = {}
        self.untold: list[dict[str, Any]] = []
        """What watchers saw and have not told yet."""
        self.is_behind = False
        """Whether files changed and the server need not know of it yet."""
        self.log: list[str] = []
        self.asked = self.begin()

    def begin(self) -> Asked | None:
        """Greet the server; how it is asked, by who asks."""
        self.client.start(self.root, self.kind.capabilities)
        return Asked(self.client, self.buffers, self.kind.asks == "all") if self.kind.asks else None

    def start_again(self, chance: Random, begin: Callable[[], Client]) -> None:
        """Close the window, let files change, and open it again with the same buffers."""
        assert self.client.end() == 0
        self.log.append("start again")
        before = {path: read(path) for path in self.buffers if path.is_file()}
        for _ in range(chance.randrange(3)):
            getattr(self, chance.choice(("write_file", "remove_file", "move_file", "write_result")))(chance)
        self.buffers = {path: buffer for path, buffer in self.buffers.items() if path.is_file()}
        for path, buffer in self.buffers.items():
            if read(path) != before.get(path):
                buffer.text = read(path)
        self.client, self.untold = begin(), []
        self.asked = self.begin()
        for path, buffer in list(self.buffers.items()):
            self.open(path, buffer.text)

    # What it knows -------------------------------------------------------------------------------------------

    def knows(self) -> Known:
        """The diagnostics that it shows."""
        pushed = {uri: found for uri, found in self.client.diagnostics.items() if found}
        if self.asked is None:
            return pushed
        self.asked.go_on()
        twice = {uri for uri, found in self.asked.found.items() if found}.intersection(pushed)
        assert not twice or self.asked.is_waiting, f"told of in two ways: {twice}"
        return {**self.asked.found, **pushed}

    # Steps ---------------------------------------------------------------------------------------------------

    def step(self, chance: Random) -> None:
        """Do one thing."""
        names, weights = zip(*STEPS.items(), strict=True)
        [name] = chance.choices(names, weights)
        self.log.append(name)
        getattr(self, name)(chance)
        if self.asked and chance.random() < 0.5:
            self.asked.go_on()
            if self.asked.asks_for_all and chance.random() < 0.1:
                self.asked.ask_for_all()

    def say(self, what: object) -> None:
        self.log[-1] += f" {what}"

    def opened(self, chance: Random) -> Path:
        """A file that is open: one that was, or another one."""
        if self.buffers and chance.random() < 0.6:
            return chance.choice(sorted(self.buffers))
        path = chance.choice(self.texts())
        if path not in self.buffers:
            self.open(path)
        return path

    def texts(self) -> list[Path]:
        return [path for path in files_below(self.root) if path.suffix in TEXTS or path.name == "Makefile"]

    def open(self, path: Path, text: str | None = None) -> None:
        self.buffers[path] = Buffer(read(path) if text is None else text)
        self.client.open(path, self.buffers[path].text)
        self.ask(path)

    def ask(self, path: Path) -> None:
        if self.asked:
            self.asked.changed(path)

    def look(self, chance: Random) -> None:
        self.say(self.opened(chance).name)

    def type(self, chance: Random) -> None:
        path = self.opened(chance)
        self.say(path.name)
        for _ in range(chance.choice((1, 1, 3))):
            text = self.buffers[path].text
            start, end = some_span(chance, text)
            self.change(path, [(start, end, chance.choice((*PIECES, "")))])

    def replace_words(self, chance: Random) -> None:
        """One name for another, as it stands."""
        path = self.opened(chance)
        text = self.buffers[path].text
        names = sorted({match[0] for match in NAMES.finditer(text)})
        if names:
            name = chance.choice(names)
            start = text.index(name)
            new = chance.choice((*names, *PIECES, varied(chance, name)))
            self.say(f"{path.name}: {name} to {new}")
            self.change(path, [(start, start + len(name), new)])

    def write_all_anew(self, chance: Random) -> None:
        path = self.opened(chance)
        self.say(path.name)
        self.replace(path, self.some_text(chance, path))

    def replace(self, path: Path, text: str) -> None:
        buffer = self.buffers[path]
        buffer.text, buffer.version = text, buffer.version + 1
        self.client.change(path.as_uri(), buffer.version, {"text": text})
        self.ask(path)

    def change(self, path: Path, edits: list[tuple[int, int, str]]) -> None:
        """Edits of one text, by offsets of that text."""
        buffer = self.buffers[path]
        changes = []
        for start, end, new in sorted(edits, reverse=True):
            where = self.positions.range(Text(buffer.text), Span(start, end))
            changes.append({"range": where, "text": new})
            buffer.text = buffer.text[:start] + new + buffer.text[end:]
        buffer.version += 1
        self.client.change(path.as_uri(), buffer.version, *changes)
        self.ask(path)

    def some_text(self, chance: Random, path: Path) -> str:
        """What a file may say: as at first, as another of its kind, or a little else than now."""
        alike = [one for one in self.first if one.suffix == path.suffix] or list(self.first)
        kind = chance.randrange(4)
        if kind == 0 and path.exists():
            text = read(path)
            start, end = some_span(chance, text)
            return text[:start] + chance.choice(PIECES) + text[end:]
        source = path if kind < 3 and path in self.first else chance.choice(alike)
        return self.first[source].decode(errors="replace")

    def save(self, chance: Random) -> None:
        if self.buffers:
            path = chance.choice(sorted(self.buffers))
            self.say(path.name)
            self.write_out(path)

    def write_out(self, path: Path) -> None:
        write(path, self.buffers[path].text)
        self.client.save(path.as_uri())
        self.seen(path)

    def close(self, chance: Random) -> None:
        """What was not saved is lost."""
        if self.buffers:
            path = chance.choice(sorted(self.buffers))
            self.say(path.name)
            self.shut(path)

    def shut(self, path: Path) -> None:
        del self.buffers[path]
        self.client.close(path.as_uri())
        if self.asked:
            self.asked.closed(path)

    def close_and_open(self, chance: Random) -> None:
        if self.buffers:
            path = chance.choice(sorted(self.buffers))
            self.say(path.name)
            self.shut(path)
            if path.exists():
                self.open(path)

    # Behind the server's back --------------------------------------------------------------------------------

    def write_file(self, chance: Random) -> None:
        path = self.some_place(chance)
        self.say(path.relative_to(self.root))
        write(path, self.some_text(chance, path))
        self.seen(path)

    def encode(self, chance: Random) -> None:
        """A file is saved in UTF-16, as some shells do."""
        path = chance.choice(self.texts())
        self.say(path.relative_to(self.root))
        path.write_bytes(read(path).encode("utf-16"))
        self.seen(path)

    def write_result(self, chance: Random) -> None:
        results = [path for path in files_below(self.root) if path.suffix == ".json"]
        if results:
            path = chance.choice(results)
            text = read(path)
            keys = re.findall(r'"(\w+)":', text) or ["x"]
            self.say(path.relative_to(self.root))
            write(
                path, chance.choice((text.replace(f'"{chance.choice(keys)}":', '"other":', 1), "{", "{}", text + " "))
            )
            self.seen(path)

    def restore(self, chance: Random) -> None:
        path = chance.choice(sorted(self.first))
        self.say(path.relative_to(self.root))
        if not path.is_dir() and all(not above.is_file() for above in path.parents):
            write(path, self.first[path])
            self.seen(path)

    def remove_file(self, chance: Random) -> None:
        path = chance.choice(files_below(self.root))
        self.say(path.relative_to(self.root))
        path.unlink()
        self.seen(path)

    def remove_folder(self, chance: Random) -> None:
        path = chance.choice(folders_below(self.root))
        self.say(path.relative_to(self.root))
        shutil.rmtree(path)
        self.seen(path)

    def move_file(self, chance: Random) -> None:
        path, to = chance.choice(files_below(self.root)), self.some_place(chance)
        self.say(f"{path.relative_to(self.root)} to {to.relative_to(self.root)}")
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
        self.seen(path, to)

    def move_folder(self, chance: Random) -> None:
        path = chance.choice(folders_below(self.root))
        to = path.with_name(path.name + "s")
        if not to.exists():
            self.say(f"{path.relative_to(self.root)} to {to.relative_to(self.root)}")
            path.rename(to)
            self.seen(path, to)

    def touch_file(self, chance: Random) -> None:
        path = chance.choice(files_below(self.root))
        self.say(path.relative_to(self.root))
        path.touch()
        self.seen(path)

    def link(self, chance: Random) -> None:
        """A link in the place of a file or beside it: to another one, to a folder, to itself, nowhere, or out."""
        path = self.some_place(chance)
        if path in self.buffers:
            return
        targets = [*files_below(self.root), *folders_below(self.root), path, self.root.parent, self.root / "nowhere"]
        target = chance.choice([one for one in targets if ".specthis" not in one.parts])  # that is no part of a project
        self.say(f"{path.relative_to(self.root)} to {target}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(os.path.relpath(target, path.parent) if target.is_relative_to(self.root) else target)
        self.seen(path)

    def ignore(self, chance: Random) -> None:
        """Git ignores something else."""
        path, text = self.root / ".gitignore", chance.choice(IGNORED)
        self.say(repr(text))
        write(path, text)
        self.seen(path)

    def accept(self, chance: Random) -> None:
        """What is found is accepted, or part of it, or what says so cannot be read."""
        path = self.root / "specthis-baseline.json"
        if path in self.buffers or path.is_dir():
            return
        settled = settle(Disk(str(self.root)))
        found = Project(Disk(str(self.root)), settled.configuration, settled.path).findings()
        text = written(accepting([one for one in found if chance.random() < 0.7]))
        write(path, chance.choice((text, text, text[: len(text) // 2])))
        self.seen(path)

    def settings(self, chance: Random) -> None:
        """Settings are other, in the file or in a buffer."""
        path, text = self.root / "specthis.toml", chance.choice(SETTINGS)
        self.say(repr(text))
        if path in self.buffers:
            self.replace(path, text)
        else:
            write(path, text)
            self.seen(path)

    def some_place(self, chance: Random) -> Path:
        """Where a file is, or could be."""
        if chance.random() < 0.5:
            return chance.choice(files_below(self.root))
        folder = chance.choice([self.root / name for name in FOLDERS if not (self.root / name).is_file()])
        path = folder / chance.choice(NEW)
        return self.root / "notes.md" if path.is_dir() or any(one.is_file() for one in path.parents) else path

    def seen(self, *paths: Path) -> None:
        """Watchers see what changed, where they were told to look; they tell of it later."""
        self.is_behind = True
        patterns = watched(self.client.received) if self.kind.watches else []
        for path in paths:
            if any(pattern.fullmatch(str(path)) for pattern in patterns):
                self.untold.append({"uri": path.as_uri(), "type": 2 if path.exists() else 3})

    def tell(self, chance: Random) -> None:
        """Tell what watchers saw."""
        if self.untold:
            self.client.notify("workspace/didChangeWatchedFiles", {"changes": self.untold})
            self.untold = []

    def follow_files(self, chance: Random) -> None:
        """Buffers of files that others changed are read again."""
        for path, buffer in sorted(self.buffers.items()):
            if path.is_file() and read(path) != buffer.text and chance.random() < 0.5:
                self.replace(path, read(path))

    # What the server offers ----------------------------------------------------------------------------------

    def rename_file(self, chance: Random) -> None:
        """In the tree of files: mentions follow, the file moves, its buffer with it."""
        if not self.kind.moves:
            return
        if chance.random() < 0.3:
            path = chance.choice(folders_below(self.root))
            to = path.with_name(path.name + chance.choice("ab"))
        else:
            path, to = chance.choice(files_below(self.root)), self.some_place(chance)
        if to.exists() or path in to.parents:
            return
        self.say(f"{path.relative_to(self.root)} to {to.relative_to(self.root)}")
        files = {"files": [{"oldUri": path.as_uri(), "newUri": to.as_uri()}]}
        self.apply(self.client.request("workspace/willRenameFiles", files)["result"], chance)
        self.move(path, to, lambda: self.client.notify("workspace/didRenameFiles", files), chance)

    def move(self, path: Path, to: Path, tell: Callable[[], None], chance: Random) -> None:
        """Move a file or folder; buffers go along, before or after the server is told."""
        to.parent.mkdir(parents=True, exist_ok=True)
        path.rename(to)
        early = chance.random() < 0.5
        if early:
            tell()
        for old in [old for old in self.buffers if old == path or path in old.parents]:
            text = self.buffers[old].text
            self.shut(old)
            self.open(to / old.relative_to(path) if old != path else to, text)
        if not early:
            tell()
        self.seen(path, to)

    def rename(self, chance: Random) -> None:
        """The thing at a place."""
        path = self.opened(chance)
        place = self.some_name(chance, path)
        if place is None:
            return
        found = self.client.request("textDocument/prepareRename", place)
        if not found.get("result"):
            return
        name = found["result"]["placeholder"]
        new = varied(chance, name)
        self.say(f"{path.name}: {name} to {new}")
        found = self.client.request("textDocument/rename", {**place, "newName": new})
        self.apply(found.get("result"), chance)

    def mend(self, chance: Random) -> None:
        """Do what is offered somewhere."""
        path = self.opened(chance)
        text = self.buffers[path].text
        known = self.knows().get(path.as_uri())
        where = (
            chance.choice(known)["range"] if known else self.positions.range(Text(text), Span(*some_span(chance, text)))
        )
        params = {"textDocument": {"uri": path.as_uri()}, "range": where, "context": {"diagnostics": []}}
        actions = self.client.request("textDocument/codeAction", params)["result"]
        actions = [action for action in actions if "disabled" not in action]
        if actions:
            action = chance.choice(actions)
            self.say(f"{path.name}: {action['title']}")
            if "edit" not in action:
                action = self.client.request("codeAction/resolve", action)["result"]
            self.apply(action["edit"], chance)

    def ask_around(self, chance: Random) -> None:
        """Ask what is here; the answer does not matter, and may be taken back."""
        path = self.opened(chance)
        place = self.some_name(chance, path) or {"position": {"line": 0, "character": 0}}
        whole = self.positions.range(Text(self.buffers[path].text), Span(0, len(self.buffers[path].text)))
        method = chance.choice(QUESTIONS)
        self.say(f"{path.name}: {method}")
        params = {**place, "textDocument": {"uri": path.as_uri()}, "range": whole, "query": "f", "newName": "x"}
        params |= {"context": {"includeDeclaration": True}, "positions": [place["position"]]}
        params |= {"options": {"tabSize": 4, "insertSpaces": True}}
        if chance.random() < 0.2:
            number = f"taken back {len(self.client.asked)}"
            self.client.send({"id": number, "method": method, "params": params})
            self.client.notify("$/cancelRequest", {"id": number})
            self.client.response(number)
            return
        answer = self.client.request(method, params)
        assert "error" not in answer or answer["error"]["code"] != -32603, answer

    def tidy(self, chance: Random) -> None:
        path = self.opened(chance)
        params = {"textDocument": {"uri": path.as_uri()}, "options": {"tabSize": 4, "insertSpaces": True}}
        edits = self.client.request("textDocument/formatting", params).get("result")
        self.say(path.name)
        self.edit(path, edits or [], chance)

    def some_name(self, chance: Random, path: Path) -> dict[str, Any] | None:
        """A place in a text where something is named."""
        text = self.buffers[path].text
        spans = [match.span() for match in NAMES.finditer(text)]
        if not spans:
            return None
        start, end = chance.choice(spans)
        position = self.positions.position(Text(text), chance.randrange(start, end))
        return {"textDocument": {"uri": path.as_uri()}, "position": position}

    # Edits ---------------------------------------------------------------------------------------------------

    def apply(self, edit: dict[str, Any] | None, chance: Random) -> None:
        """Do an edit of the workspace: in buffers; texts that are not open are opened, or written to disk.

        What cannot be done any more is not begun; if nothing changed behind the server's back, it should have known.
        """
        if not edit:
            return
        if not all(map(can_be_done, edit.get("documentChanges", ()))):
            assert self.is_behind, edit
            self.say("(refused)")
            return
        changes = [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit.get("changes", {}).items()]
        for change in edit.get("documentChanges", changes):
            kind = change.get("kind")
            if kind == "create":
                path = path_of(change["uri"])
                write(path, "")
                self.seen(path)
            elif kind == "rename":
                old, new = path_of(change["oldUri"]), path_of(change["newUri"])
                self.move(old, new, lambda: None, chance)
            else:
                document = change["textDocument"]
                path = path_of(document["uri"])
                version = document.get("version")
                known = self.buffers.get(path)
                assert version is None or (known and known.version == version), f"an edit of another version: {change}"
                self.edit(path, change["edits"], chance)

    def edit(self, path: Path, edits: list[dict[str, Any]], chance: Random) -> None:
        assert path.is_relative_to(self.root), path
        if not edits:
            return
        if path not in self.buffers and chance.random() < 0.5:
            self.open(path)
        text = self.buffers[path].text if path in self.buffers else read(path)
        spans = [(*self.span(text, one["range"]), one["newText"]) for one in edits]
        ordered = sorted(spans)
        for (_, end, _), (start, _, _) in pairwise(ordered):
            assert end <= start, f"edits of {path} overlap: {edits}"
        if path in self.buffers:
            self.change(path, spans)
            return
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        write(path, text)
        self.seen(path)

    def span(self, text: str, where: dict[str, Any]) -> tuple[int, int]:
        start, end = (types.Position(**where[name]) for name in ("start", "end"))
        span = self.positions.span(Text(text), start, end)
        assert self.positions.range(Text(text), span) == where, f"no place of the text: {where}"
        return span.start, span.end

    # Rest ----------------------------------------------------------------------------------------------------

    def rest(self, chance: Random) -> None:
        """Let nothing be under way: settings can be read, what is open is somewhere, what was seen is told."""
        self.log.append("rest")
        settings = self.root / "specthis.toml"
        if settings in self.buffers and not is_sound(self.buffers[settings].text):
            self.replace(settings, SETTINGS[0])
        is_there = settings.is_symlink() or settings.exists()
        if is_there and not (settings.is_file() and is_sound(settings.read_bytes().decode("utf-8", "replace"))):
            write(settings, SETTINGS[0])
            self.seen(settings)
        for path in [path for path in sorted(self.buffers) if not path.is_file()]:
            if path.is_dir() or any(one.is_file() for one in path.parents) or chance.random() < 0.5:
                self.say(f"close {path.name}")
                self.shut(path)
            else:
                self.say(f"save {path.name}")
                self.write_out(path)
        for path in [path for path in sorted(self.buffers) if path.suffix == ".json"]:
            self.write_out(path)  # What is no text, results and their schemas, counts as it is on disk.
        self.tell(chance)
        self.is_behind = False
        if self.kind.watches:  # Else looks come by themselves.
            self.client.save((self.root / "README.md").as_uri())


class Asked:
    """What a client knows that asks: of what is open whatever changes in it, and of all if it wants so."""

    def __init__(self, client: Client, buffers: dict[Path, Buffer], asks_for_all: bool) -> None:
        self.client, self.buffers, self.asks_for_all = client, buffers, asks_for_all
        self.found: Known = {}
        self.names: dict[str, str] = {}
        """By URI, the name of what was found."""
        self.due: set[str] = set()
        """Open files to ask about."""
        self.number = 0
        self.asking: dict[str, str] = {}
        """By number, the files that are asked about now; the whole workspace is an empty name."""
        self.seen = 0

    @property
    def is_waiting(self) -> bool:
        return any(self.asking.values())

    def changed(self, path: Path) -> None:
        self.due.add(path.as_uri())

    def closed(self, path: Path) -> None:
        """Who asks for all keeps what was found until it hears something else."""
        uri = path.as_uri()
        self.due.discard(uri)
        self.take_back(uri)
        if not self.asks_for_all:
            self.found.pop(uri, None)
            self.names.pop(uri, None)

    def go_on(self) -> None:
        """Take in what came, and ask what is to be asked."""
        while self.seen < len(self.client.received):
            self.seen += 1
            self.take(self.client.received[self.seen - 1])
        for uri in sorted(self.due):
            self.take_back(uri)
            known = {"previousResultId": self.names[uri]} if uri in self.names else {}
            self.ask(uri, "textDocument/diagnostic", {"textDocument": {"uri": uri}, **known})
        self.due.clear()
        if self.asks_for_all and "" not in self.asking.values():
            self.ask_for_all()

    def ask_for_all(self) -> None:
        self.take_back("")
        previous = [{"uri": uri, "value": name} for uri, name in self.names.items()]
        token = {"partialResultToken": f"pull {self.number + 1}"} if self.number % 2 else {}
        self.ask("", "workspace/diagnostic", {"previousResultIds": previous, **token})

    def ask(self, uri: str, method: str, params: dict[str, Any]) -> None:
        self.number += 1
        self.asking[f"pull {self.number}"] = uri
        self.client.send({"id": f"pull {self.number}", "method": method, "params": params})

    def take_back(self, uri: str) -> None:
        """What is asked about a file is out of date; what comes all the same is not looked at."""
        for number in [number for number, asked in self.asking.items() if asked == uri]:
            self.client.notify("$/cancelRequest", {"id": number})
            del self.asking[number]

    def take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "workspace/diagnostic/refresh":
            self.due.update(path.as_uri() for path in self.buffers)
        elif message.get("method") == "$/progress" and message["params"]["token"] in self.asking:
            self.take_all(message["params"]["value"]["items"])
        elif "method" not in message and (uri := self.asking.pop(str(message.get("id")), None)) is not None:
            assert "result" in message, message
            if not uri:
                self.take_all(message["result"]["items"])
                return
            assert message["result"]["kind"] == "full" or message["result"]["resultId"] == self.names.get(uri), message
            self.keep(uri, message["result"])

    def take_all(self, reports: list[dict[str, Any]]) -> None:
        """What is open is asked about by itself."""
        for report in reports:
            if path_of(report["uri"]) not in self.buffers:
                self.keep(report["uri"], report)

    def keep(self, uri: str, report: dict[str, Any]) -> None:
        if report["kind"] == "full":
            self.found[uri] = report["items"]
            self.names.pop(uri, None)
            if "resultId" in report:  # what lies in no project has none
                self.names[uri] = report["resultId"]


STEPS = {
    "type": 8,
    "replace_words": 8,
    "write_all_anew": 2,
    "look": 2,
    "save": 5,
    "close": 2,
    "close_and_open": 2,
    "write_file": 4,
    "encode": 0.5,
    "write_result": 3,
    "restore": 6,
    "remove_file": 2,
    "remove_folder": 0.3,
    "move_file": 2,
    "move_folder": 0.5,
    "touch_file": 2,
    "link": 1,
    "ignore": 0.5,
    "accept": 0.5,
    "settings": 1,
    "tell": 4,
    "follow_files": 2,
    "rename_file": 4,
    "rename": 5,
    "mend": 6,
    "tidy": 1,
    "ask_around": 4,
}
"""What is done, and how often."""

TEXTS = {".md", ".tex", ".py", ".toml", ".json"}
FOLDERS = (
    "specs",
    "scripts",
    "scripts/export",
    "reports",
    "reports/sections",
    "reports/figures",
    "results/more",
    "code",
)
IGNORED = ("", "/results/\n", "*.tex\n!paper.tex\n", "scripts\n", "/specs/\n")
NEW = (
    "ä b.md",
    "ä b.tex",
    "new.csv",
    "compute-new.md",
    "report-new.md",
    "new.tex",
    "new.py",
    "new.json",
    "pyproject.toml",
    "Makefile",
    "README.md",
)
PIECES = (
    "ready",
    "reday",
    "`scripts/no.py`",
    "`scripts/model.py`",
    "scripts/fraction.py",
    "\n",
    "\r\n",
    "### x\n\nStatus: script ready\n",
    "---\n",
    "depends_on:\n",
    "\\label{sec:grokking}",
    "\\input{figures/spectrum}",
    "\\sectionversion{2}\n",
    "𝔄é",
    "`",
    '\nopen("reports/extra.tex", "w")\n',
    "<!-- specthis: ignore[missing-script, orphaned-export] why -->\n",
    "% specthis: ignore[missing-sectionversion] why\n",
    "specthis: ignore-file[missing-field]",
    "<<<<<<< HEAD\n### x\n=======\n### y\n>>>>>>> other\n",
    "### \n",
    "### base\n\nOutput: `results/a b/ä.csv` (keys: loss, é)\n",
    'Schema: `{"$ref": "../schemas/run.json"}`\n',
    "- `reports/figures/ä.tex`\n",
)
NAMES = re.compile(r"[\w./:-]*[/:_-][\w./:-]*\w|(?<=### )\w+|(?<=script )\w+")
"""What looks like a name: paths, labels, specs, keys."""
LAYOUT = '[layout]\nspecs = "specs"\nresults = ["results"]\nreports = ["reports"]\n'
SETTINGS = (
    LAYOUT,
    LAYOUT + 'papers = ["reports/paper.tex"]\n',
    "",
    LAYOUT + '[rules]\nignore = ["missing-script"]\n',
    LAYOUT + '[rules]\nprofiles = ["specthis", "numbers"]\n',
    'freshness = "mtime"\n' + LAYOUT,
    "[latex]\ngeneral = true\n",
    '[layout]\nspecs = "code"\n',
    '[layout]\nreports = ["reports/figures"]\nno = 1\n',
    "[layout\n",
)
"""Settings that a project may have; the last cannot be read."""
QUESTIONS = (
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/documentLink",
    "textDocument/codeLens",
    "textDocument/inlayHint",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/rename",
    "workspace/symbol",
)


def some_span(chance: Random, text: str) -> tuple[int, int]:
    """A stretch of a text, short or empty; line ends are kept whole."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 8, 40)))
    while text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
        start, end = max(start - 1, 0), max(end - 1, 0)
    return start, end


def varied(chance: Random, name: str) -> str:
    """A name much like another."""
    stem, dot, suffix = name.rpartition(".")
    return chance.choice((f"{stem or suffix}2{dot}{suffix if stem else ''}", f"{name}x", f"new/{name}", "a b", name))


def is_sound(text: str) -> bool:
    import tomllib

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def files_below(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def folders_below(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.is_dir() and not path.is_symlink()]


def read(path: Path) -> str:
    return decode(path.read_bytes()).source


def write(path: Path, text: str | bytes) -> None:
    """A link that leads to no file is put away: nobody could write there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() and not path.is_file():
        path.unlink()
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)


def path_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def can_be_done(change: dict[str, Any]) -> bool:
    """Whether an operation on files can be carried out."""
    old, new = (path_of(change[name]) if name in change else None for name in ("oldUri", "newUri"))
    if change.get("kind") == "create":
        return not path_of(change["uri"]).exists()
    return old is None or new is None or (old.exists() and not new.exists())


def watched(received: list[dict[str, Any]]) -> list[re.Pattern[str]]:
    """What the server asked to be told of, as it holds now."""
    by_id: dict[str, list[re.Pattern[str]]] = {}
    for message in received:
        params = message.get("params") or {}
        for one in params["registrations"] if message.get("method") == "client/registerCapability" else ():
            if one["method"] == "workspace/didChangeWatchedFiles":
                by_id[one["id"]] = list(map(pattern_of, one["registerOptions"]["watchers"]))
        for one in params["unregisterations"] if message.get("method") == "client/unregisterCapability" else ():
            del by_id[one["id"]]
    return [pattern for patterns in by_id.values() for pattern in patterns]


def pattern_of(watcher: dict[str, Any]) -> re.Pattern[str]:
    """A pattern of the protocol as an expression over absolute paths."""
    glob = watcher["globPattern"]
    if isinstance(glob, dict):
        glob = f"{path_of(glob['baseUri'])}/{glob['pattern']}"
    parts = {r"/\*\*/": "/(?:.*/)?", r"\*": "[^/]*"}
    expression = re.escape(glob)
    for old, new in parts.items():
        expression = expression.replace(old, new)
    return re.compile(expression)
