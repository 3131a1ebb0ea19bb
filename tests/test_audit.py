"""The verb `audit`, as its cases in `tests/audit.md` have it, against git, and against what a project may hold."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import specthis_lsp.cli
from markdown_cases import PROJECTS, Case, read_cases
from projects import EXAMPLES, copy_of
from specthis_lsp.cli.main import Serve
from specthis_lsp.cli.main import run as main
from specthis_lsp.cli.output import Style
from specthis_lsp.cli.tables import table

SCHEMA = json.loads((Path(specthis_lsp.cli.__file__).parent / "audit.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
CASES = Path(__file__).parent / "audit.md"
COMMAND = "specthis-lsp "


def nobody(*_: object) -> int:
    raise AssertionError("an audit serves no editor")


def lsp(*arguments: str) -> int:
    return main(list(arguments), Serve(nobody, nobody, nobody))


def commands() -> list:
    return [
        pytest.param(case, path, id=f"{case.name}: {path.removeprefix(COMMAND)}")
        for case in read_cases(CASES, PROJECTS)
        for path in case.files
        if path.startswith(COMMAND)
    ]


def laid_out(case: Case, root: Path) -> Path:
    """A case's files on disk, without what its commands print."""
    for path in case.files:
        if not path.startswith(COMMAND):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(case.bytes_of(path))
    return root


