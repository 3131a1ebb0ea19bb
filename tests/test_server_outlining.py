"""Folds, selections, colours and formatting as clients meet them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from projects import write
from server_client import Client, at
from specthis_analyzers.text import Text
from specthis_lsp.server.positions import Positions

SPEC = (
    "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n## Entries\n\n### base\n\n"
    "Script: `scripts/größe 🎲.py`\nOutput: `results/a.json`\nSchema: `größe: number`\nStatus: script ready\n"
)
STUDY = {"specs/compute-a.md": SPEC, "scripts/größe 🎲.py": "", "results/a.json": '{"größe": 1}'}
ABLE: dict[str, Any] = {
    "foldingRange": {}, "selectionRange": {}, "formatting": {}, "rangeFormatting": {},
    "semanticTokens": {"requests": {"full": {"delta": True}, "range": True}, "tokenTypes": [], "tokenModifiers": [],
                       "formats": ["relative"]},
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", STUDY)


def able(encoding: str = "utf-16", **others: Any) -> dict[str, Any]:
    return {"general": {"positionEncodings": [encoding]}, "textDocument": {**ABLE, **others}}


def asked(client: Client, method: str, uri: str, **params: Any) -> Any:
    return client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})["result"]


def words(source: str, numbers: list[int], encoding: str, legend: list[str]) -> list[tuple[str, str]]:
    """Tokens as a client reads them: the text of each, and its sort."""
    text, positions = Text(source), Positions(encoding)
    found: list[tuple[str, str]] = []
    line = column = 0
    for at_number in range(0, len(numbers), 5):
        lines, columns, length, sort, _ = numbers[at_number : at_number + 5]
        column = columns + (column if lines == 0 else 0)
        line += lines
        start = positions.offset(text, Where(line, column))
        end = positions.offset(text, Where(line, column + length))
        found.append((source[start:end], legend[sort]))
    return found


def corners(selected: dict[str, Any]) -> list[tuple[int, int]]:
    sides = (selected["range"][side] for side in ("start", "end"))
    return [(side["line"], side["character"]) for side in sides]


class Where:
    def __init__(self, line: int, character: int) -> None:
        self.line = line
        self.character = character


def test_who_does_not_ask_is_told_of_nothing(client: Client, root: Path):
    """None of it is announced to a client that says nothing of it."""
    announced = client.start(root, {})
    for name in ("foldingRange", "selectionRange", "semanticTokens", "documentFormatting", "documentRangeFormatting"):
        assert not announced.get(f"{name}Provider")


def test_who_asks_is_told_of_all(client: Client, root: Path):
    announced = client.start(root, able())
    for name in ("foldingRange", "selectionRange", "documentFormatting", "documentRangeFormatting"):
        assert announced[f"{name}Provider"]
    colours = announced["semanticTokensProvider"]
    assert colours["full"] == {"delta": True}
    assert colours["range"] is True
    assert "linkedEditingRangeProvider" not in announced


def test_folds_are_whole_lines(client: Client, root: Path):
    client.start(root, able())
    found = asked(client, "foldingRange", client.open(root / "specs/compute-a.md"))
    assert found[0] == {"startLine": 0, "endLine": 4, "kind": "region"}
    assert all(set(fold) <= {"startLine", "endLine", "kind"} for fold in found)


def test_a_client_gets_no_more_folds_than_it_takes(client: Client, root: Path):
    client.start(root, able(foldingRange={"rangeLimit": 1}))
    assert len(asked(client, "foldingRange", client.open(root / "specs/compute-a.md"))) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_words_are_told_in_the_units_agreed(client: Client, root: Path, encoding: str):
    """Behind letters of several bytes, and of these themselves."""
    legend = client.start(root, able(encoding))["semanticTokensProvider"]["legend"]["tokenTypes"]
    uri = client.open(root / "specs/compute-a.md")
    found = words(SPEC, asked(client, "semanticTokens/full", uri)["data"], encoding, legend)
    assert ("scripts/größe 🎲.py", "string") in found
    assert ("größe", "parameter") in found
    assert ("number", "type") in found
    assert found[-1] == ("script ready", "enumMember")


def test_words_of_some_lines(client: Client, root: Path):
    legend = client.start(root, able())["semanticTokensProvider"]["legend"]["tokenTypes"]
    uri = client.open(root / "specs/compute-a.md")
    found = asked(client, "semanticTokens/range", uri, range=at(8, 0, 0, 10))["data"]
    assert words(SPEC, found, "utf-16", legend) == [
        ("base", "class"), ("Script", "property"), ("scripts/größe 🎲.py", "string"),
    ]  # fmt: skip


def test_what_changed_of_the_words(client: Client, root: Path):
    """However a text is edited, what the client puts together is what it would get anew."""
    client.start(root, able())
    uri = client.open(root / "specs/compute-a.md")
    told = asked(client, "semanticTokens/full", uri)
    data, name = told["data"], told["resultId"]
    lines = SPEC.split("\n")
    chance = random.Random(3)
    for version in range(2, 12):
        number = chance.randrange(len(lines))
        lines[number : number + chance.randrange(2)] = chance.choice(
            [["Status: script TBD"], [], ["### wide", ""], ["x"]]
        )
        client.change(uri, version, {"text": "\n".join(lines)})
        told = asked(client, "semanticTokens/full/delta", uri, previousResultId=name)
        for edit in told["edits"]:
            data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit.get("data", [])
        full = asked(client, "semanticTokens/full", uri)
        assert data == full["data"]
        name = full["resultId"]


def test_a_name_that_is_not_known_gets_all_words(client: Client, root: Path):
    client.start(root, able())
    uri = client.open(root / "specs/compute-a.md")
    told = asked(client, "semanticTokens/full/delta", uri, previousResultId="other")
    assert told["data"]
    assert told["resultId"]


def test_where_nothing_changed_nothing_is_sent(client: Client, root: Path):
    client.start(root, able())
    uri = client.open(root / "specs/compute-a.md")
    name = asked(client, "semanticTokens/full", uri)["resultId"]
    assert asked(client, "semanticTokens/full/delta", uri, previousResultId=name)["edits"] == []


def test_selections_hold_one_another(client: Client, root: Path):
    """A chain for each place, the smallest range first."""
    client.start(root, able())
    uri = client.open(root / "specs/compute-a.md")
    places = [{"line": 10, "character": 12}, {"line": 900, "character": 0}]
    first, last = asked(client, "selectionRange", uri, positions=places)
    assert first["range"] == at(10, 9, 16)
    while "parent" in first:
        inner, first = first, first["parent"]
        assert corners(first)[0] <= corners(inner)[0]
        assert corners(inner)[1] <= corners(first)[1]
    assert first["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 14, "character": 0}}
    assert last["range"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_formatting_is_told_in_small_edits(client: Client, root: Path, ending: str):
    """A document, and a part of it; in the document's own line ends."""
    client.start(root, able())
    source = SPEC.replace("Output: ", "Output:   ").replace("### base\n\n", "### base\n").replace("\n", ending)
    uri = client.open(root / "specs/compute-a.md", source)
    options = {"tabSize": 4, "insertSpaces": True}
    assert asked(client, "formatting", uri, options=options) == [
        {"range": at(9, 0), "newText": ending},
        {"range": at(10, 7, 10), "newText": " "},
    ]
    assert asked(client, "rangeFormatting", uri, options=options, range=at(10, 8, 9)) == [
        {"range": at(10, 7, 10), "newText": " "},
    ]


def test_elsewhere_there_is_silence(client: Client, root: Path):
    client.start(root, able())
    for uri in ("file:///nowhere.md", (root / "lost.md").as_uri()):
        assert asked(client, "foldingRange", uri) == []
        assert not (asked(client, "semanticTokens/full", uri) or {}).get("data")
        assert asked(client, "formatting", uri, options={"tabSize": 4, "insertSpaces": True}) == []
        assert client.request("textDocument/selectionRange", {"textDocument": {"uri": uri}, "positions": []})["id"]
