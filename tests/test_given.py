"""`--stdin-filename`: a file checked as an editor has it, its findings those that a check shows after saving."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import projects
from projects import ENVIRONMENT, FILES, copy_of, write
from specthis_lsp.cli import main as cli
from specthis_lsp.cli.main import Serve

NOBODY = Serve(lambda: 3, lambda host, port: 3, lambda host, port: 3)
SPEC = projects.SPEC.encode()
WRONG = SPEC.replace(b"fit.py", b"fitt.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clean project."""
    return write(tmp_path, FILES)


def given(cwd: Path, data: bytes, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "specthis_lsp", "--check", "--stdin-filename", name, *arguments]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, input=data, capture_output=True, timeout=60, check=False)


def codes(cwd: Path, data: bytes, name: str, *arguments: str) -> list[str]:
    told = json.loads(given(cwd, data, name, "--output-format=json", *arguments).stdout)
    return [one["code"] for one in told["diagnostics"] if one["severity"] in ("error", "warning")]


# What is found -------------------------------------------------------------------------------------------------


def test_the_text_on_stdin_counts(root: Path):
    """The file on disk is clean, the one on stdin is not; the excerpt is of what was given, and nothing is written."""
    ended = given(root, b"\n" + WRONG, "specs/compute-fit.md")
    assert ended.returncode == 1
    assert b" --> specs/compute-fit.md:10:10 (entry base)\n" in ended.stdout
    assert b"10 | Script: `scripts/fitt.py`\n" in ended.stdout
    assert (root / "specs/compute-fit.md").read_bytes() == SPEC
    assert given(root, SPEC, "specs/compute-fit.md").returncode == 0


@pytest.mark.parametrize("name", ["compute-fit.md", "./compute-fit.md", "../specs/compute-fit.md"])
def test_the_name_leads_from_where_one_is(root: Path, name: str):
    """Names are relative to the current directory, or absolute."""
    assert codes(root / "specs", WRONG, name) == ["missing-script"]
    assert codes(root / "specs", WRONG, str(root / "specs" / name)) == ["missing-script"]


def test_every_kind_of_file_may_be_given(tmp_path: Path):
    """A document, a result, settings: what stands in the file is shown, what the change breaks elsewhere is not."""
    study = copy_of("grokking", tmp_path)
    settings = (study / "specthis.toml").read_bytes()
    assert codes(study, settings + b"\n[layuot]\n", "specthis.toml") == ["unknown-setting"]
    paper = (study / "reports/sections/grokking.tex").read_bytes()
    assert codes(study, paper, "reports/sections/grokking.tex") == []
    assert codes(study, b"", "reports/sections/grokking.tex") == []
    assert codes(study, b"{}", "results/grokking-decay-weak/run.json") == []


def test_settings_on_stdin_are_in_force(root: Path):
    """Settings given decide what is shown, and broken ones end with 2 as broken ones on disk do."""
    assert codes(root, b"", "specthis.toml") == []
    ended = given(root, b"[", "specthis.toml")
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)


def test_a_file_that_is_not_there_yet(root: Path):
    """A new spec is checked among those there are, also in a folder that is not there."""
    new = WRONG.replace(b"compute-fit", b"compute-new").replace(b"results/fit", b"results/new").replace(b"base", b"new")
    assert codes(root, new, "specs/compute-new.md") == ["missing-script"]
    assert codes(root, b"", "new/folder/x.tex") == []
    assert not (root / "new").exists()


def test_a_new_script_is_there(root: Path):
    """What is given is there for whoever asks about it."""
    (root / "scripts/fit.py").unlink()
    assert given(root, b"", "scripts/fit.py").returncode == 0
    assert given(root, SPEC, "specs/compute-fit.md").returncode == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 100, b"\xff\xfe\0", bytes(range(256)) * 40, b"- *\n" * 5000, b"[" * 100_000, b"\xef\xbb\xbf" + SPEC],
    ids=["empty", "zeros", "utf-16", "binary", "lists", "nested", "bom"],
)
@pytest.mark.parametrize("name", ["specs/compute-fit.md", "results/fit/fit.json", "paper/main.tex", "scripts/fit.py"])
def test_any_bytes_on_stdin(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], data: bytes, name: str
):
    """Whatever is on stdin makes findings or none, says what the file on disk would say, and survives --fix."""
    (root / "specthis.toml").write_bytes(b"")
    monkeypatch.chdir(root)

    def said(*arguments: str) -> bytes:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert cli.run(["--check", "--no-cache", "--output-format=json", *arguments], NOBODY) in (0, 1)
        out, told = capsysbinary.readouterr()
        assert told == b""
        return out

    from_stdin = said("--stdin-filename", name)
    assert said("--stdin-filename", name, "--fix") == data
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(data)
    assert said(name) == from_stdin


