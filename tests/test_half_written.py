"""A result that is being written is no broken one: it is told of once it had time to become whole, not before."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from projects import FILES, SMALL, write
from server_client import Client
from specthis_lsp.host import disk
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.living import Living

RESULT = "results/fit/fit.json"
HALF = '{"loss": 1, "ra'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", FILES)


def look(living: Living) -> list[str]:
    """What is found once everything was looked at."""
    for _ in living.look_again():
        pass
    return [finding.code for finding in living.project.findings()]


def put(path: Path, text: str, age: float) -> None:
    """Write a file that was last written so many seconds ago."""
    path.write_text(text)
    written = time.time_ns() - int(age * 1e9)
    os.utime(path, ns=(written, written))


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let so many seconds go by."""
    now = time.time_ns()
    monkeypatch.setattr(disk.time, "time_ns", lambda: now + int(seconds * 1e9))


def test_half_a_result_is_told_of_once_it_is_old(root: Path, monkeypatch: pytest.MonkeyPatch):
    """A script writes slowly, or died in the midst: only time tells."""
    living = Living(str(root))
    put(root / RESULT, HALF, age=0)
    assert look(living) == []
    assert living.has_half_written()
    assert not living.has_half_written()
    at(monkeypatch, 3)
    assert look(living) == ["malformed-output"]
    assert not living.has_half_written()


def test_what_comes_out_whole_was_never_broken(root: Path):
    living = Living(str(root))
    for end in range(1, len(HALF)):
        put(root / RESULT, HALF[:end], age=0)
        assert look(living) == []
    put(root / RESULT, '{"lost": 1}', age=0)
    assert look(living) == ["schema-mismatch"]


def test_a_table_is_whole_no_sooner_than_its_header(root: Path, monkeypatch: pytest.MonkeyPatch):
    """What lacks a column as long as the line goes on may have it yet."""
    spec = FILES["specs/compute-fit.md"].replace("fit.json", "fit.csv").replace("`loss: number`", "`step`, `loss`")
    write(root, {"specs/compute-fit.md": spec})
    living, table = Living(str(root)), root / "results/fit/fit.csv"
    header = "step,loss\n"
    for end in range(len(header) + 1):
        put(table, header[:end], age=0)
        assert look(living) == []
    put(table, "step,lo", age=0)
    assert look(living) == []
    at(monkeypatch, 3)
    assert look(living) == ["schema-mismatch"]
    put(table, "step,lost\n", age=0)
    assert look(living) == ["schema-mismatch"]


def test_what_was_known_of_it_stays_meanwhile(root: Path):
    write(root, {RESULT: "{}"})
    living = Living(str(root))
    assert look(living) == ["schema-mismatch"]
    put(root / RESULT, HALF, age=0)
    assert look(living) == ["schema-mismatch"]
    put(root / RESULT, HALF + "te", age=0)
    assert look(living) == ["schema-mismatch"]
    put(root / RESULT, FILES[RESULT], age=0)
    assert look(living) == []


@pytest.mark.parametrize("age", [3, -3600])
def test_what_is_old_or_of_another_clock_is_told_of_at_once(root: Path, age: float):
    living = Living(str(root))
    put(root / RESULT, HALF, age)
    assert look(living) == ["malformed-output"]


def test_a_project_that_is_opened_while_a_result_is_written(root: Path, monkeypatch: pytest.MonkeyPatch):
    put(root / RESULT, HALF, age=0)
    living = Living(str(root))
    assert look(living) == []
    at(monkeypatch, 3)
    assert look(living) == ["malformed-output"]


def test_a_check_tells_of_what_is_there(root: Path):
    """Nobody looks again after it."""
    put(root / RESULT, HALF, age=0)
    found = check_project(str(root), use_cache=False).findings
    assert [finding.code for finding in found] == ["malformed-output"]


def test_a_server_looks_again_by_itself(small: Path):
    """Where it looks at nothing else meanwhile: after it was opened, and after a look."""
    never = "import sys\nimport specthis_lsp.server.looks as looks\nlooks.SECONDS_BETWEEN_LOOKS = 1e9\n"
    start = "from specthis_lsp.server.main import serve_stdio\nsys.exit(serve_stdio())\n"
    client = Client([sys.executable, "-c", never + start])
    try:
        put(small / "results/a.json", HALF, age=0)
        client.start(small)
        client.until(lambda: client.codes() == ["malformed-output"])
        for text, codes in ((SMALL["results/a.json"], []), (HALF, ["malformed-output"])):
            (small / "results/a.json").write_text(text)
            client.save((small / "README.md").as_uri())
            client.until(lambda codes=codes: client.codes() == codes)
    finally:
        client.kill()
