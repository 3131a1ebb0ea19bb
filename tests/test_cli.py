"""The command line as a process: every exit code, every option, what is on stdout and what on stderr."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import specthis_analyzers.rules
import specthis_lsp
import specthis_lsp.cli
from projects import ENVIRONMENT, EXAMPLES, copy_of
from specthis_analyzers import project as engine
from specthis_analyzers.rules import RULES
from specthis_analyzers.rules.rule import Rule
from specthis_lsp.cli import main as cli
from specthis_lsp.cli import progress
from specthis_lsp.cli.main import Serve
from specthis_lsp.host import disk, mending

SCHEMA = json.loads((Path(specthis_lsp.cli.__file__).parent / "report.schema.json").read_text("utf-8"))
COMMAND = (sys.executable, "-m", "specthis_lsp")

SPEC = """---
name: compute-fit
kind: compute
depends_on: []
---

# Fit

### base

Script: `scripts/fitt.py`
Output: `results/fit-base/fit.txt`
Status: script ready

### later

Script: `scripts/plot.py`
Output: `results/fit-later/fit.txt`
Status: script TBD
"""
RESULTS = {f"results/fit-{entry}/fit.txt": "" for entry in ("base", "later")}
CLEAN = SPEC.replace("fitt.py", "fit.py").replace("script TBD", "script ready").replace("plot.py", "fit.py")


def lsp(*arguments: str, cwd: Path | str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as users do; nothing is on stdin."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**ENVIRONMENT, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def make(root: Path, files: dict[str, str]) -> Path:
    for path, content in {"scripts/fit.py": "", **RESULTS, **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, "utf-8")
    return root


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A project with one error that can be mended, and one hint."""
    return make(tmp_path, {"specs/compute-fit.md": SPEC})


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return make(tmp_path, {"specs/compute-fit.md": CLEAN})


def codes(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return [one["code"] for one in json.loads(ended.stdout)["diagnostics"]]


# Exit codes ----------------------------------------------------------------------------------------------------


def test_the_study_is_clean():
    """The example study: 0, one line, nothing on stderr."""
    ended = lsp("--check", cwd=EXAMPLES / "grokking")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "All 10 specs are clean.\n", "")


def test_the_drifted_study_has_four_findings():
    """The study after a bad week: 1, and the four findings its page promises."""
    ended = lsp("--check", "--output-format", "json", cwd=EXAMPLES / "drifted")
    assert ended.returncode == 1
    assert sorted(codes(ended)) == [
        "missing-script", "missing-sectionversion", "orphaned-export", "schema-mismatch",
    ]  # fmt: skip
    Draft202012Validator(SCHEMA).validate(json.loads(ended.stdout))


def test_check_is_a_verb_by_either_name(broken: Path):
    """`check` and `--check` are the same."""
    assert lsp("check", cwd=broken).stdout == lsp("--check", cwd=broken).stdout


