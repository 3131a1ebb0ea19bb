"""The recipes for CI, as files: each is run or read as the service would, without a network."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from projects import ENVIRONMENT
from specthis_lsp.cli.arguments import FORMAT_NAMES
from test_cli import CLEAN, SPEC, make
from test_report_formats import commands, read, suites

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs" / "ci"
ACTION = ROOT / ".github" / "actions" / "check" / "action.yml"
BIN = Path(sys.executable).parent
MODES = ("fail", "comment", "summary", "sarif")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="recipes are shell scripts")


def parsed(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def environment(**more: str) -> dict[str, str]:
    """The variables of a job in which `specthis-lsp` is installed."""
    return {**ENVIRONMENT, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **more}


def bash(script: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A script as GitHub runs a step of it: it ends at the first command that fails."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A repository with one project in it, that has one error."""
    (tmp_path / "work" / ".git").mkdir(parents=True)
    return make(tmp_path / "work", {"specs/compute-fit.md": SPEC})


# The action ----------------------------------------------------------------------------------------------------


class Runner:
    """As much of a runner as the action needs: bash steps, expressions that name a value or compare it, outputs."""

    def __init__(self, folder: Path, project: Path, inputs: dict[str, str], number: str = "7") -> None:
        self.folder = folder
        self.project = project
        self.action = parsed(ACTION)
        given = {name: value.get("default", "") for name, value in self.action["inputs"].items()}
        self.values = {f"inputs.{name}": value for name, value in {**given, **inputs}.items()}
        self.values |= {"github.event.pull_request.number": number, "github.token": "token"}
        self.values["steps.python.outputs.python-path"] = sys.executable
        self.log = ""
        self.used: list[str] = []
        self.path: list[str] = []
        self.summary = ""

    def run(self, *names: str) -> int:
        """Run the steps with these names, or all but the installation; the exit code of the first that fails."""
        for step in self.action["runs"]["steps"]:
            if step["name"] == "Install" if not names else step["name"] not in names:
                continue
            if not self._holds(step.get("if")):
                continue
            if "uses" in step:
                self.used.append(step["uses"])
                self.log += json.dumps({name: self._filled(value) for name, value in step.get("with", {}).items()})
            elif code := self._bash(step):
                return code
        return 0

    def _bash(self, step: dict[str, Any]) -> int:
        assert step["shell"] == "bash"
        files = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        env = environment(
            GITHUB_ACTIONS="true",
            GITHUB_REPOSITORY="o/r",
            GITHUB_ACTION_PATH=str(ACTION.parent),
            RUNNER_TEMP=str(self.folder),
            **{name: str(path) for name, path in files.items()},
            **{name: self._filled(value) for name, value in step.get("env", {}).items()},
        )
        env["PATH"] = f"{self.folder / 'stubs'}{os.pathsep}{env['PATH']}"
        done = bash(step["run"], self.project, env)
        self.log += done.stdout + done.stderr
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        self.path += files["GITHUB_PATH"].read_text().splitlines()
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        return done.returncode

    def _filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: self.values[match[1]], str(text))

    def _holds(self, condition: str | None) -> bool:
        if condition is None:
            return True
        match = re.fullmatch(r"([\w.-]+) == '(\w+)'", condition)
        assert match, f"the runner of this test does not know `{condition}`"
        return self.values[match[1]] == match[2]


def stub(folder: Path, name: str, script: str) -> Path:
    """A command of that name, ahead of any other, which notes how it was called."""
    path = folder / "stubs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{folder}/calls"\n{script}\n')
    path.chmod(0o755)
    return path


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines() if (folder / "calls").exists() else []


