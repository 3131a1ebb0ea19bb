"""How diagnostics reach a client: pushed, or asked for; each file in one way, and nothing twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL, copy_of, write
from server_client import CAPABILITIES, Client, at
from specthis_analyzers.baseline import NAME

PULLING: dict[str, Any] = {
    **CAPABILITIES,
    "workspace": {**CAPABILITIES["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {"dynamicRegistration": True}},
}
BROKEN = {**SMALL, "specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "reday")}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return write(tmp_path / "broken", BROKEN)


def pull(client: Client, uri: str, known: str | None = None) -> dict[str, Any]:
    params = {"textDocument": {"uri": uri}, "previousResultId": known}
    return client.request("textDocument/diagnostic", params)["result"]


def ask_for_all(client: Client, number: Any, known: dict[str, str] | None = None, token: str | None = None) -> None:
    """Send a request for the whole workspace; its answer may take a while."""
    previous = [{"uri": uri, "value": value} for uri, value in (known or {}).items()]
    params = {"previousResultIds": previous} | ({"partialResultToken": token} if token else {})
    client.send({"id": number, "method": "workspace/diagnostic", "params": params})


def items_of(response: dict[str, Any]) -> list[dict[str, Any]]:
    return response["result"]["items"]


def codes_of(report: dict[str, Any]) -> list[str]:
    return [found["code"] for found in report["items"]]


def pushed(client: Client) -> list[str]:
    return [one["params"]["uri"] for one in client.received if one.get("method") == "textDocument/publishDiagnostics"]


def refreshes(client: Client) -> int:
    return sum(one.get("method") == "workspace/diagnostic/refresh" for one in client.received)


# Which way ---------------------------------------------------------------------------------------------------


def test_who_asks_but_cannot_be_told_to_ask_again_is_pushed_to(client: Client, broken: Path):
    """Such a client would go on showing what another file, or the disk, has mended long since."""
    asking = {**CAPABILITIES, "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}}}
    capabilities = client.start(broken, asking)
    assert "diagnosticProvider" not in capabilities
    assert client.codes() == ["unknown-status"]
    assert client.request("workspace/diagnostic", {"previousResultIds": []})["error"]["code"] == -32601


def test_a_client_that_asks_for_what_is_open_is_pushed_the_rest(client: Client, broken: Path):
    uri = (broken / "specs/compute-a.md").as_uri()
    capabilities = client.start(broken, PULLING)
    provider = capabilities["diagnosticProvider"]
    assert provider == {"identifier": "specthis", "interFileDependencies": True, "workspaceDiagnostics": True}
    assert client.codes(uri) == ["unknown-status"]
    client.open(broken / "specs/compute-a.md")
    report = pull(client, uri)
    assert codes_of(report) == ["unknown-status"]
    assert client.diagnostics[uri] == [], "what was pushed is taken back: the client asks for it now"
    client.close(uri)
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    assert client.versions[uri] is None


def test_a_client_that_asks_for_all_is_pushed_nothing(client: Client, broken: Path):
    uri = (broken / "specs/compute-a.md").as_uri()
    client.start(broken, PULLING)
    ask_for_all(client, "all")
    [report] = items_of(client.response("all"))
    assert (report["uri"], report["version"], codes_of(report)) == (uri, None, ["unknown-status"])
    assert client.diagnostics[uri] == []
    client.received.clear()
    client.open(broken / "specs/compute-a.md", SMALL["specs/compute-a.md"])
    client.close(uri)
    client.settle()
    assert pushed(client) == []


def test_a_client_that_asks_for_all_hears_of_a_broken_baseline(client: Client, broken: Path):
    """No rule looks at that file; settings may have kept it silent until now."""
    settings, file = broken / "specthis.toml", broken / NAME
    settings.write_text('[rules]\nignore = ["malformed-baseline"]\n')
    file.write_text("<<<<<<< ours\n")
    client.start(broken, PULLING)
    ask_for_all(client, 1)
    [report] = items_of(client.response(1))
    ask_for_all(client, 2, {report["uri"]: report["resultId"]})
    settings.write_text("")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 2}]})
    reports = {one["uri"]: codes_of(one) for one in items_of(client.response(2)) if one["kind"] == "full"}
    assert reports == {file.as_uri(): ["malformed-baseline"]}


HINTED = {"specs/compute-a.md": SMALL["specs/compute-a.md"].replace("ready", "TBD")}


def test_hints_are_told_while_their_file_is_open(client: Client, tmp_path: Path):
    """Of a whole project they would bury what is wrong; `--check` counts them and prints none."""
    root = write(tmp_path, HINTED)
    client.start(root)
    assert client.diagnostics == {}
    uri = client.open(root / "specs/compute-a.md")
    client.until(lambda: client.codes(uri) == ["missing-script"])
    client.close(uri)
    client.until(lambda: client.codes(uri) == [])


def test_who_asks_is_told_hints_of_what_is_open(client: Client, tmp_path: Path):
    root = write(tmp_path, HINTED)
    client.start(root, PULLING)
    uri = client.open(root / "specs/compute-a.md")
    ask_for_all(client, "open")
    [report] = items_of(client.response("open"))
    assert codes_of(report) == codes_of(pull(client, uri)) == ["missing-script"]
    client.close(uri)
    ask_for_all(client, "closed", {uri: report["resultId"]})
    assert [codes_of(one) for one in items_of(client.response("closed"))] == [[]]


CLIENTS = Path(__file__).parent / "clients"


@pytest.mark.parametrize("path", sorted(CLIENTS.glob("*.json")), ids=lambda path: path.stem)
def test_real_editors_get_what_they_can_take(client: Client, broken: Path, path: Path):
    """The handshake of each editor, as it was recorded, and how it comes to know what is found."""
    recorded = json.loads(path.read_text().replace("/project", str(broken)))
    recorded.pop("processId", None)
    capabilities = client.request("initialize", {**recorded, "processId": None})["result"]["capabilities"]
    # Neovim 0.12 asks, but told to ask again it leaves out what is open: so it is sent its diagnostics as well.
    # VS Code would ask, too; our extension takes that back.
    assert "diagnosticProvider" not in capabilities
    offered = recorded["capabilities"].get("general", {}).get("positionEncodings")
    assert capabilities["positionEncoding"] == (offered[0] if offered else "utf-16")
    client.notify("initialized", {})
    uri = (broken / "specs/compute-a.md").as_uri()
    client.until(lambda: client.codes() == ["unknown-status"])
    client.open(broken / "specs/compute-a.md")
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    client.change(uri, 2, {"text": SMALL["specs/compute-a.md"]})
    client.until(lambda: client.diagnostics[uri] == [])
    assert client.end() == 0


# One file ----------------------------------------------------------------------------------------------------


def test_what_the_client_has_already_is_not_sent_again(client: Client, broken: Path):
    client.start(broken, PULLING)
    uri = client.open(broken / "specs/compute-a.md")
    first = pull(client, uri)
    assert first["kind"] == "full"
    assert pull(client, uri, first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    client.change(uri, 2, {"text": SMALL["specs/compute-a.md"]})
    second = pull(client, uri, first["resultId"])
    assert (second["kind"], second["items"]) == ("full", [])
    client.change(uri, 3, {"text": BROKEN["specs/compute-a.md"]})
    assert pull(client, uri, second["resultId"]) == first, "equal diagnostics have equal names"


def test_an_answer_is_of_the_text_that_came_with_the_question(client: Client, broken: Path):
    client.start(broken, PULLING)
    uri = client.open(broken / "specs/compute-a.md")
    edit = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": SMALL["specs/compute-a.md"]}]}
    ask = {"method": "textDocument/diagnostic", "params": {"textDocument": {"uri": uri}}}
    client.send({"id": "a", **ask}, {"method": "textDocument/didChange", "params": edit}, {"id": "b", **ask})
    assert items_of(client.response("a")) == items_of(client.response("b")) == []


def test_a_file_of_no_project_has_no_diagnostics(client: Client, broken: Path, tmp_path: Path):
    client.start(broken, PULLING)
    for uri in ("untitled:Untitled-1", (tmp_path / "elsewhere.md").as_uri()):
        assert pull(client, uri) == {"kind": "full", "items": []}


def test_what_is_just_being_written_is_asked_for_once_its_author_rests(client: Client, tmp_path: Path):
    root = write(tmp_path / "small", SMALL)
    client.start(root, PULLING)
    uri = client.open(root / "specs/compute-a.md")
    pull(client, uri)
    line = SMALL["specs/compute-a.md"].splitlines().index("Script: `scripts/fit.py`")
    client.change(uri, 2, {"range": at(line, 20, 20), "text": "x"})
    assert pull(client, uri)["items"] == []
    client.until(lambda: refreshes(client) == 1, 5)
    assert codes_of(pull(client, uri)) == ["missing-script"]


# Being told to ask again -------------------------------------------------------------------------------------


def test_a_change_elsewhere_has_the_client_ask_again(client: Client, tmp_path: Path):
    """A label is renamed in the paper: the report that names it, open beside it, has a finding now."""
    root = copy_of("grokking", tmp_path)
    client.start(root, PULLING)
    report = client.open(root / "specs/report-fraction.md")
    known = pull(client, report)
    paper = client.open(root / "reports/paper.tex")
    pull(client, paper)
    text = (root / "reports/paper.tex").read_text(encoding="utf-8")
    client.change(paper, 2, {"text": text + "% more\n"})
    pull(client, paper)
    assert refreshes(client) == 0, "the client asks for what it changed itself"
    client.change(paper, 3, {"text": text.replace("\\label{sec:fraction}", "\\label{sec:fractions}")})
    pull(client, paper)
    client.until(lambda: refreshes(client) == 1)
    assert codes_of(pull(client, report, known["resultId"])) == ["missing-section"]


def test_a_change_on_disk_has_the_client_ask_again(client: Client, tmp_path: Path):
    root = write(tmp_path / "small", SMALL)
    client.start(root, PULLING)
    uri = client.open(root / "specs/compute-a.md")
    pull(client, uri)
    (root / "scripts/fit.py").unlink()
    changed = [{"uri": (root / "scripts/fit.py").as_uri(), "type": 3}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changed})
    client.until(lambda: refreshes(client) == 1)
    assert codes_of(pull(client, uri)) == ["missing-script"]


def test_a_file_whose_project_begins_is_asked_for_again(client: Client, tmp_path: Path):
    """Until then it lay in none, and the answer was that nothing is found in it."""
    root = tmp_path / "new"
    root.mkdir()
    client.start(root, PULLING)
    text = BROKEN["specs/compute-a.md"]
    uri = client.open(root / "specs/compute-a.md", text)
    assert pull(client, uri) == {"kind": "full", "items": []}
    write(root, {**SMALL, "specthis.toml": ""})
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (root / "specthis.toml").as_uri(), "type": 1}]}
    )
    client.until(lambda: refreshes(client) == 1)
    assert codes_of(pull(client, uri)) == ["unknown-status"]


# The whole workspace -----------------------------------------------------------------------------------------


def test_what_is_open_and_cannot_be_seen_is_news_of_the_workspace(client: Client, tmp_path: Path):
    """VS Code keeps texts open in tabs behind others, or in none; of these it does not ask when told to ask again."""
    root = write(tmp_path / "small", SMALL)
    spec, script = root / "specs/compute-a.md", root / "scripts/fit.py"
    client.start(root, PULLING)
    ask_for_all(client, "all")
    client.response("all")
    uri = client.open(spec)
    pull(client, uri)
    ask_for_all(client, "next")
    client.settle()
    script.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": script.as_uri(), "type": 3}]})
    (report,) = items_of(client.response("next"))
    assert report["uri"] == uri
    assert "missing-script" in codes_of(report)


@pytest.mark.parametrize("files", [SMALL, BROKEN], ids=["clean", "broken"])
def test_a_text_that_was_thrown_away_is_news_of_the_workspace(client: Client, tmp_path: Path, files: dict[str, str]):
    """VS Code drops the answer that it asks for when a tab is closed, and would go on showing what was typed there."""
    spec = write(tmp_path / "study", files) / "specs/compute-a.md"
    client.start(spec.parents[1], PULLING)
    ask_for_all(client, "all")
    known = {report["uri"]: report["resultId"] for report in items_of(client.response("all"))}
    ask_for_all(client, "next", known)
    uri = client.open(spec, files["specs/compute-a.md"].replace("name: compute-a", "name: another"))
    assert "name-mismatch" in codes_of(pull(client, uri))
    client.close(uri)
    (report,) = items_of(client.response("next"))
    assert (report["uri"], codes_of(report)) == (uri, [] if files is SMALL else ["unknown-status"])


def test_a_second_question_waits_for_news(client: Client, broken: Path):
    """Some clients ask again two seconds after each answer: that would be a walk over the project each time."""
    uri = (broken / "specs/compute-a.md").as_uri()
    client.start(broken, PULLING)
    ask_for_all(client, "first")
    [first] = items_of(client.response("first"))
    ask_for_all(client, "second", {uri: first["resultId"]})
    client.settle()
    assert not [one for one in client.received if one.get("id") == "second"]
    (broken / "specs/compute-a.md").write_text(BROKEN["specs/compute-a.md"].replace("kind: compute", "kind: computed"))
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    [second] = items_of(client.response("second"))
    assert "unknown-kind" in codes_of(second)


def test_the_first_answer_comes_at_once_also_where_all_is_well(client: Client, tmp_path: Path):
    client.start(write(tmp_path / "small", SMALL), PULLING)
    ask_for_all(client, 1)
    assert items_of(client.response(1)) == []


def test_what_was_mended_is_said_to_be_clean_and_the_rest_to_stand(client: Client, tmp_path: Path):
    root = copy_of("drifted", tmp_path)
    client.start(root, PULLING)
    ask_for_all(client, "first")
    known = {report["uri"]: report["resultId"] for report in items_of(client.response("first"))}
    assert len(known) == 4
    (root / "scripts/fractions.py").rename(root / "scripts/fraction.py")
    ask_for_all(client, "second", known)
    client.save((root / "specs/meta.md").as_uri())
    reports = {report["uri"]: report for report in items_of(client.response("second"))}
    mended = reports.pop((root / "specs/compute-fraction.md").as_uri())
    assert mended["items"] == []
    assert {report["kind"] for report in reports.values()} == {"unchanged"}
    assert {uri: report["resultId"] for uri, report in reports.items()}.items() <= known.items()
    (root / "specs/compute-fraction.md").unlink()
    ask_for_all(client, "third", {**known, (root / "gone.md").as_uri(): "x"})
    gone = [report for report in items_of(client.response("third")) if report["uri"].endswith("gone.md")]
    assert [report["items"] for report in gone] == [[]]


def test_many_reports_come_in_parts(client: Client, tmp_path: Path):
    spec = BROKEN["specs/compute-a.md"]
    names = [f"compute-{number:03}" for number in range(150)]
    files = {f"specs/{name}.md": spec.replace("compute-a", name).replace("a.json", f"{name}.json") for name in names}
    root = write(tmp_path / "many", {**files, "scripts/fit.py": ""})
    client.start(root, PULLING)
    ask_for_all(client, 1, token="part")
    assert items_of(client.response(1)) == []
    parts = [
        one["params"]["value"]["items"]
        for one in client.received
        if one.get("method") == "$/progress" and one["params"]["token"] == "part"
    ]
    assert len(parts) == 3
    assert sorted(report["uri"] for part in parts for report in part) == sorted(
        (root / path).as_uri() for path in files
    )


def test_a_question_that_waits_can_be_withdrawn_or_replaced(client: Client, broken: Path):
    client.start(broken, PULLING)
    ask_for_all(client, "first")
    known = {report["uri"]: report["resultId"] for report in items_of(client.response("first"))}
    ask_for_all(client, "cancelled", known)
    client.notify("$/cancelRequest", {"id": "cancelled"})
    assert client.response("cancelled")["error"]["code"] == -32800
    ask_for_all(client, "replaced", known)
    ask_for_all(client, "waiting", known)
    error = client.response("replaced")["error"]
    assert (error["code"], error["data"]) == (-32802, {"retriggerRequest": False})
    client.send({"id": "last", "method": "shutdown"})
    assert client.response("last")["result"] is None
    assert client.response("waiting")["error"]["code"] == -32800
    client.notify("exit")
    assert client.process.wait(10) == 0


def test_a_folder_that_is_closed_has_no_diagnostics(client: Client, broken: Path):
    client.start(broken, PULLING)
    ask_for_all(client, 1)
    known = {report["uri"]: report["resultId"] for report in items_of(client.response(1))}
    ask_for_all(client, 2, known)
    gone = [{"uri": broken.as_uri(), "name": "broken"}]
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": gone}})
    assert [report["items"] for report in items_of(client.response(2))] == [[]]
