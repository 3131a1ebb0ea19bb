"""Times a language server from outside, as an editor would feel it: start, index, first answer, keystrokes.

    python tests/benchmarks/latency.py --root DIR --file specs/x.md [--toggle status|space] -- COMMAND...

A keystroke is one incremental didChange; its clock runs until the last byte of the diagnostics of that
version is in. Keystrokes alternate between two texts that differ in one finding, because a server may rightly
stay silent where nothing changed. There is no client library and no second thread in between.
Needs psutil, and POSIX pipes.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

READ_SIZE = 1 << 20
CLOCK_STEP = 0.05
KEYS = 1000
"""Keystrokes of one life: ten of these decide a 99th percentile, of fewer the machine's own hiccups would."""
GIVE_UP_AFTER = 5
"""So many keystrokes without an answer, and the rest would only be waiting."""

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    # No pull diagnostics: a server that has both then pushes, and all are measured alike.
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "synchronization": {"didSave": True, "dynamicRegistration": True},
    },
}


class ServerGone(Exception):
    """The server ended, or did not answer in time."""


@dataclass
class Measurement:
    initialize_ms: float
    """From the start of the process."""
    index_s: float = 0.0
    """From `initialized` until the processor is quiet; known to a twentieth of a second, never less."""
    rss_mb: float = 0.0
    """Of the process and its children, when the index is ready and nothing is open."""
    open_ms: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    keystrokes: int = 0
    misses: int = 0
    """Keystrokes that no diagnostics answered."""
    unchanged: int = 0
    """Keystrokes answered with the findings of the keystroke before: the toggle did not toggle."""


