"""`--changed`: what of the findings concerns a change, and that asking git runs nothing that a repository names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from specthis_lsp.host.changes import Unanswered, changed

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="no git here")

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SPECTHIS_", "GITHUB_"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "user.name",
    "GIT_CONFIG_VALUE_0": "A",
    "GIT_CONFIG_KEY_1": "user.email",
    "GIT_CONFIG_VALUE_1": "a@example.org",
    "GIT_CONFIG_KEY_2": "protocol.file.allow",
    "GIT_CONFIG_VALUE_2": "always",
}

SPEC = """---
name: {name}
kind: compute
depends_on: []
---

### {name}

Script: `scripts/{name}.py`
Output: `results/{name}/fit.json`
Schema: `loss: number`
Status: script ready
"""
REPORT = """---
name: report-fit
kind: report
depends_on: []
host_doc: paper/main.tex
section_label: sec:fit
---

### curve

Export script: `scripts/curve.py`
Export outputs: `paper/curve.tex`
Status: script ready
"""
PAPER = "\\documentclass{article}\\begin{document}\n\\input{results}\n\\end{document}\n"
FILES = {
    "specs/one.md": SPEC.format(name="one"),
    "specs/two.md": SPEC.format(name="two"),
    "specs/report-fit.md": REPORT,
    "scripts/one.py": "",
    "scripts/two.py": "",
    "scripts/curve.py": "",
    "paper/main.tex": PAPER,
    "paper/results.tex": "\\section{Fit}\\label{sec:fit}\n\\input{curve}\n",
    "paper/curve.tex": "",
    "results/one/fit.json": '{"loss": 1}',
    "results/two/fit.json": '{"loss": 1}',
}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "as it is")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean project in a repository, all of it committed."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)
    root = tmp_path / "study"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    write(root, FILES)
    commit(root)
    return root


def check(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specthis_lsp", "--check", *arguments]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


def found(cwd: Path, *arguments: str) -> list[tuple[str, str]]:
    """The findings, warnings and louder, as pairs of path and code."""
    ended = check(cwd, "--changed", "--output-format=json", *arguments)
    assert ended.returncode in (0, 1), ended.stderr
    told = json.loads(ended.stdout)["diagnostics"]
    return [(one["path"], one["code"]) for one in told if one["severity"] in ("error", "warning")]


# Which findings ------------------------------------------------------------------------------------------------


def test_old_findings_are_not_shown(root: Path):
    """What was broken before is not the business of a change elsewhere; without the option all of it is shown."""
    (root / "scripts/one.py").unlink()
    commit(root)
    assert found(root) == []
    assert found(root, "--since=HEAD~1") == [("specs/one.md", "missing-script")]
    assert check(root).returncode == 1
    ended = check(root, "--changed")
    assert (ended.returncode, ended.stdout) == (0, "Nothing found that concerns what changed (3 specs read).\n")


@pytest.mark.parametrize("stage", [False, True])
def test_what_rests_on_a_changed_file_is_shown(root: Path, stage: bool):
    """A script that is removed, a result that is another, a label that is gone: their specs' findings count."""
    (root / "scripts/one.py").unlink()
    commit(root)
    (root / "scripts/two.py").unlink()
    if stage:
        git(root, "add", "--all")
    assert found(root) == [("specs/two.md", "missing-script")]
    write(root, {"scripts/two.py": "", "results/two/fit.json": "{}"})
    assert found(root) == [("specs/two.md", "schema-mismatch")]
    write(root, {"results/two/fit.json": '{"loss": 1}', "paper/results.tex": "\\section{Fit}\\input{curve}"})
    assert found(root) == [("specs/report-fit.md", "missing-section")]


def test_a_new_file_concerns_its_own_findings(root: Path):
    """An untracked spec is shown, in a folder that git knows or in one that it does not; an ignored one is not."""
    write(root, {"specs/new.md": SPEC.format(name="new")})
    assert found(root) == [("specs/new.md", "missing-script")]
    (root / ".git/info/exclude").write_text("new.md\n")
    assert found(root) == []


def test_a_project_that_git_does_not_know_yet(root: Path):
    """A project whose folder is untracked as a whole is new, all of it."""
    write(root, {"more/specs/new.md": SPEC.format(name="new")})
    assert found(root / "more") == [("specs/new.md", "missing-script")]


def test_before_the_first_commit(root: Path, tmp_path: Path):
    """Where there is no commit, everything is new."""
    shutil.rmtree(root / ".git")
    git(root, "init", "--quiet")
    (root / "scripts/one.py").unlink()
    assert found(root) == [("specs/one.md", "missing-script")]
    git(root, "add", "--all")
    assert found(root) == [("specs/one.md", "missing-script")]


