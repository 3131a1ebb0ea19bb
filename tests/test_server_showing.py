"""What the server shows around a text: symbols, links, lenses and hints, to clients of several abilities."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest

from server_client import CAPABILITIES, Client, at
from specthis_lsp.server.converter import lenient_converter, structure_initialize
from specthis_lsp.server.offers import Offers

STUDY = {
    "specs/compute-a.md": "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n# A\n\n## Entries\n\n"
    "### base\n\nScript: `scripts/fit.py`\nOutput: `results/a/fit.json` (keys: loss)\nStatus: script ready\n",
    "specs/report-a.md": "---\nname: report-a\nkind: report\ndepends_on:\n  - compute-a.md\n"
    "host_doc: reports/paper.tex\nsection_label: sec:a\n---\n\nOf `compute-a.md`.\n\n## Entries\n\n"
    "### curves\n\nExport script: `scripts/export/curves.py`\n"
    "Export outputs: `reports/figures/curves.tex`\nStatus: script ready\n",
    "scripts/fit.py": "",
    "scripts/export/curves.py": "OPEN = 'results/a/fit.json'\n",
    "results/a/fit.json": '{"loss": [3, 2, 1]}',
    "reports/paper.tex": "\\documentclass{article}\n\\begin{document}\n\\section{A}\\label{sec:a}\n"
    "\\input{figures/curves}\n\\end{document}\n",
    "reports/figures/curves.tex": "x\n",
}
FULL: dict[str, Any] = copy.deepcopy(CAPABILITIES)
FULL["window"] = {"showDocument": {"support": True}}
FULL["workspace"] |= {"codeLens": {"refreshSupport": True}, "inlayHint": {"refreshSupport": True}}
FULL["textDocument"] |= {
    "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    "documentLink": {"tooltipSupport": True},
    "codeLens": {},
    "inlayHint": {},
}
LONG_AGO = 1_000_000_000


@pytest.fixture
def study(tmp_path: Path) -> Path:
    root = tmp_path / "study"
    for path, text in STUDY.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
        age(root / path)
    return root


def age(path: Path, later: int = 0) -> None:
    os.utime(path, (LONG_AGO + later, LONG_AGO + later))


def of(path: Path, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": path.as_uri()}, **more}


def asked(client: Client, method: str, params: Any) -> Any:
    answer = client.request(method, params)
    assert "error" not in answer, answer
    return answer["result"]


# Symbols ----------------------------------------------------------------------------------------------------------


def test_symbols_lie_in_one_another_where_the_client_can_show_that(client: Client, study: Path):
    client.start(study, FULL)
    [top] = asked(client, "textDocument/documentSymbol", of(study / "specs/compute-a.md"))
    assert (top["name"], [inside["name"] for inside in top["children"]]) == ("A", ["Entries"])
    [entry] = top["children"][0]["children"]
    assert (entry["name"], entry["detail"], entry["range"]["start"]["line"]) == ("base", "script ready", 10)
    assert [field["name"] for field in entry["children"]] == ["Script", "Output", "Status"]


def test_symbols_come_in_a_row_to_other_clients(client: Client, study: Path):
    client.start(study)
    found = asked(client, "textDocument/documentSymbol", of(study / "specs/compute-a.md"))
    assert [(one["name"], one.get("containerName")) for one in found] == [
        ("A", None), ("Entries", "A"), ("base", "Entries"), ("Script", "base"), ("Output", "base"), ("Status", "base"),
    ]  # fmt: skip
    assert all(one["location"]["uri"] == (study / "specs/compute-a.md").as_uri() for one in found)


def test_a_project_is_searched_by_the_letters_of_a_name(client: Client, study: Path):
    client.start(study, FULL)
    found = asked(client, "workspace/symbol", {"query": "crvs"})
    assert [(one["name"], one["containerName"]) for one in found] == [
        ("curves", "report-a"),
        ("reports/figures/curves.tex", "curves"),
    ]
    [label] = asked(client, "workspace/symbol", {"query": "sec:a"})
    assert label["location"] == {"uri": (study / "reports/paper.tex").as_uri(), "range": at(2, 18, 23)}
    assert len(asked(client, "workspace/symbol", {"query": ""})) == 6


# Links ------------------------------------------------------------------------------------------------------------


def test_links_lead_to_what_is_here(client: Client, study: Path):
    client.start(study, FULL)
    found = asked(client, "textDocument/documentLink", of(study / "specs/report-a.md"))
    targets = [Path(link["target"].removeprefix(study.as_uri())).as_posix().strip("/") for link in found]
    assert targets == [
        "specs/compute-a.md", "reports/paper.tex", "reports/paper.tex",
        "scripts/export/curves.py", "reports/figures/curves.tex",
    ]  # fmt: skip
    assert found[2]["tooltip"] == "reports/paper.tex#sec:a"


def test_a_link_says_the_line_to_clients_that_follow_it_and_no_tooltip_to_those_without(client: Client, study: Path):
    client.start(study, clientInfo={"name": "code-server"})
    found = asked(client, "textDocument/documentLink", of(study / "specs/report-a.md"))
    assert found[2]["target"] == (study / "reports/paper.tex").as_uri() + "#L3"
    assert "tooltip" not in found[2]


# Lenses -----------------------------------------------------------------------------------------------------------


def lenses(client: Client, path: Path) -> list[dict[str, Any]]:
    """All lenses of a file, worked out."""
    found = asked(client, "textDocument/codeLens", of(path))
    return [lens if "command" in lens else asked(client, "codeLens/resolve", lens) for lens in found]


def test_a_lens_says_how_an_entry_stands_and_leads_on(client: Client, study: Path):
    age(study / "scripts/fit.py", later=60)
    client.start(study, FULL)
    client.open(study / "specs/compute-a.md")
    state, opened = lenses(client, study / "specs/compute-a.md")
    assert state["command"] == {"title": "stale: by the times of files, scripts/fit.py moved since", "command": ""}
    assert state["range"]["start"] == {"line": 10, "character": 0}
    assert opened["command"]["title"] == "open output"
    client.open(study / "specs/report-a.md")
    titles = [lens["command"]["title"] for lens in lenses(client, study / "specs/report-a.md")]
    assert titles[1:] == ["open export", "open section"]


def test_a_lens_opens_what_it_leads_to(client: Client, study: Path):
    client.start(study, FULL)
    section = lenses(client, study / "specs/report-a.md")[2]["command"]
    params = {"command": section["command"], "arguments": section["arguments"]}
    assert asked(client, "workspace/executeCommand", params) is None
    [shown] = [message["params"] for message in client.received if message.get("method") == "window/showDocument"]
    assert shown["uri"] == (study / "reports/paper.tex").as_uri()
    assert shown["selection"]["start"]["line"] == 2


@pytest.mark.parametrize("arguments", [[], [7], ["file:///etc/passwd"], ["no address"]])
def test_nothing_outside_of_a_project_is_opened(client: Client, study: Path, arguments: list[Any]):
    client.start(study, FULL)
    answer = client.request("workspace/executeCommand", {"command": "specthis.open", "arguments": arguments})
    assert answer["error"]["code"] == -32602
    assert not [message for message in client.received if message.get("method") == "window/showDocument"]


def test_a_client_that_shows_no_files_has_the_state_alone(client: Client, study: Path):
    announced = client.start(study)
    assert "specthis.open" not in announced["executeCommandProvider"]["commands"]
    [state] = lenses(client, study / "specs/report-a.md")
    assert state["command"]["title"].startswith("fresh")
    assert state["command"]["command"] == ""


def test_a_lens_of_an_entry_that_is_gone_says_nothing(client: Client, study: Path):
    client.start(study, FULL)
    path = study / "specs/compute-a.md"
    uri = client.open(path)
    lens = asked(client, "textDocument/codeLens", of(path))[0]
    client.change(uri, 2, {"text": "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n"})
    assert asked(client, "codeLens/resolve", lens)["command"]["title"] == ""
    for data in (None, 3, {"uri": 3}, {"uri": "file:///x.md", "entry": 0}, {"uri": uri, "entry": -1, "name": "base"}):
        assert asked(client, "codeLens/resolve", {**lens, "data": data})["command"]["title"] == ""


def test_the_client_asks_again_once_a_state_is_another(client: Client, study: Path):
    client.start(study, FULL)
    path = study / "specs/compute-a.md"
    client.open(path)
    assert lenses(client, path)[0]["command"]["title"].startswith("fresh")
    (study / "results/a/fit.json").unlink()
    client.save((study / "specs/report-a.md").as_uri())
    client.wait(lambda message: message.get("method") == "workspace/codeLens/refresh")
    assert lenses(client, path)[0]["command"]["title"] == "missing: it is not here"


# Hints ------------------------------------------------------------------------------------------------------------


def hints(client: Client, path: Path) -> list[tuple[int, str, str]]:
    found = asked(client, "textDocument/inlayHint", of(path, range=at(0, 0, 0, last=1000)))
    return [(hint["position"]["line"], hint["label"], hint["tooltip"]) for hint in found]


def test_hints_are_silent_where_all_is_as_it_should_be(client: Client, study: Path):
    client.start(study, FULL)
    for path in ("specs/compute-a.md", "specs/report-a.md", "reports/paper.tex"):
        client.open(study / path)
        assert hints(client, study / path) == []


def test_a_hint_says_what_is_not_as_the_entry_says(client: Client, study: Path):
    (study / "results/a/fit.json").unlink()
    client.start(study, FULL)
    client.open(study / "specs/compute-a.md")
    assert hints(client, study / "specs/compute-a.md") == [(13, "missing", "missing: it is not here")]
    (study / "results/a/fit.json").write_text("{}")
    client.save((study / "specs/compute-a.md").as_uri())
    client.wait(lambda message: message.get("method") == "workspace/inlayHint/refresh")
    assert hints(client, study / "specs/compute-a.md") == []


def test_a_hint_says_which_file_latex_takes(client: Client, study: Path):
    (study / "reports/paper.tex").write_text(
        "\\documentclass{article}\n\\graphicspath{{figures/}}\n\\begin{document}\n\\section{A}\\label{sec:a}\n"
        "\\includegraphics{loss}\n\\includegraphics{figures/loss}\n\\input{figures/curves}\n\\end{document}\n"
    )
    (study / "reports/figures/loss.pdf").write_text("")
    client.start(study, FULL)
    assert [(line, label) for line, label, _ in hints(client, study / "reports/paper.tex")] == [
        (4, "→ reports/figures/loss.pdf"),
        (5, ".pdf"),
    ]


# Real editors -----------------------------------------------------------------------------------------------------

CLIENTS = Path(__file__).parent / "clients"


def offers_of(name: str) -> Offers:
    """What a real editor offers, as it said itself."""
    said = json.loads((CLIENTS / f"{name}.json").read_text())
    request = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {**said, "processId": None}}
    params = structure_initialize(lenient_converter(), request).params
    client = params.client_info.name if params.client_info else ""
    return Offers.of(params.capabilities, client, params.initialization_options)


@pytest.mark.parametrize(
    ("name", "shows", "nests", "refreshes"),
    [
        ("neovim-0.11.4", True, True, (True, True)),
        ("neovim-0.12.4", True, True, (True, True)),
        ("emacs-30.1", True, True, (False, False)),
        ("emacs-28.2", False, True, (False, False)),
        ("helix-25.01.1", False, False, (False, False)),
    ],
)
def test_real_editors_get_what_they_can_use(name: str, shows: bool, nests: bool, refreshes: tuple[bool, bool]):
    offers = offers_of(name)
    assert (offers.shows, offers.nests) == (shows, nests)
    assert (offers.refreshes_lenses, offers.refreshes_hints) == refreshes
    assert offers.markdown
    assert not offers.draws
    assert not offers.follows_lines


# Elsewhere --------------------------------------------------------------------------------------------------------


def test_files_that_are_none_of_ours_hold_nothing(client: Client, study: Path, tmp_path: Path):
    client.start(study, FULL)
    (tmp_path / "other.md").write_text("### base\n\nScript: `a.py`\n")
    (study / "notes.md").write_text("# Notes\n")
    for path in (tmp_path / "other.md", study / "notes.md", study / "gone.md", study / "reports/figures/curves.tex"):
        assert asked(client, "textDocument/codeLens", of(path)) == []
        assert asked(client, "textDocument/documentSymbol", of(path)) == []
        assert asked(client, "textDocument/documentLink", of(path)) == []
        assert hints(client, path) == []


# Hovers -----------------------------------------------------------------------------------------------------------


def hovered(client: Client, path: Path, needle: str, ahead: int = 1) -> tuple[str, str]:
    """The kind of the hover a few letters into the first place that says something, and what it says."""
    text = path.read_text()
    before = text[: text.index(needle) + ahead]
    position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
    contents = asked(client, "textDocument/hover", of(path, position=position))["contents"]
    return contents["kind"], contents["value"]


def test_an_entry_is_told_with_its_whole_chain(client: Client, study: Path):
    age(study / "scripts/fit.py", later=60)
    client.start(study, FULL)
    kind, said = hovered(client, study / "specs/compute-a.md", "### base")
    assert kind == "markdown"
    lines = said.splitlines()
    output = (study / "results/a/fit.json").as_uri()
    assert lines[0] == "**base** (compute)"
    assert (
        f"- output [`results/a/fit.json`]({output}): **stale**, by the times of files, `scripts/fit.py` moved" in said
    )
    assert "- schema: **holds**" in lines
    assert any(line.startswith("- shown by [`report-a#curves`]") for line in lines)
    assert any(line.startswith("  - section") and line.endswith("**shown**") for line in lines)


def test_a_section_is_said_not_to_show_what_it_lacks(client: Client, study: Path):
    paper = study / "reports/paper.tex"
    paper.write_text("".join(line for line in paper.read_text().splitlines(True) if "figures/" not in line))
    client.start(study, FULL)
    _, said = hovered(client, study / "specs/report-a.md", "### curves")
    [section] = [line for line in said.splitlines() if line.startswith("- section")]
    assert section.endswith("**does not show** `reports/figures/curves.tex`")


def test_a_client_without_markdown_gets_plain_words(client: Client, study: Path):
    plain = copy.deepcopy(FULL)
    plain["textDocument"]["hover"] = {"contentFormat": ["plaintext"]}
    client.start(study, plain, clientInfo={"name": "code-server"})
    kind, said = hovered(client, study / "specs/compute-a.md", "results/a/fit.json")
    assert kind == "plaintext"
    assert "output results/a/fit.json: fresh" in said
    assert "loss: 3 values from 1 to 3, last 1" in said
    assert not any(sign in said for sign in ("`", "*", "](", "\\"))


@pytest.mark.parametrize(("name", "said_twice"), [("Neovim", True), ("code-server", False)])
def test_a_finding_is_not_said_twice_in_a_hover(client: Client, study: Path, name: str, said_twice: bool):
    """VS Code puts what is found at a place above what we say of it."""
    (study / "scripts/fit.py").unlink()
    client.start(study, FULL, clientInfo={"name": name})
    _, said = hovered(client, study / "specs/compute-a.md", "scripts/fit.py")
    assert ("**error** spec lies" in said) == said_twice
    assert "`missing-script`" in said


def test_a_client_that_wraps_addresses_gets_none(client: Client, study: Path):
    """Neovim hides the address of a link, and yet breaks the line as if it stood there."""
    client.start(study, FULL, clientInfo={"name": "Neovim"})
    kind, said = hovered(client, study / "specs/compute-a.md", "### base")
    assert kind == "markdown"
    assert "- output `results/a/fit.json`: **fresh**" in said
    assert "](" not in said
    script = study / "scripts/fit.py"
    script.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": script.as_uri(), "type": 3}]})
    _, said = hovered(client, study / "specs/compute-a.md", "scripts/fit.py")
    assert "\n`missing-script`: " in said
    assert "](" not in said


@pytest.mark.parametrize(
    ("params", "drawn"),
    [
        ({}, False),
        ({"clientInfo": {"name": "Neovim"}}, False),
        ({"clientInfo": {"name": "code-server"}}, True),
        ({"clientInfo": {"name": "Visual Studio Code", "version": "1.139.1"}}, True),
        ({"clientInfo": {"name": "Other"}, "initializationOptions": {"hoverImages": True}}, True),
        ({"clientInfo": {"name": "code-server"}, "initializationOptions": {"hoverImages": False}}, False),
        ({"initializationOptions": ["hoverImages"]}, False),
    ],
)
def test_pictures_are_sent_to_clients_that_draw_them(client: Client, study: Path, params: dict[str, Any], drawn: bool):
    (study / "results/a/fit.json").write_text('{"loss": ' + str([1 / at for at in range(1, 50_000)]) + "}")
    client.start(study, FULL, **params)
    _, said = hovered(client, study / "results/a/fit.json", "loss")
    assert ("](data:image/svg+xml;base64," in said) == drawn
    assert ("█" in said) != drawn
    assert len(said) < 90_000


def test_a_hover_follows_a_result_that_nobody_opened(client: Client, study: Path):
    client.start(study, FULL)
    assert "last 1" in hovered(client, study / "specs/compute-a.md", "(keys: loss)", ahead=8)[1]
    (study / "results/a/fit.json").write_text('{"loss": [3, 2, 7]}')
    changed = {"changes": [{"uri": (study / "results/a/fit.json").as_uri(), "type": 2}]}
    client.notify("workspace/didChangeWatchedFiles", changed)
    assert "last 7" in hovered(client, study / "specs/compute-a.md", "(keys: loss)", ahead=8)[1]


def test_names_from_files_make_no_markup(client: Client, study: Path):
    """What a stranger's repository says can neither load a picture nor pretend to be ours."""
    path = study / "specs/compute-a.md"
    evil = "![x](http://example.org/x.png) <img src=x> [a](command:x)"
    text = path.read_text().replace("(keys: loss)\n", f"\nSchema:\n\n- `loss` - {evil}\n")
    path.write_text(text.replace("depends_on: []", f"title: '{evil}'\ndepends_on: []"))
    client.start(study, FULL)
    for where, needle in ((path, "`loss`"), (study / "specs/report-a.md", "compute-a.md")):
        _, said = hovered(client, where, needle, ahead=3)
        assert "\\!\\[x\\](http" in said
        assert "\\<img" in said
        assert "](command" not in said.replace("\\]", "")


def test_a_rule_a_setting_and_a_word_are_told_by_their_manual(client: Client, study: Path):
    (study / "specthis.toml").write_text('[rules]\nignore = ["layout-prose"]\n')
    client.start(study, FULL)
    assert "how something will look" in hovered(client, study / "specthis.toml", "layout-prose")[1]
    assert "Do not show these rules." in hovered(client, study / "specthis.toml", "ignore")[1]
    assert hovered(client, study / "specs/compute-a.md", "Status:")[1].startswith("**Status:**")


def test_latex_tells_who_makes_what_it_brings_in(client: Client, study: Path):
    client.start(study, FULL)
    _, said = hovered(client, study / "reports/paper.tex", "figures/curves")
    assert "Written by [`report-a#curves`]" in said
    assert "- made by [`compute-a#base`]" in said
    _, said = hovered(client, study / "reports/paper.tex", "sec:a")
    assert "[`report-a`]" in said
    assert "- `curves`: fresh" in said
