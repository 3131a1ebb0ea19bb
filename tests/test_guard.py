"""The guard: real-shaped repositories are clean on a fresh clone, and each planted break is one finding."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guard_repositories import FOREIGN, OURS, Break, cloned, git, read_breaks, worked_in
from server_client import Client
from specthis_analyzers.finding import Finding
from specthis_analyzers.policy import shown
from specthis_lsp.host.checking import check_project

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to clone with")

LOUD = ("error", "warning")
PUBLISHED = "textDocument/publishDiagnostics"
BREAKS = list(read_breaks())


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A fresh clone of each repository, not to be written to."""
    return {name: cloned(name, tmp_path_factory.mktemp(name)) for name in (*OURS, FOREIGN)}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same where the scripts have run."""
    found = {name: cloned(name, tmp_path_factory.mktemp(f"used-{name}")) for name in OURS}
    for name, clone in found.items():
        worked_in(name, clone)
    return found


def check(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specthis_lsp", "--check", "--no-cache", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)


def report(root: Path) -> Any:
    done = check(root, "--output-format", "json")
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", OURS)
def test_a_fresh_clone_is_clean(clones: dict[str, Path], name: str) -> None:
    """By the real command; what is absent is information, and nothing is louder than that."""
    found = report(clones[name])
    said = Counter(f"{one['severity']}[{one['code']}]" for one in found["diagnostics"])
    print(f"{name}: {dict(said)}")
    loud = [f"{one['path']}: {one['message']}" for one in found["diagnostics"] if one["severity"] in LOUD]
    assert loud == []
    assert found["summary"]["entries"] > 5
    assert check(clones[name], "--fail-on", "warning").returncode == 0


@pytest.mark.parametrize("name", OURS)
def test_so_is_the_machine_it_was_made_on(used: dict[str, Path], name: str) -> None:
    """With results, figures and tables present, nothing is absent either."""
    diagnostics = report(used[name])["diagnostics"]
    print(f"{name}: {dict(Counter(one['code'] for one in diagnostics))}")
    assert [f"{one['path']}: {one['message']}" for one in diagnostics if one["severity"] in (*LOUD, "info")] == []


def test_foreign_specs_are_none_of_ours(clones: dict[str, Path]) -> None:
    """A folder `specs` about something else: 2, one line, and not a word about its files."""
    done = check(clones[FOREIGN])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("specthis-lsp: no specs here")
    assert done.stderr.count("\n") == 1


def is_text(path: Path) -> bool:
    return path.is_file() and b"\0" not in path.read_bytes()


@pytest.mark.parametrize("name", [*OURS, FOREIGN])
def test_the_server_is_silent_too(clones: dict[str, Path], name: str) -> None:
    """Whatever file of a clone is opened; in the foreign one, not even hints are said."""
    root = clones[name]
    client = Client()
    try:
        client.start(root)
        for path in sorted(root.rglob("*")):
            if ".git" not in path.relative_to(root).parts and is_text(path):
                client.open(path, path.read_text(encoding="utf-8", errors="replace"))
        client.settle()
        told = [message["params"] for message in client.received if message.get("method") == PUBLISHED]
        said = [(params["uri"], one) for params in told for one in params["diagnostics"]]
        assert [(uri, one["message"]) for uri, one in said if one["severity"] <= 2 or name == FOREIGN] == []
        assert name == FOREIGN or said
        assert client.end() == 0
    finally:
        client.kill()


def test_a_paper_in_a_submodule_that_was_not_fetched(clones: dict[str, Path], tmp_path: Path) -> None:
    """Overleaf hands papers out as repositories of their own; a plain clone has an empty folder in their place."""
    root = tmp_path / "origin"
    shutil.copytree(clones["overleaf"], root)
    shutil.move(root / "paper", tmp_path / "paper")
    (root / ".gitmodules").write_text('[submodule "paper"]\n\tpath = paper\n\turl = https://git.overleaf.com/5f1e\n')
    git(root, "add", "--all")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'5' * 40},paper")
    git(root, "commit", "-q", "-m", "The paper is on Overleaf")
    git(tmp_path, "clone", "-q", root.as_uri(), "clone")
    assert (tmp_path / "clone" / "paper").is_dir()
    found = report(tmp_path / "clone")["diagnostics"]
    assert [one["message"] for one in found if one["severity"] in LOUD] == []


# Breaks.


def findings(root: Path) -> list[Finding]:
    outcome = check_project(str(root), use_cache=False)
    assert outcome.crashes == ()
    return list(shown(outcome.findings, outcome.settled.configuration.policy))


def loud(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity in LOUD]


def quiet(found: list[Finding]) -> Counter[str]:
    return Counter(finding.code for finding in found if finding.severity not in LOUD)


def under(root: Path, finding: Finding) -> str | None:
    """The text it stands at: the first line of it."""
    span = finding.place.span
    text = (root / finding.place.path).read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    words = text[span.start : span.end] if span else None
    return words if words is None or "\n" not in words else f"{words.partition(chr(10))[0]}..."


def edit(root: Path, edits: list[dict[str, Any]]) -> None:
    """Apply the edits of one fix, as the JSON report states them."""

    def place(one: dict[str, Any]) -> tuple[int, int]:
        return tuple(one["range"]["start"].values()) if "range" in one else (0, 0)

    for one in sorted(edits, key=place, reverse=True):
        path = root / one["path"]
        if "rename_to" in one:
            path.rename(root / one["rename_to"])
        elif "create" in one:
            path.write_text(one["new_text"], encoding="utf-8")
        else:
            text = path.read_bytes().decode("utf-8")
            lines = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
            start, end = (
                lines[one["range"][side]["line"] - 1] + one["range"][side]["column"] - 1 for side in ("start", "end")
            )
            path.write_bytes((text[:start] + one["new_text"] + text[end:]).encode("utf-8"))


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a clone, to break."""
    case: Break = request.node.callspec.params["case"]
    whole = request.getfixturevalue("used" if case.worked_in else "clones")
    shutil.copytree(whole[case.repository], tmp_path / "clone", symlinks=True)
    return tmp_path / "clone"


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: f"{case.repository}: {case.what}")
def test_one_break_is_one_finding(broken: Path, case: Break) -> None:
    """At the place where one would mend it; and after the fix, where it has one, the repository is clean again."""
    before = quiet(findings(broken))
    case.do(broken)
    found = findings(broken)
    told = loud(found) or [one for one in found if one.code == case.code]
    assert [(one.code, one.place.path, under(broken, one)) for one in told] == [(case.code, case.path, case.at)]
    aside = quiet([one for one in found if one not in told]) - before
    assert sorted(aside.elements()) == sorted(case.aside)
    finding = told[0]
    if case.fix == "none":
        assert finding.fixes == ()
    elif case.fix == "safe":
        assert finding.safe_fix is not None
        assert check(broken, "--fix").returncode == 0
        assert loud(findings(broken)) == []
    else:
        assert finding.safe_fix is None
        (reported,) = [one for one in report(broken)["diagnostics"] if one["severity"] in LOUD]
        assert reported["fixes"][0]["title"].startswith(case.fix)
        edit(broken, reported["fixes"][0]["edits"])
        assert loud(findings(broken)) == []


def test_breaks_are_many_and_in_every_repository() -> None:
    """At least forty, and no repository has fewer than five."""
    assert len(BREAKS) >= 40
    assert min(Counter(case.repository for case in BREAKS)[name] for name in OURS) >= 5
