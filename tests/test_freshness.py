"""Freshness on real disks and in real clones: what git wrote says nothing by its time, and what must be complete is."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guard_repositories import OURS, cloned, worked_in
from projects import copy_of
from specthis_analyzers.freshness import state_of_artefact
from specthis_analyzers.project import Project
from specthis_analyzers.state import State
from specthis_analyzers.text import Text
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.git_index import Index, Tracked, _is_as_known
from specthis_lsp.host.projects import open_project
from specthis_lsp.server.documents import Document
from specthis_lsp.server.homes import Home
from worlds import DictWorld

COMMAND = (sys.executable, "-m", "specthis_lsp")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "SPECTHIS_"))}
NAMED = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to clone with")

COMPUTE = """---
name: compute-fit
kind: compute
depends_on: []
---

## Entry

### base

Script: `scripts/fit.py`
Output: `results/fit-base/fit.json`
Schema: `loss: number`
Status: script ready
"""
REPORT = """---
name: report-fit
kind: report
depends_on: [compute-fit.md]
host_doc: reports/paper.tex
section_label: sec:fit
---

Of compute-fit.

## Entry

### loss

Export script: `scripts/export.py`
Export outputs: `reports/loss.tex`
Status: script ready
"""
PAPER = "\\documentclass{article}\n\\begin{document}\n\\section{Fit}\\label{sec:fit}\n\\input{loss}\n\\end{document}\n"
FILES = {
    "specs/compute-fit.md": COMPUTE,
    "specs/report-fit.md": REPORT,
    "scripts/fit.py": "",
    "scripts/export.py": "",
    "results/fit-base/fit.json": '{"loss": 0.5}',
    "reports/loss.tex": "x",
    "reports/paper.tex": PAPER,
}


def lsp(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=PLAIN, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=root, env={**PLAIN, **NAMED}, check=True, capture_output=True)


def written(path: Path, moment: float) -> None:
    os.utime(path, (1_600_000_000 + moment, 1_600_000_000 + moment))


def lay(root: Path, files: dict[str, str]) -> Path:
    """Files of one time, an hour ago or so."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        written(path, 0)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return lay(tmp_path / "project", FILES)


def state(root: Path, path: str = "results/fit-base/fit.json") -> State:
    project = open_project(str(root), recording=False).project
    for spec in project.specs:
        facts = project.facts(spec)
        for entry in facts.entries:
            if path in [word.text for word in (*entry.outputs, *entry.exports)]:
                return state_of_artefact(spec, facts, entry, path, project.view)
    raise AssertionError(path)


FRESH, STALE = State("fresh", "times"), State("stale", "times", ("scripts/fit.py",))


# Times and checkouts --------------------------------------------------------------------------------------------


def test_outside_of_a_repository_times_count(project: Path) -> None:
    assert state(project) == FRESH
    written(project / "scripts/fit.py", 10)
    assert state(project) == STALE
    written(project / "results/fit-base/fit.json", 9)
    assert state(project) == State("unknown"), "a second is a moment"
    written(project / "results/fit-base/fit.json", 20)
    assert state(project) == FRESH
    assert state(project, "reports/loss.tex") == State("stale", "times", ("results/fit-base/fit.json",))


@needs_git
def test_a_fresh_clone_is_clean_whatever_the_times(tmp_path: Path) -> None:
    """A checkout writes files in any order; of a study that is in order nothing is said, hints included."""
    study = copy_of("grokking", tmp_path)
    git(study, "init")
    git(study, "add", ".")
    git(study, "commit", "-m", "all")
    git(tmp_path, "clone", "-q", study.name, "clone")
    pick = random.Random(7)
    for turn in range(3):
        for path in sorted((tmp_path / "clone").rglob("*")) if turn else ():
            if path.is_file() and ".git" not in path.parts:
                written(path, pick.randrange(100_000))
        for options in ((), ("--freshness", "mtime", "-v"), ("--complete", "--freshness", "mtime", "-v")):
            ended = lsp("--check", *options, cwd=tmp_path / "clone")
            assert ended.stdout.startswith("All 10 specs are clean.\n"), ended.stdout
            assert (ended.returncode, ended.stderr) == (0, "")


