"""Which further files an editor is asked to tell us of, where it takes patterns: results, and what a renaming edits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL, write
from server_client import CAPABILITIES, Client, at
from specthis_analyzers.facts.quoted import SCRIPTS
from specthis_lsp.server.registered import ASKED, KINDS, TOLD, literal

ABLE: dict[str, Any] = {
    **CAPABILITIES,
    "textDocument": {
        **CAPABILITIES["textDocument"],
        "filters": {"relativePatternSupport": True},
        "hover": {**CAPABILITIES["textDocument"]["hover"], "dynamicRegistration": True},
    }
    | {
        name: {"dynamicRegistration": True}
        for name in ("synchronization", "definition", "references", "documentHighlight", "rename")
    },
}
MOVED = "[layout]\nresults = ['out', 'runs [old]']\n"


def registered(client: Client, kind: str = "results") -> list[dict[str, str]]:
    """The patterns in force for a kind of file, of which every method has the same."""
    found: dict[str, Any] = {}
    for message in client.received:
        if message.get("method") == "client/registerCapability":
            found |= {one["id"]: one for one in message["params"]["registrations"]}
        if message.get("method") == "client/unregisterCapability":
            for one in message["params"]["unregisterations"]:
                del found[one["id"]]
    of_kind = {name: one for name, one in found.items() if name.startswith(f"specthis-{kind}-")}
    selectors = [one["registerOptions"]["documentSelector"] for one in of_kind.values()]
    [methods] = [one.methods for one in KINDS if one.name == kind]
    assert {one["method"] for one in of_kind.values()} in (set(), set(methods))
    assert all(one == selectors[0] for one in selectors)
    return [one["pattern"] for one in selectors[0]] if selectors else []


def test_results_are_asked_for_where_they_lie(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    assert registered(client) == [{"baseUri": root.as_uri(), "pattern": "results/**/*.json"}]


def test_vs_code_is_asked(client: Client, tmp_path: Path) -> None:
    recorded = json.loads((Path(__file__).parent / "clients/vscode-1.139.1.json").read_text())
    client.answers["workspace/configuration"] = [{}]
    client.start(write(tmp_path / "small", SMALL), recorded["capabilities"])
    assert [one["pattern"] for one in registered(client)] == ["results/**/*.json"]
    assert registered(client, "renamed-in")


def test_what_a_renaming_edits_is_told_and_nothing_is_asked_of_it(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    in_root, below = registered(client, "renamed-in")
    assert in_root == {"baseUri": root.as_uri(), "pattern": "{Makefile,makefile,GNUmakefile}"}
    suffixes = below["pattern"].removeprefix("**/*.{").removesuffix("}").split(",")
    assert {"json", "sty", "R", "Rmd", *(suffix.removeprefix(".") for suffix in SCRIPTS)} <= set(suffixes)
    assert TOLD.keys().isdisjoint(ASKED)


def test_where_they_lie_is_followed(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    (root / "specthis.toml").write_text(MOVED)
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "specthis.toml").as_uri(), "type": 1}]}
    )
    moved = ["out/**/*.json", "runs ?old?/**/*.json"]
    client.until(lambda: [one["pattern"] for one in registered(client)] == moved)


def test_a_folder_that_is_closed_has_no_results(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    folder = {"uri": root.as_uri(), "name": "small"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    client.until(lambda: registered(client) == registered(client, "renamed-in") == [])


def test_who_takes_no_patterns_is_not_asked(client: Client, tmp_path: Path) -> None:
    client.start(write(tmp_path / "small", SMALL))
    assert registered(client) == registered(client, "renamed-in") == []


def test_an_edit_that_is_said_twice_counts_once(client: Client, tmp_path: Path) -> None:
    """VS Code's library says it for each registration that covers the file: LaTeX goes by language and by pattern."""
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    uri = client.open(root / "specs/compute-a.md", version=3)
    client.settle()
    steps = [({"range": at(12, 15, 15), "text": letter}, version) for version, letter in enumerate("xx", start=4)]
    for edit, version in steps:
        client.change(uri, version, edit)
        client.change(uri, version, edit)
    client.change(uri, 6, {"range": at(12, 15, 17), "text": ""})
    client.settle()
    assert client.codes(uri) == []


def test_a_result_is_looked_at_once_it_is_saved(client: Client, tmp_path: Path) -> None:
    """What a buffer holds is no result: nothing wrote it yet."""
    root = write(tmp_path / "small", SMALL)
    spec = (root / "specs/compute-a.md").as_uri()
    client.start(root, ABLE)
    uri = client.open(root / "results/a.json")
    client.change(uri, 2, {"range": at(0, 2, 6), "text": "lost"})
    client.settle()
    assert client.codes(spec) == []
    (root / "results/a.json").write_text('{"lost": 1}')
    client.save(uri)
    client.settle()
    assert client.codes(spec) == ["schema-mismatch"]


def test_a_folder_s_name_is_no_pattern() -> None:
    assert literal("runs [old]/{a}*") == "runs ?old?/?a??"


@pytest.mark.parametrize("relative", [True, False], ids=["from a folder", "from the top"])
def test_nor_is_that_of_a_folder_that_is_watched(client: Client, tmp_path: Path, relative: bool) -> None:
    """`[x]` would be one letter, and nobody would tell of the folder."""
    moved = {path.replace("scripts/", "a [old]/"): text for path, text in SMALL.items()}
    moved["specs/compute-a.md"] = SMALL["specs/compute-a.md"].replace("scripts/", "a [old]/")
    able = {"dynamicRegistration": True, "relativePatternSupport": relative}
    workspace = {**CAPABILITIES["workspace"], "didChangeWatchedFiles": able}
    client.start(write(tmp_path / "study {1}", moved), {**CAPABILITIES, "workspace": workspace})
    [asked] = client.told("client/registerCapability")
    patterns = [one["globPattern"] for one in asked["registrations"][0]["registerOptions"]["watchers"]]
    above = "" if relative else f"{tmp_path.as_posix()}/study ?1?/"
    plain = {one["pattern"] if relative else one for one in patterns}
    assert {f"{above}a ?old?", f"{above}a ?old?/*"} <= plain
