"""Clients that break the protocol, lie or exaggerate: one reply a request, a line in the log, and life goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import METHOD_TO_TYPES

from projects import SMALL
from server_client import CAPABILITIES, Client, at
from specthis_analyzers.text import MAX_BYTES
from specthis_lsp.server.diagnostics import MOST
from specthis_lsp.server.features import FEATURES

SPEC = "specs/compute-a.md"
TEXT = SMALL[SPEC]
BROKEN = TEXT.replace("ready", "reday")
ABLE = json.loads((Path(__file__).parent / "clients" / "neovim-0.12.4.json").read_text())["capabilities"]
"""What a client offers that is given nearly everything."""
BEYOND = 2**31 - 1


@pytest.fixture(params=["told"])
def served(client: Client, small: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of a project in which nothing is wrong; in the end it is served as ever, and nothing failed.

    It is told of diagnostics, or asks for them.
    """
    client.start(small, ABLE, clientInfo={"name": "Neovim" if request.param == "told" else "Another"})
    yield client
    uri = client.open(small / SPEC, BROKEN, version=BEYOND)
    client.settle()
    if request.param == "asks":
        answer = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        client.diagnostics[uri] = answer["result"]["items"]
    assert client.codes(uri) == ["unknown-status"]
    assert client.end() == 0
    assert "Traceback" not in "".join(client.errors)


asks = pytest.mark.parametrize("served", ["asks"], indirect=True)


def logged(client: Client, words: str, times: int) -> bool:
    """Whether so many lines of the log say something, of all that was sent so far. The log is read beside the rest."""

    def found() -> int:
        return sum(words in line for line in client.errors)

    client.settle()
    client.until(lambda: found() >= times, 5)
    return found() == times


# Documents that do not do as they should ----------------------------------------------------------------------


def test_a_document_that_is_opened_twice_counts_as_it_was_opened_last(served: Client, small: Path):
    uri = served.open(small / SPEC, BROKEN)
    served.change(uri, 2, {"range": at(0, 0), "text": "\n"})
    served.open(small / SPEC, TEXT)
    served.settle()
    assert served.codes() == []
    served.open(small / SPEC, BROKEN, version=7)
    served.settle()
    assert served.codes(uri) == ["unknown-status"]
    assert served.versions[uri] == 7
    served.close(uri)
    served.settle()
    assert served.diagnostics[uri] == []
    assert logged(served, "opened again", 2)


def test_versions_may_say_what_they_like(served: Client, small: Path):
    """Edits count in the order in which they come, and what is found is of the last version; the log says it once."""
    uri = served.open(small / SPEC, version=5)
    for version in (5, 9, 3, None, -5, BEYOND, 1):
        document = {"uri": uri, "version": version}
        edits = [{"range": at(12, 8, 14), "text": "x"}, {"range": at(12, 8, 9), "text": "script"}]
        served.notify("textDocument/didChange", {"textDocument": document, "contentChanges": edits})
    served.change(uri, 1, {"range": at(12, 15, 20), "text": "reday"})
    served.settle()
    assert served.codes(uri) == ["unknown-status"]
    assert served.versions[uri] == 1
    assert logged(served, "of a document after version", 1)
    served.close(uri)


def test_what_is_not_open_can_be_neither_edited_nor_closed(served: Client, small: Path):
    uri = (small / SPEC).as_uri()
    served.change(uri, 2, {"text": BROKEN})
    served.close(uri)
    served.open(small / SPEC)
    served.close(uri)
    served.change(uri, 3, {"range": at(12, 15, 20), "text": "reday"})
    served.close(uri)
    served.save(uri)
    served.settle()
    assert served.codes() == []
    assert logged(served, "edit of a document that is not open", 2)
    assert logged(served, "that is not open is closed", 2)


NO_FILES = (
    "file://[",
    "file://[::1/x.md",
    "file://x:99999999/x.md",
    "file:///\ud800.md",
    "file:///%00",
    "FILE:",
    "\ud800",
)