@needs_git
def test_what_git_has_is_from_a_checkout(project: Path) -> None:
    """By time and size, or by content; what was changed or is not tracked is not."""
    git(project, "init")
    (project / ".gitignore").write_text("results\n")
    git(project, "add", ".")
    git(project, "commit", "-m", "all")
    written(project / "scripts/fit.py", 10)
    written(project / "scripts/export.py", 10)
    assert state(project) == STALE, "results are ignored, so no checkout wrote them"
    assert state(project, "reports/loss.tex") == State("unknown")
    written(project / "reports/loss.tex", 5)
    assert state(project, "reports/loss.tex") == State("unknown"), "its content is what git has"
    (project / "reports/loss.tex").write_text("y")
    written(project / "reports/loss.tex", 5)
    assert state(project, "reports/loss.tex") == State("stale", "times", ("scripts/export.py",))


@needs_git
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_every_version_of_an_index_is_read(tmp_path: Path, version: str) -> None:
    """Names with blanks and letters of all kinds, long ones and short ones, as git lists them."""
    names = ["a", "b/c.json", "b/c.json.bak", "b/é ü.json", f"{'long' * 50}/{'x' * 200}.json", "😀"]
    lay(tmp_path, dict.fromkeys(names, "x"))
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    if version == "3":
        lay(tmp_path, {"later": "y"})
        git(tmp_path, "add", "-N", "later")
    git(tmp_path, "update-index", "--index-version", version)
    index = Index(str(tmp_path))
    assert all(index.may_have_written(name) for name in names)
    assert set(index.tracked or ()) - {"later"} == set(names)
    assert not index.may_have_written("later")
    assert not index.may_have_written("none")


@needs_git
def test_worktrees_and_projects_below_the_top_have_an_index(tmp_path: Path) -> None:
    """`.git` is a file there, which leads to the index."""
    lay(tmp_path / "main" / "papers" / "one", FILES)
    git(tmp_path / "main", "init")
    git(tmp_path / "main", "add", ".")
    git(tmp_path / "main", "commit", "-m", "all")
    git(tmp_path / "main", "worktree", "add", "-q", "../other")
    root = tmp_path / "other" / "papers" / "one"
    assert Index(str(root)).may_have_written("reports/loss.tex")
    (root / "reports/loss.tex").write_text("changed")
    assert not Index(str(root)).may_have_written("reports/loss.tex")
    assert Index(str(tmp_path / "main" / "papers" / "one")).may_have_written("reports/loss.tex")


@needs_git
def test_of_a_file_too_large_to_be_compared_nothing_is_known(tmp_path: Path) -> None:
    """Git notes four bytes of a size; another time alone does not say that such a file is another one."""
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate((1 << 32) + 10)
    assert _is_as_known(str(large), Tracked(0, 10, 0o100644, b"\0" * 20))
    assert not _is_as_known(str(large), Tracked(0, 11, 0o100644, b"\0" * 20))


def test_an_index_that_moved_is_read_again(project: Path) -> None:
    git(project, "init")
    disk = Disk(str(project))
    assert not disk.from_checkout("reports/loss.tex")
    git(project, "add", ".")
    disk.forget()
    assert disk.from_checkout("reports/loss.tex")


@needs_git
def test_an_index_that_cannot_be_read_makes_times_say_nothing(project: Path) -> None:
    """Split in two, damaged, or no file at all: no time counts, and nothing fails."""
    git(project, "init")
    git(project, "add", "scripts")
    index = project / ".git" / "index"
    whole = index.read_bytes()
    assert state(project) == FRESH
    git(project, "update-index", "--split-index")
    assert state(project) == State("unknown")
    for damaged in (b"", b"DIRC", whole[:50], whole[:-30], b"\0" * 100, whole[:8] + b"\xff\xff\xff\xff" + whole[12:]):
        index.write_bytes(damaged)
        assert state(project) in (State("unknown"), FRESH)
    index.unlink()
    index.symlink_to("/etc/hostname")
    assert state(project) == State("unknown")
    index.unlink()
    os.mkfifo(index)
    assert state(project) == State("unknown")


