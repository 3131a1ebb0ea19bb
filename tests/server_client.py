"""A client for tests that sends what it is told, right or wrong, to a real server process."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server_nursery import HAS_ONE, child

COMMAND = [sys.executable, "-m", "specthis_lsp", "--stdio"]
TIMEOUT = 20.0

CAPABILITIES: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "rename", "delete"]},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
    },
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
}

MAY_COME = {
    "textDocument/publishDiagnostics": "",
    "window/logMessage": "",
    "$/logTrace": "",
    "$/progress": "",
    "client/registerCapability": "",
    "client/unregisterCapability": "",
    "specthis/studyChanged": "",
    "workspace/configuration": "workspace.configuration",
    "workspace/applyEdit": "workspace.applyEdit",
    "workspace/diagnostic/refresh": "workspace.diagnostics.refreshSupport",
    "workspace/codeLens/refresh": "workspace.codeLens.refreshSupport",
    "workspace/inlayHint/refresh": "workspace.inlayHint.refreshSupport",
    "workspace/semanticTokens/refresh": "workspace.semanticTokens.refreshSupport",
    "window/workDoneProgress/create": "window.workDoneProgress",
    "window/showDocument": "window.showDocument.support",
}
"""All that a server may send unasked, and what a client must have offered for it. No popups, ever."""


class Client:
    """One server process, of the nursery or of a command. A thread reads its messages, so that it is never blocked."""

    def __init__(self, command: list[str] | None = None, **options: Any) -> None:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        ordinary = not command and not options
        self.process = child() if ordinary and HAS_ONE else subprocess.Popen(command or COMMAND, **pipes, **options)
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.versions: dict[str, int | None] = {}
        self.received: list[dict[str, Any]] = []
        self.errors: list[str] = []
        self.answers: dict[str, Any] = {}
        """By method, what we answer to the server's requests; to all others nothing."""
        self.number = 0
        self.asked: list[Any] = []
        """The numbers of our requests."""
        self.offered: dict[str, Any] = {}
        """What we said we can do."""
        for target in (self._read, self._read_errors):
            threading.Thread(target=target, daemon=True).start()

    # Raw -----------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        out = self.process.stdout
        assert out
        while line := out.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = out.readline()
            self.messages.put(json.loads(out.read(length)))
        self.messages.put({"ended": True})

    def _read_errors(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors.append(line.decode(errors="replace"))

    def write(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages: dict[str, Any]) -> None:
        """Send messages in one write."""
        self.asked += [message["id"] for message in messages if "id" in message and "method" in message]
        for message in messages:
            if message.get("method") == "initialize":
                self.offered = (message.get("params") or {}).get("capabilities") or {}
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.write(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any = None) -> dict[str, Any]:
        """A request and its whole response."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        return self.response(self.number)

    def response(self, number: Any) -> dict[str, Any]:
        return self.wait(lambda message: message.get("id") == number and "method" not in message)

    def wait(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = TIMEOUT) -> dict[str, Any]:
        """The next message that is wanted; all before it are taken in."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self.messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError("no such message came; the server said: " + "".join(self.errors)) from None
            self._take(message)
            if wanted(message):
                return message
            assert "ended" not in message, "the server ended: " + "".join(self.errors)

    def _take(self, message: dict[str, Any]) -> None:
        self.received.append(message)
        if "method" in message and "id" in message:
            self.send({"id": message["id"], "result": self.answers.get(message["method"])})
        elif message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
            self.versions[params["uri"]] = params.get("version")

    def account(self) -> None:
        """Hold every message that came to what a client may rely on, those included that no test looked at."""
        while not self.messages.empty():
            self.received.append(self.messages.get())
        answered = [message["id"] for message in self.received if "id" in message and "method" not in message]
        for number in answered:
            assert answered.count(number) <= self.asked.count(number), f"answered without being asked: {number}"
        for message in self.received:
            method = message.get("method")
            assert method is None or method in MAY_COME, f"nobody expects {message}"
            offer = MAY_COME[method] if method else ""
            assert not offer or _has(self.offered, offer), f"{method} needs {offer}, which was not offered"
            assert method != "window/logMessage" or message["params"]["type"] > 1, f"an error: {message}"

    # A session -----------------------------------------------------------------------------------------------

    def start(self, root: Path | None, capabilities: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """The handshake, and every diagnostic that the project has; what the server can do."""
        folders = [{"uri": root.as_uri(), "name": root.name}] if root else None
        answer = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri() if root else None,
                "workspaceFolders": folders,
                "capabilities": CAPABILITIES if capabilities is None else capabilities,
                **params,
            },
        )
        self.notify("initialized", {})
        self.settle()
        return answer["result"]["capabilities"]

    def told(self, method: str) -> list[Any]:
        """The parameters of every message of a kind that came."""
        return [message.get("params") for message in self.received if message.get("method") == method]

    def settle(self) -> None:
        """Wait until the server has answered for everything sent so far."""
        where = {"textDocument": {"uri": "file:///nowhere.md"}, "position": {"line": 0, "character": 0}}
        self.request("textDocument/hover", where)

    def until(self, true: Callable[[], bool], timeout: float = TIMEOUT) -> None:
        """Take messages in until something holds."""
        deadline = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < deadline, f"it did not come true; last known: {self.codes()}"
            with contextlib.suppress(queue.Empty):
                self._take(self.messages.get(timeout=0.05))

    def open(self, path: Path, text: str | None = None, version: int = 1, uri: str | None = None) -> str:
        uri = uri or path.as_uri()
        text = path.read_bytes().decode("utf-8") if text is None else text
        item = {"uri": uri, "languageId": "markdown", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def codes(self, uri: str | None = None) -> list[str]:
        """The codes of one file's diagnostics, or of all."""
        uris = [uri] if uri else sorted(self.diagnostics)
        return [diagnostic["code"] for name in uris for diagnostic in self.diagnostics.get(name, ())]

    def end(self) -> int:
        """Leave as a client should; the server's exit code."""
        if self.process.poll() is None:
            self.request("shutdown")
            self.notify("exit")
        return self.process.wait(TIMEOUT)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


def _has(offered: dict[str, Any], path: str) -> bool:
    """Whether a client offers what a path of names says."""
    value: Any = offered
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return bool(value)


def at(line: int, start: int, end: int | None = None, last: int | None = None) -> dict[str, Any]:
    """A range on one line, or to another."""
    return {
        "start": {"line": line, "character": start},
        "end": {"line": line if last is None else last, "character": start if end is None else end},
    }


def apply_edits(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits whose columns are UTF-16 units, as they stand in a text of the basic plane."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(position: dict[str, int]) -> int:
        return min(starts[position["line"]] + position["character"], len(text))

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text
