"""A session as a whole: commands, failures, what is cancelled, and what is logged."""

from __future__ import annotations

from pathlib import Path

from server_client import Client

# Commands ----------------------------------------------------------------------------------------------------


def test_how_the_server_stands_can_be_asked(client: Client, small: Path):
    """The answer names the client, the encoding and the project; the log holds it too."""
    capabilities = client.start(small, clientInfo={"name": "ed", "version": "7"})
    assert "specthis.showDebugInformation" in capabilities["executeCommandProvider"]["commands"]
    answer = client.request("workspace/executeCommand", {"command": "specthis.showDebugInformation"})["result"]
    assert "client: ed 7" in answer
    assert "utf-16" in answer
    assert f"## `{small}`" in answer
    assert "- specs: 1" in answer
    [logged] = [message for message in client.received if message.get("method") == "window/logMessage"]
    assert logged["params"] == {"type": 3, "message": answer}


def test_a_command_nobody_knows_is_refused(client: Client, small: Path):
    client.start(small)
    error = client.request("workspace/executeCommand", {"command": "rm", "arguments": [{"jsonrpc": 1}]})["error"]
    assert error == {"code": -32602, "message": "there is no command rm"}