@needs_git
def test_what_lies_in_a_submodule_is_from_a_checkout(tmp_path: Path) -> None:
    lay(tmp_path / "data", {"fit-base/fit.json": '{"loss": 1}'})
    git(tmp_path / "data", "init")
    git(tmp_path / "data", "add", ".")
    git(tmp_path / "data", "commit", "-m", "all")
    root = lay(tmp_path / "project", {name: text for name, text in FILES.items() if not name.startswith("results")})
    git(root, "init")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(tmp_path / "data"), "results")
    written(root / "scripts/fit.py", 10**9)
    assert state(root) == State("unknown")


def test_a_git_file_that_leads_nowhere_is_no_repository(project: Path) -> None:
    (project / ".git").write_text("gitdir: /nowhere/at/all\n")
    assert not Index(str(project)).may_have_written("reports/loss.tex")


# What a check asks ------------------------------------------------------------------------------------------------


class Timeless(DictWorld):
    """A world in which nobody may ask for times."""

    def time(self, path: str) -> int | None:
        raise AssertionError(f"the time of {path} was asked for")

    def from_checkout(self, path: str) -> bool:
        raise AssertionError(f"who wrote {path} was asked for")


@pytest.mark.parametrize("recording", [False, True])
def test_an_ordinary_check_asks_for_no_time(recording: bool) -> None:
    """Nor for the Makefile; also where a status says that something is still to be done."""
    texts = {**FILES, "specs/compute-fit.md": COMPUTE.replace("ready", "TBD"), "Makefile": "a: b\n\techo\n"}
    project = Project(Timeless(dict(texts)), recording=recording)
    assert [finding.code for finding in project.findings()] == ["stale-output"]
    assert project.crashes == ()
    assert not project.view.answers.knows(("makefile",)) if not recording else True
    asked = getattr(project.view.answers, "known", {})
    assert not {question[0] for question in asked} & {"time", "checkout", "makefile", "made"}


def test_in_an_editor_the_specs_that_are_open_are_held_to_times(project: Path) -> None:
    """A hint while the spec is open; of all others nothing is asked."""
    written(project / "scripts/fit.py", 10)
    home = Home(str(project), project.as_uri())
    home.refresh()
    path = "specs/compute-fit.md"
    assert home.findings(path) == []
    home.lay(path, Document(f"{project.as_uri()}/{path}", 1, Text(COMPUTE)))
    home.refresh()
    assert [(finding.code, finding.severity) for finding in home.findings(path)] == [("stale-output", "hint")]
    written(project / "results/fit-base/fit.json", 20)
    list(home.look_again())
    home.refresh()
    assert home.findings(path) == []
    written(project / "scripts/fit.py", 30)
    list(home.look_again())
    home.lift(path)
    home.refresh()
    assert home.findings(path) == []


# The command line -------------------------------------------------------------------------------------------------


def test_age_is_told_where_it_is_asked_for(project: Path) -> None:
    """Hints, so the verdict stays what it was; also by a setting, and with a cache that knows the difference."""
    written(project / "scripts/fit.py", 10)
    for _ in range(2):
        assert lsp("--check", cwd=project).stdout == "All 2 specs are clean.\n"
        ended = lsp("--check", "--freshness", "mtime", "--output-format", "concise", "-v", cwd=project)
        assert ended.returncode == 0
        assert ended.stdout == (
            "specs/compute-fit.md:12:10: hint[stale-output] `results/fit-base/fit.json` is out of date by the times of "
            "files: `scripts/fit.py` moved since\n"
        )
    (project / "specthis.toml").write_text('freshness = "mtime"\n')
    assert lsp("--check", cwd=project).stdout.endswith("1 hint hidden (-v shows it).\n")
    assert lsp("--check", "--freshness", "contract", cwd=project).stdout == "All 2 specs are clean.\n"