def test_a_renamed_spec_is_new_by_its_new_name(root: Path):
    """A rename is a file that is gone and another that is new; who depended on the old name is told."""
    write(root, {"specs/three.md": SPEC.format(name="three").replace("[]", "[two.md]") + "\nAfter two.\n"})
    write(root, {"scripts/three.py": ""})
    commit(root)
    git(root, "mv", "specs/two.md", "specs/second.md")
    write(root, {"specs/second.md": SPEC.format(name="second")})
    assert found(root) == [("specs/second.md", "missing-script"), ("specs/three.md", "unknown-dependency")]


def test_settings_concern_everything(root: Path):
    """Other settings make other findings anywhere."""
    (root / "scripts/one.py").unlink()
    commit(root)
    write(root, {"specthis.toml": "[rules]\nignore = []\n"})
    assert found(root) == [("specs/one.md", "missing-script")]


def test_what_is_written_again_alike_is_no_change(root: Path):
    """A result that a script wrote again, byte for byte, is the one that was committed."""
    (root / "scripts/one.py").unlink()
    commit(root)
    (root / "results/one/fit.json").write_text('{"loss": 1}')
    os.utime(root / "results/one/fit.json", (1, 1))
    assert changed(str(root)).paths == set()
    assert found(root) == []


def test_since_a_branch_that_went_on(root: Path):
    """`--since` compares with where the histories parted: what the other branch did meanwhile is not ours."""
    git(root, "checkout", "--quiet", "-b", "mine")
    (root / "scripts/one.py").unlink()
    commit(root)
    git(root, "checkout", "--quiet", "main")
    (root / "scripts/two.py").unlink()
    commit(root)
    git(root, "checkout", "--quiet", "mine")
    assert changed(str(root), "main").paths == {"scripts/one.py"}
    assert found(root, "--since", "main") == [("specs/one.md", "missing-script")]


def test_paths_narrow_further(root: Path):
    """PATHS choose among what the change concerns."""
    (root / "scripts/two.py").unlink()
    assert found(root, "specs/one.md") == []
    assert found(root, "specs/two.md") == [("specs/two.md", "missing-script")]


def test_only_what_changed_is_mended(root: Path):
    """--fix with --changed leaves old findings as they are."""
    for name in ("one", "two"):
        write(root, {f"specs/{name}.md": SPEC.format(name=name).replace(f"{name}.py", f"{name}e.py")})
    git(root, "commit", "--quiet", "--message", "broken", "specs/one.md")
    ended = check(root, "--changed", "--fix")
    assert (ended.returncode, ended.stderr) == (0, "Fixed 1 finding (missing-script).\n")
    assert "scripts/onee.py" in (root / "specs/one.md").read_text()
    assert "scripts/two.py" in (root / "specs/two.md").read_text()


# Where git knows what ------------------------------------------------------------------------------------------


def test_from_a_worktree_a_link_and_a_folder_of_the_repository(root: Path, tmp_path: Path):
    """A second working tree, a link to one, and a project that is a part of a repository are asked as they stand."""
    git(root, "worktree", "add", "--quiet", str(tmp_path / "second"))
    (tmp_path / "second/scripts/one.py").unlink()
    os.symlink(tmp_path / "second", tmp_path / "link")
    for folder in (tmp_path / "second", tmp_path / "link"):
        assert changed(str(folder)).paths == {"scripts/one.py"}
    assert changed(str(root)).paths == set()
    write(root, {"more/specs/new.md": SPEC.format(name="new")})
    commit(root)
    write(root, {"more/specs/new.md": "", "specs/one.md": ""})
    assert changed(str(root / "more")).paths == {"specs/new.md"}


def test_a_submodule_counts_where_its_commit_moved(root: Path, tmp_path: Path):
    """A submodule at another commit is changed as a whole; what is edited in it is its own repository's business."""
    git(root, "submodule", "add", "--quiet", str(root), "vendor")
    commit(root)
    (root / "vendor/scripts/one.py").unlink()
    assert changed(str(root)).paths == set()
    assert changed(str(root / "vendor")).paths == {"scripts/one.py"}
    git(root / "vendor", "commit", "--quiet", "--all", "--message", "less")
    assert changed(str(root)).holds("vendor/scripts/two.py")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no such names there")
def test_any_name(root: Path):
    """Names with line breaks, quotes, and bytes that are no text come through as the disk has them."""
    names = ["a\nb.txt", 'quo"te', " blank ", "tab\t", "ü", os.fsdecode(b"caf\xe9"), "-dash", ":(top)", "a*"]
    write(root, dict.fromkeys(names, ""))
    assert changed(str(root)).paths == set(names)
    commit(root)
    for name in names:
        (root / name).write_text("other")
    assert changed(str(root)).paths == set(names)


