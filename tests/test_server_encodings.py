"""Files in other encodings than UTF-8, open in an editor: what is told of them is what a check of the files tells."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from projects import SMALL
from server_client import Client, at
from specthis_analyzers.text import Text
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.disk import Disk
from specthis_lsp.server.documents import Document
from specthis_lsp.server.homes import Home

SPEC = "specs/compute-a.md"
TEXT = SMALL[SPEC] + "\nGrößer als zuvor.\n"
LINE = TEXT[: TEXT.index("Größer")].count("\n")
PLACES = {"utf-16": at(0, 0, 1), "latin-1": at(LINE, 2, 3)}
"""By encoding, where the first byte is that is no UTF-8."""

encodings = pytest.mark.parametrize("encoding", PLACES)


def checked(root: Path) -> list[str]:
    return [finding.code for finding in check_project(str(root), use_cache=False).findings]


@encodings
@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_told_of_a_file_stays_until_it_is_saved_otherwise(
    client: Client, small: Path, encoding: str, is_known: bool
):
    """Whether the editor knew its encoding or shows stand-ins, and whatever is typed; the place goes with its text."""
    path = small / SPEC
    path.write_bytes(TEXT.encode(encoding))
    assert checked(small) == ["unread-file"]
    client.start(small)
    uri = path.as_uri()
    [told] = client.diagnostics[uri]
    assert (told["message"], told["range"]) == ("this spec is not UTF-8", PLACES[encoding])
    client.open(path, TEXT if is_known or encoding == "utf-16" else TEXT.encode(encoding).decode("utf-8", "replace"))
    client.settle()
    assert client.diagnostics[uri] == [told]
    client.change(uri, 2, {"range": at(LINE, 0), "text": "Viel\n\n"})
    client.change(uri, 3, {"text": TEXT.replace("Gr", "Viel\n\nviel gr")})
    client.settle()
    place = PLACES[encoding] if encoding == "utf-16" else at(LINE + 2, 7, 8)
    assert client.diagnostics[uri] == [{**told, "range": place}]
    path.write_bytes(TEXT.encode(encoding))
    client.save(uri)
    client.settle()
    assert client.codes(uri) == ["unread-file"]
    path.write_bytes(TEXT.encode())
    client.save(uri)
    client.settle()
    assert client.codes(uri) == checked(small) == []


def test_a_file_that_is_encoded_otherwise_behind_an_open_text(client: Client, small: Path):
    client.start(small)
    path = small / SPEC
    uri = client.open(path)
    for encoding, codes in (("utf-16", ["unread-file"]), ("utf-8", [])):
        path.write_bytes(SMALL[SPEC].encode(encoding))
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
        client.settle()
        assert client.codes(uri) == codes
        path.write_bytes(SMALL[SPEC].encode("utf-16" if encoding == "utf-8" else "utf-8"))
        client.save((small / "scripts/fit.py").as_uri())  # this one is found as all files are looked at
        client.until(lambda codes=codes: client.codes(uri) != codes)


@encodings
def test_an_open_text_is_mended_whatever_its_file_is(client: Client, small: Path, encoding: str):
    """The editor writes it; a file that nobody has open would have to be written as it is."""
    path = small / SPEC
    broken = TEXT.replace("ready", "reday")
    path.write_bytes(broken.encode(encoding))
    client.start(small)
    uri = path.as_uri()
    where = {"textDocument": {"uri": uri}, "position": {"line": 10, "character": 12}, "newName": "scripts/fitted.py"}
    assert "is not UTF-8" in client.request("textDocument/rename", where)["error"]["message"]
    client.open(path, broken)
    client.settle()
    assert sorted(client.codes(uri)) == ["unknown-status", "unread-file"]
    context = {"diagnostics": [], "only": ["source.fixAll"]}
    params = {"textDocument": {"uri": uri}, "range": at(0, 0), "context": context}
    [action] = client.request("textDocument/codeAction", params)["result"]
    [change] = action["edit"]["documentChanges"]
    assert [edit["newText"] for edit in change["edits"]] == ["script ready"]
    assert client.request("textDocument/rename", where)["result"]["documentChanges"]


def test_settings_count_once_they_are_saved_as_utf_8(client: Client, small: Path):
    text = '[rules]\nignore = ["unknown-status"]\n'
    path = small / "specthis.toml"
    (small / SPEC).write_text(SMALL[SPEC].replace("ready", "reday"))
    path.write_bytes(text.encode("utf-16"))
    assert checked(small) == ["unknown-status", "malformed-settings"]
    client.start(small)
    uri = client.open(path, text)
    client.settle()
    assert client.codes(uri) == ["malformed-settings"]
    assert client.codes((small / SPEC).as_uri()) == ["unknown-status"]
    path.write_bytes(text.encode())
    client.save(uri)
    client.settle()
    assert client.codes() == []


def test_keys_have_no_file_read(small: Path, monkeypatch: pytest.MonkeyPatch):
    """Nor does the key after an undo, for by its stamp the file is as it was; once it is another, it is read."""
    path, source = small / SPEC, SMALL[SPEC]
    os.utime(path, (1_600_000_000, 1_600_000_000))
    monkeypatch.setattr("specthis_lsp.host.disk.YOUNG_NS", 0)
    home, read = Home(str(small), small.as_uri(), {}), list[str]()
    document = Document(path.as_uri(), 1, Text(source, held=True))
    home.lay(SPEC, document)
    monkeypatch.setattr(home.disk, "data", lambda path, limit: read.append(path) or Disk.data(home.disk, path, limit))
    for text in (f"{source}x", source, f"{source}y", source):
        document.text = Text(text, held=True)
        home.lay(SPEC, document)
    assert read == []
    assert document.is_written
    path.write_text(f"{source}z")
    document.text = Text(f"{source}z", held=True)
    home.lay(SPEC, document)
    assert read == [SPEC]
    assert document.is_written