@pytest.mark.parametrize(("case", "command"), commands())
def test_case(
    case: Case, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(laid_out(case, tmp_path))
    lsp(*command.removeprefix(COMMAND).split())
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out == case.files[command]


def audited(*arguments: str, root: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command prints as JSON, held to its schema."""
    capsys.readouterr()
    code = lsp("audit", "--format", "json", *arguments, str(root))
    told = capsys.readouterr()
    assert code in (0, 1), told.err
    value = json.loads(told.out)
    VALIDATOR.validate(value)
    assert told.out.isascii()
    return value


# Agreement with the check ------------------------------------------------------------------------------------


@pytest.mark.parametrize("project", ["grokking", "drifted"])
def test_it_agrees_with_the_check(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever counts against an entry is a finding of the check, and both end alike."""
    root = EXAMPLES / project
    code = lsp("--check", "--no-cache", "--output-format", "json", str(root))
    told = {finding["fingerprint"] for finding in json.loads(capsys.readouterr().out)["diagnostics"]}
    assert lsp("audit", str(root)) == code
    value = audited(root=root, capsys=capsys)
    against = {finding["fingerprint"] for row in value["entries"] for finding in row["findings"]}
    assert against <= told
    summary = value["summary"]
    assert summary["contract"] + summary["absent"] + summary["routing"] + summary["conventions"] == len(told)


def test_the_clean_study_is_wholly_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in it is wrong, and nothing unknown."""
    rows = audited(root=EXAMPLES / "grokking", capsys=capsys)["entries"]
    assert {mark for row in rows for mark in row["marks"].values()} == {"yes", "n/a"}


def test_what_a_comment_suppresses_is_suppressed_here_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding accepted with a reason counts against nothing, and makes nothing right."""
    root = laid_out(PROJECTS["fit"], tmp_path)
    (root / "results/fit-base/fit.json").write_text("{}")
    edit(root / "specs/compute-fit.md", "### base", "<!-- specthis: ignore[schema-mismatch] of last year -->\n### base")
    [row] = audited(root=root, capsys=capsys)["entries"]
    assert row["findings"] == []
    assert row["marks"]["schema"] == "unknown"
    assert "required key missing: `loss` (not shown)" in row["notes"]
    assert lsp("audit", str(root)) == lsp("--check", "--no-cache", str(root)) == 0


def test_what_the_baseline_accepts_is_accepted_here_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts against nothing any more, and makes nothing right."""
    root = laid_out(PROJECTS["fit"], tmp_path)
    (root / "results/fit-base/fit.json").write_text("{}")
    assert lsp("audit", str(root)) == lsp("--check", "--no-cache", str(root)) == 1
    lsp("--check", "--no-cache", "--update-baseline", str(root))
    assert lsp("audit", str(root)) == lsp("--check", "--no-cache", str(root)) == 0
    assert audited(root=root, capsys=capsys)["entries"][0]["marks"]["schema"] == "unknown"


# Reading only ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("--next-steps",), ("--coverage",), ("--format", "split")])
def test_nothing_is_written(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Not even the cache: every file and folder is as it was, and a tree that may not be written to will do."""
    root = copy_of("drifted", tmp_path)
    before = snapshot(root)
    for path in (root, *root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert lsp("audit", *arguments, str(root)) in (0, 1)
        assert snapshot(root) == before
    finally:
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
    }


# What a project may hold -------------------------------------------------------------------------------------

HOSTILE: dict[str, bytes] = {
    "specs/compute-broken.md": b"---\nname: [\nkind: compute\n---\n\n### base\n\nScript: `x`\nStatus: script ready\n",
    "specs/compute-bytes.md": b"\xff\xfe\x00---\nname: x\n\xc3\x28",
    "specs/compute-empty.md": b"",
    "specs/compute-bare.md": b"### base\n\nScript:\nOutput:\nStatus:\n",
    "specs/compute-\u202e.md": b"---\nname: x\nkind: compute\ndepends_on: []\n---\n\n### \x1b[31mred\n\n"
    b"Script: `\x1b[2J`\nOutput: `a|b.json`\nStatus: script ready\n",
    "specs/report-loop.md": b"---\nname: report-loop\nkind: report\ndepends_on: [report-loop.md]\n"
    b"host_doc: reports/loop.tex\nsection_label: sec:loop\n---\n\n### loop\n\nExport script: `e.py`\n"
    b"Export outputs: `reports/{x}.tex`, `../out.tex`\nStatus: script ready\n",
    "reports/loop.tex": b"\\documentclass{article}\\input{loop}\\section{x}\\label{sec:loop}\\includegraphics{\x1b}",
    "specthis.toml": b"",
    "e.py": b"def (",
}  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("--format", "split"), ("--next-steps",), ("--coverage",)])
def test_hostile_files_give_rows_and_no_signs(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken, binary and cyclic files are no reason to fail, and nothing in them reaches a terminal as it is."""
    for path, data in HOSTILE.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
    assert lsp("audit", *arguments, str(tmp_path)) in (0, 1)
    told = capsys.readouterr()
    assert told.err == ""
    assert "\x1b" not in told.out
    assert "\u202e" not in told.out
    audited(
        *(argument for argument in arguments if argument not in ("--format", "split")), root=tmp_path, capsys=capsys
    )


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", int)() == 0, reason="everything may be read")
def test_files_that_may_not_be_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are not fully checked, and nothing about them is shown as right."""
    root = laid_out(PROJECTS["fit"], tmp_path)
    (root / "results/fit-base/fit.json").chmod(0)
    value = audited(root=root, capsys=capsys)
    assert value["summary"]["not_fully_checked"] == ["results/fit-base/fit.json"]
    assert value["entries"][0]["marks"]["schema"] == "unknown"


def test_several_projects_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each below its path; as JSON, in an array."""
    for name in ("one", "two"):
        laid_out(PROJECTS["fit"], tmp_path / name)
    lsp("audit", str(tmp_path))
    told = capsys.readouterr().out
    assert re.findall(r"^# (.*)$", told, re.MULTILINE) == [os.path.relpath(tmp_path / name) for name in ("one", "two")]
    assert [len(one["entries"]) for one in audited(root=tmp_path, capsys=capsys)] == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("nowhere",), "cannot check `nowhere`: there is no such file or folder"),
        ((".",), "no specs here"),
        (("--format", "html"), "`--format` takes single, split, json, not `html`"),
        (("--paper", "x.tex"), "`--paper` goes with `--coverage`"),
        (("--coverage", "--since", "HEAD"), "`--coverage` and `--since` ask different questions; ask one at a time"),
        (("--since", ""), "`--since` takes a revision of git"),
        (("--cover",), "there is no option `--cover`; did you mean `--coverage`?"),
    ],
)
def test_mistakes_end_with_2(
    arguments: tuple[str, ...],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One line says what would have been right."""
    monkeypatch.chdir(tmp_path)
    assert lsp("audit", *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"specthis-lsp: {complaint}")


def test_a_paper_that_is_not_there_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither seen from here nor from the project's root."""
    monkeypatch.chdir(laid_out(PROJECTS["paper"], tmp_path))
    assert lsp("audit", "--coverage", "--paper", "reports/other.tex") == 2
    assert "there is no document `reports/other.tex`" in capsys.readouterr().err


# On a terminal -----------------------------------------------------------------------------------------------


def test_columns_line_up_on_a_terminal() -> None:
    """Wide letters count twice; the last column may run on."""
    rows = [("損失", "✓", "a long note"), ("a|b", "✗", "")]
    lines = list(table(("entry", "script ✓", "notes"), rows, Style(terminal=True)))
    assert lines == [
        "| entry | script ✓ | notes |",
        "|-------|----------|---|",
        "| 損失  | ✓        | a long note |",
        "| a\\|b  | ✗        | |",
    ]


def test_marks_are_painted_where_colours_are_wanted() -> None:
    """What is wrong stands out; the room it takes stays the same."""
    [_, _, row] = table(("x ✓", "n"), [("✗", "")], Style(colored=True, terminal=True))
    assert row == "| \x1b[1;31m✗\x1b[0m   | |"


# What changed since ------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project whose first state is committed."""
    for name in ("fit", "paper"):
        laid_out(PROJECTS[name], tmp_path)
    git(tmp_path, "init", "-q")
    committed(tmp_path)
    return tmp_path


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def committed(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "a state")


def changes_in(root: Path, capsys: pytest.CaptureFixture[str], revision: str = "HEAD") -> dict[str, dict[str, Any]]:
    value = audited("--since", revision, root=root, capsys=capsys)["since"]
    return {change["entry"]: change for change in value["entries"]}


def test_nothing_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fresh commit is what the working tree is, whatever the times of files."""
    assert changes_in(repository, capsys) == {}
    assert lsp("audit", "--since", "HEAD", str(repository)) == 0
    assert re.fullmatch(r"Since `HEAD` \([0-9a-f]{12}\): 0 entries changed, 2 as before.\n", capsys.readouterr().out)


def test_contract_result_and_figure(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What changed is told for each entry in a few words; keys are named, numbers are not."""
    edit(repository / "specs/compute-fit.md", "`params: object`", "`params: object`, `seed: integer`")
    edit(repository / "specs/compute-fit.md", "script ready", "script TBD, with a seed")
    edit(repository / "results/fit-base/fit.json", '"slope": 1.5', '"slope": 1.75, "seed": 3')
    edit(repository / "scripts/fit.py", "fit", "fit better")
    edit(repository / "reports/figures/loss.tex", "tikzpicture", "figure")
    found = changes_in(repository, capsys)
    assert found["base"]["contract"] == [
        "status: `script ready` → `script TBD`",
        "schema: `seed` added",
        "script edited",
    ]
    assert found["base"]["result"] == ["`results/fit-base/fit.json` changed: `params.slope`, `params.seed` added"]
    assert found["loss"]["figure"] == ["`reports/figures/loss.tex` changed"]
    lsp("audit", "--since", "HEAD", str(repository))
    told = capsys.readouterr().out
    assert "1.75" not in told
    assert told.endswith(": 2 entries changed, 0 as before.\n")


def test_prose_line_ends_and_formatting_are_no_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a checkout writes otherwise, and words beside the contract."""
    edit(repository / "specs/compute-fit.md", "Ordinary least squares.", "Least squares, as ever.")
    exporter = repository / "scripts/export_loss.py"
    exporter.write_bytes(exporter.read_bytes().replace(b"\n", b"\r\n"))
    assert changes_in(repository, capsys) == {}
    result = repository / "results/fit-base/fit.json"
    result.write_text(json.dumps(json.loads(result.read_text()), indent=2))
    said = changes_in(repository, capsys)["base"]["result"]
    assert said == ["`results/fit-base/fit.json` is written otherwise, its values are the same"]


def test_entries_come_go_and_move(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A spec that is renamed takes its entries along."""
    spec = repository / "specs/compute-fit.md"
    text = spec.read_text().replace("name: compute-fit", "name: compute-ols")
    (repository / "specs/compute-ols.md").write_text(text)
    spec.unlink()
    edit(repository / "specs/report-fit.md", "### loss", "### gain")
    found = changes_in(repository, capsys)
    assert found["base"]["contract"] == ["moved from `specs/compute-fit.md`"]
    assert found["gain"]["contract"] == ["entry added"]
    assert found["loss"]["contract"] == ["entry removed"]


def test_results_that_git_does_not_keep_are_unknown(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They cannot be compared, and are not new."""
    (repository / ".gitignore").write_text("results\n")
    git(repository, "rm", "-rq", "--cached", "results")
    committed(repository)
    assert changes_in(repository, capsys)["base"]["unknown"] == ["results/fit-base/fit.json"]
    lsp("audit", "--since", "HEAD", str(repository))
    told = capsys.readouterr().out
    assert told.endswith("Could not be compared: `results/fit-base/fit.json`.\n")
    assert "0 entries changed" in told


def test_a_pointer_of_git_lfs_is_the_file_it_stands_for(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its digest is compared; nothing is fetched and no filter runs."""
    result = repository / "results/fit-base/fit.json"
    data = result.read_bytes()
    digest = sha256(data).hexdigest()
    result.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(data)}\n")
    committed(repository)
    result.write_bytes(data)
    assert changes_in(repository, capsys) == {}
    result.write_bytes(data + b" ")
    assert "base" in changes_in(repository, capsys)


def test_a_project_below_the_top_of_its_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its paths are its own; before it was there, every entry is new."""
    git(tmp_path, "init", "-q")
    (tmp_path / "README.md").write_text("x")
    committed(tmp_path)
    root = laid_out(PROJECTS["fit"], tmp_path / "papers" / "one")
    committed(tmp_path)
    assert changes_in(root, capsys) == {}
    assert changes_in(root, capsys, "HEAD~1")["base"]["contract"] == ["entry added"]


def test_a_clone_without_the_old_specs_says_so_and_fetches_nothing(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every entry would look new otherwise. Of old results it only says that they cannot be compared."""
    git(repository, "config", "uploadpack.allowFilter", "true")
    edit(repository / "results/fit-base/fit.json", "0.25", "0.5")
    committed(repository)
    edit(repository / "specs/compute-fit.md", "Ordinary", "Plain")
    committed(repository)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--filter=blob:none", repository.as_uri(), str(clone))
    assert lsp("audit", "--since", "HEAD~1", str(clone)) == 2
    assert "this clone lacks files of `specs` at that revision" in capsys.readouterr().err
    git(clone, "cat-file", "blob", "HEAD~1:specs/compute-fit.md")
    assert changes_in(clone, capsys, "HEAD~2")["base"]["unknown"] == ["results/fit-base/fit.json"]


@pytest.mark.parametrize("revision", ["nowhere", "-x", "--output=x", "HEAD:specs", "HEAD~5"])
def test_an_unknown_revision_ends_with_2(revision: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what begins with a dash is no option of git's."""
    assert lsp("audit", f"--since={revision}", str(repository)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"`{revision}` is no revision here" in told.err


def test_without_git_there_is_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so."""
    assert lsp("audit", "--since", "HEAD", str(laid_out(PROJECTS["fit"], tmp_path))) == 2
    assert "cannot tell what changed" in capsys.readouterr().err


def test_git_runs_nothing_that_a_repository_names(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Filters, monitors and hooks of its configuration stay unused, and nothing is checked out."""
    mark = repository / "ran"
    program = f"touch {mark}"
    for key in ("core.fsmonitor", "filter.x.smudge", "filter.x.clean", "filter.x.process", "diff.x.textconv"):
        git(repository, "config", key, program)
    (repository / ".gitattributes").write_text("*.json filter=x diff=x\n")
    edit(repository / "results/fit-base/fit.json", "0.25", "0.5")
    assert "base" in changes_in(repository, capsys)
    assert not mark.exists()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# What the manual shows ---------------------------------------------------------------------------------------

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMIT = re.compile(r"\([0-9a-f]{12}\)")


@pytest.mark.skipif(os.name == "nt", reason="the manual is for a POSIX shell")
def test_the_manual_shows_what_is_printed(tmp_path: Path) -> None:
    """Every command of `docs/audit.md`, one after the other, prints what stands below it."""
    text = (EXAMPLES.parent / "audit.md").read_text("utf-8")
    shown: list[tuple[str, str]] = []
    for block in BLOCK.findall(text):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            shown.append((command, COMMIT.sub("(…)", output)))
    printed = told_by([command for command, _ in shown], tmp_path)
    assert [(command, COMMIT.sub("(…)", output)) for (command, _), output in zip(shown, printed, strict=True)] == shown


def told_by(commands: list[str], folder: Path) -> list[str]:
    """What each command prints, in one shell, in a folder with `docs` in it."""
    (folder / "docs").symlink_to(EXAMPLES.parent)
    script = [f'specthis-lsp() {{ "{sys.executable}" -m specthis_lsp "$@"; }}']
    script += [f"{command}\nprintf '\\0'" for command in commands]
    person = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env={**os.environ, **person, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.split("\0")[:-1]