def test_hints_alone_are_clean(broken: Path):
    """A hint does not fail a check, and is counted, not printed."""
    ended = lsp("--check", "--ignore=missing-script", "--severity", "missing-script=hint", cwd=broken)
    assert ended.returncode == 0
    ended = lsp("--check", "--severity", "missing-script=hint", cwd=broken)
    assert (ended.returncode, ended.stdout) == (0, "The only spec is clean.\n2 hints hidden (-v shows them).\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--chek"], "there is no option `--chek`; did you mean `--check`?"),
        (["rul", "x"], "there is no verb `rul`; did you mean `rule`?"),
        (["whatever"], "there is no verb `whatever`; `specthis-lsp --check PATH` checks a path"),
        (["--check", "--fxi"], "there is no option `--fxi`; did you mean `--fix`?"),
        (["--check", "--select", "mising-script"], "there is no rule `mising-script`; did you mean `missing-script`?"),
        (["--check", "--ignore", "missing-script,nope"], "there is no rule `nope`"),
        (["--check", "--severity", "missing-script"], "`--severity` takes CODE=LEVEL, not `missing-script`"),
        (["--check", "--severity", "missing-script=eror"], "not `eror`; did you mean `error`?"),
        (["--check", "--fail-on", "waring"], "did you mean `warning`?"),
        (["--check", "--output-format", "jsn"], "not `jsn`; did you mean `json`?"),
        (["--check", "--color", "blue"], "`--color` takes auto, always, never, not `blue`"),
        (["--check", "--select"], "argument --select: expected one argument"),
        (["--check", "nowhere"], "cannot check `nowhere`: there is no such file or folder"),
        (["--check", "specs/compute-fit.md/x"], "there is no such file or folder"),
        (["--check", "--", "--fix"], "cannot check `--fix`: there is no such file or folder"),
        (["rule"], "`rule` takes one code, or `--all`"),
        (["rule", "a", "b"], "`rule` takes one code, or `--all`"),
        (["rule", "--all", "missing-script"], "`rule` takes one code, or `--all`"),
        (["rule", "mising-script"], "did you mean `missing-script`?"),
        (["rule", "--all", "--output-format", "yaml"], "`--output-format` takes text, json, markdown"),
        (["--tcp", "nonsense"], "`--tcp` takes HOST:PORT, not `nonsense`"),
        (["--tcp=localhost:99999"], "`--tcp` takes HOST:PORT"),
        (["--ws", ":1"], "`--ws` takes HOST:PORT, not `:1`"),
    ],
)
def test_a_mistake_is_one_line_and_2(broken: Path, arguments: list[str], says: str):
    """Whatever was mistyped: exit code 2, nothing on stdout, one line on stderr that helps."""
    ended = lsp(*arguments, cwd=broken)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert says in ended.stderr


def test_no_specs_here(tmp_path: Path):
    """A folder that is no project and holds none: 2, and what would make one."""
    ended = lsp("--check", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "no specs here: a project is a folder with `specthis.toml`" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('fail_on = "error"\n[layout\n', "specthis-lsp: specthis.toml:2: "),
        (
            '[rules]\nselect = ["mising-script"]\n',
            "specthis-lsp: specthis.toml: `rules.select`: there is no rule `",
        ),
    ],
)
def test_settings_that_cannot_be_followed(clean: Path, content: str, says: str):
    """A settings file that is no TOML, or that selects what does not exist: 2, and one line with the place."""
    (clean / "specthis.toml").write_text(content)
    ended = lsp("--check", cwd=clean)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(says)
    assert ended.stderr.count("\n") == 1


def test_an_unreadable_path(broken: Path):
    """A path that may not be read is 2, not clean."""
    if os.geteuid() == 0:
        pytest.skip("root may read everything; the next test simulates it")
    (broken / "specs/compute-fit.md").chmod(0)
    ended = lsp("--check", "specs/compute-fit.md", cwd=broken)
    assert ended.returncode == 2
    assert "it may not be read" in ended.stderr