def test_a_cached_look_at_times_is_taken_again_when_one_moves(project: Path) -> None:
    options = ("--check", "--freshness", "mtime", "-v", "--output-format", "concise")
    assert lsp(*options, cwd=project).stdout == ""
    written(project / "scripts/fit.py", 10)
    assert "stale-output" in lsp(*options, cwd=project).stdout
    written(project / "scripts/fit.py", 0)
    assert lsp(*options, cwd=project).stdout == ""


@needs_git
def test_a_cached_look_is_taken_again_when_git_has_more(project: Path) -> None:
    options = ("--check", "--freshness", "mtime", "-v", "--output-format", "concise")
    written(project / "scripts/fit.py", 10)
    assert "stale-output" in lsp(*options, cwd=project).stdout
    git(project, "init")
    assert "stale-output" in lsp(*options, cwd=project).stdout
    git(project, "add", "results")
    assert lsp(*options, cwd=project).stdout == ""


def test_what_must_be_complete_is(project: Path) -> None:
    ended = lsp("--check", "--complete", cwd=project)
    assert ended.returncode == 0
    assert ended.stdout == (
        "All 2 specs are clean.\nComplete: 2 artefacts of the project are here and fresh as far as known.\n"
    )
    ended = lsp("--check", "--complete", "--paper", "reports/paper.tex", cwd=project)
    assert ended.stdout.endswith("Complete: 2 artefacts of `reports/paper.tex` are here and fresh as far as known.\n")


def test_before_submission_what_is_absent_or_to_be_done_is_an_error(project: Path) -> None:
    (project / "results/fit-base/fit.json").unlink()
    assert lsp("--check", cwd=project).returncode == 0
    ended = lsp("--check", "--complete", "--paper", "reports/paper.tex", cwd=project)
    assert ended.returncode == 1
    assert "error[missing-output]" in ended.stdout
    assert ended.stdout.endswith("Not complete: of 2 artefacts of `reports/paper.tex` 1 missing, 1 unknown.\n")
    (project / "specs/report-fit.md").write_text(REPORT.replace("ready", "TBD"))
    ended = lsp("--check", "--complete", "--output-format", "json", cwd=project)
    found = {one["code"]: one["severity"] for one in json.loads(ended.stdout)["diagnostics"]}
    assert found == {"missing-output": "error", "unfinished-entry": "error"}


def test_age_is_an_error_before_submission_only_where_it_is_asked_for(project: Path) -> None:
    written(project / "scripts/fit.py", 10)
    ended = lsp("--check", "--complete", cwd=project)
    assert ended.returncode == 0
    assert ended.stdout.endswith(
        "Complete, times aside: 2 artefacts of the project are here; 1 older than what went into it "
        "(--freshness mtime tells more).\n"
    )
    ended = lsp("--check", "--complete", "--freshness", "mtime", cwd=project)
    assert ended.returncode == 1
    assert ended.stdout.endswith("Not complete: of 2 artefacts of the project 1 out of date.\n")


