"""The study as a tree, as an editor shows it: projects, specs, entries, what these write and where it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from markdown_cases import CASES, CaseWorld, project_of
from projects import copy_of
from server_client import Client, at
from specthis_analyzers.freshness import artefacts_of, state_of_artefact
from specthis_analyzers.views.study import study


def opened(client: Client, name: str, folder: Path) -> Path:
    root = copy_of(name, folder)
    client.start(root)
    return root


def asked(client: Client, path: Path | None = None) -> dict[str, Any]:
    return client.request("specthis/study", {"uri": path.as_uri()} if path else {})["result"]


def entries(client: Client, path: Path) -> dict[str, Any]:
    return {entry["name"]: entry for entry in asked(client, path)["entries"]}


def changes(client: Client) -> int:
    return sum(message.get("method") == "specthis/studyChanged" for message in client.received)


def test_it_begins_with_the_specs_and_how_many_findings_each_has(client: Client, tmp_path: Path):
    root = opened(client, "drifted", tmp_path)
    (project,) = asked(client)["projects"]
    assert (project["uri"], project["root"]) == (root.as_uri(), str(root))
    counted = {spec["path"]: spec["findings"] for spec in project["specs"]}
    assert list(counted) == sorted(f"specs/{path.name}" for path in (root / "specs").glob("*.md"))
    assert counted["specs/compute-fraction.md"] == {"error": 1}
    assert counted["specs/definitions.md"] == {}
    assert counted["specs/report-grokking.md"] == {"warning": 1}, "of a section that it routes to"
    holds = {spec["path"]: spec["entries"] for spec in project["specs"]}
    assert (holds["specs/compute-grokking.md"], holds["specs/definitions.md"]) == (4, 0)


def test_an_entry_knows_its_script_its_results_and_their_states(client: Client, tmp_path: Path):
    root = opened(client, "grokking", tmp_path)
    name, entry = next(iter(entries(client, root / "specs/compute-fraction.md").items()))
    assert entry["side"] == "compute"
    assert entry["status"] == "script ready"
    assert entry["script"]["uri"] == (root / entry["script"]["path"]).as_uri()
    assert entry["script"]["presence"] == "here"
    written = (root / "specs/compute-fraction.md").read_text().splitlines()
    assert written[entry["range"]["start"]["line"]] == f"### {name}"
    assert {one["path"]: one["presence"] for one in entry["artefacts"]} == {"results/fraction-sweep/sweep.json": "here"}


def test_an_entry_of_a_report_knows_the_section_that_is_to_show_it(client: Client, tmp_path: Path):
    root = opened(client, "drifted", tmp_path)
    found = entries(client, root / "specs/report-structure.md")
    shown = {name: [section["showing"] for section in entry["sections"]] for name, entry in found.items()}
    assert "nowhere" in {one for showing in shown.values() for one in showing}
    section = next(section for entry in found.values() for section in entry["sections"])
    assert section["uri"] == (root / "reports/sections/structure.tex").as_uri()
    line = (root / "reports/sections/structure.tex").read_text().splitlines()[section["range"]["start"]["line"]]
    assert section["label"] in line


def test_a_section_has_the_findings_that_stand_at_its_heading(client: Client, tmp_path: Path):
    """They lie in LaTeX, where no row of the tree would show them."""
    root = opened(client, "drifted", tmp_path)
    for entry in entries(client, root / "specs/report-grokking.md").values():
        assert [section["findings"] for section in entry["sections"]] == [{"warning": 1}]
    for entry in entries(client, root / "specs/report-structure.md").values():
        assert [section["findings"] for section in entry["sections"]] == [{}]


def test_a_result_that_goes_is_told_of_once_and_is_missing_when_asked_again(client: Client, tmp_path: Path):
    root = opened(client, "grokking", tmp_path)
    spec, result = root / "specs/compute-fraction.md", root / "results/fraction-sweep/sweep.json"
    (before,) = entries(client, spec).values()
    assert before["state"] != "missing"
    result.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": result.as_uri(), "type": 3}]})
    client.until(lambda: changes(client) == 1)
    (after,) = entries(client, spec).values()
    assert after["state"] == "missing"
    assert after["artefacts"][0]["why"] == "it is not here"


def test_typing_is_told_of_once_it_rests(client: Client, tmp_path: Path):
    """An entry that is being written is in the tree before its spec is saved."""
    root = opened(client, "grokking", tmp_path)
    spec = root / "specs/compute-fraction.md"
    uri = client.open(spec)
    (name,) = entries(client, spec)
    text = spec.read_text()
    line = text.splitlines().index(f"### {name}")
    client.change(uri, 2, {"range": at(line, 4, 4 + len(name)), "text": "other"})
    client.until(lambda: changes(client) == 1)
    assert list(entries(client, spec)) == ["other"]


def test_nothing_is_told_to_a_client_that_never_asked(client: Client, tmp_path: Path):
    root = opened(client, "grokking", tmp_path)
    result = root / "results/fraction-sweep/sweep.json"
    result.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": result.as_uri(), "type": 3}]})
    with pytest.raises(AssertionError, match="no such message"):
        client.wait(lambda message: message.get("method") == "specthis/studyChanged", timeout=1.0)


@pytest.mark.parametrize("params", [{"uri": "file:///nowhere.md"}, {"uri": 3}, {"uri": "::"}])
def test_what_is_no_spec_has_no_entries(client: Client, tmp_path: Path, params: dict[str, Any]):
    opened(client, "grokking", tmp_path)
    assert client.request("specthis/study", params)["result"] == {"entries": []}


@pytest.mark.parametrize("params", [None, [], "x", {}])
def test_whatever_else_is_asked_is_answered_with_the_projects(client: Client, tmp_path: Path, params: Any):
    opened(client, "grokking", tmp_path)
    assert len(client.request("specthis/study", params)["result"]["projects"]) == 1


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_tree_says_of_every_case_what_the_state_function_says(code: str):
    """Each entry and artefact once, in order, in the state the command line shows; no missing section has a place."""
    for case in CASES[code]:
        project = project_of(CaseWorld(case))
        for path in project.specs:
            facts = project.facts(path)
            sided = [entry for entry in facts.entries if entry.side]
            nodes = study(project.view, path)
            assert [node.name for node in nodes] == [entry.name.text for entry in sided]
            for node, entry in zip(nodes, sided, strict=True):
                states = {
                    written: state_of_artefact(path, facts, entry, written, project.view)
                    for _, written in artefacts_of(entry)
                }
                assert {one.path: one.state for one in node.artefacts} == states
                assert (node.state is None) == (not states)
                assert node.state is None or node.state in {state.name for state in states.values()}
                for section in node.sections:
                    assert section.showing != "missing" or section.place is None


def test_folders_that_come_and_go_are_told_of_at_once(client: Client, tmp_path: Path):
    first, second = opened(client, "drifted", tmp_path), copy_of("grokking", tmp_path)
    folder = {"uri": second.as_uri(), "name": "second"}
    for number, event in enumerate(({"added": [folder], "removed": []}, {"added": [], "removed": [folder]}), start=1):
        asked(client)
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        client.until(lambda number=number: changes(client) == number, timeout=2.0)
    assert [project["root"] for project in asked(client)["projects"]] == [str(first)]