def test_an_unreadable_path_simulated(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Where the system says that a path may not be read, the check ends with 2 and one line."""
    monkeypatch.chdir(broken)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert in_process("--check", "specs") == 2
    assert capsys.readouterr().err == "specthis-lsp: cannot check `specs`: it may not be read\n"


# Defects of our own --------------------------------------------------------------------------------------------


def in_process(*arguments: str) -> int:
    def no_server(*_: object) -> int:
        raise AssertionError("a check serves nobody")

    return cli.run(list(arguments), Serve(no_server, no_server, no_server))


def test_a_rule_that_crashes_hides_nothing_and_ends_with_3(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A crash names its rule with a traceback on stderr; what other rules found is on stdout; the end is 3."""

    def fails(subject: object, view: object):
        raise ValueError("a planted defect")
        yield

    rules = (Rule("planted-crash", "error", fails), *RULES)
    monkeypatch.setattr(specthis_analyzers.rules, "RULES", rules)
    monkeypatch.setattr(mending, "Project", partial(engine.Project, rules=rules))
    monkeypatch.chdir(broken)
    assert in_process("--check", "--diff") == 3
    assert "rule `planted-crash` failed" in capsys.readouterr().err
    assert in_process("--check", "--no-cache", "--exit-zero") == 3
    printed = capsys.readouterr()
    assert "error[missing-script]" in printed.out
    assert "internal error: rule `planted-crash` failed on `specs/compute-fit.md`" in printed.err
    assert "ValueError: a planted defect" in printed.err
    assert "Please report this" in printed.err


def test_whatever_else_fails_is_3(broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """An exception nobody foresaw: the traceback, how to report it, and 3."""

    def fails(*_: object):
        raise RuntimeError("a planted defect")

    monkeypatch.setattr(disk.Disk, "listing", fails)
    monkeypatch.chdir(broken)
    assert in_process("--check", "--no-cache") == 3
    printed = capsys.readouterr()
    assert "RuntimeError: a planted defect" in printed.err
    assert "Please report this" in printed.err


def test_a_file_that_vanishes_leaves_its_finding(broken: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    """A spec that is removed between the check and the report: the finding is told, with its place."""
    from specthis_lsp.cli import verdict

    look_at = verdict.look_at

    def then_remove(*arguments):
        look = look_at(*arguments)
        shutil.rmtree(broken / "specs")
        return look

    monkeypatch.setattr(verdict, "look_at", then_remove)
    monkeypatch.chdir(broken)
    assert in_process("--check", "--no-cache", "--output-format", "json") == 1
    assert json.loads(capsys.readouterr().out)["diagnostics"][0]["range"]["start"] == {"line": 11, "column": 10}


def test_interrupted_quietly(broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Ctrl-C ends with 130 and says nothing."""

    def interrupted(*_: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(disk.Disk, "listing", interrupted)
    monkeypatch.chdir(broken)
    assert in_process("--check", "--no-cache") == 130
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_interrupted_at_any_time(broken: Path):
    """An interrupt at whatever moment of a check leaves no traceback."""
    for wait in (0.03, 0.06, 0.1):
        started = subprocess.Popen(
            [*COMMAND, "--check", "--no-cache"], cwd=broken, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(wait)
        started.send_signal(signal.SIGINT)
        _, told = started.communicate(timeout=60)
        # Before our first line runs, the interpreter itself reports an interrupt.
        assert started.returncode in (1, 130, -signal.SIGINT)
        assert "specthis_analyzers" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_interrupted_while_importing(tmp_path: Path):
    """An interrupt is not raised in the middle of an import, where extension modules crash by it: the process ends."""
    (tmp_path / "slow.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('still here')\n")
    script = (
        "from specthis_lsp.cli.interrupts import abrupt, raised\n"
        "import os, signal\n"
        "with abrupt():\n"
        "    try:\n"
        "        with raised():\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        print('raised', flush=True)\n"
        "    import slow\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "raised\n", "")


@pytest.mark.parametrize("form", ["full", "concise", "json"])
def test_a_reader_that_leaves_is_no_error(tmp_path: Path, form: str):
    """A pipe closed early, as by `head`, ends quietly, also with more output than a pipe holds."""
    entries = "".join(
        f"\n### e{number}\n\nScript: `scripts/q{number}.py`\nOutput: `results/e{number}/x.json`\nStatus: script ready\n"
        for number in range(400)
    )
    make(tmp_path, {"specs/compute-fit.md": CLEAN + entries})
    started = subprocess.Popen(
        [*COMMAND, "--check", "--output-format", form], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdout.readline()
    started.stdout.close()
    told = started.stderr.read()
    started.stderr.close()
    assert (started.wait(timeout=60), told) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_a_report_that_cannot_be_written(broken: Path):
    """A full disk is one line and 2, not a verdict that nobody can read."""
    with open("/dev/full", "w") as full:
        ended = subprocess.run([*COMMAND, "--check"], cwd=broken, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, ended.stderr) == (2, "specthis-lsp: cannot write: no space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="no shell of that kind")
def test_closed_streams(broken: Path):
    """Without stdout, stderr or stdin the verdict is still the exit code."""
    command = f'exec "{sys.executable}" -m specthis_lsp --check >&- 2>&- <&-'
    assert subprocess.run(["sh", "-c", command], cwd=broken).returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of that kind")
def test_a_terminal_gets_colours_and_lines_that_fit(tmp_path: Path):
    """On a terminal the report is coloured, and its excerpts are as wide as the terminal."""
    import fcntl
    import pty
    import struct
    import termios

    make(tmp_path, {"specs/compute-fit.md": SPEC.replace("\nScript:", "\n" + "x" * 200 + "\nScript:")})
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    environment = {**ENVIRONMENT, "TERM": "xterm"}
    ended = subprocess.run([*COMMAND, "--check"], cwd=tmp_path, stdout=theirs, stderr=subprocess.PIPE, env=environment)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert "\x1b[1;31merror[missing-script]\x1b[0m" in shown
    cut = next(line for line in shown.splitlines() if line.endswith("x…"))
    assert 55 < len(re.sub(r"\x1b\[[\d;]*m", "", cut)) <= 60


def test_long_work_says_so_to_people_only(monkeypatch: pytest.MonkeyPatch):
    """What takes longer than a moment shows a line on a terminal and takes it away; elsewhere nothing is written."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    for stream, expected in ((Terminal(), "Checking\r\x1b[K"), (io.StringIO(), "")):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress.progress("Checking"):
            time.sleep(0.3)
        assert stream.getvalue() == expected


# Which findings are shown --------------------------------------------------------------------------------------


def test_paths_choose_what_is_shown(broken: Path):
    """A file or folder shows its own findings; facts are the whole project's, so a script asked for is just clean."""
    assert lsp("--check", "specs", cwd=broken).returncode == 1
    assert lsp("--check", "scripts", "specs/compute-fit.md", cwd=broken).returncode == 1
    ended = lsp("--check", "scripts/fit.py", cwd=broken)
    assert (ended.returncode, ended.stdout) == (0, "Nothing found in the paths given (1 spec read).\n")


def test_a_project_is_found_from_below(broken: Path):
    """From a folder inside, the project around it is checked, and paths lead there from where one is."""
    ended = lsp("--check", "--output-format", "concise", "..", cwd=broken / "scripts")
    assert ended.stdout.startswith("../specs/compute-fit.md:11:10: error[missing-script] spec lies: ")
    assert lsp("--check", cwd=broken / "scripts").returncode == 0


def test_a_folder_above_several_projects_checks_each(tmp_path: Path):
    """Projects below a folder are all checked; the verdict counts them together, JSON has a report for each."""
    make(tmp_path / "one", {"specs/compute-fit.md": SPEC})
    make(tmp_path / "two", {"specs/compute-fit.md": CLEAN})
    ended = lsp("--check", cwd=tmp_path)
    assert ended.returncode == 1
    assert " --> one/specs/compute-fit.md:11:10 (entry base)" in ended.stdout
    assert "Found 1 error in 2 specs (1 fixable with --fix)." in ended.stdout
    reports = json.loads(lsp("--check", "--output-format=json", cwd=tmp_path).stdout)
    Draft202012Validator(SCHEMA).validate(reports)
    assert [(report["root"], report["summary"]["errors"]) for report in reports] == [("one", 1), ("two", 0)]
    assert [one["path"] for one in reports[0]["diagnostics"]] == ["specs/compute-fit.md"] * 2


def test_broken_settings_of_one_project_hide_no_other(tmp_path: Path):
    """Where one of several projects cannot be checked, the others are shown, and the end is 2."""
    make(tmp_path / "one", {"specs/compute-fit.md": SPEC})
    make(tmp_path / "two", {"specthis.toml": "["})
    ended = lsp("--check", "--output-format=concise", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stdout.startswith("one/specs/compute-fit.md:11:10:")
    assert ended.stderr.startswith("specthis-lsp: two/specthis.toml:1: ")


@pytest.mark.parametrize("name", ["with space", "quote'\"", "line\nbreak", "\x1b[31mred", "-dash", "ümlaut漢"])
def test_any_name_of_a_folder(tmp_path: Path, name: str):
    """Spaces, quotes, line breaks, escape sequences and dashes in names change neither verdict nor the terminal."""
    root = make(tmp_path / name, {"specs/compute-fit.md": SPEC})
    for ended in (lsp("--check", cwd=root), lsp("--check", "--output-format=concise", "--", name, cwd=tmp_path)):
        assert ended.returncode == 1
        assert "\x1b" not in ended.stdout
    assert ended.stdout.count("\n") == 1


def test_escape_sequences_in_a_spec_are_signs(tmp_path: Path):
    """A spec that holds escape sequences writes none to the terminal, in any form."""
    make(tmp_path, {"specs/compute-fit.md": SPEC.replace("fitt.py", "fi\x1b[31m\x9b2J.py")})
    for form in ("full", "concise", "json"):
        ended = lsp("--check", "--output-format", form, cwd=tmp_path)
        assert ended.returncode == 1
        assert not {"\x1b", "\x9b"} & set(ended.stdout)


def test_a_name_that_is_no_text(tmp_path: Path):
    """A spec whose name is no UTF-8 is shown with its bytes as signs."""
    root = make(tmp_path, {"specs/compute-fit.md": CLEAN})
    try:
        (root / os.fsdecode(b"specs/compute-\xe9.md")).write_text(SPEC)
    except OSError:
        pytest.skip("this file system takes no such names")
    ended = lsp("--check", "--output-format=concise", "--select=missing-script", cwd=root)
    assert ended.stdout.startswith("specs/compute-<E9>.md:11:10: error[missing-script]")


# Options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--select", "missing-script"], 1),
        (["--select", "missing-key,unknown-kind"], 0),
        (["--select=missing-key", "--select=missing-script"], 1),
        (["--ignore", "missing-script"], 0),
        (["--select", "missing-script", "--ignore", "missing-script"], 0),
        (["--severity", "missing-script=warning"], 1),
        (["--severity", "missing-script=warning", "--fail-on", "error"], 0),
        (["--severity", "missing-script=info"], 0),
        (["--severity", "missing-script=info", "--fail-on=info"], 1),
        (["--fail-on", "never"], 0),
        (["--exit-zero"], 0),
        (["--no-cache"], 1),
        (["-q"], 1),
    ],
)
def test_options_decide_the_exit_code(broken: Path, arguments: list[str], expected: int):
    """Selection, severity and fail level decide what counts."""
    assert lsp("--check", *arguments, cwd=broken).returncode == expected


@pytest.mark.parametrize(
    ("content", "arguments", "expected"),
    [
        ('[rules]\nignore = ["missing-script"]\n', [], 0),
        ('[rules]\nignore = ["missing-script"]\n', ["--select=missing-script"], 1),
        ('[rules]\nselect = ["missing-key"]\n', [], 0),
        ('[rules]\nselect = ["missing-key"]\n', ["--select=missing-script"], 1),
        ('[rules]\nseverity = { missing-script = "info" }\n', [], 0),
        ('[rules]\nseverity = { missing-script = "info" }\n', ["--severity=missing-script=error"], 1),
        ('fail_on = "never"\n', [], 0),
        ('fail_on = "never"\n', ["--fail-on=error"], 1),
    ],
)
def test_the_command_line_is_stronger_than_the_settings(
    broken: Path, content: str, arguments: list[str], expected: int
):
    """The settings decide, and the command line has the last word."""
    (broken / "specthis.toml").write_text(content)
    assert lsp("--check", *arguments, cwd=broken).returncode == expected


def test_the_format_from_the_environment(broken: Path):
    """SPECTHIS_LSP_OUTPUT_FORMAT is the format where no option says another; nonsense in it is 2."""
    variable = "SPECTHIS_LSP_OUTPUT_FORMAT"
    assert codes(lsp("--check", cwd=broken, env={variable: "json"})) == ["missing-script"] * 2
    assert lsp("--check", "--output-format=full", cwd=broken, env={variable: "json"}).stdout.startswith("error[")
    ended = lsp("--check", cwd=broken, env={variable: "xml"})
    assert ended.returncode == 2
    assert f"`{variable}` takes full, concise, json" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours(broken: Path, arguments: list[str], env: dict[str, str], colored: bool):
    """A pipe is plain; the variables are heeded; the option has the last word."""
    assert ("\x1b[" in lsp("--check", *arguments, cwd=broken, env=env).stdout) is colored


def test_verbose_shows_hints(broken: Path):
    """-v prints the hint that is otherwise counted."""
    assert "1 hint hidden" in lsp("--check", cwd=broken).stdout
    ended = lsp("--check", "-v", cwd=broken)
    assert "hint[missing-script]" in ended.stdout
    assert "hidden" not in ended.stdout


def test_quiet_twice_says_nothing(broken: Path):
    """-qq prints no report, the exit code says it all; a report that goes into a file is written."""
    ended = lsp("--check", "-qq", cwd=broken)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
    ended = lsp("--check", "-q", "--quiet", "--output-format=full", "--output-format=json:found.json", cwd=broken)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
    assert json.loads((broken / "found.json").read_text())["summary"]["errors"] == 1
    ended = lsp("--check", "-qq", "--fix", cwd=broken)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("content", ['[rules]\nignore = ["missing-script"]\n', "["])
def test_isolated_takes_no_settings_from_files(broken: Path, content: str):
    """--isolated checks by the defaults and the command line, whatever the settings say, right or broken."""
    (broken / "specthis.toml").write_text(content)
    assert lsp("--check", cwd=broken).returncode in (0, 2)
    assert lsp("--check", "--isolated", cwd=broken).returncode == 1
    assert lsp("--check", "--isolated", "--ignore=missing-script", cwd=broken).returncode == 0
    assert "(no settings file)" in lsp("--check", "--isolated", "--show-settings", cwd=broken).stdout
    assert lsp("--check", "--isolated", "--fix", cwd=broken).returncode == 0
    assert (broken / "specthis.toml").read_text() == content


def test_show_files(broken: Path):
    """--show-files lists what the verdict rests on, of the paths asked for, and checks nothing."""
    (broken / "specthis.toml").write_text("")
    ended = lsp("--check", "--show-files", cwd=broken)
    assert (ended.returncode, ended.stdout.splitlines()) == (0, ["specs/compute-fit.md", "specthis.toml"])
    assert lsp("--check", "--show-files", "specs", cwd=broken).stdout == "specs/compute-fit.md\n"


def test_show_settings(broken: Path):
    """--show-settings prints every setting as TOML, with its value and where it comes from."""
    import tomllib

    from specthis_analyzers.settings import SETTINGS

    (broken / "specthis.toml").write_text('fail_on = "error"\n[latex]\nlabels = ["mylabel"]\n')
    ended = lsp("--check", "--show-settings", "--ignore=missing-key", cwd=broken)
    assert ended.returncode == 0
    lines = dict(line.split(" = ", 1) for line in ended.stdout.splitlines() if " = " in line)
    assert list(lines) == [setting.name for setting in SETTINGS]
    tomllib.loads(ended.stdout)
    source = {name: value.rpartition("# ")[2] for name, value in lines.items()}
    assert lines["fail_on"].startswith('"error" ')
    assert lines["latex.labels"].startswith('["mylabel"] ')
    assert (source["fail_on"], source["latex.labels"]) == ("specthis.toml", "specthis.toml")
    assert (source["layout.specs"], source["layout.reports"]) == ("default", "guessed")
    assert source["rules.ignore"] == "command line"


# Mending -------------------------------------------------------------------------------------------------------


def test_fix_mends_and_shows_the_rest(broken: Path):
    """--fix writes, tells on stderr what it did, shows what remains on stdout, and ends by that."""
    ended = lsp("--check", "--fix", cwd=broken)
    assert ended.returncode == 0
    assert ended.stderr == "Fixed 1 finding (missing-script).\n"
    assert ended.stdout.startswith("The only spec is clean.")
    assert "scripts/fit.py" in (broken / "specs/compute-fit.md").read_text()
    again = lsp("--check", "--fix", cwd=broken)
    assert (again.returncode, again.stderr) == (0, "")


def test_fix_mends_what_was_asked_for(broken: Path):
    """Paths and ignored rules keep --fix from what they leave out."""
    before = (broken / "specs/compute-fit.md").read_text()
    assert lsp("--check", "--fix", "scripts", cwd=broken).returncode == 0
    assert lsp("--check", "--fix", "--ignore=missing-script", cwd=broken).returncode == 0
    assert (broken / "specs/compute-fit.md").read_text() == before


def test_diff_shows_what_fix_would_do(broken: Path):
    """--diff prints what `patch` takes, writes nothing, and ends with 1; patched, it has nothing more to say."""
    before = (broken / "specs/compute-fit.md").read_text()
    ended = lsp("--check", "--diff", cwd=broken)
    assert ended.returncode == 1
    assert ended.stdout.startswith("--- specs/compute-fit.md\n+++ specs/compute-fit.md\n@@ ")
    assert "-Script: `scripts/fitt.py`\n+Script: `scripts/fit.py`\n" in ended.stdout
    assert (broken / "specs/compute-fit.md").read_text() == before
    lsp("--check", "--fix", cwd=broken)
    ended = lsp("--check", "--diff", cwd=broken)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.skipif(shutil.which("patch") is None, reason="no `patch` here")
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "no line end"])
def test_patch_does_what_fix_does(tmp_path: Path, ending: str, last: str):
    """The diff, given to `patch`, and --fix make the same bytes, whatever the line ends."""
    for name in ("fixed", "patched"):
        spec = make(tmp_path / name, {}) / "specs/compute-fit.md"
        spec.parent.mkdir()
        spec.write_bytes((SPEC[: SPEC.index("### later")] + last).replace("\n", ending).encode())
    patched, fixed = tmp_path / "patched", tmp_path / "fixed"
    difference = subprocess.run([*COMMAND, "--check", "--diff"], cwd=patched, stdout=subprocess.PIPE).stdout
    subprocess.run(["patch", "-p0", "--binary", "--quiet"], cwd=patched, input=difference, check=True)
    lsp("--check", "--fix", cwd=fixed)
    mended = (fixed / "specs/compute-fit.md").read_bytes()
    assert (patched / "specs/compute-fit.md").read_bytes() == mended
    assert b"scripts/fit.py" in mended


def test_the_drifted_study_can_be_mended(tmp_path: Path):
    """--fix on the drifted study mends everything but the result, which only a run can mend."""
    copy_of("drifted", tmp_path)
    ended = lsp("--check", "--fix", "--output-format=json", cwd=tmp_path / "drifted")
    assert ended.returncode == 1
    assert "schema-mismatch" in codes(ended)
    assert "missing-script" not in codes(ended)


# Rules, help, version ------------------------------------------------------------------------------------------


def test_a_rule_explains_itself(tmp_path: Path):
    """`rule CODE` prints title, severity and the manual page."""
    ended = lsp("rule", "missing-script", cwd=tmp_path)
    assert ended.returncode == 0
    assert ended.stdout.startswith("missing-script (error)\n\nAn entry says that its script is ready, but ")


def test_all_rules(tmp_path: Path):
    """`rule --all` lists them; as JSON with their manual, as Markdown a section for each."""
    known = [rule.code for rule in RULES]
    assert [line.split()[0] for line in lsp("rule", "--all", cwd=tmp_path).stdout.splitlines()] == known
    rules = json.loads(lsp("rule", "--all", "--output-format", "json", cwd=tmp_path).stdout)
    assert [rule["code"] for rule in rules] == known
    assert all(set(rule) == {"code", "severity", "summary", "manual"} for rule in rules)
    assert all(rule["manual"].startswith(rule["summary"]) for rule in rules)
    pages = lsp("rule", "--all", "--output-format", "markdown", cwd=tmp_path).stdout
    assert [line[3:] for line in pages.splitlines() if line.startswith("## ")] == known
    one = json.loads(lsp("rule", "missing-script", "--output-format=json", cwd=tmp_path).stdout)
    assert one["code"] == "missing-script"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"], ["--check", "--help"], ["rule", "--help"]])
def test_help(tmp_path: Path, arguments: list[str]):
    """Help is on stdout and ends with 0, also where there is no project."""
    ended = lsp(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "usage:" in ended.stdout


def test_version(tmp_path: Path):
    """--version is the version of the distribution."""
    assert lsp("--version", cwd=tmp_path).stdout == f"specthis-lsp {specthis_lsp.__version__}\n"


# Serving -------------------------------------------------------------------------------------------------------


def test_how_serving_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    """--stdio, with whatever editors add, and no arguments without a terminal serve on stdio; --tcp on a socket."""
    served: list[tuple[object, ...]] = []

    def serve(*address: object) -> int:
        served.append(address)
        return 0

    def asked(*arguments: str) -> None:
        assert cli.run(list(arguments), Serve(serve, serve, serve)) == 0

    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115
    asked("--stdio")
    asked("--stdio", "--clientProcessId=7")
    asked("--clientProcessId=7", "--stdio")
    asked()
    asked("--tcp", "127.0.0.1:0")
    asked("--tcp=[::1]:2087")
    asked("--ws", "127.0.0.1:2087")
    assert served == [(), (), (), (), ("127.0.0.1", 0), ("::1", 2087), ("127.0.0.1", 2087)]


def test_without_arguments_a_terminal_gets_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A person who types the bare command is told what there is."""

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert in_process() == 0
    assert capsys.readouterr().out.startswith("specthis-lsp: ")


# Cost ----------------------------------------------------------------------------------------------------------


def imported(cwd: Path, *arguments: str) -> set[str]:
    """The modules that a check in a process of its own has imported by its end."""
    script = (
        "import sys\n"
        "from specthis_lsp.__main__ import main\n"
        f"sys.argv = {['specthis-lsp', '--check', *arguments]}\n"
        "main()\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True)
    return set(ended.stderr.split())


def test_a_check_imports_no_more_than_it_needs(clean: Path):
    """A check imports no protocol, no event loop, and nothing that only some reports need; a second one no rules."""
    unwanted = {"pygls", "lsprotocol", "asyncio", "torch", "modal", "tempfile", "shutil", "unicodedata"}
    unwanted |= {"importlib.metadata", "specthis_lsp.host.mending"}
    unwanted |= {f"specthis_lsp.cli.{name}" for name in ("mend", "show_files", "show_settings", "concise", "report")}
    assert imported(clean, "--no-cache") & unwanted == set()
    for path in (clean / "specs").iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))  # files that were just written are not taken from the cache
    imported(clean)
    assert imported(clean) & (unwanted | {"json", "difflib", "inspect", "specthis_analyzers.rules"}) == set()
