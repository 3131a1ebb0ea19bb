"""`--watch`: what is found, again whenever it is other; and how a watch begins, loses its folder, and ends."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from projects import ENVIRONMENT, FILES, SPEC, write
from specthis_lsp.cli.arguments import Options
from specthis_lsp.cli.exits import CLEAN, FOUND, USAGE
from specthis_lsp.cli.look import Look
from specthis_lsp.cli.looking import look_at
from specthis_lsp.cli.settled import settled_at
from specthis_lsp.cli.targets import Target
from specthis_lsp.cli.watch import Screen, Watched
from specthis_lsp.host import waiting

COMMAND = (sys.executable, "-m", "specthis_lsp", "--check", "--watch")
SECONDS = 60
"""How long to wait for what must come; far more than it takes."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is another thing there")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", FILES)


class Watching:
    """A watch in a process of its own, and the lines it writes."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=root,
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def until(self, text: str) -> list[str]:
        """The lines up to one that holds a text."""
        told: list[str] = []
        while not told or text not in told[-1]:
            try:
                told.append(self.lines.get(timeout=SECONDS))
            except queue.Empty:
                raise AssertionError(f"`{text}` never came; instead: {told}") from None
        return told

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=SECONDS)


@contextmanager
def watching(root: Path, *arguments: str) -> Iterator[Watching]:
    watch = Watching(root, *arguments)
    try:
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()


def test_every_change_is_shown(root: Path):
    """A script that goes, a result that is another, a spec that is edited: each new state is shown, once it is."""
    with watching(root) as watch:
        assert watch.until("Watching; ")[0] == "The only spec is clean.\n"
        (root / "scripts/fit.py").unlink()
        assert any("error[missing-script]" in line for line in watch.until("Watching; 1 file checked in "))
        write(root, {"scripts/fit.py": ""})
        assert "The only spec is clean.\n" in watch.until("Watching; ")
        write(root, {"results/fit/fit.json": "{}"})
        assert any("error[schema-mismatch]" in line for line in watch.until("Watching; "))
        write(root, {"specs/compute-fit.md": SPEC.replace("`loss: number`", "`rate: number`")})
        assert any("`rate`" in line for line in watch.until("Watching; "))
        assert watch.interrupt() == 1
        assert watch.lines.empty()


def test_interrupted_it_ends_with_the_last_verdict(root: Path):
    """0 where the last state was clean, whatever was before; and not a word."""
    with watching(root) as watch:
        watch.until("Watching; ")
        (root / "scripts/fit.py").unlink()
        watch.until("Watching; ")
        write(root, {"scripts/fit.py": ""})
        watch.until("Watching; ")
        assert watch.interrupt() == 0
        assert watch.lines.empty()


def test_what_changes_nothing_is_not_shown(root: Path):
    """A file that nobody asks about, and prose, leave the log as it is; the next line is of what matters."""
    with watching(root, "--output-format=concise") as watch:
        watch.until("Watching; ")
        write(root, {"scripts/other.py": "", "notes.md": "", "specs/compute-fit.md": SPEC + "\nMore.\n"})
        write(root, {"results/fit/fit.json": '{"loss": 2}'})
        (root / "scripts/fit.py").unlink()
        told = watch.until("Watching; ")
        assert [line.partition(": ")[2].partition(" ")[0] for line in told[1:-1]] == ["error[missing-script]"]


def test_files_in_folders_that_were_not_there(root: Path):
    """What a folder of its own brings is seen, though nobody could watch it."""
    write(root, {"specs/compute-fit.md": SPEC.replace("scripts/fit.py", "more/code/fit.py")})
    with watching(root) as watch:
        assert any("missing-script" in line for line in watch.until("Watching; "))
        write(root, {"more/code/fit.py": ""})
        assert "The only spec is clean.\n" in watch.until("Watching; ")


def test_quiet_says_findings_only(root: Path):
    """With -q neither a verdict nor what was done is told."""
    with watching(root, "-q", "--output-format=concise") as watch:
        write(root, {"results/fit/fit.json": "{}"})
        watch.until("schema-mismatch")
        (root / "scripts/fit.py").unlink()
        assert not any("Watching" in line for line in watch.until("missing-script"))


def test_settings_count_as_soon_as_they_are_there(root: Path):
    """Settings that cannot be followed are a line and 2; right ones are in force."""
    (root / "scripts/fit.py").unlink()
    with watching(root, "--output-format=concise") as watch:
        watch.until("Watching; ")
        write(root, {"specthis.toml": "["})
        assert watch.until("Watching; ")[0].startswith("specthis-lsp: specthis.toml:1: ")
        write(root, {"specthis.toml": '[rules]\nselect = ["mising-script"]\n'})
        assert "there is no rule `mising-script`" in watch.until("Watching; ")[0]
        assert watch.interrupt() == 2
    write(root, {"specthis.toml": '[rules]\nignore = ["missing-script"]\n'})
    with watching(root, "--output-format=jsonl") as watch:
        assert len(watch.until("Watching; ")) == 1
        (root / "specthis.toml").unlink()
        assert any('"missing-script"' in line for line in watch.until("Watching; "))


def test_the_baseline_counts_as_soon_as_it_is_there(root: Path):
    """What is accepted elsewhere meanwhile is not shown any more; a baseline that is none is a line and 2."""
    (root / "scripts/fit.py").unlink()
    with watching(root, "--output-format=concise") as watch:
        assert any("missing-script" in line for line in watch.until("Watching; "))
        subprocess.run([*COMMAND[:-1], "--update-baseline"], cwd=root, env=ENVIRONMENT, capture_output=True, check=True)
        assert not any("missing-script" in line for line in watch.until("Watching; "))
        write(root, {"specthis-baseline.json": "["})
        assert "`specthis-baseline.json`: " in watch.until("Watching; ")[0]
        assert watch.interrupt() == 2


def test_broken_settings_at_the_start_end_it(root: Path):
    """Where no project can be checked there is nothing to watch."""
    write(root, {"specthis.toml": "["})
    ended = subprocess.run(COMMAND, cwd=root, env=ENVIRONMENT, capture_output=True, timeout=SECONDS, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)


def test_a_folder_that_vanishes_and_comes_back(root: Path, tmp_path: Path):
    """The project is gone: said once, 2; it is back, as another folder: checked again."""
    with watching(tmp_path, "study") as watch:
        watch.until("Watching; ")
        root.rename(tmp_path / "aside")
        assert watch.until("Watching; ")[0] == "specthis-lsp: cannot check `study`: it is gone\n"
        write(root, {**FILES, "results/fit/fit.json": "{}"})
        watch.until("schema-mismatch")  # What is half written may be seen before.
        write(root, {"results/fit/fit.json": '{"loss": 1}'})
        shutil.rmtree(root / "scripts")
        told = watch.until("missing-script")
        assert not any("Traceback" in line for line in told)
        assert watch.interrupt() == 1


def test_the_current_directory_may_vanish(root: Path):
    """Also where it is the one we are in."""
    with watching(root) as watch:
        watch.until("Watching; ")
        shutil.rmtree(root)
        watch.until("it is gone")  # What is half removed may be seen before.
        assert watch.interrupt() == 2


def test_an_interrupt_is_not_lost_while_a_watch_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each time other folders are watched; what is raised while the collector closes something reaches nobody."""

    def watch(*folders: str, **options: Any) -> Iterator[set[tuple[int, str]]]:
        try:
            yield {(1, folders[0])}
        finally:
            raise KeyboardInterrupt

    monkeypatch.setattr("watchfiles.watch", watch)
    with pytest.raises(KeyboardInterrupt):
        list(islice(waiting.changes(lambda: [str(tmp_path)]), 9))