def test_a_hook_is_asked_about_its_own_project(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The variables that git sets for hooks, of whatever repository, have no say."""
    (root / "scripts/one.py").unlink()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert changed(str(root)).paths == {"scripts/one.py"}


# Where git does not know ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--since", "nowhere"], "cannot tell what changed in `.`: `nowhere` is no revision here\n"),
        (["--since=--output=x"], "`--output=x` is no revision here\n"),
        (["--since="], "`` is no revision here\n"),
        (["--since=HEAD:specs"], "`HEAD:specs` is no revision here\n"),
        (["--since=orphan"], "`orphan` and HEAD have no commit in common here\n"),
    ],
)
def test_a_revision_that_is_none(root: Path, arguments: list[str], says: str):
    """Whatever cannot be compared with ends with 2 and one line."""
    git(root, "checkout", "--quiet", "--orphan", "orphan")
    write(root, {"scripts/one.py": "other"})
    commit(root)
    git(root, "checkout", "--quiet", "main")
    ended = check(root, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("specthis-lsp: cannot tell what changed in `.`: ")
    assert ended.stderr.endswith(says)
    assert not (root / "x").exists()


def test_no_repository(root: Path):
    """Outside of a repository, 2 and git's own reason, also where the project is clean."""
    shutil.rmtree(root / ".git")
    ended = check(root, "--changed")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "not a git repository" in ended.stderr


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch):
    """Without git, or with one that the project itself brings, nothing is started."""
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(Unanswered, match="there is no git here"):
        changed(str(root))
    (root / "git").write_text("#!/bin/sh\ntouch started\n")
    (root / "git").chmod(0o755)
    with pytest.raises(Unanswered, match="lies in the project"):
        changed(str(root))
    assert not (root / "started").exists()


def test_a_bare_repository(root: Path, tmp_path: Path):
    """A bare repository, also one that lies inside a project, has no working tree to compare."""
    git(root, "clone", "--quiet", "--bare", str(root), str(tmp_path / "bare"))
    with pytest.raises(Unanswered):
        changed(str(tmp_path / "bare"))


def test_a_shallow_clone_says_so(root: Path, tmp_path: Path):
    """What lies beyond the end of a shallow history is unknown, and the line says how to get it; HEAD is there."""
    commit(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "clone")
    clone = tmp_path / "clone"
    assert changed(str(clone)).paths == set()
    with pytest.raises(Unanswered, match=r"no revision here; this clone is shallow, and `git fetch --unshallow`"):
        changed(str(clone), "HEAD~1")


def test_a_damaged_repository(root: Path):
    """An index that is no index: one line, no traceback."""
    (root / ".git/index").write_bytes(b"DIRC nonsense")
    ended = check(root, "--changed")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)


# Nothing is run ------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")
def test_nothing_that_a_repository_names_is_run(root: Path, tmp_path: Path):
    """Monitors, hooks, filters, diff drivers and pagers that a configuration names stay asleep.

    The same repository springs the traps for plain `git status`, so that they are known to be set.
    """
    sprung = tmp_path / "sprung"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{sprung}'\ncat\n")
    trap.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(trap, hooks / hook)
    commit(root)
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.process", "filter.e v.i.clean", "diff.d.command",
                "diff.d.textconv", "diff.external", "core.pager", "core.sshCommand", "core.editor", "alias.diff-index",
                "gpg.program", "credential.helper", "remote.o.uploadpack"):  # fmt: skip
        git(root, "config", key, f"!{trap}" if key.startswith("alias") else str(trap))
    git(root, "config", "core.hooksPath", str(hooks))
    git(root, "config", "filter.evil.required", "true")
    git(root, "config", "diff.autoRefreshIndex", "true")
    write(root, {".gitattributes": "* filter=evil diff=d\n"})
    # Files as old as the index, of which git cannot tell by their times whether they moved.
    now = time.time()
    for path in (*(root / name for name in FILES), root / ".git/index"):
        os.utime(path, (now, now))
    assert changed(str(root)).paths >= {".gitattributes"}
    changed(str(root), "HEAD~1")
    assert not sprung.exists()
    subprocess.run(["git", "status"], cwd=root, env=ENVIRONMENT, capture_output=True, check=False)
    assert sprung.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the traps are shell scripts")
def test_a_partial_clone_fetches_nothing(root: Path, tmp_path: Path):
    """Objects that a partial clone left behind stay there: no transport is started for them."""
    git(root, "config", "uploadpack.allowFilter", "true")
    write(root, {"specs/one.md": ""})
    commit(root)
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", "--no-checkout", root.as_uri(), "clone")
    clone = tmp_path / "clone"
    sprung, trap = tmp_path / "sprung", tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{sprung}'\nexec git-upload-pack \"$@\"\n")
    trap.chmod(0o755)
    git(clone, "config", "remote.origin.uploadpack", str(trap))
    with pytest.raises(Unanswered):
        changed(str(clone), "HEAD~1")
    assert not sprung.exists()
    git(clone, "diff-index", "--name-only", "HEAD~1", "--")
    assert sprung.exists()


def test_a_filter_that_cannot_be_switched_off(root: Path):
    """A driver whose name git's own options cannot say is a reason not to ask at all."""
    git(root, "config", "filter.a=b.clean", "false")
    with pytest.raises(Unanswered, match="the filter `a=b` cannot be switched off"):
        changed(str(root))