def test_names_that_no_file_can_have(served: Client, small: Path):
    """Half a surrogate pair is no character, and a bracket begins an address."""
    for uri in NO_FILES:
        served.open(small / SPEC, BROKEN, uri=uri)
        for method in REQUESTS:
            answered(served, method, of(uri, {"line": 1, "character": 1}))
        changes = [{"uri": uri, "type": kind} for kind in (1, 2, 3)]
        served.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        for added, removed in (([{"uri": uri, "name": ""}], []), ([], [{"uri": uri, "name": ""}])):
            served.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": removed}})
        served.close(uri)
        served.settle()
    assert served.codes() == []


def test_half_a_character_in_a_new_name(served: Client, small: Path):
    uri = served.open(small / SPEC)
    where = of(uri, {"line": 10, "character": 20})
    answer = served.request("textDocument/rename", {**where, "newName": "scripts/\ud800.py"})
    assert "scripts/\ufffd.py" in json.dumps(answer, ensure_ascii=False)
    served.close(uri)


# Places that there are not ------------------------------------------------------------------------------------

PLACES: list[dict[str, Any]] = [
    {"line": BEYOND, "character": BEYOND},
    {"line": 0, "character": BEYOND},
    {"line": 10**30, "character": 0},
    {"line": -1, "character": -1},
    {"line": 1.5, "character": 0},
    {"line": "1", "character": None},
]


def of(uri: str, position: Any, end: Any = None) -> dict[str, Any]:
    """Parameters for any request that asks about a place, or several."""
    return {
        "textDocument": {"uri": uri},
        "position": position,
        "positions": [position],
        "range": {"start": position, "end": end or position},
        "context": {"diagnostics": [], "includeDeclaration": True},
        "newName": "x",
        "query": "x",
        "options": {"tabSize": 4, "insertSpaces": True},
        "previousResultIds": [],
        "previousResultId": "x",
        "files": [{"oldUri": uri, "newUri": f"{uri}x"}],
    }


def is_request(method: str) -> bool:
    kinds = METHOD_TO_TYPES.get(method)
    return kinds is None or any(part.name == "id" for part in kinds[0].__attrs_attrs__)


LATER = ("initialize", "workspace/diagnostic")
"""What is asked once, or answered once there is news."""
REQUESTS = [feature.method for feature in FEATURES if is_request(feature.method) and feature.method not in LATER]
NOTICES = [feature.method for feature in FEATURES if not is_request(feature.method)]


def answered(client: Client, method: str, params: Any) -> None:
    """Hold a request to be answered: with a result, or with an error that is not of our making."""
    answer = client.request(method, params)
    assert ("result" in answer) != ("error" in answer), (method, params, answer)
    assert answer.get("error", {}).get("code") != -32603, (method, params, answer)


@asks
def test_questions_about_places_that_there_are_not(served: Client, small: Path):
    uri = served.open(small / SPEC)
    for method in REQUESTS:
        for place in PLACES:
            answered(served, method, of(uri, place))
        answered(served, method, of(uri, {"line": 50, "character": 3}, {"line": 0, "character": 0}))
    served.close(uri)


def test_edits_of_places_that_there_are_not(served: Client, small: Path):
    """The nearest place counts; an edit that cannot be read at all is left out."""
    uri = served.open(small / SPEC, "")
    for number, place in enumerate(PLACES, start=2):
        served.change(uri, number, {"range": {"start": place, "end": place}, "text": "x"})
    served.change(uri, 20, {"range": {"start": PLACES[0], "end": {"line": 0, "character": 0}}, "text": TEXT})
    served.change(uri, 21, {"range": at(12, 15, 20), "text": "reday"})
    served.settle()
    assert served.codes(uri) == ["unknown-status"]
    assert logged(served, "cannot be read", 3)
    served.close(uri)


# Messages that are none ---------------------------------------------------------------------------------------

SHAPES: list[Any] = [None, [], {}, "x", 3, True, [{}], {"textDocument": 3}, {"textDocument": {"uri": 5}}]