@pytest.mark.parametrize("mode", MODES)
def test_the_action_on_a_project_with_findings(tmp_path: Path, broken: Path, mode: str):
    """Each mode tells in its own place; only `fail` fails."""
    stub(tmp_path, "gh", "")
    runner = Runner(tmp_path, broken, {"mode": mode})
    assert runner.run() == (1 if mode == "fail" else 0)
    assert "error[missing-script]" in runner.log
    assert runner.values["steps.check.outputs.exit-code"] == "1"
    told = [line for line in runner.log.splitlines() if line.startswith("::")]
    assert len(commands("\n".join(told))) == (1 if mode in ("fail", "summary") else 0)
    assert runner.summary.startswith("## specthis-lsp: 1 error in 1 spec") is (mode == "summary")
    uploaded = [used for used in runner.used if used.startswith("github/codeql-action/upload-sarif@")]
    assert bool(uploaded) is (mode == "sarif")
    assert bool(calls(tmp_path)) is (mode == "comment")
    read("sarif", Path(runner.values["steps.check.outputs.sarif"]).read_text())
    assert Path(runner.values["steps.check.outputs.markdown"]).read_text().startswith("## specthis-lsp")


@pytest.mark.parametrize("mode", MODES)
def test_the_action_on_a_clean_project(tmp_path: Path, broken: Path, mode: str):
    """A clean project passes in each mode."""
    stub(tmp_path, "gh", "")
    make(broken, {"specs/compute-fit.md": CLEAN})
    runner = Runner(tmp_path, broken, {"mode": mode})
    assert runner.run() == 0
    assert "The only spec is clean." in runner.log
    assert runner.values["steps.check.outputs.exit-code"] == "0"


def test_the_action_takes_a_path_and_a_level(tmp_path: Path, broken: Path):
    """`path` may hold anything a path may, `fail-on` is passed on."""
    name = "-sub $(touch pwned) \"x' y"
    make(broken / name, {"specs/compute-fit.md": SPEC})
    assert Runner(tmp_path, broken, {"path": name}).run() == 1
    assert Runner(tmp_path, broken, {"path": name, "fail-on": "never"}).run() == 0
    assert not (broken / "pwned").exists()


@pytest.mark.parametrize("mode", MODES)
def test_the_action_fails_on_wrong_settings(tmp_path: Path, broken: Path, mode: str):
    """What could not be checked passes in no mode, and nothing is uploaded or commented."""
    stub(tmp_path, "gh", "")
    (broken / "specthis.toml").write_text("[")
    runner = Runner(tmp_path, broken, {"mode": mode})
    assert runner.run() == 2
    assert "specthis.toml:1: " in runner.log
    assert calls(tmp_path) == []


def test_the_action_knows_its_modes(tmp_path: Path, broken: Path):
    """A mode that does not exist fails before anything is checked."""
    runner = Runner(tmp_path, broken, {"mode": "fial"})
    assert runner.run() == 2
    assert "::error::mode takes fail, comment, summary or sarif" in runner.log


def test_the_action_comments_once(tmp_path: Path, broken: Path):
    """The first time it makes a comment, later it changes its own; the comment is the Markdown report, marked."""
    stub(tmp_path, "gh", "")
    assert Runner(tmp_path, broken, {"mode": "comment"}).run() == 0
    body = f"body=@{tmp_path}/specthis-comment.md"
    looked, made = calls(tmp_path)
    assert looked.startswith("api --paginate repos/o/r/issues/7/comments --jq .[] | select(.user.login == ")
    assert made == f"api --silent --method POST repos/o/r/issues/7/comments --field {body}"
    comment = (tmp_path / "specthis-comment.md").read_text()
    assert comment.startswith("<!-- specthis-lsp -->\n## specthis-lsp: 1 error in 1 spec\n")
    (tmp_path / "calls").unlink()
    stub(tmp_path, "gh", 'case "$*" in *--paginate*) echo 41; echo 42 ;; esac')
    assert Runner(tmp_path, broken, {"mode": "comment"}).run() == 0
    assert calls(tmp_path)[1] == f"api --silent --method PATCH repos/o/r/issues/comments/42 --field {body}"


