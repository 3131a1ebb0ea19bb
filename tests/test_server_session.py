"""A session as a whole: commands, failures, what is cancelled, and what is logged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL
from server_client import COMMAND, Client

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
        "- specs: 1, read by this process",
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


# What is not carried out -------------------------------------------------------------------------------------


def hover(number: Any) -> dict[str, Any]:
    where = {"textDocument": {"uri": "file:///nowhere.md"}, "position": {"line": 0, "character": 0}}
    return {"id": number, "method": "textDocument/hover", "params": where}


def test_a_request_that_is_cancelled_in_the_same_breath_is_not_begun(client: Client, small: Path):
    """The others are answered, each once; a cancellation that comes too late is let pass."""
    client.start(small)
    cancel = [{"method": "$/cancelRequest", "params": {"id": number}} for number in ("b", 3, "never")]
    client.send(
        hover("a"), hover("b"), hover(3), *cancel, hover("c"), {"method": "$/cancelRequest", "params": {"id": "a"}}
    )
    assert client.response("b")["error"]["code"] == -32800
    assert client.response(3)["error"]["code"] == -32800
    assert client.response("c")["result"] is None
    assert "a" in [message.get("id") for message in client.received]


@pytest.mark.parametrize("params", [{"id": None}, {}, {"id": 1.5}])
def test_a_cancellation_of_nothing_takes_no_edit_back(client: Client, small: Path, params: Any):
    """An edit has no number, and a cancellation that comes with it may have none."""
    client.start(small)
    uri = client.open(small / "specs/compute-a.md")
    edit = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "### x\n\nStatus: script reday\n"}]}
    client.send(
        {"method": "textDocument/didChange", "params": edit},
        {"method": "$/cancelRequest", "params": params},
    )
    client.settle()
    client.until(lambda: "unknown-status" in client.codes(uri), 5)
    assert "Traceback" not in "".join(client.errors)


def test_a_feature_that_fails_is_answered_with_an_error_and_the_rest_lives_on(small: Path):
    """It is logged a few times a minute, however often it happens; whoever asks how the server stands is told."""
    code = (
        "import sys\nimport specthis_lsp.server.features.explaining as explaining\n"
        "import specthis_lsp.server.features as features\nfrom specthis_lsp.server.feature import Feature\n"
        "def fail(session, params):\n    raise ValueError('no such luck')\n"
        "features.FEATURES = tuple(Feature(one.method, fail) if one.method == 'textDocument/hover' else one\n"
        "                          for one in features.FEATURES)\n"
        "from specthis_lsp.server.main import serve_stdio\nsys.exit(serve_stdio())\n"
    )
    client = Client([sys.executable, "-c", code])
    try:
        client.start(small)
        for _ in range(30):
            error = client.request(**{key: value for key, value in hover(0).items() if key != "id"})["error"]
            assert error == {"code": -32603, "message": "textDocument/hover failed: no such luck"}
        stands = client.request("workspace/executeCommand", {"command": "specthis.showDebugInformation"})["result"]
        assert "- textDocument/hover: no such luck" in stands
        assert client.end() == 0
        assert sum("Traceback" in line for line in client.errors) <= 10
    finally:
        client.kill()


def test_a_client_that_traces_is_told_how_long_its_requests_took(client: Client, small: Path):
    client.start(small)
    client.settle()
    assert client.told("$/logTrace") == []
    client.notify("$/setTrace", {"value": "messages"})
    client.settle()
    client.settle()
    [first, *_] = client.told("$/logTrace")
    assert re.fullmatch(r"textDocument/hover took \d+\.\d ms", first["message"])


# WebSockets --------------------------------------------------------------------------------------------------


@pytest.fixture
def port() -> Iterator[int]:
    """A server that waits for a client on a WebSocket."""
    pytest.importorskip("websockets", reason="`--ws` needs websockets, which is optional")
    process = subprocess.Popen([*COMMAND[:-1], "--ws", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    assert process.stderr
    listening = re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline())
    assert listening
    try:
        yield int(listening[1])
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_session_over_a_websocket(port: int, small: Path):
    """Messages have no headers; a page from elsewhere, and a second client, are turned away."""
    from websockets.exceptions import ConnectionClosed, InvalidStatus  # pyright: ignore[reportMissingImports]
    from websockets.sync.client import connect  # pyright: ignore[reportMissingImports]
    from websockets.typing import Origin  # pyright: ignore[reportMissingImports]

    address = f"ws://127.0.0.1:{port}"
    with pytest.raises(InvalidStatus), connect(address, origin=Origin("https://elsewhere.example")):
        pass
    (small / "specs/compute-a.md").write_text(SMALL["specs/compute-a.md"].replace("ready", "reday"))
    with connect(address, origin=Origin(f"http://localhost:{port}")) as socket:

        def send(**message: Any) -> None:
            socket.send(json.dumps({"jsonrpc": "2.0", **message}))

        send(id=1, method="initialize", params={"capabilities": {}, "rootUri": small.as_uri(), "processId": None})
        assert json.loads(socket.recv(20))["result"]["serverInfo"]["name"] == "specthis-lsp"
        with connect(address) as second, pytest.raises(ConnectionClosed):
            second.recv(20)
        send(method="initialized", params={})
        told = json.loads(socket.recv(20))
        assert [found["code"] for found in told["params"]["diagnostics"]] == ["unknown-status"]
        socket.send("{not json")
        send(id=2, method="shutdown")
        assert json.loads(socket.recv(20)) == {"jsonrpc": "2.0", "id": 2, "result": None}
        send(method="exit")


def test_without_the_library_it_is_said_what_to_install():
    """`--ws` is optional; nothing else needs what it stands on."""
    code = (
        "import sys\nsys.modules['websockets'] = None\n"
        "from specthis_lsp.server.main import serve_websocket\nsys.exit(serve_websocket('127.0.0.1', 0))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == "specthis-lsp: `--ws` needs websockets 15 or later: pip install 'specthis-lsp[ws]'\n"