@dataclass(frozen=True)
class Toggle:
    """Two texts of one line: `before` stands at (line, column), or `after` does."""

    line: int
    column: int
    before: str
    after: str


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` percent of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def find_toggle(text: str, kind: str) -> Toggle:
    """A change at the first ready status that is one finding: a slip in the word, or a space behind it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("Status: script ready"):
            if kind == "space":
                return Toggle(number, len(line), "", " ")
            return Toggle(number, line.index("ready") + 2, "a", "")
    raise ValueError("no line says `Status: script ready`")


class Client:
    """One server process and the messages that go to and fro."""

    def __init__(self, command: Sequence[str], root: Path, errors: IO[bytes]) -> None:
        self.folders = [{"uri": root.as_uri(), "name": root.name}]
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0
        )
        assert self.process.stdin
        assert self.process.stdout
        self._input = self.process.stdin
        self._output = self.process.stdout.fileno()
        self._buffer = b""
        self._arrived = self.started
        self._requests = 0

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        try:
            self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        except BrokenPipeError:
            raise ServerGone("the server closed its input") from None

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def call(self, method: str, params: Any, timeout: float = 60) -> tuple[float, dict[str, Any]]:
        self._requests += 1
        number = self._requests
        self.send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda message: message.get("id") == number and "method" not in message, timeout)
        if answer is None:
            raise ServerGone(f"no answer to {method} within {timeout:g} s")
        if "error" in answer[1]:
            raise ServerGone(f"{method}: {answer[1]['error'].get('message')}")
        return answer

    def wait(self, wanted: Callable[[dict[str, Any]], bool], timeout: float) -> tuple[float, dict[str, Any]] | None:
        """The first message that is wanted, with the time at which its last byte was in."""
        deadline = time.perf_counter() + timeout
        while True:
            body = self._next(deadline)
            if body is None:
                return None
            arrived = self._arrived
            message = json.loads(body)
            if "method" in message and "id" in message:
                self._answer(message)
            elif wanted(message):
                return arrived, message

    def pump(self, seconds: float) -> None:
        """Read and drop for a while, so that a server with much to say is never blocked by us."""
        self.wait(lambda _: False, seconds)

    def _next(self, deadline: float) -> bytes | None:
        """The next body, or None when the deadline passes; `_arrived` is when its last byte came."""
        while True:
            head, blank, rest = self._buffer.partition(b"\r\n\r\n")
            length = _content_length(head) if blank else 0
            if blank and len(rest) >= length:
                self._buffer = rest[length:]
                return rest[:length]
            if not select.select([self._output], [], [], max(0.0, deadline - time.perf_counter()))[0]:
                return None
            data = os.read(self._output, READ_SIZE)
            self._arrived = time.perf_counter()
            if not data:
                raise ServerGone("the server ended")
            self._buffer += data

    def _answer(self, request: dict[str, Any]) -> None:
        result: Any = None
        if request["method"] == "workspace/configuration":
            result = [None for _ in request["params"]["items"]]
        elif request["method"] == "workspace/workspaceFolders":
            result = self.folders
        self.send({"id": request["id"], "result": result})

    def end(self) -> None:
        try:
            self.call("shutdown", None, 5)
            self.notify("exit", None)
            self.process.wait(5)
        except (ServerGone, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ServerGone(f"a message without Content-Length: {head[:80]!r}")


class Usage:
    """What a process and its children use. The children are listed now and then: that takes a look at all there are."""

    LISTED_EVERY = 10

    def __init__(self, pid: int) -> None:
        import psutil  # pyright: ignore[reportMissingModuleSource]  (the private environment has it)

        self.process = psutil.Process(pid)
        self.children: list[Any] = []
        self.asked = 0
        self.gone = psutil.NoSuchProcess

    def cpu_seconds(self) -> float:
        """Of those that are gone by now, too."""
        return self._sum(lambda process: sum(process.cpu_times()[:4]))

    def resident_mb(self) -> float:
        return self._sum(lambda process: process.memory_info().rss) / 1e6

    def _sum(self, value: Callable[[Any], float]) -> float:
        if self.asked % self.LISTED_EVERY == 0:
            self.children = self.process.children(recursive=True)
        self.asked += 1
        total = value(self.process)
        for child in self.children:
            # One that has ended since: its parent's sum has its time from then on.
            with suppress(self.gone):
                total += value(child)
        return total


def wait_until_quiet(client: Client, settle: float, limit: float = 300.0) -> float:
    """Seconds until the server last used the processor, known once it has not for `settle` seconds."""
    usage = Usage(client.process.pid)
    start = last = time.perf_counter()
    used = usage.cpu_seconds()
    while (now := time.perf_counter()) - last < settle and now - start < limit:
        client.pump(CLOCK_STEP)
        # Two ticks of the processor's clock: idle threads and timers use less.
        if (spent := usage.cpu_seconds()) - used > 0.02:
            last, used = time.perf_counter(), spent
    return max(CLOCK_STEP, last - start)


def start(client: Client) -> tuple[Measurement, bool]:
    """The handshake; whether the server takes incremental changes."""
    folder = client.folders[0]
    params = {
        "processId": os.getpid(),
        "rootUri": folder["uri"],
        "workspaceFolders": client.folders,
        "capabilities": CAPABILITIES,
    }
    arrived, answer = client.call("initialize", params, 120)
    sync = answer["result"]["capabilities"].get("textDocumentSync", 0)
    change = sync.get("change", 0) if isinstance(sync, dict) else sync
    client.notify("initialized", {})
    return Measurement((arrived - client.started) * 1e3), change == 2


def open_document(client: Client, uri: str, text: str, settle: float) -> tuple[float, list[Any]]:
    """Milliseconds until the first diagnostics of the file, and what these are."""
    sent = time.perf_counter()
    document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    answer = client.wait(lambda message: _publishes(message, uri, 1), 10)
    wait_until_quiet(client, settle)
    if answer is None:
        return math.nan, []
    return (answer[0] - sent) * 1e3, answer[1]["params"]["diagnostics"]


def _publishes(message: dict[str, Any], uri: str, version: int) -> bool:
    if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
        return False
    published = message["params"].get("version")
    return published is None or published >= version


def type_keys(
    client: Client,
    uri: str,
    text: str,
    toggle: Toggle,
    *,
    count: int,
    warm: int,
    incremental: bool,
    findings: list[Any],
) -> tuple[list[float], int, int]:
    """Milliseconds per keystroke after the warm ones; how many were missed; how many changed no finding."""
    times: list[float] = []
    misses = unchanged = 0
    old, new = toggle.before, toggle.after
    for number in range(count + warm):
        client.pump(0)
        version = number + 2
        text = apply(text, toggle.line, toggle.column, old, new)
        change = {"text": text} if not incremental else _change(toggle, old, new)
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
        sent = time.perf_counter()
        client.notify("textDocument/didChange", params)
        answer = client.wait(lambda message, version=version: _publishes(message, uri, version), 3)
        old, new = new, old
        if answer is None:
            misses += 1
            if misses >= GIVE_UP_AFTER:
                break
            continue
        unchanged += answer[1]["params"]["diagnostics"] == findings
        findings = answer[1]["params"]["diagnostics"]
        if number >= warm:
            times.append((answer[0] - sent) * 1e3)
    return times, misses, unchanged


def _change(toggle: Toggle, old: str, new: str) -> dict[str, Any]:
    begin = {"line": toggle.line, "character": toggle.column}
    end = {"line": toggle.line, "character": toggle.column + len(old)}
    return {"range": {"start": begin, "end": end}, "text": new}


def apply(text: str, line: int, column: int, old: str, new: str) -> str:
    lines = text.split("\n")
    lines[line] = lines[line][:column] + new + lines[line][column + len(old) :]
    return "\n".join(lines)


def measure(
    command: Sequence[str],
    root: Path,
    file: str = "",
    *,
    toggle: str = "status",
    keys: int = KEYS,
    warm: int = 20,
    settle: float = 1.0,
) -> Measurement:
    """Everything about one life of a server; without a file to type in, its start alone."""
    root = root.resolve()
    with tempfile.TemporaryFile() as errors:
        client = Client(command, root, errors)
        try:
            result, incremental = start(client)
            if not file:
                return result
            result.index_s = wait_until_quiet(client, settle)
            result.rss_mb = Usage(client.process.pid).resident_mb()
            uri, text = (root / file).as_uri(), (root / file).read_text(encoding="utf-8")
            result.open_ms, findings = open_document(client, uri, text, settle)
            gc.collect()
            gc.disable()
            times, result.misses, result.unchanged = type_keys(
                client,
                uri,
                text,
                find_toggle(text, toggle),
                count=keys,
                warm=warm,
                incremental=incremental,
                findings=findings,
            )
            result.keystrokes = len(times)
            if times:
                result.p50_ms, result.p95_ms, result.p99_ms = (percentile(times, share) for share in (50, 95, 99))
            return result
        except ServerGone as gone:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise ServerGone(f"{gone}: {said[-1]}" if said else str(gone)) from None
        finally:
            gc.enable()
            client.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--file", default="", help="the spec to type in; without it, the start alone is measured")
    parser.add_argument("--toggle", choices=("status", "space"), default="status")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--warm", type=int, default=20, help="keystrokes that do not count")
    parser.add_argument("--settle", type=float, default=1.0, help="seconds without work that mean: ready")
    parser.add_argument("command", nargs="+", help="the server, after --")
    options = vars(parser.parse_args())
    try:
        print(json.dumps(asdict(measure(**options))))
    except (ServerGone, OSError, ValueError) as reason:
        print(json.dumps({"error": str(reason)}))


if __name__ == "__main__":
    main()