def test_the_action_without_a_pull_request_or_a_right(tmp_path: Path, broken: Path):
    """Outside of a pull request nothing is commented; where the token may not, that is a warning and no failure."""
    stub(tmp_path, "gh", "exit 1")
    runner = Runner(tmp_path, broken, {"mode": "comment"}, number="")
    assert (runner.run(), calls(tmp_path)) == (0, [])
    runner = Runner(tmp_path, broken, {"mode": "comment"})
    assert runner.run() == 0
    assert "::warning::specthis-lsp could not comment" in runner.log


@pytest.mark.parametrize(
    ("version", "what"),
    [("", f"{ACTION.parent}/../../.."), ("0.1.0", "specthis-lsp==0.1.0")],
    ids=["none", "one"],
)
def test_the_action_installs_into_a_place_of_its_own(tmp_path: Path, broken: Path, version: str, what: str):
    """Without a version the one that the action came with is installed; the user's Python is left alone."""
    home = tmp_path / "specthis-lsp" / "bin"
    python = stub(tmp_path, "python", f'if [ "$2" = venv ]; then mkdir -p "{home}"; cp "$0" "{home}/python"; fi')
    runner = Runner(tmp_path, broken, {"version": version})
    runner.values["steps.python.outputs.python-path"] = str(python)
    assert runner.run("Install") == 0, runner.log
    made, installed = calls(tmp_path)
    assert made == f"-m venv {home.parent}"
    assert installed.startswith("-m pip install ")
    assert installed.endswith(f" {what}")
    assert runner.path == [str(home)]
    assert (ACTION.parent / "../../.." / "pyproject.toml").resolve() == ROOT / "pyproject.toml"


def test_no_input_is_a_part_of_a_script():
    """Expressions stand in variables, never in a script, where their value would be run."""
    action = parsed(ACTION)
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)
    assert set(action["inputs"]) == {"path", "mode", "version", "fail-on"}
    assert all(value["description"] for value in [*action["inputs"].values(), *action["outputs"].values()])


# Others --------------------------------------------------------------------------------------------------------


def test_every_recipe_is_yaml_or_json():
    """Each file parses; the page names each of them."""
    page = (ROOT / "docs/ci.md").read_text()
    for path in RECIPES.iterdir():
        assert f"(ci/{path.name})" in page
        assert json.loads(path.read_text()) if path.suffix == ".json" else parsed(path)


def test_the_page_shows_what_the_recipes_hold():
    """What can be copied from the page is in the files, and the table of formats is the table."""
    page = (ROOT / "docs/ci.md").read_text()
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    github, action, gitlab, hooks = blocks
    assert github == parsed(RECIPES / "github.yml")["jobs"]["check"]["steps"]
    assert action["steps"][1]["uses"].partition("@")[0] == f"OWNER/specthis-lsp/{ACTION.parent.relative_to(ROOT)}"
    assert gitlab["specthis"].items() <= parsed(RECIPES / "gitlab.yml")["specthis"].items()
    [hook] = parsed(ROOT / ".pre-commit-hooks.yaml")
    assert hooks["repos"][0]["hooks"] == [{"id": hook["id"]}]
    assert re.findall(r"^\| `(\w+)` \| .* \| .* \| .* \|$", page, re.MULTILINE) == list(FORMAT_NAMES)
    assert re.findall(r"^\| `([\w-]+)` \| [^|]* \|$", page, re.MULTILINE) == ["path", "mode", "fail-on", "version"]


