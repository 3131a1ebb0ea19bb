"""Completion as clients meet it: what each of them is sent, and what its text becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projects import write
from server_client import Client
from specthis_analyzers.text import Text
from specthis_lsp.server.positions import Positions
from specthis_runtime import catalogue
from specthis_runtime.catalogue import most_by_name

CLIENTS = Path(__file__).parent / "clients"
SPEC = (
    "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n## Entries\n\n### größe 🎲\n\n### base\n\n"
    "Script: `scripts/`\nOutput: `results/a.json`\nStatus: \n"
)
STUDY = {
    "specs/compute-a.md": SPEC,
    "specs/definitions.md": "---\nname: definitions\nkind: definitions\ndepends_on: []\ntitle: Words\n---\n",
    "scripts/fit.py": "",
    "scripts/maß 🎲.py": "",
    "results/a.json": '{"loss": 0.5}',
    ".gitignore": "*.log\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", STUDY)


def able(item: dict[str, Any] | None = None, encoding: str = "utf-16", **completion: Any) -> dict[str, Any]:
    """The capabilities of a client, as far as completion goes."""
    return {
        "general": {"positionEncodings": [encoding]},
        "textDocument": {"completion": {"completionItem": item or {}, **completion}},
    }


def at_bar(marked: str, encoding: str) -> tuple[str, dict[str, int]]:
    """A text without its bar, and where that stood, as a client counts."""
    before, _, after = marked.partition("|")
    text = Text(before + after)
    return text.source, Positions(encoding).position(text, len(before))


def asked(client: Client, uri: str, position: dict[str, int], *context: dict[str, Any]) -> list[dict[str, Any]]:
    params = {"textDocument": {"uri": uri}, "position": position, **({"context": context[0]} if context else {})}
    result = client.request("textDocument/completion", params)["result"]
    return result["items"] if result else []


def accepted(source: str, item: dict[str, Any], encoding: str, replace: bool = True) -> str:
    """The text after a client took a choice."""
    edit = item["textEdit"]
    where = edit["range"] if "range" in edit else edit["replace" if replace else "insert"]
    return apply(source, where, edit["newText"], encoding)


def apply(source: str, where: dict[str, Any], new: str, encoding: str) -> str:
    text, positions = Text(source), Positions(encoding)
    start, end = (positions.offset(text, Position(**where[side])) for side in ("start", "end"))
    return source[:start] + new + source[end:]


class Position:
    def __init__(self, line: int, character: int) -> None:
        self.line = line
        self.character = character


def named(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    found = [item for item in items if item["label"] == label]
    assert found, [item["label"] for item in items]
    return found[0]


def test_completion_is_announced_with_its_triggers(client: Client, root: Path):
    """The signs behind which something begins, and that choices can be asked about."""
    announced = client.start(root, able())["completionProvider"]
    assert announced["resolveProvider"] is True
    assert announced["triggerCharacters"] == ["`", "/", "{", "[", "#", ":", ",", "="]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_is_accepted_stands_where_it_should(client: Client, root: Path, encoding: str, ending: str):
    """Behind letters of several bytes, in every unit and with either line end."""
    client.start(root, able(encoding=encoding))
    marked = SPEC.replace("Script: `scripts/`", "Script: `scripts/maß 🎲.py`, größe").replace(
        "Status: \n", "Inputs: `scripts/maß 🎲.py`, `scripts/|`\n"
    )
    source, position = at_bar(marked.replace("\n", ending), encoding)
    uri = client.open(root / "specs/compute-a.md", source)
    item = named(asked(client, uri, position), "scripts/fit.py")
    assert accepted(source, item, encoding) == source.replace("`scripts/`", "`scripts/fit.py`")


def test_what_follows_the_cursor_is_kept_or_replaced_as_the_user_likes(client: Client, root: Path):
    """A client that tells the two apart is given both ranges."""
    client.start(root, able({"insertReplaceSupport": True}))
    source, position = at_bar(SPEC.replace("`scripts/`", "`scripts/f|old.py`"), "utf-16")
    uri = client.open(root / "specs/compute-a.md", source)
    item = named(asked(client, uri, position), "scripts/fit.py")
    assert "Script: `scripts/fit.py`\n" in accepted(source, item, "utf-16")
    assert "Script: `scripts/fit.pyold.py`\n" in accepted(source, item, "utf-16", replace=False)


@pytest.mark.parametrize(
    ("path", "marked", "sign"),
    [
        ("specs/compute-a.md", "---\nname: compute-a\nkind: compute\ndepends_on:|\n---\n", ":"),
        ("specs/compute-a.md", SPEC + "Inputs:|", ":"),
        ("specthis.toml", "[rules]\nselect = [|]\n", "["),
        ("specthis.toml", '[rules]\nselect = [\n  "missing-key",|\n]\n', ","),
    ],
)
def test_where_a_list_may_go_on_below_enter_takes_nothing_that_nobody_asked_for(
    client: Client, root: Path, path: str, marked: str, sign: str
):
    write(root, {"specthis.toml": ""})
    client.start(root, able())
    source, position = at_bar(marked, "utf-16")
    uri = client.open(root / path, source)
    assert asked(client, uri, position)
    assert not asked(client, uri, position, {"triggerKind": 2, "triggerCharacter": sign})


def test_where_a_value_must_follow_it_is_offered_at_once(client: Client, root: Path):
    client.start(root, able())
    source, position = at_bar("---\nname: compute-a\nkind:|\n---\n", "utf-16")
    uri = client.open(root / "specs/compute-a.md", source)
    assert asked(client, uri, position, {"triggerKind": 2, "triggerCharacter": ":"})


def test_stops_for_the_cursor_go_to_those_who_know_them(client: Client, root: Path):
    """A client with snippets gets the skeleton of a field."""
    client.start(root, able({"snippetSupport": True}))
    source, position = at_bar(SPEC.replace("Output: `results/a.json`", "Ou|"), "utf-16")
    item = named(asked(client, client.open(root / "specs/compute-a.md", source), position), "Output:")
    assert item["insertTextFormat"] == 2
    assert item["textEdit"]["newText"] == "Output: `results/a-base/${1:result}.json`"


def test_others_get_plain_text(client: Client, root: Path):
    client.start(root, able())
    source, position = at_bar(SPEC.replace("Output: `results/a.json`", "Ou|"), "utf-16")
    item = named(asked(client, client.open(root / "specs/compute-a.md", source), position), "Output:")
    assert "insertTextFormat" not in item
    assert item["textEdit"]["newText"] == "Output: "


def test_in_neovim_a_choice_of_several_words_is_written_whole(client: Client, root: Path):
    """It writes plain text up to the first blank, and snippets whole; with signs that snippets take for their own."""
    write(root, {"scripts/a $1 {b}.py": ""})
    client.start(root, able({"snippetSupport": True}), clientInfo={"name": "Neovim", "version": "0.11.4"})
    source, position = at_bar(SPEC.replace("Status: ", "Status: |"), "utf-16")
    uri = client.open(root / "specs/compute-a.md", source)
    ready = named(asked(client, uri, position), "script ready")
    assert (ready["insertTextFormat"], ready["textEdit"]["newText"]) == (2, "script ready")
    source, position = at_bar(SPEC.replace("`scripts/`", "`scripts/|`"), "utf-16")
    client.change(uri, 2, {"text": source})
    items = asked(client, uri, position)
    odd = named(items, "scripts/a $1 {b}.py")
    assert (odd["insertTextFormat"], odd["textEdit"]["newText"]) == (2, "scripts/a \\$1 {b\\}.py")
    assert "insertTextFormat" not in named(items, "scripts/fit.py")


def test_each_choice_says_what_is_compared_with_what_is_typed(client: Client, root: Path):
    """Neovim takes one that does not for one that was compared already, and offers it whatever is typed."""
    client.start(root, able())
    source, position = at_bar(SPEC.replace("`scripts/`", "`scripts/f|`"), "utf-16")
    items = asked(client, client.open(root / "specs/compute-a.md", source), position)
    assert [item["filterText"] for item in items] == ["scripts/fit.py", "scripts/maß 🎲.py"]


def test_kinds_that_a_client_does_not_know_are_not_sent(client: Client, root: Path):
    """Without a list of kinds only the first eighteen are known."""
    client.start(root, able())
    source, position = at_bar(SPEC.replace("Status: ", "Status: |"), "utf-16")
    items = asked(client, client.open(root / "specs/compute-a.md", source), position)
    assert [item["label"] for item in items] == ["script TBD", "script ready"]
    assert all(item["kind"] <= 18 for item in items)


def test_kinds_that_a_client_knows_are(client: Client, root: Path):
    client.start(root, able(completionItemKind={"valueSet": list(range(1, 26))}))
    source, position = at_bar(SPEC.replace("Status: ", "Status: |"), "utf-16")
    items = asked(client, client.open(root / "specs/compute-a.md", source), position)
    assert {item["kind"] for item in items} == {20}


def test_documentation_waits_until_it_is_looked_at(client: Client, root: Path):
    """A client that resolves gets none with the list, and what it asks for comes in its markup."""
    item = {"resolveSupport": {"properties": ["documentation"]}, "documentationFormat": ["markdown", "plaintext"]}
    client.start(root, able(item))
    source, position = at_bar(SPEC.replace("depends_on: []", "depends_on: [|]"), "utf-16")
    found = named(asked(client, client.open(root / "specs/compute-a.md", source), position), "definitions.md")
    assert "documentation" not in found
    resolved = client.request("completionItem/resolve", found)["result"]
    assert resolved["documentation"] == {"kind": "markdown", "value": "Words\n\nKind: definitions"}
    assert resolved["textEdit"] == found["textEdit"]


def test_documentation_goes_along_to_those_who_do_not_ask(client: Client, root: Path):
    """In plain text where a client shows no Markdown."""
    client.start(root, able())
    source, position = at_bar(SPEC.replace("Status: ", "Status: |"), "utf-16")
    item = asked(client, client.open(root / "specs/compute-a.md", source), position)[1]
    assert item["documentation"]["kind"] == "plaintext"
    assert item["documentation"]["value"].startswith("The script does what the entry says")


def test_a_gpu_is_told_with_its_price_and_the_day_of_that(client: Client, root: Path):
    """Those of the catalogue are offered, and a hover says the same of the one that is chosen."""
    client.start(root, able({"resolveSupport": {"properties": ["documentation"]}}))
    source, position = at_bar(SPEC.replace("Status: ", "Resources: `gpu=|`\nStatus: "), "utf-16")
    uri = client.open(root / "specs/compute-a.md", source)
    found = asked(client, uri, position)
    assert [item["label"] for item in found] == list(most_by_name())
    gpu = catalogue.gpu("H200")
    assert gpu is not None
    said = client.request("completionItem/resolve", named(found, "H200"))["result"]["documentation"]["value"]
    assert said.startswith(f"{gpu.memory} GiB each")
    assert said.endswith(f"${gpu.per_hour} an hour by the list, as of {catalogue.AS_OF}")
    client.change(uri, 2, {"text": source.replace("gpu=", "gpu=H200")})
    params = {"textDocument": {"uri": uri}, "position": {**position, "character": position["character"] + 2}}
    hover = client.request("textDocument/hover", params)["result"]["contents"]["value"]
    assert hover.startswith(f"H200\n\n{gpu.memory} GiB each")


def test_a_rule_is_explained_by_its_page(client: Client, root: Path):
    """And the rules that speak in this file are offered first."""
    client.start(root, able({"resolveSupport": {"properties": ["documentation"]}}))
    source, position = at_bar(
        SPEC.replace("Script: `scripts/`", "Script: `lost.py` <!-- specthis: ignore[|] -->"), "utf-16"
    )
    uri = client.open(root / "specs/compute-a.md", source)
    client.settle()
    first = asked(client, uri, position)[0]
    assert first["label"] in client.codes(uri)
    resolved = client.request("completionItem/resolve", first)["result"]
    assert len(resolved["documentation"]["value"]) > len(first["detail"])


@pytest.mark.parametrize("data", [None, 3, [], ["file:///nowhere.md", "spec", "x"], ["x"], {"a": 1}, [1, 2]])
def test_choices_of_others_come_back_as_they_went(client: Client, root: Path, data: Any):
    """Whatever a client sends to be explained is answered."""
    client.start(root, able())
    item = {"label": "x", "data": data} if data is not None else {"label": "x"}
    resolved = client.request("completionItem/resolve", item)["result"]
    assert resolved["label"] == "x"
    assert "documentation" not in resolved


def test_nothing_is_read_above_the_root_to_explain_a_choice(client: Client, root: Path):
    client.start(root, able())
    uri = client.open(root / "specs/compute-a.md")
    for about in (["spec", "specs/../../x.md"], ["label", "../paper.tex", "x"], ["file", "/etc/passwd"], ["spec"]):
        resolved = client.request("completionItem/resolve", {"label": "x", "data": [uri, *about]})["result"]
        assert resolved.get("documentation") is None


def test_the_order_is_ours(client: Client, root: Path):
    """Clients sort by what we say, not by label."""
    client.start(root, able())
    source, position = at_bar(SPEC.replace("Status: ", "|"), "utf-16")
    items = asked(client, client.open(root / "specs/compute-a.md", source), position)
    assert items[0]["label"] == "Status:"
    assert sorted(items, key=lambda item: item["sortText"]) == items


def test_what_git_ignores_is_not_offered(client: Client, root: Path):
    """Nor what is hidden; the project of this test is a repository."""
    (root / ".git").mkdir()
    for name in ("run.log", ".secret", "kept.txt"):
        (root / "scripts" / name).write_text("")
    client.start(root, able())
    source, position = at_bar(SPEC.replace("Status: ", "Inputs: `scripts/|`"), "utf-16")
    items = asked(client, client.open(root / "specs/compute-a.md", source), position)
    assert [item["label"] for item in items] == ["scripts/fit.py", "scripts/kept.txt", "scripts/maß 🎲.py"]


def test_a_link_out_of_the_project_is_not_followed(
    client: Client, root: Path, tmp_path_factory: pytest.TempPathFactory
):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.py").write_text("")
    (root / "scripts" / "away").symlink_to(outside)
    client.start(root, able())
    source, position = at_bar(SPEC.replace("`scripts/`", "`scripts/away/|`"), "utf-16")
    assert asked(client, client.open(root / "specs/compute-a.md", source), position) == []


def test_elsewhere_there_is_silence(client: Client, root: Path):
    """In prose, in files of no project, and in files that are not open."""
    client.start(root, able())
    assert asked(client, client.open(root / "specs/compute-a.md"), {"line": 0, "character": 3}) == []
    assert asked(client, "file:///nowhere.md", {"line": 0, "character": 0}) == []
    assert asked(client, (root / "lost.md").as_uri(), {"line": 0, "character": 0}) == []


@pytest.mark.parametrize("path", sorted(CLIENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_editor_gets_what_it_can_use(client: Client, root: Path, path: Path):
    """With what five real editors say of themselves, the same choice gives the same text."""
    said = json.loads(path.read_text(encoding="utf-8"))
    capabilities = said.get("params", said).get("capabilities", said)
    client.start(root, capabilities)
    encoding = Positions(next(iter(capabilities.get("general", {}).get("positionEncodings", ["utf-16"])))).encoding
    source, position = at_bar(SPEC.replace("`scripts/`", "`scripts/maß 🎲.py`, `scripts/fi|"), encoding)
    item = named(asked(client, client.open(root / "specs/compute-a.md", source), position), "scripts/fit.py")
    assert "`scripts/fit.py`\n" in accepted(source, item, encoding)
