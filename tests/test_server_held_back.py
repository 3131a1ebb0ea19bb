"""What comments and the baseline hold back, in an editor: not told, written by an action, seen when it changes."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from server_client import CAPABILITIES, Client, apply_edits, at
from specthis_analyzers.baseline import NAME, accepting, written
from specthis_lsp.host.checking import check_project

SPEC = """---
name: compute-a
kind: compute
depends_on: []
---

## Entries

### base

Script: `scripts/none.py`
Output: `results/a.json` (keys: loss)
Status: script ready
"""
LINE = 10
COMMENT = "<!-- specthis: ignore[missing-script] the cluster writes it -->\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in {"specs/compute-a.md": SPEC, "results/a.json": '{"loss": 1}'}.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    return tmp_path


def actions(client: Client, uri: str, line: int) -> list[dict[str, Any]]:
    params = {"textDocument": {"uri": uri}, "range": at(line, 0, 80), "context": {"diagnostics": []}}
    return client.request("textDocument/codeAction", params)["result"]


def test_an_action_writes_the_comment_and_the_finding_is_gone(client: Client, root: Path):
    """It stands behind the fixes, is preferred to none, and says something true where nobody edits it."""
    client.start(root)
    path = root / "specs/compute-a.md"
    uri = client.open(path)
    client.settle()
    assert client.codes(uri) == ["missing-script"]
    found = actions(client, uri, LINE)
    titles = [action["title"] for action in found]
    assert titles[0] == "Set the status to `script TBD`"
    action = found[titles.index("Suppress `missing-script` here")]
    assert action["kind"] == "quickfix"
    assert "isPreferred" not in action
    [change] = action["edit"]["documentChanges"]
    text = apply_edits(SPEC, change["edits"])
    today = time.strftime("%Y-%m-%d")
    assert f"<!-- specthis: ignore[missing-script] accepted for now, {today} -->\n### base\n" in text
    client.change(uri, 2, {"text": text})
    client.settle()
    assert client.codes(uri) == []


def test_a_comment_that_nothing_needs_is_faded_and_can_be_removed(client: Client, root: Path):
    """Clients that fade what is unnecessary are told so; the fix is the preferred action."""
    fading = {**CAPABILITIES["textDocument"]}
    fading["publishDiagnostics"] = {**fading.get("publishDiagnostics", {}), "tagSupport": {"valueSet": [1, 2]}}
    client.start(root, {**CAPABILITIES, "textDocument": fading})
    (root / "scripts").mkdir()
    (root / "scripts/none.py").write_text("")
    os.utime(root / "scripts/none.py", (0, 0))  # However long the server took to start, its output is newer.
    before = SPEC.replace("### base", f"{COMMENT}### base")
    uri = client.open(root / "specs/compute-a.md", before)
    client.save(uri)
    client.settle()
    client.until(lambda: client.codes(uri) == ["unused-suppression"])
    [diagnostic] = client.diagnostics[uri]
    assert diagnostic["tags"] == [1]
    action, *_ = actions(client, uri, diagnostic["range"]["start"]["line"])
    assert action["isPreferred"]
    assert apply_edits(before, action["edit"]["documentChanges"][0]["edits"]) == SPEC


def test_clients_that_cannot_fade_get_no_tag(client: Client, root: Path):
    client.start(root, {"textDocument": {"publishDiagnostics": {}}})
    uri = client.open(root / "specs/compute-a.md", SPEC.replace("none.py", "no.py") + f"\n{COMMENT}")
    client.settle()
    assert {diagnostic["code"] for diagnostic in client.diagnostics[uri]} == {"missing-script", "unused-suppression"}
    assert all("tags" not in diagnostic for diagnostic in client.diagnostics[uri])


def test_the_baseline_counts_and_its_changes_are_seen(client: Client, root: Path):
    """What it accepts is not told; one that is broken is told at the file itself, and accepts nothing."""
    (root / NAME).write_text(written(accepting(check_project(str(root), use_cache=False).findings)))
    client.start(root)
    spec, file = (root / "specs/compute-a.md").as_uri(), (root / NAME).as_uri()
    client.settle()
    assert client.codes(spec) == []
    (root / NAME).write_text("<<<<<<< ours\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file, "type": 2}]})
    client.until(lambda: client.codes(spec) == ["missing-script"])
    client.until(lambda: client.codes(file) == ["malformed-baseline"])
    assert actions(client, file, 0) == []
    (root / NAME).write_text("<<<<<<< theirs\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file, "type": 2}]})
    client.until(lambda: client.diagnostics[file][0]["range"]["end"]["character"] == len("<<<<<<< theirs"))
    (root / NAME).unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file, "type": 3}]})
    client.until(lambda: client.codes(file) == [])
    assert client.codes(spec) == ["missing-script"]


def test_a_baseline_is_told_of_that_is_broken_from_the_start_or_together_with_the_settings(client: Client, root: Path):
    file, settings = root / NAME, root / "specthis.toml"
    file.write_text("<<<<<<< ours\n")
    client.start(root)
    assert client.codes(file.as_uri()) == ["malformed-baseline"]
    for text, codes in (("", []), ("<<<<<<< ours\n", ["malformed-baseline"])):
        file.write_text(text or written(accepting(())))
        settings.write_text(f'[layout]\nreports = ["{len(text)}"]\n')
        changes = [{"uri": path.as_uri(), "type": 2} for path in (settings, file)]
        client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        client.settle()
        assert client.codes(file.as_uri()) == codes


def test_the_baseline_counts_as_it_is_typed(client: Client, root: Path):
    """An open baseline is the one in force, as with every other file."""
    client.start(root)
    spec = (root / "specs/compute-a.md").as_uri()
    client.settle()
    assert client.codes(spec) == ["missing-script"]
    found = check_project(str(root), use_cache=False).findings
    uri = client.open(root / NAME, written(accepting(found)))
    client.settle()
    assert client.codes(spec) == []
    client.change(uri, 2, {"text": json.dumps({"version": 1, "findings": []})})
    client.settle()
    assert client.codes(spec) == ["missing-script"]
