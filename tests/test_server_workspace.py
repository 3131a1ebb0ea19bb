"""What a workspace is: its folders and projects, how they are read, and what its user prefers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL, write
from server_client import CAPABILITIES, Client

BROKEN = {**SMALL, "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")}
SPEC = "specs/compute-a.md"

SLOW = """
import os, sys, time
import specthis_lsp.host.living as living
reading = living.Living.reading
def slow(self):
    began = time.monotonic()
    while not os.path.exists(self.root + "/go"):
        time.sleep(0.01)
        yield 0.5 if time.monotonic() < began + 0.6 else 0.25  # of another part less is done
    yield from reading(self)
living.Living.reading = slow
from specthis_lsp.server.main import serve_stdio
sys.exit(serve_stdio())
"""
"""A server that has read a project only once it holds a file named `go`."""

STAND = {"command": "specthis.showDebugInformation"}
PROGRESS: dict[str, Any] = {**CAPABILITIES, "window": {"workDoneProgress": True}}


@pytest.fixture
def slow() -> Iterator[Client]:
    client = Client([sys.executable, "-c", SLOW])
    yield client
    client.kill()
    client.account()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return write(tmp_path / "broken", BROKEN)


def begin(client: Client, *roots: Path, capabilities: dict[str, Any] | None = None, **params: Any) -> None:
    """The handshake, without waiting for what follows from it."""
    folders = [{"uri": root.as_uri(), "name": root.name} for root in roots]
    offered = CAPABILITIES if capabilities is None else capabilities
    client.request("initialize", {"processId": None, "capabilities": offered, "workspaceFolders": folders, **params})
    client.notify("initialized", {})


def hover(uri: str) -> dict[str, Any]:
    where = {"textDocument": {"uri": uri}, "position": {"line": 12, "character": 10}}
    return {"method": "textDocument/hover", "params": where}


# Being read --------------------------------------------------------------------------------------------------


def test_questions_wait_for_their_project_and_all_else_goes_on(slow: Client, broken: Path):
    """Edits count, commands are answered, and a question that waits can be taken back."""
    begin(slow, broken)
    uri = slow.open(broken / SPEC)
    slow.send({"id": "waits", **hover(uri)}, {"id": "cancelled", **hover(uri)})
    assert "# specthis-lsp" in slow.request("workspace/executeCommand", STAND)["result"]
    slow.notify("$/cancelRequest", {"id": "cancelled"})
    assert slow.response("cancelled")["error"]["code"] == -32800
    slow.change(uri, 2, {"text": BROKEN[SPEC].replace("reday", "radey")})
    assert slow.codes() == []
    (broken / "go").write_text("")
    assert "unknown-status" in slow.response("waits")["result"]["contents"]["value"]
    slow.until(lambda: slow.codes(uri) == ["unknown-status"])
    assert "radey" in slow.diagnostics[uri][0]["message"]
    assert slow.versions[uri] == 2


def test_of_two_questions_of_one_number_the_first_waits_and_the_second_is_refused(slow: Client, broken: Path):
    """Each gets an answer of its own."""
    begin(slow, broken)
    uri = (broken / SPEC).as_uri()
    slow.send({"id": "same", **hover(uri)}, {"id": "same", **hover(uri)})
    assert slow.response("same")["error"]["code"] == -32600
    (broken / "go").write_text("")
    assert "unknown-status" in slow.response("same")["result"]["contents"]["value"]


def test_a_project_that_is_read_answers_while_another_one_is_not(slow: Client, broken: Path, small: Path):
    (broken / "go").write_text("")
    begin(slow, broken, small)
    uri = (broken / SPEC).as_uri()
    slow.until(lambda: slow.codes(uri) == ["unknown-status"])
    assert slow.request(**hover(uri))["result"]
    slow.send({"id": "waits", **hover((small / SPEC).as_uri())})
    assert slow.request("shutdown")["result"] is None
    [answer] = [message for message in slow.received if message.get("id") == "waits"]
    assert answer["error"]["code"] == -32800, "nothing is left without an answer"


def test_reading_is_shown_where_the_client_shows_it(slow: Client, broken: Path):
    begin(slow, broken, capabilities=PROGRESS)
    slow.until(lambda: len(slow.told("$/progress")) > 9)
    (broken / "go").write_text("")
    slow.until(lambda: slow.told("$/progress")[-1]["value"]["kind"] == "end")
    [created] = slow.told("window/workDoneProgress/create")
    assert isinstance(created["token"], str)
    assert {one["token"] for one in slow.told("$/progress")} == {created["token"]}
    first, *reports, _ = [one["value"] for one in slow.told("$/progress")]
    assert first == {"kind": "begin", "title": "Reading broken", "percentage": 0, "cancellable": True}
    assert reports[0] == {"kind": "report", "percentage": 50, "cancellable": True}
    assert [one["percentage"] for one in reports] == sorted(one["percentage"] for one in reports)


def test_reading_is_shown_to_nobody_who_does_not(slow: Client, broken: Path):
    begin(slow, broken)
    for _ in range(50):
        slow.request("workspace/executeCommand", STAND)
    (broken / "go").write_text("")
    slow.settle()
    assert slow.told("window/workDoneProgress/create") == []


def test_reading_can_be_stopped_and_goes_on_once_a_file_is_opened(slow: Client, broken: Path):
    begin(slow, broken, capabilities=PROGRESS)
    slow.until(lambda: bool(slow.told("$/progress")))
    token = slow.told("$/progress")[0]["token"]
    slow.notify("window/workDoneProgress/cancel", {"token": token})
    slow.until(lambda: slow.told("$/progress")[-1]["value"]["kind"] == "end")
    assert "is not read" in slow.told("window/logMessage")[-1]["message"]
    (broken / "go").write_text("")
    slow.settle()
    assert slow.codes() == []
    slow.open(broken / SPEC)
    slow.until(lambda: slow.codes() == ["unknown-status"])


def test_a_folder_that_is_closed_while_it_is_read_is_told_nothing_of(slow: Client, broken: Path, small: Path):
    begin(slow, broken)
    gone = [{"uri": broken.as_uri(), "name": "broken"}]
    added = [{"uri": small.as_uri(), "name": "small"}]
    slow.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": gone}})
    for root in (broken, small):
        (root / "go").write_text("")
    slow.settle()
    assert slow.told("textDocument/publishDiagnostics") == []


def test_what_changed_on_disk_while_it_was_read_counts(small: Path):
    """A file is written anew when it was just read, and the client says so before the project is there."""
    reads = "    yield from reading(self)\n"
    late = SLOW.replace(reads, "").replace("    while", f"{reads}    open(self.root + '/read', 'w').close()\n    while")
    client = Client([sys.executable, "-c", late])
    try:
        begin(client, small)
        client.until((small / "read").exists)
        (small / SPEC).write_text(BROKEN[SPEC])
        uri = (small / SPEC).as_uri()
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        client.request("workspace/executeCommand", STAND)
        (small / "go").write_text("")
        client.until(lambda: client.codes(uri) == ["unknown-status"])
    finally:
        client.kill()


# What its user prefers ---------------------------------------------------------------------------------------

ASKED: dict[str, Any] = {
    **CAPABILITIES,
    "workspace": {
        **CAPABILITIES["workspace"],
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
    },
}
QUIET = {"rules": {"ignore": ["unknown-status"]}}


def test_preferences_are_asked_for_before_anything_is_told(client: Client, broken: Path):
    """Nothing flashes up that its user does not want to see."""
    client.answers["workspace/configuration"] = [QUIET, None]
    client.start(broken, ASKED)
    assert client.told("workspace/configuration") == [
        {"items": [{"section": "specthis"}, {"section": "specthis", "scopeUri": broken.as_uri()}]}
    ]
    registered = [one for told in client.told("client/registerCapability") for one in told["registrations"]]
    assert {"section": "specthis"} in [one.get("registerOptions") for one in registered]
    assert client.told("textDocument/publishDiagnostics") == []
    client.answers["workspace/configuration"] = [{}, {}]
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: client.codes() == ["unknown-status"])


def test_each_folder_may_have_its_own(client: Client, broken: Path, tmp_path: Path):
    other = write(tmp_path / "other", BROKEN)
    client.answers["workspace/configuration"] = [{}, QUIET, {"rules": {"severity": {"unknown-status": "info"}}}]
    begin(client, broken, other, capabilities=ASKED)
    client.settle()
    assert [found["severity"] for found in client.diagnostics.pop((other / SPEC).as_uri())] == [3]
    assert client.diagnostics == {}


def test_a_client_that_does_not_answer_is_not_waited_for(client: Client, broken: Path):
    """Its diagnostics come all the same, and its answer counts whenever it comes."""
    client.answers["workspace/configuration"] = {"no": "list"}
    client.start(broken, ASKED)
    assert client.codes() == ["unknown-status"]


def test_preferences_may_come_with_the_handshake_or_be_sent(client: Client, broken: Path):
    client.start(broken, initializationOptions={**QUIET, "untrustedWorkspace": True})
    assert client.codes() == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"other": {}}})
    client.settle()
    assert client.codes() == []
    loud = {"specthis": {"rules.ignore": [], "rules": {"severity": {"unknown-status": "info"}}}}
    client.notify("workspace/didChangeConfiguration", {"settings": loud})
    client.settle()
    assert [found["severity"] for found in client.diagnostics[(broken / SPEC).as_uri()]] == [3]


def test_what_the_project_says_counts_for_all_its_authors(client: Client, broken: Path):
    (broken / "specthis.toml").write_text('[rules]\nignore = ["missing-script"]\n')
    client.start(broken, initializationOptions={"rules": {**QUIET["rules"], "severity": {"unknown-status": "info"}}})
    assert [found["severity"] for found in client.diagnostics[(broken / SPEC).as_uri()]] == [3]
    (broken / "specthis.toml").write_text("")
    changed = [{"uri": (broken / "specthis.toml").as_uri(), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changed})
    client.settle()
    assert client.codes() == []


def test_a_mistyped_rule_is_logged_and_selects_nothing(client: Client, broken: Path):
    """Else nothing would be shown, as if the chain held."""
    options = {"rules": {"select": ["unknown-statuss"], "severity": {"unknown-statuss": "hint"}}}
    client.start(broken, initializationOptions=options)
    assert client.codes() == ["unknown-status"]
    assert [one["message"] for one in client.told("window/logMessage")] == [
        "in the editor's settings, `rules.select`: there is no rule `unknown-statuss`",
        "in the editor's settings, `rules.severity`: there is no rule `unknown-statuss`",
    ]


def test_what_cannot_be_preferred_is_logged_once(client: Client, broken: Path):
    options = {"layout": {"specs": "elsewhere"}, "rules": {"ignore": "all"}, "freshness": None, "path": "/usr/bin/x"}
    client.start(broken, initializationOptions=options)
    client.notify("workspace/didChangeConfiguration", {"settings": {"specthis": options}})
    client.settle()
    assert client.codes() == ["unknown-status"]
    assert [one["message"] for one in client.told("window/logMessage")] == [
        "`specthis.layout.specs` is the project's to say, in `specthis.toml`",
        "in the editor's settings, `rules.ignore` takes a list of rule codes",
    ]


@pytest.mark.parametrize(
    "said", [7, [], "x", {"rules": 3}, {"rules": {"ignore": {}}}, {"rules": {"rules": {"rules": {}}}}]
)
def test_preferences_of_any_shape_do_no_harm(client: Client, broken: Path, said: Any):
    client.answers["workspace/configuration"] = [said, said]
    client.start(broken, ASKED, initializationOptions=said)
    client.notify("workspace/didChangeConfiguration", {"settings": said})
    client.settle()
    assert client.codes() == ["unknown-status"]


# Watched by ourselves ----------------------------------------------------------------------------------------

BLIND: dict[str, Any] = {**CAPABILITIES, "workspace": {"workspaceEdit": CAPABILITIES["workspace"]["workspaceEdit"]}}
"""What a client offers that watches no files."""


def test_files_are_watched_where_the_client_does_not(client: Client, small: Path):
    """A terminal renames a script, and later all is well again; nobody told the server."""
    client.start(small, BLIND)
    assert client.told("client/registerCapability") == []
    uri = (small / SPEC).as_uri()
    (small / "scripts/fit.py").rename(small / "scripts/fitted.py")
    client.until(lambda: client.codes(uri) == ["missing-script"])
    (small / "scripts/fitted.py").rename(small / "scripts/fit.py")
    client.until(lambda: client.diagnostics[uri] == [])
    (small / "specthis.toml").write_text("[layout]\nspec = 1\n")
    client.until(lambda: client.codes() == ["unknown-setting"])


def test_folders_that_come_later_are_watched_too(client: Client, small: Path):
    (small / "scripts/fit.py").unlink()
    (small / "scripts").rmdir()
    client.start(small, BLIND)
    uri = (small / SPEC).as_uri()
    assert client.codes(uri) == ["missing-script"]
    (small / "scripts").mkdir()
    (small / "scripts/fit.py").write_text("")
    client.until(lambda: client.diagnostics[uri] == [])


def test_an_open_text_goes_where_its_file_goes(client: Client, small: Path):
    """A terminal renames an open spec and gives it its new name; what nobody wrote in is no second spec."""
    client.start(small, BLIND)
    spec, moved = small / SPEC, small / "specs/compute-b.md"
    uri = client.open(spec)
    client.settle()
    spec.rename(moved)
    moved.write_text(SMALL[SPEC].replace("compute-a", "compute-b"))
    client.until(lambda: client.codes(moved.as_uri()) == [])
    client.settle()
    assert client.codes() == []
    moved.rename(spec)
    client.until(lambda: client.codes(uri) == [])
    client.change(uri, 2, {"text": BROKEN[SPEC]})
    client.until(lambda: client.codes(uri) == ["unknown-status"])


def test_an_open_text_whose_file_is_gone_can_be_asked_about(client: Client, broken: Path):
    client.start(broken, BLIND)
    uri = client.open(broken / SPEC)
    client.settle()
    (broken / SPEC).unlink()
    client.until(lambda: client.codes(uri) == [])
    where = {"textDocument": {"uri": uri}, "position": {"line": 8, "character": 5}}
    where |= {"options": {"tabSize": 4, "insertSpaces": True}}
    for method in ("hover", "completion", "codeLens", "documentSymbol", "definition"):
        assert "error" not in client.request(f"textDocument/{method}", where)
    assert not client.request("textDocument/formatting", where).get("result")
    assert not client.request("textDocument/prepareRename", where).get("result")


@pytest.mark.parametrize("ways", [("loaded anew",), ("taken back",), ("loaded anew", "taken back")], ids=" and ".join)
def test_an_open_text_that_is_again_as_its_file_goes_where_it_goes(client: Client, small: Path, ways: tuple[str, ...]):
    """What an editor loads anew, after a branch was checked out, it says as an edit; and so it says an undoing."""
    client.start(small)
    spec, moved, text = small / SPEC, small / "specs/compute-b.md", SMALL[SPEC]
    uri = client.open(spec)
    for number, way in enumerate(ways):
        if way == "loaded anew":
            text = text.replace("script ready", "script ready, as it was")
            spec.write_text(text)
        else:
            client.change(uri, 2 * number + 2, {"text": BROKEN[SPEC]})
        client.change(uri, 2 * number + 3, {"text": text})
        client.settle()
    spec.rename(moved)
    moved.write_text(text.replace("compute-a", "compute-b"))
    changes = [{"uri": uri, "type": 3}, {"uri": moved.as_uri(), "type": 1}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    [project] = client.request("specthis/study", {})["result"]["projects"]
    assert [spec["path"] for spec in project["specs"]] == ["specs/compute-b.md"]


def test_what_was_written_in_an_open_text_stays_when_its_file_goes(client: Client, small: Path):
    client.start(small, BLIND)
    uri = client.open(small / SPEC)
    client.change(uri, 2, {"text": BROKEN[SPEC]})
    client.until(lambda: client.codes(uri) == ["unknown-status"])
    (small / SPEC).rename(small / "specs/compute-b.md")
    client.until(lambda: "name-mismatch" in client.codes())
    assert "unknown-status" in client.codes(uri)


@pytest.fixture
def told_alone() -> Iterator[Client]:
    """A server that looks at nothing by itself: all it comes to know of, somebody tells."""
    never = "import sys\nimport specthis_lsp.server.looks as looks\nlooks.SECONDS_BETWEEN_LOOKS = 1e9\n"
    start = "from specthis_lsp.server.main import serve_stdio\nsys.exit(serve_stdio())\n"
    client = Client([sys.executable, "-c", never + start])
    yield client
    client.kill()
    client.account()


def test_a_file_that_moves_into_a_folder_that_was_not_there(told_alone: Client, small: Path):
    """An editor that does not say so moves a script, and the spec with it: the spec is told of, the new folder not."""
    told_alone.start(small, BLIND)
    uri = told_alone.open(small / SPEC)
    told_alone.change(uri, 2, {"text": SMALL[SPEC].replace("scripts/fit", "scripts/more/deep/fit")})
    told_alone.until(lambda: told_alone.codes(uri) == ["missing-script"])
    (small / "scripts/more/deep").mkdir(parents=True)
    (small / "scripts/fit.py").rename(small / "scripts/more/deep/fit.py")
    told_alone.until(lambda: told_alone.codes(uri) == [])


def test_a_new_folder_is_watched_as_soon_as_it_is_there(told_alone: Client, small: Path):
    """What comes into it is told of, and goes, and comes again after the folder was removed and made anew."""
    write(small, {SPEC: SMALL[SPEC].replace("scripts/fit", "more/code/fit")})
    told_alone.start(small, BLIND)
    uri, script = (small / SPEC).as_uri(), small / "more/code/fit.py"
    script.parent.mkdir(parents=True)
    for _ in range(2):
        script.write_text("")
        told_alone.until(lambda: told_alone.codes(uri) == [])
        script.unlink()
        told_alone.until(lambda: told_alone.codes(uri) == ["missing-script"])
        script.parent.rmdir()
        script.parent.mkdir()


def test_a_client_that_tells_of_a_folder_tells_of_nothing_in_it(told_alone: Client, small: Path):
    """So do some where one is removed, or moved with all in it; and what else is told with it is told once it is so."""
    told_alone.start(small)
    [watched] = told_alone.told("client/registerCapability")
    patterns = [one["globPattern"]["pattern"] for one in watched["registrations"][0]["registerOptions"]["watchers"]]
    assert {"scripts", "specs"} <= set(patterns)
    uri, changes = (small / SPEC).as_uri(), [{"uri": (small / "scripts").as_uri(), "type": 3}]
    for old, new, codes in (("scripts", "aside", ["missing-script"]), ("aside", "scripts", [])):
        (small / old).rename(small / new)
        told_alone.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        told_alone.settle()
        assert told_alone.codes(uri) == codes


@pytest.mark.parametrize("is_there", [False, True], ids=["alone", "beside another"])
def test_a_folder_that_becomes_a_project_is_found(told_alone: Client, tmp_path: Path, small: Path, is_there: bool):
    """Somebody clones it in a terminal, and opens none of its files."""
    bare = write(tmp_path / "bare", {"notes.txt": ""})
    begin(told_alone, bare, *([small] if is_there else []), capabilities=BLIND)
    told_alone.settle()
    write(tmp_path, {f"bare/{path}": text for path, text in BROKEN.items()})
    told_alone.until(lambda: told_alone.codes((bare / SPEC).as_uri()) == ["unknown-status"])


@pytest.mark.parametrize("at", ["b", "papers/b"])
def test_a_project_that_comes_beside_another_is_found(small: Path, tmp_path: Path, at: str):
    """The workspace is the folder above them, and none itself: a clone in it is found, and one beside what is there."""
    often = "import specthis_lsp.server.looks as looks\nlooks.SECONDS_BETWEEN_LOOKS = 0.05\n"
    client = Client([sys.executable, "-c", often + SLOW])
    above = tmp_path / "above"
    write(above, {f"papers/a/{path}": text for path, text in {**SMALL, "go": ""}.items()})
    try:
        client.start(above)
        write(above, {f"{at}/{path}": text for path, text in {**BROKEN, "go": ""}.items()})
        client.until(lambda: client.codes((above / at / SPEC).as_uri()) == ["unknown-status"])
    finally:
        client.kill()


@pytest.mark.parametrize("at", ["bare", "bare/cloned"])
@pytest.mark.parametrize("told", ["specs", SPEC, "specthis.toml"])
def test_what_begins_a_project_is_watched(told_alone: Client, tmp_path: Path, small: Path, told: str, at: str):
    bare = write(tmp_path / "bare", {"notes.txt": ""})
    begin(told_alone, bare, small)
    told_alone.settle()
    [asked] = told_alone.told("client/registerCapability")
    patterns = [one["globPattern"] for one in asked["registrations"][0]["registerOptions"]["watchers"]]
    of_bare = {one["pattern"] for one in patterns if one["baseUri"] == bare.as_uri()}
    begins = ("specthis.toml", "pyproject.toml", "specs", "specs/*.md")
    assert of_bare == {*begins, *(f"*/{pattern}" for pattern in begins)}
    write(tmp_path, {f"{at}/{path}": text for path, text in {**BROKEN, "specthis.toml": ""}.items()})
    changes = [{"uri": (tmp_path / at / told).as_uri(), "type": 1}]
    told_alone.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    told_alone.until(lambda: told_alone.codes((tmp_path / at / SPEC).as_uri()) == ["unknown-status"])


def test_results_are_looked_at_every_so_often(small: Path):
    """Nobody watches results: there may be a great many. A look at those that are declared finds what a run wrote."""
    often = "import specthis_lsp.server.looks as looks\nlooks.SECONDS_BETWEEN_LOOKS = 0.05\n"
    client = Client([sys.executable, "-c", often + SLOW])
    try:
        (small / "go").write_text("")
        client.start(small)
        [watched] = client.told("client/registerCapability")
        watchers = watched["registrations"][0]["registerOptions"]["watchers"]
        assert not any("results" in watcher["globPattern"]["pattern"] for watcher in watchers)
        (small / "results/a.json").write_text("{}")
        client.until(lambda: client.codes() == ["schema-mismatch"])
    finally:
        client.kill()


@pytest.mark.parametrize(("pause", "most", "waits"), [(5.0, 60.0, True), (60.0, 0.2, False)], ids=["rests", "is long"])
def test_a_look_makes_way_for_keys(small: Path, pause: float, most: float, waits: bool):
    """Until whoever types rests, or that takes long: what is typed is answered as if nobody looked."""
    set_to = f"looks.SECONDS_BETWEEN_LOOKS, looks.PAUSE, looks.MOST_PAUSED = 0.05, {pause}, {most}\n"
    client = Client([sys.executable, "-c", f"import specthis_lsp.server.looks as looks\n{set_to}{SLOW}"])
    try:
        (small / "go").write_text("")
        client.start(small)
        uri = client.open(small / SPEC)
        (small / "results/a.json").write_text("{}")
        began, version = time.monotonic(), 2
        while time.monotonic() - began < 1.5:
            client.change(uri, version, {"text": SMALL[SPEC] + "\n" * version})
            client.settle()
            version += 1
        assert client.codes(uri) == ([] if waits else ["schema-mismatch"])
        client.until(lambda: client.codes(uri) == ["schema-mismatch"])
    finally:
        client.kill()


def test_settings_are_looked_at_with_the_rest(client: Client, broken: Path):
    """A client that was to tell of them and does not, as when a checkout moves more than the system keeps count of."""
    client.start(broken)
    assert client.codes() == ["unknown-status"]
    (broken / "specthis.toml").write_text('[rules]\nignore = ["unknown-status"]\n')
    client.save((broken / "README.md").as_uri())
    client.until(lambda: client.codes() == [])


def test_a_thousand_files_that_changed_are_one_look(client: Client, small: Path):
    """A checkout moves a whole tree; the client tells of each file, and each finding is sent once."""
    many = {f"scripts/s{number}.py": "" for number in range(1000)}
    client.start(small)
    client.received.clear()
    write(small, {**many, SPEC: BROKEN[SPEC]})
    changes = [{"uri": (small / path).as_uri(), "type": 1} for path in (*many, SPEC)]
    client.send(*({"method": "workspace/didChangeWatchedFiles", "params": {"changes": [one]}} for one in changes))
    client.settle()
    client.until(lambda: client.codes() == ["unknown-status"])
    assert len(client.told("textDocument/publishDiagnostics")) == 1
