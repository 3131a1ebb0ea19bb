"""What real editors are sent: each as it introduces itself, by `tests/clients`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server_client import Client, at

CLIENTS = Path(__file__).parent / "clients"
EDITORS = sorted(CLIENTS.glob("*.json"))
OTHER_NAME = "---\nname: terms\nkind: definitions\ndepends_on: []\n---\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec under another name than it says."""
    path = tmp_path / "project" / "specs" / "definitions.md"
    path.parent.mkdir(parents=True)
    path.write_text(OTHER_NAME)
    return path


def capabilities(editor: Path) -> dict[str, dict[str, object]]:
    return json.loads(editor.read_text())["capabilities"]


@pytest.mark.parametrize("editor", EDITORS, ids=lambda path: path.stem)
def test_files_are_renamed_by_those_that_rename_files(client: Client, spec: Path, editor: Path) -> None:
    """Neovim does not say that it takes lists of changes to documents, but in no other way can a file be renamed."""
    offered = capabilities(editor)
    client.start(spec.parents[1], offered)
    uri = client.open(spec)
    asked = {"textDocument": {"uri": uri}, "range": at(1, 6), "context": {"diagnostics": []}}
    actions = client.request("textDocument/codeAction", asked)["result"]
    whole = [
        action if "edit" in action else client.request("codeAction/resolve", action)["result"]
        for action in actions
        if "disabled" not in action
    ]
    renames = [change for action in whole for change in action["edit"].get("documentChanges", ()) if "kind" in change]
    able = "rename" in json.dumps(offered["workspace"].get("workspaceEdit", {}))
    assert [change["newUri"].rpartition("/")[2] for change in renames] == (["terms.md"] if able else [])


def test_what_a_closed_file_has_is_told_again(client: Client, spec: Path) -> None:
    """Neovim forgets what it was told of a buffer that is wiped out."""
    client.start(spec.parents[1])
    uri = client.open(spec)
    client.settle()
    del client.diagnostics[uri]
    client.close(uri)
    client.settle()
    assert client.codes(uri) == ["name-mismatch"]


def test_who_asks_of_a_file_opened_again_is_told_in_full(client: Client, spec: Path) -> None:
    """Neovim 0.12 drops with a buffer what it was told, but not the name by which it would know it."""
    client.start(spec.parents[1], capabilities(CLIENTS / "neovim-0.12.4.json"))
    asked: dict[str, object] = {"textDocument": {"uri": client.open(spec)}}
    first = client.request("textDocument/diagnostic", asked)["result"]
    asked["previousResultId"] = first["resultId"]
    assert client.request("textDocument/diagnostic", asked)["result"]["kind"] == "unchanged"
    client.close(spec.as_uri())
    client.open(spec)
    for _ in range(2):  # An answer that it does not take, as it cancelled its question too late, leaves it as it was.
        assert client.request("textDocument/diagnostic", asked)["result"]["items"] == first["items"]
    asked["previousResultId"] = client.request("textDocument/diagnostic", asked)["result"]["resultId"]
    assert client.request("textDocument/diagnostic", asked)["result"]["kind"] == "unchanged"


@pytest.mark.parametrize("name", ["Neovim", "Another"])
def test_neovim_is_told_and_not_left_to_ask(client: Client, spec: Path, name: str) -> None:
    """Told to ask again, Neovim 0.12 asks for the workspace, and takes nothing of that for what is open."""
    offered = client.start(
        spec.parents[1], capabilities(CLIENTS / "neovim-0.12.4.json"), clientInfo={"name": name, "version": "0.12.4"}
    )
    assert ("diagnosticProvider" in offered) == (name != "Neovim")