@asks
def test_parameters_of_any_shape(served: Client, small: Path):
    """Whatever is asked: parameters are read, or it is said that they cannot be; nothing else goes wrong."""
    uri = served.open(small / SPEC)
    whole = of(uri, {"line": 1, "character": 1})
    shapes = [*SHAPES, *({**whole, name: shape} for name in whole for shape in SHAPES[:5])]
    for method in REQUESTS:
        for params in shapes:
            answered(served, method, params)
    for method in NOTICES:
        for params in SHAPES:
            served.notify(method, params)
    served.settle()


@pytest.mark.parametrize(
    "odd",
    [{"workspaceFolders": [{"uri": "file:///nameless"}]}, {"processId": "x"}, {"trace": 5}, {"clientInfo": "ed"}],
    ids=str,
)
def test_of_a_handshake_what_cannot_be_read_is_left_out(client: Client, small: Path, odd: dict[str, Any]):
    (small / SPEC).write_text(BROKEN)
    client.start(small, **odd)
    assert client.codes() == ["unknown-status"]


def test_members_of_an_enumeration_from_the_future(served: Client, small: Path):
    """A severity, a tag, a reason to ask: each of them may be one that this server has no name for."""
    uri = served.open(small / SPEC, BROKEN)
    served.notify("$/setTrace", {"value": "loud"})
    where = {"textDocument": {"uri": uri}, "position": {"line": 12, "character": 15}, "range": at(12, 15)}
    found = {"range": at(12, 15), "message": "of another server", "severity": 9, "tags": [1, 3]}
    asked = {**where, "context": {"diagnostics": [found], "triggerKind": 9}}
    assert served.request("textDocument/codeAction", asked)["result"]
    assert served.request("textDocument/completion", {**where, "context": {"triggerKind": 9}})["result"]["items"]
    served.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 9}]})
    served.settle()
    assert not served.told("$/logTrace")
    assert not [line for line in served.errors if "cannot be read" in line]
    served.close(uri)


NO_MESSAGES: list[Any] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]',
    b'"text"',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b"9" * 100_000,
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "2.0", "id": 77}',
    b'{"jsonrpc": "2.0", "id": null, "result": 1}',
    b'{"jsonrpc": "2.0", "id": [1], "result": 1}',
    b'{"jsonrpc": "2.0", "id": "specthis-1", "error": 3}',
    b'{"jsonrpc": "2.0", "id": 3000, "error": {"code": 1.5}}',
    b'{"jsonrpc": "2.0", "id": 1, "error": {"code": "x"}}',
    b'{"jsonrpc": "2.0", "method": 7}',
    b'{"jsonrpc": "2.0", "method": null, "params": {}}',
    b'{"jsonrpc": "2.0", "method": ["exit"]}',
    b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}}',
    b'{"jsonrpc": "2.0", "method": "$/cancelRequest"}',
    b'{"jsonrpc": "2.0", "method": "$/progress", "params": 3}',
    b'{"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": []}}',
]


def test_what_is_no_message_is_let_pass(served: Client):
    for body in NO_MESSAGES:
        served.received.clear()
        served.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        served.settle()
        answers = [message for message in served.received if "method" not in message]
        assert [answer["id"] for answer in answers] == [served.number], body[:80]


def test_requests_of_any_number_are_answered_under_it(served: Client):
    """One that can be none is answered too: whoever sent it waits for something."""
    methods = {"workspace/executeCommand": -32602, "textDocument/references": -32602, "no/such": -32601}
    for number in (0, -1, "", "a", "é", 2**60, 1.5, True, None, [1], {"a": 1}):
        is_one = isinstance(number, int | float | str)
        for method, code in methods.items():
            served.send({"id": number, "method": method, "params": {"command": "x"}})
            assert served.response(number)["error"]["code"] == (code if is_one else -32600), number


@asks
def test_a_request_that_its_own_client_answers_is_answered_all_the_same(served: Client):
    served.send({"id": 7, "method": "workspace/diagnostic", "params": {"previousResultIds": []}})
    served.response(7)
    served.send({"id": 8, "method": "workspace/diagnostic", "params": {"previousResultIds": []}})
    served.settle()
    served.send({"id": 8, "result": None}, {"id": 8, "error": {"code": 1, "message": "no"}})
    served.notify("$/cancelRequest", {"id": 8})
    assert served.response(8)["error"]["code"] == -32800
    assert logged(served, "answers a request of its own", 2)