def test_a_reader_that_leaves_ends_it(root: Path):
    """A pipe that nobody reads any more is no reason to go on."""
    with watching(root) as watch:
        watch.until("Watching; ")
    started = subprocess.Popen(COMMAND, cwd=root, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.readline()
    started.stdout.close()
    assert started.wait(timeout=SECONDS) == 0
    assert b"Traceback" not in started.stderr.read()
    started.stderr.close()


def test_a_terminal_is_cleared(root: Path):
    """On a terminal each state stands alone."""
    import pty

    ours, theirs = pty.openpty()
    environment = {**ENVIRONMENT, "TERM": "xterm"}
    started = subprocess.Popen(COMMAND, cwd=root, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"Watching; " not in shown:
        shown += os.read(ours, 4096)
    assert shown.startswith(b"\x1b[H\x1b[2J\x1b[3J")
    (root / "scripts/fit.py").unlink()
    while b"missing-script" not in shown.rpartition(b"\x1b[3J")[2]:
        shown += os.read(ours, 4096)
    while b"Watching; " not in shown.rpartition(b"\x1b[3J")[2]:
        shown += os.read(ours, 4096)
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=SECONDS) == 1
    os.close(ours)


@pytest.mark.parametrize("other", ["--fix", "--diff", "--changed", "--stdin-filename=x", "--show-files"])
def test_what_a_watch_does_not_do(root: Path, other: str):
    """A watch shows; it mends nothing, and what is asked of one moment is asked without it."""
    ended = subprocess.run([*COMMAND, other], cwd=root, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"specthis-lsp: `--watch` and `{other.partition('=')[0]}` do not go together\n"


# In one process ------------------------------------------------------------------------------------------------


def test_what_is_shown_is_what_a_check_shows(root: Path):
    """After any change, told of or looked for, the state and its counts are those of a check that begins now."""
    watched = Watched(Target(str(root)), Options())
    assert watched.refresh() == 1
    steps: list[tuple[dict[str, str], set[str]]] = [
        ({}, set()),
        ({"specs/compute-two.md": SPEC.replace("-fit", "-two").replace("base", "two")}, {"specs/compute-two.md"}),
        ({"results/fit/fit.json": "{"}, set()),
        ({"specthis.toml": 'fail_on = "error"\n'}, {"specthis.toml"}),
        ({"specs/compute-fit.md": "---\nname: x\n---\n"}, {"specs/compute-fit.md", "../elsewhere"}),
    ]
    for files, told in steps:
        write(root, files)
        for path in files:
            os.utime(root / path, ns=(1, 1))
        watched.take({str(root / path) for path in told})
        watched.refresh()
        settled = settled_at(watched.target)
        assert settled is not None
        ours, fresh = watched.look(Options()), look_at(watched.target, settled, Options(use_cache=False))
        assert isinstance(ours, Look)
        assert ours.findings == fresh.findings
        assert (ours.fail_on, ours.outcome.specs) == (fresh.fail_on, fresh.outcome.specs)
        assert ours.outcome.entries == fresh.outcome.entries


def test_with_a_folder_all_in_it_is_gone(root: Path):
    """The system tells of the folder alone."""
    watched = Watched(Target(str(root)), Options())
    watched.refresh()
    (root / "scripts").rename(root / "code")
    assert watched.take({str(root / "scripts"), str(root / "code")})
    watched.refresh()
    look = watched.look(Options())
    assert isinstance(look, Look)
    assert [finding.code for finding in look.findings] == ["missing-script"]


@pytest.mark.parametrize("told", ["emit", "note"])
def test_the_verdict_is_there_before_a_word_is(root: Path, monkeypatch: pytest.MonkeyPatch, told: str):
    """An interrupt may come with the first line of a state: the watch ends as that state says, not as the last did."""
    screen = Screen([Watched(Target(str(root)), Options())], Options())
    screen.refresh(0)
    assert screen.verdict == CLEAN

    def interrupted(*lines: object) -> None:
        raise KeyboardInterrupt

    if told == "emit":
        (root / "scripts/fit.py").unlink()
        monkeypatch.setattr("specthis_lsp.cli.reporting.emit", interrupted)
    else:
        shutil.rmtree(root)
        monkeypatch.setattr("specthis_lsp.cli.watch.note", interrupted)
    screen.take(set())
    with pytest.raises(KeyboardInterrupt):
        screen.refresh(0)
    assert screen.verdict == (FOUND if told == "emit" else USAGE)


def test_only_narrow_folders_are_watched(root: Path):
    """The root, the specs, the scripts; never results, and nothing out of the root."""
    write(root, {"specs/compute-out.md": SPEC.replace("-fit", "-out").replace("scripts/", "linked/")})
    os.symlink(root.parent, root / "linked")
    watched = Watched(Target(str(root)), Options())
    watched.refresh()
    assert sorted(os.path.relpath(folder, root) for folder in watched.folders()) == [".", "scripts", "specs"]


def test_where_the_system_does_not_tell_somebody_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """More folders than the system watches, or one that vanishes: time passes, and everything is looked at."""

    def fails(*folders: str, **options: object) -> Iterator[set[tuple[object, str]]]:
        raise OSError("no space left on device")
        yield

    monkeypatch.setattr(watchfiles, "watch", fails)
    told = waiting.changes(lambda: [str(tmp_path), str(tmp_path / "nowhere")], patience=0.01)
    assert [next(told) for _ in range(3)] == [set(), set(), set()]


def test_the_first_look_comes_once_the_system_is_asked_to_tell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Between a look and a watch that comes after it, things would change unseen. It is so with each watch."""
    asked: list[tuple[str, ...]] = []

    def watch(*folders: str, **options: object) -> Iterator[set[tuple[object, str]]]:
        asked.append(folders)
        yield {(1, str(tmp_path / "one"))}
        yield {(1, str(tmp_path))}  # It was removed and made anew, and nothing in it is told of any more.

    monkeypatch.setattr(watchfiles, "watch", watch)
    told = waiting.changes(lambda: [str(tmp_path)])
    first = {str(tmp_path / "one")}
    assert [(next(told), len(asked)) for _ in range(5)] == [
        (first, 1),
        (set(), 1),
        ({str(tmp_path)}, 1),
        (first, 2),
        (set(), 2),
    ]


def test_looks_come_also_where_something_changes_all_the_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A log that grows is told of again and again, and the results are looked at all the same."""

    def watch(*folders: str, **options: object) -> Iterator[set[tuple[object, str]]]:
        while True:
            yield {(1, str(tmp_path / "log"))}

    monkeypatch.setattr(watchfiles, "watch", watch)
    told = waiting.changes(lambda: [str(tmp_path)], patience=0.0)
    assert [bool(next(told)) for _ in range(6)] == [True, False] * 3
