"""A session as a whole: commands, failures, what is cancelled, and what is logged."""

from __future__ import annotations

from pathlib import Path

from server_client import Client

# Commands ----------------------------------------------------------------------------------------------------


def test_how_the_server_stands_can_be_asked(client: Client, small: Path):
    """The answer names the client, the encoding and the project; the log holds it too."""
    capabilities = client.start(small, clientInfo={"name": "ed", "version": "7"})
    assert "specthis.showDebugInformation" in capabilities["executeCommandProvider"]["commands"]
    client.request("textDocument/hover", {"textDocument": {"uri": "x:"}, "position": {"line": 0, "character": 0}})
    answer = client.request("workspace/executeCommand", {"command": "specthis.showDebugInformation"})["result"]
    for line in (
        "- client: ed 7",
        "- columns count utf-16 units",
        "- diagnostics are pushed",
        f"## `{small}`",
        "- specs: 1",
        "- watched: reports, scripts, specs",
    ):
        assert line in answer.splitlines()
    assert "| `textDocument/hover` | 2 |" in answer
    [logged] = client.told("window/logMessage")
    assert logged == {"type": 3, "message": answer}


def test_a_command_nobody_knows_is_refused(client: Client, small: Path):
    client.start(small)
    error = client.request("workspace/executeCommand", {"command": "rm", "arguments": [{"jsonrpc": 1}]})["error"]
    assert error == {"code": -32602, "message": "there is no command rm"}