def test_the_hook_runs(broken: Path):
    """The hook is a command of the package, run once, without file names, whatever was changed."""
    [hook] = parsed(ROOT / ".pre-commit-hooks.yaml")
    assert hook["language"] == "python"
    assert (hook["pass_filenames"], hook["require_serial"], hook["always_run"]) == (False, True, True)
    command = shlex.split(hook["entry"])
    assert (BIN / command[0]).exists()
    done = subprocess.run(command, cwd=broken, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[missing-script]" in done.stdout


def test_the_gitlab_job_writes_the_reports_it_names(broken: Path):
    """Its lines run, fail on findings, and leave the reports that it hands over, kept also then."""
    job = parsed(RECIPES / "gitlab.yml")["specthis"]
    done = bash("\n".join(job["script"]), broken, environment(GITLAB_CI="true"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[missing-script]" in done.stdout
    assert job["artifacts"]["when"] == "always"
    reports = job["artifacts"]["reports"]
    assert read("gitlab", (broken / reports["codequality"]).read_text())[0]["location"]["lines"]["begin"] == 11
    assert len(list(suites((broken / reports["junit"]).read_text()).iter("failure"))) == 1


def test_the_github_workflow_annotates(broken: Path):
    """Its last step is the bare command, which annotates by itself."""
    steps = parsed(RECIPES / "github.yml")["jobs"]["check"]["steps"]
    done = bash(steps[-1]["run"], broken, environment(GITHUB_ACTIONS="true"))
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("::error file=specs/compute-fit.md,line=11,")


def test_the_reviewdog_job_gives_it_what_it_reads(tmp_path: Path, broken: Path):
    """The check ends well, for reviewdog to judge, and its report goes to reviewdog's standard input."""
    check, review = parsed(RECIPES / "reviewdog.yml")["jobs"]["review"]["steps"][-2:]
    stub(tmp_path, "reviewdog", f'cat > "{tmp_path}/seen"')
    env = environment(GITHUB_ACTIONS="true")
    env["PATH"] = f"{tmp_path / 'stubs'}{os.pathsep}{env['PATH']}"
    for step in (check, review):
        done = bash(step["run"], broken, env)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "-f=rdjson" in calls(tmp_path)[0]
    [diagnostic] = read("rdjson", (tmp_path / "seen").read_text())["diagnostics"]
    assert diagnostic["suggestions"][0]["text"] == "scripts/fit.py"


def test_the_problem_matcher_reads_concise_lines(broken: Path):
    """Each line of `concise` is matched by one pattern and no line of `full` by any, names hostile or not."""
    matchers = json.loads((RECIPES / "problem-matcher.json").read_text())["problemMatcher"]
    make(broken, {"specs/compute-a b:9.md": SPEC.replace("compute-fit", "a:1:2 b").replace("fitt.py", "fi:3:4:tt|.py")})
    levels = ("--severity", "name-mismatch=info", "--verbose")
    for form, expected in (("concise", True), ("full", False)):
        command = ["specthis-lsp", "--check", "--output-format", form, *levels]
        done = subprocess.run(command, cwd=broken, env=environment(), capture_output=True, text=True)
        seen = {}
        for line in done.stdout.splitlines():
            matches = [(pattern, match) for pattern in patterns(matchers) if (match := matched(pattern, line))]
            assert len(matches) == expected, line
            for pattern, match in matches:
                seen.setdefault(match[pattern["file"]], []).append(match)
                assert re.search(rf"\[{match[pattern['code']]}\]", line)
                assert int(match[pattern["line"]]) > 0 < int(match[pattern["column"]])
        assert set(seen) == ({"specs/compute-fit.md", "specs/compute-a b:9.md"} if expected else set())
    assert [matcher.get("severity") for matcher in matchers] == [None, "notice"]


def patterns(matchers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [pattern for matcher in matchers for pattern in matcher["pattern"]]


def matched(pattern: dict[str, Any], line: str) -> re.Match[str] | None:
    return re.search(pattern["regexp"], line)


@pytest.mark.skipif(shutil.which("node") is None, reason="no `node` here, in whose dialect runners read expressions")
def test_the_problem_matcher_is_an_expression_where_it_is_read():
    """The expressions compile and match in JavaScript as they do in Python."""
    matchers = json.loads((RECIPES / "problem-matcher.json").read_text())["problemMatcher"]
    line = "specs/a b.md:11:10: warning[missing-script] it is `gone`"
    script = "const [regexp, line] = process.argv.slice(1); console.log(JSON.stringify(line.match(new RegExp(regexp))))"
    command = ["node", "-e", script, matchers[0]["pattern"][0]["regexp"], line]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)[1:] == ["specs/a b.md", "11", "10", "warning", "missing-script", "it is `gone`"]
