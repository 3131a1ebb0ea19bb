"""Stands between an editor and the server, and writes down what passes: `tee.py LOG STUDY STEPS -- COMMAND ...`.

The log has a line of JSON for each thing that happened: a message, a file of the study that is other than before, or a
step, which whoever drives the editor announces as a line in a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from specthis_lsp.server.framing import Frames, framed


class Log:
    """What happened, in order."""

    def __init__(self, path: Path, study: Path, steps: Path) -> None:
        self.file = path.open("a", encoding="utf-8")
        self.study, self.steps = study, steps
        self.seen = self._files()
        self.announced = 0
        self.lock = threading.Lock()

    def message(self, by: str, body: bytes) -> None:
        with self.lock:
            if by == "editor":
                self._note_steps()
                self._note_files()
            self._write({by: json.loads(body)})

    def _note_steps(self) -> None:
        said = self.steps.read_text("utf-8").splitlines() if self.steps.exists() else []
        for step in said[self.announced :]:
            self._write({"step": step})
        self.announced = max(self.announced, len(said))

    def _note_files(self) -> None:
        now = self._files()
        for path in sorted(self.seen.keys() | now.keys()):
            if self.seen.get(path) != now.get(path):
                content = now.get(path)
                self._write({"file": path, "text": None if content is None else content.decode("utf-8", "replace")})
        self.seen = now

    def _files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.study).as_posix(): path.read_bytes()
            for path in sorted(self.study.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(self.study).parts)
        }

    def _write(self, happened: dict[str, Any]) -> None:
        self.file.write(json.dumps(happened) + "\n")
        self.file.flush()


def pass_on(by: str, source: IO[bytes], goal: IO[bytes], log: Log) -> None:
    frames = Frames()
    while data := source.read1(1 << 16):  # type: ignore[attr-defined]
        for body in frames.feed(data):
            log.message(by, body)
            goal.write(framed(body))
        goal.flush()
    goal.close()


def main(log: str, study: str, steps: str, _: str, *command: str) -> int:
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin
    assert server.stdout
    book = Log(Path(log), Path(study), Path(steps))
    asked = threading.Thread(target=pass_on, args=("editor", sys.stdin.buffer, server.stdin, book), daemon=True)
    asked.start()
    pass_on("server", server.stdout, sys.stdout.buffer, book)
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