def test_what_was_asked_before_the_end_may_be_answered_after_it(client: Client, small: Path):
    client.send({"id": 1, "method": "initialize", "params": {"capabilities": CAPABILITIES, "rootUri": small.as_uri()}})
    client.notify("initialized", {})
    while not any(message.get("method") == "client/registerCapability" for message in client.messages.queue):
        time.sleep(0.01)
    client.send({"id": 2, "method": "shutdown"})
    client.response(2)
    client.notify("exit")
    assert client.process.wait(10) == 0
    assert "Traceback" not in "".join(client.errors)


def test_two_requests_of_one_number_are_both_answered(served: Client):
    hover = {"textDocument": {"uri": "file:///nowhere.md"}, "position": {"line": 0, "character": 0}}
    one = {"id": "same", "method": "textDocument/hover", "params": hover}
    served.send(one, one)
    served.response("same")
    served.response("same")


@pytest.mark.parametrize(
    "head",
    [
        b"x" * 70_000,
        b"Content-Length: x\r\n\r\n",
        b"No: 1\r\n\r\n",
        b"Content-Length: 999999999999\r\n\r\n",
        b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n",  # more digits than Python makes a number of
    ],
)
def test_a_stream_that_is_broken_ends_the_server(client: Client, small: Path, head: bytes):
    """Where the next message begins cannot be told any more."""
    client.start(small)
    client.write(head)
    assert client.process.wait(10) == 1
    client.until(lambda: any("the stream is broken" in line for line in client.errors), 5)


def test_headers_whose_lines_end_in_lf(served: Client):
    """Who writes messages by hand would wait for an answer for ever."""
    body = b'{"jsonrpc": "2.0", "id": 7, "method": "no/such"}'
    for end in (b"\n", b"\r\n", b"\n"):
        served.write(b"Content-Length: %d%s%s%s" % (len(body), end, end, body))
        served.asked.append(7)
        assert served.response(7)["error"]["code"] == -32601


@pytest.mark.parametrize("number", [-1, 0, BEYOND, 2**31, 10**30])
def test_a_parent_that_there_cannot_be_is_not_watched(client: Client, small: Path, number: int):
    assert client.start(small, processId=number)
    assert client.end() == 0
    assert "Traceback" not in "".join(client.errors)


# Too much of it -----------------------------------------------------------------------------------------------


def test_a_huge_document_is_said_to_be_so_and_let_be(served: Client, small: Path):
    """It is edited, asked about and closed; once it is small again it is checked as ever."""
    uri = served.open(small / SPEC, TEXT + "x" * MAX_BYTES)
    served.change(uri, 2, {"range": at(13, 5, 6), "text": "\n"})
    served.until(lambda: served.codes(uri) == ["unread-file"])
    served.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    served.change(uri, 3, {"text": BROKEN})
    served.settle()
    assert served.codes(uri) == ["unknown-status"]
    served.close(uri)


def test_brackets_of_settings_that_nobody_closes(served: Client, small: Path):
    """As many as they are, they are gone through once."""
    uri = served.open(small / "specthis.toml", "[" * 100_000)
    for method in REQUESTS:
        answered(served, method, of(uri, {"line": 0, "character": 3}))
    served.close(uri)


def test_of_thousands_of_diagnostics_the_loudest_are_told(served: Client, small: Path):
    """Hints stand first, errors at the end; what is told stays in order."""
    entry = "### e{0}\n\nScript: `scripts/fit.py`\nOutput: `results/e{0}.json`\nStatus: script {1}\n\n"
    quiet = "".join(entry.format(number, "ready") for number in range(MOST))
    loud = "".join(entry.format(number + MOST, "reday") for number in range(MOST // 2))
    uri = served.open(small / SPEC, TEXT + "\n" + quiet + loud)
    served.settle()
    told = served.diagnostics[uri]
    assert len(told) == MOST
    assert [found["code"] for found in told].count("unknown-status") == MOST // 2
    assert told == sorted(told, key=lambda found: found["range"]["start"]["line"])
    served.close(uri)