def test_a_paper_is_named_from_where_we_are_or_from_the_root(project: Path) -> None:
    for cwd, name in (
        (project, "reports/paper.tex"),
        (project / "reports", "paper.tex"),
        (project / "reports", "reports/paper.tex"),
    ):
        ended = lsp("--check", "--complete", "--paper", name, str(project), cwd=cwd)
        assert (ended.returncode, ended.stderr) == (0, ""), ended
        assert "2 artefacts of `reports/paper.tex`" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--complete", "--paper", "reports/papr.tex"], "`reports/papr.tex` here; did you mean `reports/paper.tex`?"),
        (["--complete", "--paper", "specs/report-fit.md"], "`specs/report-fit.md` is no LaTeX document"),
        (["--complete", "--paper", "reports"], "there is no document `reports`"),
        (["--paper", "reports/paper.tex"], "`--paper` goes with `--complete`"),
        (["--freshness", "mtimes"], "`--freshness` takes contract, mtime, not `mtimes`; did you mean `mtime`?"),
        (["--why", "bas"], "there is no entry `bas`; did you mean `base`?"),
        (["--why", "compute-fits#base"], "did you mean `compute-fit#base`?"),
        (["--why", "base", "--fix"], "`--why` and `--fix` do not go together"),
        (["--why", "base", "--output-format", "sarif"], "`--why` is told as full, concise, json, not as `sarif`"),
    ],
)  # fmt: skip
def test_mistakes_end_with_2_and_one_line(project: Path, arguments: list[str], says: str) -> None:
    ended = lsp("--check", *arguments, cwd=project)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert says in ended.stderr


def test_why_tells_what_holds_by_which_evidence(project: Path) -> None:
    written(project / "scripts/fit.py", 10)
    ended = lsp("--check", "--why", "compute-fit#base", cwd=project)
    assert ended.returncode == 0
    assert ended.stdout == (
        "base (specs/compute-fit.md:9:1, compute)\n"
        "\n"
        "  ✓ status    script ready\n"
        "  ✓ script    scripts/fit.py\n"
        "  ✓ contract\n"
        "  ✓ output\n"
        "  ✓ schema\n"
        "\n"
        "  results/fit-base/fit.json: stale\n"
        "    by the times of files, `scripts/fit.py` moved since\n"
        "    made from scripts/fit.py\n"
    )


def test_why_tells_what_does_not_hold(project: Path) -> None:
    """1, and the findings of the entry; a name on both sides is told of twice."""
    (project / "specs/report-fit.md").write_text(REPORT.replace("### loss", "### base"))
    (project / "scripts/fit.py").unlink()
    ended = lsp("--check", "--why", "base", cwd=project)
    assert ended.returncode == 1
    assert "✗ script    scripts/fit.py\n" in ended.stdout
    assert "error[missing-script]" in ended.stdout
    assert "\nbase (specs/report-fit.md:13:1, report)\n" in ended.stdout
    assert lsp("--check", "--why", "report-fit#base", cwd=project).returncode == 0


def test_why_for_programs(project: Path) -> None:
    lay(project, {"Makefile": "results/%/fit.json: scripts/fit.py\n\tpython $<\n"})
    written(project / "scripts/fit.py", 10)
    ended = lsp("--check", "--why", "base", "--output-format", "json", cwd=project)
    (entry,) = json.loads(ended.stdout)["entries"]
    assert (entry["path"], entry["line"], entry["side"]) == ("specs/compute-fit.md", 9, "compute")
    assert entry["artefacts"] == [
        {
            "path": "results/fit-base/fit.json",
            "state": "stale",
            "evidence": "Makefile",
            "why": "by the Makefile, `scripts/fit.py` moved since",
            "moved": ["scripts/fit.py"],
            "made_from": ["scripts/fit.py"],
            "made_from_is_complete": True,
        }
    ]


# Repositories as researchers have them ----------------------------------------------------------------------------


@needs_git
@pytest.mark.parametrize("name", OURS)
def test_clones_of_real_shaped_repositories_are_told_nothing_of_age(tmp_path: Path, name: str) -> None:
    """Nor is the machine on which what git ignores was just made, after the scripts."""
    root = cloned(name, tmp_path)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts:
            written(path, random.Random(path.name).randrange(10_000))
    assert by_age(root) == []
    worked_in(name, root)
    assert [one["message"] for one in by_age(root) if one["code"] != "needs-review"] == []


def by_age(root: Path) -> list[dict[str, str]]:
    ended = lsp("--check", "--no-cache", "--freshness", "mtime", "--output-format", "json", cwd=root)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    codes = ("stale-output", "stale-export", "needs-review")
    return [one for one in json.loads(ended.stdout)["diagnostics"] if one["code"] in codes]
