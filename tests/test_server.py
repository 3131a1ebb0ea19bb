"""The language server, as editors meet it: a real process, a real stream, the messages of several clients."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from projects import SMALL, copy_of, write
from server_client import CAPABILITIES, COMMAND, Client, apply_edits, at
from specthis_analyzers.policy import for_editors
from specthis_analyzers.text import Text
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.showing import Showing, baseline_of
from specthis_lsp.server.positions import Positions

EDITORS = ["visual-studio-code", "neovim", "emacs"]

BREAKS = {
    "specs/compute-fraction.md": ["missing-script"],
    "specs/compute-grokking.md": ["schema-mismatch"],
    "specs/report-structure.md": ["orphaned-export"],
    "reports/sections/grokking.tex": ["missing-sectionversion"],
}


# As editors speak --------------------------------------------------------------------------------------------


@pytest_lsp.fixture(params=EDITORS, config=ClientServerConfig(server_command=COMMAND))
async def editor(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path):
    """An editor that has opened the folder of the drifted study, and no file."""
    root = copy_of("drifted", tmp_path)

    for method in (types.CLIENT_REGISTER_CAPABILITY, types.CLIENT_UNREGISTER_CAPABILITY):
        lsp_client.feature(method)(lambda params: None)

    await lsp_client.initialize_session(
        types.InitializeParams(
            process_id=os.getpid(),
            capabilities=client_capabilities(request.param),
            root_uri=root.as_uri(),
            workspace_folders=[types.WorkspaceFolder(root.as_uri(), "drifted")],
        )
    )
    await known(lsp_client, lambda: sum(map(len, lsp_client.diagnostics.values())) >= 4)
    yield
    await lsp_client.shutdown_session()


async def known(client: LanguageClient, true: Any) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, client.diagnostics
        await asyncio.sleep(0.01)


def root_of(client: LanguageClient) -> Path:
    uri = next(uri for uri in client.diagnostics if uri.endswith("compute-fraction.md"))
    return Path(uri.removeprefix("file://")).parents[1]


def open_in(client: LanguageClient, path: Path) -> types.TextDocumentIdentifier:
    item = types.TextDocumentItem(path.as_uri(), "markdown", 1, path.read_text(encoding="utf-8"))
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return types.TextDocumentIdentifier(path.as_uri())


async def test_breaks_are_told_of_files_that_nobody_opened(editor: LanguageClient):
    root = root_of(editor)
    told = {
        Path(uri.removeprefix("file://")).relative_to(root).as_posix(): [found.code for found in diagnostics]
        for uri, diagnostics in editor.diagnostics.items()
    }
    assert told == BREAKS
    assert {found.source for diagnostics in editor.diagnostics.values() for found in diagnostics} == {"specthis"}
    assert not editor.messages


async def test_a_quick_fix_leaves_a_clean_file(editor: LanguageClient):
    path = root_of(editor) / "specs/compute-fraction.md"
    document = open_in(editor, path)
    [diagnostic] = editor.diagnostics[document.uri]
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(document, diagnostic.range, types.CodeActionContext([]))
    )
    action = next(action for action in actions or () if action.title == "Change to `scripts/fractions.py`")
    assert isinstance(action, types.CodeAction)
    assert action.kind == types.CodeActionKind.QuickFix
    assert action.edit
    edits = _edits_of(action.edit, document.uri)
    text = apply_edits(path.read_text(encoding="utf-8"), edits)
    versioned = types.VersionedTextDocumentIdentifier(2, document.uri)
    editor.text_document_did_change(
        types.DidChangeTextDocumentParams(versioned, [types.TextDocumentContentChangeWholeDocument(text)])
    )
    await known(editor, lambda: not editor.diagnostics[document.uri])


def _edits_of(edit: types.WorkspaceEdit, uri: str) -> list[dict[str, Any]]:
    """The edits of one file, in whichever form they came."""
    changes = (edit.changes or {}).get(uri) or [
        change
        for document in edit.document_changes or ()
        if isinstance(document, types.TextDocumentEdit)
        for change in document.edits
    ]
    return [
        {"range": {"start": vars_of(change.range.start), "end": vars_of(change.range.end)}, "newText": change.new_text}
        for change in changes
        if not isinstance(change, types.SnippetTextEdit)
    ]


def vars_of(position: types.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


async def test_hover_explains_a_finding_in_the_form_the_client_takes(editor: LanguageClient):
    document = open_in(editor, root_of(editor) / "specs/compute-fraction.md")
    [diagnostic] = editor.diagnostics[document.uri]
    hover = await editor.text_document_hover_async(types.HoverParams(document, diagnostic.range.start))
    assert hover
    assert isinstance(hover.contents, types.MarkupContent)
    assert "spec lies" in hover.contents.value
    assert "rename" in hover.contents.value


async def test_definition_leads_to_the_script(editor: LanguageClient):
    root = root_of(editor)
    path = root / "specs/compute-structure.md"
    document = open_in(editor, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines) if text.startswith("Script: `"))
    found = await editor.text_document_definition_async(types.DefinitionParams(document, types.Position(line, 12)))
    assert isinstance(found, list)
    assert [place.uri for place in found if isinstance(place, types.Location)] == [
        (root / "scripts/spectrum.py").as_uri()
    ]


# Texts in the editor -----------------------------------------------------------------------------------------


def test_an_unsaved_buffer_breaks_what_points_to_it(client: Client, tmp_path: Path):
    root = copy_of("grokking", tmp_path)
    client.start(root)
    assert client.codes() == []
    paper = root / "reports/paper.tex"
    report = (root / "specs/report-fraction.md").as_uri()
    text = paper.read_text(encoding="utf-8")
    uri = client.open(paper)
    client.change(uri, 2, {"text": text.replace("\\label{sec:fraction}", "\\label{sec:fractions}")})
    client.until(lambda: client.codes(report) == ["missing-section"])
    client.change(uri, 3, {"text": text})
    client.until(lambda: client.diagnostics[report] == [])


def test_a_script_renamed_in_the_buffer_is_missed_once_its_author_rests(client: Client, small: Path):
    client.start(small)
    spec = small / "specs/compute-a.md"
    uri = client.open(spec)
    line = next(at for at, text in enumerate(SMALL["specs/compute-a.md"].splitlines()) if "Script:" in text)
    client.change(uri, 2, {"range": at(line, 20, 20), "text": "x"})
    client.settle()
    assert client.codes() == []
    client.until(lambda: client.codes(uri) == ["missing-script"], 5)
    assert client.versions[uri] == 2
    client.change(uri, 3, {"range": at(line, 20, 21), "text": ""})
    client.settle()
    assert client.diagnostics[uri] == []
    client.change(uri, 4, {"range": at(line, 20, 20), "text": "x"})
    client.save(uri)
    client.settle()
    assert client.codes(uri) == ["missing-script"]


def test_a_bracket_still_open_is_missed_once_its_author_rests(client: Client, small: Path):
    client.start(small)
    text = SMALL["specs/compute-a.md"]
    uri = client.open(small / "specs/compute-a.md")
    client.change(uri, 2, {"text": text.replace("depends_on: []", "depends_on: [")})
    client.settle()
    assert client.codes() == []
    client.until(lambda: client.codes(uri) == ["malformed-front-matter"], 5)


def test_a_finding_that_moves_is_sent_where_it_stands_now(client: Client, small: Path):
    client.start(small)
    uri = client.open(small / "specs/compute-a.md", SMALL["specs/compute-a.md"].replace("ready", "reday"))
    client.settle()
    [before] = client.diagnostics[uri]
    client.change(uri, 2, {"range": at(6, 2, 3), "text": "\n"})
    client.settle()
    [after] = client.diagnostics[uri]
    assert after["range"]["start"]["line"] == before["range"]["start"]["line"] + 1
    assert client.versions[uri] == 2


def test_messages_that_came_together_are_answered_once(client: Client, small: Path):
    client.start(small)
    text = SMALL["specs/compute-a.md"]
    uri = client.open(small / "specs/compute-a.md")
    client.settle()
    client.received.clear()
    changes = [
        {
            "method": "textDocument/didChange",
            "params": {"textDocument": {"uri": uri, "version": number}, "contentChanges": [{"text": changed}]},
        }
        for number, changed in enumerate([text.replace("ready", "re"), text.replace("ready", "red")], start=2)
    ]
    client.send(*changes)
    client.settle()
    told = [message for message in client.received if message.get("method") == "textDocument/publishDiagnostics"]
    assert [message["params"]["version"] for message in told] == [3]


def test_a_script_is_checked_as_it_is_typed(client: Client, small: Path):
    client.start(small)
    script = small / "scripts/fit.py"
    uri = client.open(script)
    client.change(uri, 2, {"text": 'open("reports/a.tex", "w")\n'})
    client.settle()
    assert client.codes(uri) == ["scope-creep"]
    client.change(uri, 3, {"range": at(0, 0, 0), "text": "# été\n"})
    client.settle()
    [found] = client.diagnostics[uri]
    assert found["range"] == at(1, 5, 20)
    client.change(uri, 4, {"range": at(1, 6, 13), "text": "results"})
    client.settle()
    assert client.diagnostics[uri] == []
    script.write_text('open("reports/b.tex", "w")\n')
    client.close(uri)
    client.settle()
    assert client.codes(uri) == ["scope-creep"]


def test_a_script_that_a_terminal_changed_is_read_at_the_next_save(client: Client, small: Path):
    client.start(small)
    (small / "scripts/fit.py").write_text('open("reports/a.tex", "w")\n')
    client.save(client.open(small / "specs/compute-a.md"))
    client.until(lambda: client.codes((small / "scripts/fit.py").as_uri()) == ["scope-creep"])


def test_a_closed_file_counts_as_it_is_on_disk(client: Client, small: Path):
    client.start(small)
    uri = client.open(small / "specs/compute-a.md", SMALL["specs/compute-a.md"].replace("ready", "reday"))
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    client.close(uri)
    client.settle()
    assert client.diagnostics[uri] == []


def test_what_is_typed_away_is_there_until_it_is_saved(client: Client, small: Path):
    """A project stays one while the front matter of its only spec is in a clipboard, whatever else is looked at."""
    client.start(small)
    uri = client.open(small / "specs/compute-a.md")
    typed = SMALL["specs/compute-a.md"].replace("ready", "reday").partition("---\n\n")[2]
    client.change(uri, 2, {"text": typed})
    other = small / "scripts/fit.py"
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": other.as_uri(), "type": 2}]})
    client.until(lambda: client.codes(uri) == ["missing-key", "unknown-status"])
    (small / "specs/compute-a.md").write_text(typed)
    client.save(uri)
    client.settle()
    assert client.codes() == []


def test_a_project_that_was_none_for_a_moment_is_one_again_as_its_spec_is_typed(client: Client, small: Path):
    """A look came while the front matter of its only spec was gone; what is found is told with the next key."""
    client.start(small)
    path = small / "specs/compute-a.md"
    broken = path.read_text().replace("ready", "reday")
    uri = client.open(path)
    client.change(uri, 2, {"text": "# Nothing of ours\n"})
    path.write_text("# Nothing of ours\n")
    client.save(uri)
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    client.settle()
    client.change(uri, 3, {"text": broken})
    client.settle()
    assert client.codes(uri) == ["unknown-status"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_columns_count_what_was_agreed(client: Client, tmp_path: Path, encoding: str, ending: str):
    text = "---\nname: compute-a\nkind: compute\ndepends_on: [𝔄é.md, no.md]\n---\n\fpage\u2028\n".replace("\n", ending)
    root = write(tmp_path / "place", {"specs/compute-a.md": text})
    capabilities = {**CAPABILITIES, "general": {"positionEncodings": ["utf-7", encoding, "utf-16"]}}
    assert client.start(root, capabilities)["positionEncoding"] == encoding
    uri = (root / "specs/compute-a.md").as_uri()
    before = "depends_on: [𝔄é.md, "
    column = {"utf-8": len(before.encode()), "utf-16": len(before) + 1, "utf-32": len(before)}[encoding]
    second = client.diagnostics[uri][-1]
    assert second["range"] == at(3, column, column + 5)
    client.open(root / "specs/compute-a.md", text)
    client.change(uri, 2, {"range": at(3, column, column + 5), "text": "ja.md"})
    client.settle()
    assert "`ja.md`" in client.diagnostics[uri][-1]["message"]


def test_positions_out_of_range_are_taken_as_the_nearest(client: Client, small: Path):
    client.start(small)
    uri = client.open(small / "specs/compute-a.md")
    client.change(uri, 2, {"range": at(12, 8, 999), "text": "script reday"})
    client.change(uri, 3, {"range": at(900, 3, 7, last=901), "text": "\n"})
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    far = {"textDocument": {"uri": uri}, "position": {"line": 10_000, "character": 10_000}}
    assert client.request("textDocument/hover", far)["result"] is None
    assert client.request("textDocument/definition", far)["result"] == []
    everywhere = {"textDocument": {"uri": uri}, "range": at(0, 0, 0, last=99_999), "context": {"diagnostics": []}}
    assert client.request("textDocument/codeAction", everywhere)["result"]


def test_the_clients_own_spelling_of_a_file_is_kept(client: Client, tmp_path: Path):
    root = write(
        tmp_path / "a study é", {**SMALL, "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("dy", "d")}
    )
    folder = "file://" + str(root).replace(" ", "%20")
    client.request("initialize", {"processId": None, "rootUri": folder, "capabilities": CAPABILITIES})
    client.notify("initialized", {})
    client.settle()
    told = f"{folder}/specs/compute-a.md"
    assert client.codes(told) == ["unknown-status"]
    spelled = (root / "specs/compute-a.md").as_uri().replace("compute-a", "compute%2Da")
    client.open(root / "specs/compute-a.md", uri=spelled)
    client.settle()
    assert client.codes(spelled) == ["unknown-status"]
    assert client.diagnostics[told] == []
    client.change(root.joinpath("specs/compute-a.md").as_uri(), 2, {"text": SMALL["specs/compute-a.md"]})
    client.settle()
    assert client.codes() == []


def test_other_schemes_are_none_of_our_business(client: Client, small: Path):
    client.start(small)
    for uri in ("untitled:Untitled-1", "git:/small/specs/compute-a.md?ref", "vscode-notebook-cell:/x#1", "file:", ""):
        client.open(small / "specs/compute-a.md", "# x", uri=uri)
        client.change(uri, 2, {"range": at(0, 0, 1), "text": "y"})
        client.save(uri)
        client.close(uri)
    client.settle()
    assert client.codes() == []
    assert not [line for line in client.errors if "Traceback" in line]


# The disk ----------------------------------------------------------------------------------------------------


def test_a_watched_file_that_appears_clears_its_finding(client: Client, small: Path):
    (small / "scripts/fit.py").unlink()
    client.start(small)
    uri = (small / "specs/compute-a.md").as_uri()
    assert client.codes(uri) == ["missing-script"]
    watched = [message for message in client.received if message.get("method") == "client/registerCapability"]
    [registration] = watched[-1]["params"]["registrations"]
    patterns = [watcher["globPattern"]["pattern"] for watcher in registration["registerOptions"]["watchers"]]
    assert {"specthis.toml", "specs/*", "scripts/*"} <= set(patterns)
    assert not any("results" in pattern for pattern in patterns)
    (small / "scripts/fit.py").write_text("")
    changed = {"uri": (small / "scripts/fit.py").as_uri(), "type": 1}
    client.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
    client.settle()
    assert client.diagnostics[uri] == []


def test_what_a_terminal_did_is_seen_at_the_next_save(client: Client, tmp_path: Path):
    root = copy_of("drifted", tmp_path)
    client.start(root)
    result = root / "results/grokking-decay-medium/run.json"
    grokking, fraction = ((root / f"specs/compute-{name}.md").as_uri() for name in ("grokking", "fraction"))
    assert client.codes(grokking) == ["schema-mismatch"]
    result.write_text(result.read_text().replace('"decay":', '"weight_decay":'))
    (root / "scripts/fractions.py").rename(root / "scripts/fraction.py")
    (root / "specs/compute-new.md").write_text("---\nname: compute-new\nkind: compute\ndepends_on: [x.md]\n---\n")
    client.save(client.open(root / "specs/meta.md"))
    client.until(lambda: client.diagnostics[grokking] == [] == client.diagnostics[fraction])
    client.until(lambda: "unknown-dependency" in client.codes((root / "specs/compute-new.md").as_uri()))
    (root / "specs/compute-new.md").unlink()
    client.save((root / "specs/meta.md").as_uri())
    client.until(lambda: client.diagnostics[(root / "specs/compute-new.md").as_uri()] == [])


UNSAVED = '[rules]\nignore = ["unknown-status"]\n'


def test_settings_that_are_opened_unsaved_count(client: Client, small: Path):
    """As an editor does that brings back what was not saved when its window was closed."""
    write(small, {"specthis.toml": "", "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")})
    client.start(small)
    assert client.codes() == ["unknown-status"]
    client.open(small / "specthis.toml", UNSAVED)
    client.settle()
    assert client.codes() == []


def test_settings_that_are_open_before_their_project_is_read_count(client: Client, small: Path):
    write(small, {"specthis.toml": "", "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")})
    client.start(None)
    client.open(small / "specthis.toml", UNSAVED)
    client.open(small / "specs/compute-a.md")
    client.settle()
    assert client.codes() == []


def test_settings_count_when_they_are_saved_or_typed_and_rested(client: Client, small: Path):
    write(small, {"specthis.toml": "", "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")})
    client.start(small)
    spec = (small / "specs/compute-a.md").as_uri()
    assert client.codes(spec) == ["unknown-status"]
    uri = client.open(small / "specthis.toml")
    client.change(uri, 2, {"text": '[rules]\nignore = ["unknown-status"]\n'})
    client.until(lambda: client.diagnostics[spec] == [])
    client.change(uri, 3, {"text": '[rules]\nignore = ["unknown-status"]\nno = 1'})
    client.until(lambda: client.codes(uri) == ["unknown-setting"])
    client.change(uri, 4, {"text": '[rules\nignore = ["unknown-status"]\n'})
    client.until(lambda: client.codes(uri) == ["malformed-settings"])
    assert client.diagnostics[spec] == []
    (small / "specthis.toml").write_text('[layout]\nspecs = "elsewhere"\n')
    client.close(uri)
    client.settle()
    assert client.codes() == []
    (small / "specthis.toml").write_text("")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    client.settle()
    assert client.codes(spec) == ["unknown-status"]


def test_folders_come_and_go(client: Client, tmp_path: Path):
    broken = {**SMALL, "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")}
    one, two = write(tmp_path / "all/one", broken), write(tmp_path / "all/two", broken)
    (tmp_path / "strange/specs").mkdir(parents=True)
    (tmp_path / "strange/specs/openapi.md").write_text("# Not ours\n\nStatus: whatever\n")
    client.start(one / "specs")
    specs = [(root / "specs/compute-a.md").as_uri() for root in (one, two)]
    assert sorted(client.diagnostics) == specs[:1]
    event = {"added": [{"uri": (tmp_path / name).as_uri(), "name": name} for name in ("all", "strange")]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {**event, "removed": []}})
    client.settle()
    assert sorted(client.diagnostics) == specs
    gone = [{"uri": (one / "specs").as_uri(), "name": "x"}, {"uri": (tmp_path / "all").as_uri(), "name": "all"}]
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": gone}})
    client.settle()
    assert client.codes() == []


def test_a_single_file_brings_its_project(client: Client, small: Path):
    client.start(None)
    uri = client.open(small / "specs/compute-a.md", SMALL["specs/compute-a.md"].replace("ready", "reday"))
    client.settle()
    assert client.codes(uri) == ["unknown-status"]


def test_a_project_reached_by_a_link_is_one(client: Client, small: Path, tmp_path: Path):
    link = tmp_path / "link"
    link.symlink_to(small, target_is_directory=True)
    client.start(link)
    uri = client.open(small / "specs/compute-a.md", SMALL["specs/compute-a.md"].replace("ready", "reday"))
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    assert client.codes() == ["unknown-status"]


# Fixes for clients that can do less --------------------------------------------------------------------------


def test_a_client_without_versions_gets_plain_changes(client: Client, tmp_path: Path):
    root = copy_of("drifted", tmp_path)
    less = {"textDocument": CAPABILITIES["textDocument"]}
    client.start(root, less)
    uri = (root / "reports/sections/grokking.tex").as_uri()
    [diagnostic] = client.diagnostics[uri]
    params = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": {"diagnostics": []}}
    params["context"]["only"] = ["quickfix"]
    action, suppress, everywhere = client.request("textDocument/codeAction", params)["result"]
    assert action["isPreferred"]
    assert "isPreferred" not in suppress
    line = diagnostic["range"]["start"]["line"]
    at_the_line = client.request("textDocument/codeAction", {**params, "range": at(line, 0)})["result"]
    assert at_the_line == [action, suppress, everywhere]
    assert client.request("textDocument/codeAction", {**params, "range": at(line, 0, 1)})["result"] == []
    assert list(action["edit"]) == ["changes"]
    path = root / "reports/sections/grokking.tex"
    fixed = apply_edits(path.read_text(), action["edit"]["changes"][uri])
    client.open(path, fixed)
    client.settle()
    assert client.diagnostics[uri] == []
    params["context"] = {"diagnostics": [], "only": ["refactor"]}
    assert client.request("textDocument/codeAction", params)["result"] == []


def test_files_are_moved_only_by_clients_that_can(tmp_path: Path):
    for able in (True, False):
        root = write(tmp_path / str(able), {"specs/compute-b.md": SMALL["specs/compute-a.md"], "scripts/fit.py": ""})
        edit = {"documentChanges": True, "resourceOperations": ["create", "rename"] if able else []}
        client = Client()
        with contextlib.closing(contextlib.ExitStack()) as stack:
            stack.callback(client.kill)
            client.start(root, {**CAPABILITIES, "workspace": {"workspaceEdit": edit}})
            uri = (root / "specs/compute-b.md").as_uri()
            params = {"textDocument": {"uri": uri}, "range": at(1, 0, 20), "context": {"diagnostics": []}}
            actions = client.request("textDocument/codeAction", params)["result"]
            kinds = {change.get("kind") for action in actions for change in action["edit"]["documentChanges"]}
            assert kinds == ({None, "rename"} if able else {None})


# The protocol ------------------------------------------------------------------------------------------------


def test_parameters_that_cannot_be_read_get_one_reply(client: Client, small: Path):
    client.start(small)
    client.received.clear()
    for number, params in enumerate((None, [], {"textDocument": 3}, {"position": {"line": "x"}}, "text"), start=100):
        client.send({"id": number, "method": "textDocument/hover", "params": params})
        assert client.response(number)["error"]["code"] == -32602
    client.send({"id": "x", "method": "textDocument/hover", "params": {"jsonrpc": "2.0", "nested": {"jsonrpc": 1}}})
    assert client.response("x")["error"]["code"] == -32602
    client.notify("textDocument/didChange", {"textDocument": 7})
    client.notify("textDocument/didChange", {"textDocument": {"uri": "file:///never.md"}, "contentChanges": []})
    client.change("file:///never-opened.md", 2, {"text": "x"})
    client.write(b"Content-Length: 5\r\n\r\n{bad}")
    client.write(b"content-type: x\r\ncontent-length: 2\r\n\r\n[]")
    client.settle()
    assert [message for message in client.received if "id" in message][-1]["result"] is None
    assert not [message for message in client.received if message.get("method") == "window/showMessage"]


def test_methods_nobody_knows(client: Client, small: Path):
    client.start(small)
    assert client.request("textDocument/noSuchThing", {})["error"]["code"] == -32601
    client.notify("$/noSuchThing", {})
    client.notify("$/cancelRequest", {"id": 12345})
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.notify("$/setTrace", {"value": "verbose"})
    client.settle()


def test_capabilities_from_the_future_do_not_end_the_handshake(client: Client, small: Path):
    strange = {
        "workspace": {"workspaceEdit": {"documentChanges": True, "resourceOperations": ["create", "teleport"]}},
        "textDocument": {
            "hover": {"contentFormat": ["html", "markdown"]},
            "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2, 3]}, "relatedInformation": True},
            "documentSymbol": {"symbolKind": {"valueSet": [1, 99]}},
            "semanticTokens": {"formats": ["relative", "absolute"], "requests": {}, "tokenTypes": 3},
            "codeAction": CAPABILITIES["textDocument"]["codeAction"],
        },
        "general": {"positionEncodings": ["utf-9", "utf-8"]},
        "future": {"deep": [{"x": None}]},
    }
    capabilities = client.start(small, strange, trace="shouting", clientInfo={"name": "next"})
    assert capabilities["positionEncoding"] == "utf-8"
    assert capabilities["textDocumentSync"]["change"] == 2


def test_what_comes_before_the_handshake_and_after_the_end(client: Client, small: Path):
    assert client.request("textDocument/hover", {})["error"]["code"] == -32002
    client.notify("textDocument/didOpen", {})
    client.start(small)
    assert client.request("initialize", {"capabilities": {}})["error"]["code"] == -32600
    client.request("shutdown")
    assert client.request("textDocument/hover", {})["error"]["code"] == -32600
    client.notify("exit")
    assert client.process.wait(10) == 0


def test_exit_without_shutdown_is_an_error(client: Client, small: Path):
    client.start(small)
    client.notify("exit")
    assert client.process.wait(10) == 1


def test_the_end_of_input_ends_the_server(client: Client, small: Path):
    client.start(small)
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.wait(10) == 1


def test_printing_does_not_break_the_stream(small: Path):
    code = (
        "import os, sys\nimport specthis_lsp.server.session as session\n"
        "begin = session.Session.begin\n"
        "def loud(self):\n    print('hello'); os.write(1, b'raw'); os.system('echo child'); begin(self)\n"
        "session.Session.begin = loud\n"
        "from specthis_lsp.server.main import serve_stdio\nsys.exit(serve_stdio())\n"
    )
    client = Client([sys.executable, "-c", code])
    try:
        client.start(small)
        assert client.end() == 0
    finally:
        client.kill()


@pytest.mark.skipif(os.name == "nt", reason="POSIX processes")
def test_the_server_ends_with_its_parent(small: Path):
    """The parent is another process than the one that holds the pipes, which stay open."""
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    client = Client()
    try:
        client.start(small, processId=parent.pid)
        parent.kill()
        parent.wait()
        assert client.process.wait(10) == 1
    finally:
        parent.kill()
        client.kill()


def test_standard_input_may_be_a_file(small: Path, tmp_path: Path):
    messages = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": small.as_uri(), "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    (tmp_path / "in").write_bytes(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))
    with open(tmp_path / "in", "rb") as given, open(tmp_path / "out", "wb") as taken:
        done = subprocess.run(COMMAND, stdin=given, stdout=taken, timeout=20)
    assert done.returncode == 0
    assert (tmp_path / "out").read_bytes().count(b"Content-Length") == 2


def test_tcp(small: Path):
    command = [*COMMAND[:-1], "--tcp", "127.0.0.1:0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        listening = re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert listening
        with socket.create_connection(("127.0.0.1", int(listening[1])), timeout=20) as connection:
            stream = connection.makefile("rwb")

            def send(**message: Any) -> None:
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                stream.flush()

            def receive() -> dict[str, Any]:
                length = int(stream.readline().split(b":")[1])
                while stream.readline().strip():
                    pass
                return json.loads(stream.read(length))

            send(id=1, method="initialize", params={"capabilities": {}, "rootUri": small.as_uri(), "processId": None})
            assert receive()["result"]["serverInfo"]["name"] == "specthis-lsp"
            send(method="initialized", params={})
            send(id=2, method="shutdown")
            assert receive() == {"jsonrpc": "2.0", "id": 2, "result": None}
            send(method="exit")
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()


# One engine --------------------------------------------------------------------------------------------------

PIECES = [
    "ready",
    "reday",
    "`scripts/no.py`",
    "`scripts/model.py`",
    "\n",
    "\r\n",
    "### x\n\nStatus: script ready\n",
    "---\n",
    "depends_on:\n",
    "\\label{sec:grokking}",
    "\\input{figures/spectrum}",
    "\\sectionversion{2}\n",
    "𝔄",
    "`",
    "<!-- specthis: ignore[missing-script, orphaned-export] why -->\n",
    "% specthis: ignore[missing-sectionversion] why\n",
    "specthis: ignore-file[missing-field]",
]


@pytest.mark.parametrize(
    ("seed", "encoding", "asks"),
    [(0, "utf-16", False), (1, "utf-8", False), (2, "utf-32", True), (3, "utf-16", True)],
)
def test_what_is_told_is_what_a_check_finds(client: Client, tmp_path: Path, seed: int, encoding: str, asks: bool):
    """After any edits through the protocol, the client knows what a check of the same files on disk finds.

    So it does in any encoding, and where it asks for what it has open.
    """
    chance = random.Random(seed)
    root = copy_of("drifted", tmp_path)
    offered = {**CAPABILITIES, "general": {"positionEncodings": [encoding]}}
    if asks:
        offered["textDocument"] = {**CAPABILITIES["textDocument"], "diagnostic": {}}
        offered["workspace"] = {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}}
    client.start(root, offered)
    files = [
        path
        for folder, pattern in (("specs", "*.md"), ("reports", "**/*.tex"), (".", "specthis.toml"))
        for path in sorted((root / folder).glob(pattern))
    ]
    opened: dict[Path, tuple[str, int]] = {}
    for _ in range(6):
        for _ in range(chance.randrange(1, 6)):
            path = chance.choice(files[:-1]) if chance.random() < 0.97 else files[-1]
            if path in opened and chance.random() < 0.15:
                client.close(path.as_uri())
                del opened[path]
                continue
            if path not in opened:
                client.open(path)
                opened[path] = (path.read_bytes().decode(), 1)
            text, version = opened[path]
            edit, text = _random_edit(chance, text, encoding)
            client.change(path.as_uri(), version + 1, edit)
            opened[path] = (text, version + 1)
        for path in opened:
            client.save(path.as_uri())
        client.settle()
        same = tmp_path / "same"
        shutil.rmtree(same, ignore_errors=True)
        shutil.copytree(root, same)
        for path, (text, _) in opened.items():
            (same / path.relative_to(root)).write_bytes(text.encode())
        for path in opened if asks else ():
            assert not client.diagnostics.get(path.as_uri()), "a file is told of in one way"
        asked = {path.as_uri(): _asked(client, path.as_uri()) for path in opened} if asks else {}
        looked_at = {path.relative_to(root).as_posix() for path in opened}
        assert _told({**client.diagnostics, **asked}, root) == _checked(same, encoding, looked_at)


def _asked(client: Client, uri: str) -> list[dict[str, Any]]:
    return client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["result"]["items"]


def _random_edit(chance: random.Random, text: str, encoding: str) -> tuple[dict[str, Any], str]:
    """An edit in positions of an encoding, and the text after it."""
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 8, 40)))
    while text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
        start, end = max(start - 1, 0), max(end - 1, 0)
    new = chance.choice([*PIECES, ""])
    positions = Positions(encoding)
    where = {"start": positions.position(Text(text), start), "end": positions.position(Text(text), end)}
    return {"range": where, "text": new}, text[:start] + new + text[end:]


Told = list[tuple[str, str, str, tuple[int, ...]]]


BY_AGE = re.compile("by the (Makefile|times of files)")
"""What is told of the specs that are open, and by a check only where it is asked for."""


def _told(known: dict[str, list[dict[str, Any]]], root: Path) -> Told:
    return sorted(
        (
            Path(uri.removeprefix("file://")).relative_to(root).as_posix(),
            found["code"],
            found["message"],
            tuple(found["range"][end][part] for end in ("start", "end") for part in ("line", "character")),
        )
        for uri, diagnostics in known.items()
        for found in diagnostics
        if not BY_AGE.search(found["message"])
    )


def _checked(root: Path, encoding: str, opened: set[str]) -> Told:
    outcome = check_project(str(root), use_cache=False)
    positions = Positions(encoding)
    found: Told = []
    policy = outcome.settled.configuration.policy
    showing = Showing(policy, baseline_of(outcome.disk))
    for finding in for_editors(showing.sift(outcome.findings, outcome.suppressions).findings, policy):
        if finding.severity == "hint" and finding.place.path not in opened:
            continue
        text = outcome.disk.read(finding.place.path)
        where = positions.range(text if isinstance(text, Text) else Text(""), finding.place.span)
        place = tuple(where[end][part] for end in ("start", "end") for part in ("line", "character"))
        found.append((finding.place.path, finding.code, finding.message, place))
    return sorted(found)
