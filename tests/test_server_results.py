"""Which results an editor is asked to tell us of: those in the folders of results, where it takes patterns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from projects import SMALL, write
from server_client import CAPABILITIES, Client, at
from specthis_lsp.server.results import METHODS, literal

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


def registered(client: Client) -> list[dict[str, str]]:
    """The patterns in force, of which every method has the same."""
    found: dict[str, Any] = {}
    for message in client.received:
        if message.get("method") == "client/registerCapability":
            found |= {one["id"]: one for one in message["params"]["registrations"]}
        if message.get("method") == "client/unregisterCapability":
            for one in message["params"]["unregisterations"]:
                del found[one["id"]]
    of_results = {name: one for name, one in found.items() if name.startswith("specthis-results")}
    selectors = [one["registerOptions"]["documentSelector"] for one in of_results.values()]
    assert {one["method"] for one in of_results.values()} in (set(), set(METHODS))
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


def test_where_they_lie_is_followed(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    (root / "specthis.toml").write_text(MOVED)
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "specthis.toml").as_uri(), "type": 1}]}
    )
    moved = ["out/**/*.json", "runs [[]old[]]/**/*.json"]
    client.until(lambda: [one["pattern"] for one in registered(client)] == moved)


def test_a_folder_that_is_closed_has_no_results(client: Client, tmp_path: Path) -> None:
    root = write(tmp_path / "small", SMALL)
    client.start(root, ABLE)
    folder = {"uri": root.as_uri(), "name": "small"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    client.until(lambda: registered(client) == [])


def test_who_takes_no_patterns_is_not_asked(client: Client, tmp_path: Path) -> None:
    client.start(write(tmp_path / "small", SMALL))
    assert registered(client) == []


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
    assert literal("runs [old]/{a}*") == "runs [[]old[]]/[{]a[}][*]"