# Mending -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_fix_prints_the_text_as_mended(root: Path, ending: bytes):
    """--fix prints the whole text, mended, byte for byte; nothing is written."""
    data = WRONG.replace(b"\n", ending)
    ended = given(root, data, "specs/compute-fit.md", "--fix")
    assert (ended.returncode, ended.stdout) == (0, data.replace(b"fitt", b"fit"))
    assert ended.stderr == b"Fixed 1 finding (missing-script).\n"
    assert (root / "specs/compute-fit.md").read_bytes() == SPEC
    again = given(root, ended.stdout, "specs/compute-fit.md", "--fix")
    assert (again.returncode, again.stdout, again.stderr) == (0, ended.stdout, b"")


def test_what_remains_is_the_exit_code(root: Path):
    """What --fix cannot mend ends with 1, and is told in the reports that go into files."""
    data = WRONG.replace(b"kind: compute", b"kind: nonsense").replace(b"fitt.py", b"entirely-else.py")
    ended = given(root, data, "specs/compute-fit.md", "--fix", "-q", "--output-format=json:left.json")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, data, b"")
    assert "unknown-kind" in [one["code"] for one in json.loads((root / "left.json").read_text())["diagnostics"]]
    assert given(root, data, "specs/compute-fit.md", "--fix", "--exit-zero").returncode == 0


def test_fixes_that_reach_further_are_not_made(root: Path):
    """A fix that touches another file is not half made."""
    data = SPEC.replace(b"name: compute-fit", b"name: compute-fitting")
    ended = given(root, data, "specs/compute-fit.md", "--fix")
    assert sorted(os.listdir(root / "specs")) == ["compute-fit.md"]
    assert b"specs/" not in ended.stdout


def test_diff_compares_with_what_was_given(root: Path):
    """--diff is between the text on stdin and the mended one."""
    ended = given(root, WRONG, "specs/compute-fit.md", "--diff")
    assert ended.returncode == 1
    assert ended.stdout.startswith(b"--- specs/compute-fit.md\n+++ specs/compute-fit.md\n@@ ")
    assert b"-Script: `scripts/fitt.py`\n+Script: `scripts/fit.py`\n" in ended.stdout
    assert given(root, SPEC, "specs/compute-fit.md", "--diff").returncode == 0


# Mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("/nowhere/x.md", [], b"`/nowhere/x.md`: no specs here: a project is"),
        ("specs", [], b"`--stdin-filename` takes the path of a file, not `specs`"),
        ("", [], b"`--stdin-filename` takes the path of a file, not ``"),
        ("specs/x.md", ["specs"], b"takes no PATHS beside it"),
        ("specs/x.md", ["--changed"], b"`--stdin-filename` and `--changed` do not go together"),
        ("specs/x.md", ["--show-files"], b"do not go together"),
    ],
)
def test_a_mistake_is_one_line_and_2(root: Path, name: str, arguments: list[str], says: bytes):
    """What cannot be done ends with 2, one line on stderr, and no text that an editor could take for the file's."""
    ended = given(root, SPEC, name, "--fix", *arguments)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)
    assert says in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no shell of that kind")
def test_no_stdin(root: Path):
    """A stdin that is closed is one line and 2."""
    command = f'"{sys.executable}" -m specthis_lsp --check --stdin-filename specs/compute-fit.md <&-'
    ended = subprocess.run(["sh", "-c", command], cwd=root, env=ENVIRONMENT, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (2, b"", 1)
    assert b"stdin, which is closed" in ended.stderr
