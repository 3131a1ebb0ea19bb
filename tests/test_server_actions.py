"""Code actions, as clients of several abilities get them: which there are, when their edits come, what these do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server_client import Client, at
from specthis_lsp.host.checking import check_project

CLIENTS = Path(__file__).parent / "clients"

KINDS = {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source"]}}
PLAIN: dict[str, Any] = {"textDocument": {"codeAction": {"codeActionLiteralSupport": KINDS}}}
"""Literals and nothing more: edits come at once, without versions, and no file is made."""

LAZY: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {},
        }
    },
    "textDocument": {
        "codeAction": {
            **PLAIN["textDocument"]["codeAction"],
            "dataSupport": True,
            "disabledSupport": True,
            "honorsChangeAnnotations": True,
            "resolveSupport": {"properties": ["edit"]},
        }
    },
}
"""Whatever there is."""

SPEC = """---
name: compute-a
kind: compute
depends_on: []
---

## Entries

### base

Script: `scripts/fit.py`
Output: `results/a.json` (keys: loss)
Status: ready

### wide

Script: `scripts/fit.py`
Output: `results/b.json` (keys: loss)
Status: ready
"""


def answering_of(name: str) -> dict[str, Any]:
    """What a real editor says it can do."""
    said = json.loads((CLIENTS / f"{name}.json").read_text(encoding="utf-8"))
    return said["capabilities"]


REAL = [path.stem for path in sorted(CLIENTS.glob("*.json"))]


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8"))
    return root


def loud(root: Path) -> list[str]:
    return [one.code for one in check_project(str(root), use_cache=False).findings if one.severity != "hint"]


def actions(client: Client, uri: str, where: dict[str, Any], **context: Any) -> list[dict[str, Any]]:
    params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": [], **context}}
    return client.request("textDocument/codeAction", params)["result"]


def titled(found: list[dict[str, Any]], title: str) -> dict[str, Any]:
    [action] = [one for one in found if one["title"].startswith(title)]
    return action


def resolved(client: Client, action: dict[str, Any]) -> dict[str, Any]:
    """The action with its edit: as it came, or asked for again."""
    if "edit" in action:
        return action
    answer = client.request("codeAction/resolve", action)
    assert "result" in answer, answer
    return answer["result"]


def carry_out(edit: dict[str, Any], root: Path) -> None:
    """Do to the files below a root what an edit says, as a client does that counts UTF-16 units."""
    changes = edit.get("documentChanges") or [
        {"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit["changes"].items()
    ]
    for change in changes:
        if change.get("kind") == "create":
            path = path_of(change["uri"], root)
            assert not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        elif change.get("kind") == "rename":
            path_of(change["oldUri"], root).rename(path_of(change["newUri"], root))
        else:
            path = path_of(change["textDocument"]["uri"], root)
            text = with_edits(path.read_bytes().decode("utf-8", "surrogateescape"), change["edits"])
            path.write_bytes(text.encode("utf-8", "surrogateescape"))


def path_of(uri: str, root: Path) -> Path:
    assert uri.startswith(f"{root.as_uri()}/")
    return root / uri.removeprefix(f"{root.as_uri()}/")


def with_edits(text: str, edits: list[dict[str, Any]]) -> str:
    """A text of the basic plane after edits, its line ends as they are."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(position: dict[str, int]) -> int:
        return min(starts[position["line"]] + position["character"], len(text))

    places = [(offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"]) for edit in edits]
    assert all(one[1] <= other[0] for one, other in zip(sorted(places), sorted(places)[1:], strict=False))
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


# Fixes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capabilities", [PLAIN, LAZY], ids=["plain", "lazy"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_all_safe_fixes_are_one_edit(client: Client, tmp_path: Path, capabilities: dict[str, Any], ending: str):
    """In the line ends of the file, and afterwards nothing is left that a safe fix could mend."""
    spec = SPEC.replace("depends_on: []\n", "").replace("\n", ending)
    root = write(tmp_path, {"specs/compute-a.md": spec, "scripts/fit.py": "", "results/a.json": '{"loss": 1}'})
    (root / "results/b.json").write_text('{"loss": 1}')
    client.start(root, capabilities)
    uri = client.open(root / "specs/compute-a.md")
    client.settle()
    assert sorted(set(client.codes(uri))) == ["missing-key", "unknown-status"]
    action = titled(actions(client, uri, at(0, 0), only=["source.fixAll"]), "Make all safe fixes")
    assert action["kind"] == "source.fixAll.specthis"
    assert ("edit" in action) == (capabilities is PLAIN)
    carry_out(resolved(client, action)["edit"], root)
    text = (root / "specs/compute-a.md").read_bytes().decode()
    assert text.count(f"Status: script ready{ending}") == 2
    assert "\n" not in text.replace(ending, "")
    assert loud(root) == []


def test_fixes_that_meet_are_made_one_after_the_other(client: Client, tmp_path: Path):
    """As `--fix` makes them: both sections need the macro defined, and after the first one it is."""
    sections = "".join(f"\\section{{{name}}}\n\\label{{sec:{name}}}\n" for name in "ab")
    paper = f"\\documentclass{{article}}\n\\begin{{document}}\n{sections}\\end{{document}}\n"
    head = "kind: report\ndepends_on: []\nhost_doc: reports/p.tex"
    reports = {
        f"specs/report-{name}.md": f"---\nname: report-{name}\n{head}\nsection_label: sec:{name}\n---\n"
        for name in "ab"
    }
    settings = '[latex]\nsection_versions = "always"\n'
    root = write(tmp_path, {**reports, "reports/p.tex": paper, "specthis.toml": settings})
    client.start(root, PLAIN)
    uri = (root / "reports/p.tex").as_uri()
    assert client.codes(uri) == ["missing-sectionversion"] * 2
    [action] = actions(client, uri, at(0, 0), only=["source.fixAll"])
    carry_out(action["edit"], root)
    text = (root / "reports/p.tex").read_text()
    assert (text.count("\\providecommand"), text.count("\\sectionversion{0.1}")) == (1, 2)
    assert "missing-sectionversion" not in loud(root)


def test_trying_fixes_out_changes_nothing_that_was_told(client: Client, tmp_path: Path):
    """Whoever only looks at the menu sees the same findings afterwards, and is told nothing new."""
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    client.start(root, PLAIN)
    uri = client.open(root / "specs/compute-a.md")
    client.settle()
    before, told = client.codes(), len(client.received)
    assert actions(client, uri, at(0, 0), only=["source"])
    client.settle()
    assert client.codes() == before
    assert [one.get("method") for one in client.received[told:] if "method" in one] == []


def test_all_of_one_kind_are_fixed_at_once(client: Client, tmp_path: Path):
    """Offered where a file has more than one; what it mends is named."""
    root = write(tmp_path, {"specs/compute-a.md": SPEC.replace("name: compute-a", "name: other"), "scripts/fit.py": ""})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    action = titled(actions(client, uri, at(12, 0, 13)), "Fix all 2 `unknown-status`")
    assert (action["kind"], len(action["diagnostics"])) == ("quickfix", 2)
    carry_out(resolved(client, action)["edit"], root)
    text = (root / "specs/compute-a.md").read_text()
    assert text.count("Status: script ready") == 2
    assert "name: other" in text
    assert not any(one["title"].startswith("Fix all") for one in actions(client, uri, at(1, 0, 10)))


def test_on_save_only_the_file_itself_is_changed(client: Client, tmp_path: Path):
    """A fix that also writes a definition elsewhere waits until somebody asks for it."""
    paper = "\\documentclass{article}\n\\begin{document}\n\\input{a}\n\\end{document}\n"
    section = "\\section{A}\n\\label{sec:a}\n"
    report = "---\nname: report-a\nkind: report\ndepends_on: []\nhost_doc: reports/p.tex\nsection_label: sec:a\n---\n"
    settings = '[latex]\nsection_versions = "always"\n'
    root = write(
        tmp_path,
        {"specs/report-a.md": report, "reports/p.tex": paper, "reports/a.tex": section, "specthis.toml": settings},
    )
    client.start(root, LAZY)
    uri = (root / "reports/a.tex").as_uri()
    assert client.codes(uri) == ["missing-sectionversion"]
    assert actions(client, uri, at(0, 0), only=["source.fixAll"], triggerKind=2) == []
    [action] = actions(client, uri, at(0, 0), only=["source.fixAll"], triggerKind=1)
    carry_out(resolved(client, action)["edit"], root)
    assert "missing-sectionversion" not in loud(root)


def test_a_section_is_offered_the_exports_that_it_lacks(client: Client, tmp_path: Path):
    """At its heading, though the finding stands in the spec; the lines come where the section's text begins."""
    report = "---\nname: report-a\nkind: report\ndepends_on: []\nhost_doc: reports/p.tex\nsection_label: sec:a\n---\n"
    entry = "\n### curve\n\nExport script: `export.py`\nExport outputs: `reports/curve.tex`\nStatus: script ready\n"
    paper = "\\documentclass{article}\n\\begin{document}\n\\section{A}\n\\label{sec:a}\nText.\n\\end{document}\n"
    files = {"specs/report-a.md": report + entry, "reports/p.tex": paper, "reports/curve.tex": "x", "export.py": ""}
    root = write(tmp_path, files)
    client.start(root, LAZY)
    uri = (root / "reports/p.tex").as_uri()
    assert client.codes(uri) == []
    action = titled(actions(client, uri, at(2, 4)), "Insert `curve` into section `sec:a`")
    assert actions(client, uri, at(4, 0)) == []
    carry_out(action["edit"], root)
    assert "\\label{sec:a}\n\\input{curve}\nText." in (root / "reports/p.tex").read_text()
    assert "orphaned-export" not in loud(root)


def test_kinds_are_asked_for_by_name_or_by_what_is_above_them(client: Client, tmp_path: Path):
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    announced = client.start(root, LAZY)["codeActionProvider"]
    assert announced["resolveProvider"]
    uri = (root / "specs/compute-a.md").as_uri()

    def kinds(*only: str) -> set[str]:
        return {action["kind"] for action in actions(client, uri, at(12, 0, 13), only=list(only))}

    assert kinds("quickfix") == {"quickfix"}
    assert kinds("source") == kinds("source.fixAll") == kinds("source.fixAll.specthis") == {"source.fixAll.specthis"}
    assert kinds("source.fixAll.other") == kinds("source.organizeImports") == kinds("quick") == set()
    assert kinds("quickfix", "source") == {"quickfix", "source.fixAll.specthis"}
    assert kinds("") == kinds() >= kinds("quickfix", "source")
    assert kinds() - {"quickfix", "source.fixAll.specthis"} <= set(announced["codeActionKinds"])


def test_an_action_that_came_too_late_is_an_error_and_no_edit(client: Client, tmp_path: Path):
    """What it would mend was mended by hand meanwhile; what no server said is no action of ours."""
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    client.start(root, LAZY)
    uri = client.open(root / "specs/compute-a.md")
    [action] = actions(client, uri, at(0, 0), only=["source.fixAll"])
    client.change(uri, 2, {"text": SPEC.replace("Status: ready", "Status: script ready")})
    answer = client.request("codeAction/resolve", action)
    assert answer["error"]["code"] == -32801
    for data in ({"uri": uri}, {"deed": "burn", "uri": uri}, {"deed": "fix all", "uri": "file:///nowhere.md"}, 3, None):
        assert "error" in client.request("codeAction/resolve", {**action, "data": data})


def test_an_edit_is_worked_out_by_the_text_as_it_is_when_chosen(client: Client, tmp_path: Path):
    """Lines that came above in between move it with them, and it names the version it is for."""
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    client.start(root, LAZY)
    uri = client.open(root / "specs/compute-a.md")
    [action] = actions(client, uri, at(0, 0), only=["source.fixAll"])
    later = SPEC.replace("## Entries", "Said before.\n\n## Entries")
    client.change(uri, 2, {"text": later})
    [change] = resolved(client, action)["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 2}
    assert with_edits(later, change["edits"]) == later.replace("Status: ready", "Status: script ready")


RENAMED = {
    "specs/compute-a.md": SPEC.replace("Status: ready", "Status: script ready").replace(
        "## Entries", "We run `scripts/fit.py` twice.\n\n## Entries"
    ),
    "specs/notes.md": "---\nname: notes\nkind: meta\ndepends_on: []\n---\n\nAs `scripts/fit.py` says.\n",
    "scripts/fitt.py": "",
    "Makefile": "results/a.json: scripts/fit.py\n\tpython scripts/fit.py\n",
}
EVERYWHERE = "Change to `scripts/fitt.py` wherever"


def test_the_new_name_of_a_file_is_given_to_all_that_say_the_old_one(client: Client, tmp_path: Path):
    """In one edit, prose and Makefile with the contract; the plain fix mends the contract alone."""
    root = write(tmp_path, RENAMED)
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    action = titled(actions(client, uri, at(12, 10)), EVERYWHERE)
    assert action["title"] == "Change to `scripts/fitt.py` wherever `scripts/fit.py` stands"
    assert "isPreferred" not in action
    carry_out(resolved(client, action)["edit"], root)
    texts = [path.read_text() for path in root.rglob("*") if path.is_file() and path.parent.name != "cache"]
    assert not any("scripts/fit.py" in text for text in texts)
    assert (root / "Makefile").read_text().count("scripts/fitt.py") == 2
    assert set(loud(root)) == {"missing-output"}


def test_that_is_the_renaming_of_the_text_as_it_is_when_chosen(client: Client, tmp_path: Path):
    root = write(tmp_path, RENAMED)
    client.start(root, LAZY)
    uri = client.open(root / "specs/compute-a.md")
    action = titled(actions(client, uri, at(12, 10)), EVERYWHERE)
    later = RENAMED["specs/compute-a.md"].replace("We run", "Twice.\n\nWe run")
    client.change(uri, 2, {"text": later})
    changes = resolved(client, action)["edit"]["documentChanges"]
    [spec] = [one for one in changes if one["textDocument"]["uri"] == uri]
    assert with_edits(later, spec["edits"]) == later.replace("scripts/fit.py", "scripts/fitt.py")
    client.change(uri, 3, {"text": "All is gone.\n"})
    answer = client.request("codeAction/resolve", action)
    assert answer["error"]["message"] == "`scripts/fit.py` stands here no more, or is a file again"


def test_a_client_that_wants_its_edits_at_once_is_not_kept_waiting_for_a_renaming(client: Client, tmp_path: Path):
    root = write(tmp_path, RENAMED)
    client.start(root, PLAIN)
    found = actions(client, (root / "specs/compute-a.md").as_uri(), at(12, 10))
    assert [one["title"] for one in found if "fitt.py" in one["title"]] == ["Change to `scripts/fitt.py`"]


def test_a_client_without_literals_is_offered_nothing(client: Client, tmp_path: Path):
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    client.start(root, {})
    assert actions(client, (root / "specs/compute-a.md").as_uri(), at(12, 0, 13)) == []


def test_what_is_found_can_be_suppressed_here_or_in_the_file(client: Client, tmp_path: Path):
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": ""})
    client.start(root, PLAIN)
    uri = (root / "specs/compute-a.md").as_uri()
    found = actions(client, uri, at(12, 0, 13), only=["quickfix"])
    assert [one["title"] for one in found[-2:]] == [
        "Suppress `unknown-status` here",
        "Suppress `unknown-status` in this file",
    ]
    carry_out(found[-1]["edit"], root)
    assert "<!-- specthis: ignore-file[unknown-status]" in (root / "specs/compute-a.md").read_text()


@pytest.mark.parametrize("name", REAL)
def test_real_editors_get_what_they_can_apply(client: Client, tmp_path: Path, name: str):
    """By what each says of itself, the same fix ends the same finding."""
    root = write(tmp_path, {"specs/compute-a.md": SPEC, "scripts/fit.py": "", "results/a.json": '{"loss": 1}'})
    (root / "results/b.json").write_text('{"loss": 1}')
    client.start(root, answering_of(name))
    uri = (root / "specs/compute-a.md").as_uri()
    for action in actions(client, uri, at(12, 0, 13)):
        assert {"title", "kind"} <= action.keys()
    carry_out(resolved(client, titled(actions(client, uri, at(12, 0, 13)), "Make all safe fixes"))["edit"], root)
    assert loud(root) == []


# Entries -----------------------------------------------------------------------------------------------------


def test_an_entry_can_be_restated_where_somebody_asks(client: Client, tmp_path: Path):
    """Not while a light bulb is looked for; only in an entry; and what cannot be done yet says why."""
    spec = SPEC.replace("Status: ready", "Status: script TBD")
    root = write(tmp_path, {"specs/compute-a.md": spec})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    flip = titled(actions(client, uri, at(9, 0), only=["refactor"]), "Set the status to `script ready`")
    assert flip["disabled"] == {"reason": "`scripts/fit.py` does not exist yet"}
    assert "edit" not in flip
    write(root, {"scripts/fit.py": ""})
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": f"{root.as_uri()}/scripts/fit.py", "type": 1}]}
    )
    flip = titled(actions(client, uri, at(9, 0), only=["refactor"]), "Set the status to `script ready`")
    assert flip["kind"] == "refactor.rewrite"
    carry_out(flip["edit"], root)
    assert (root / "specs/compute-a.md").read_text() == spec.replace("script TBD", "script ready", 1)
    assert actions(client, uri, at(2, 0), only=["refactor"]) == []
    assert actions(client, uri, at(9, 0), only=["refactor"], triggerKind=2) == []


def test_no_two_actions_do_the_same(client: Client, tmp_path: Path):
    """A missing script offers once to call its entry undone; where entries share it, all of them, or the one here."""
    ready = SPEC.replace("Status: ready", "Status: script ready")
    root = write(tmp_path, {"specs/compute-a.md": ready})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    titles = [one["title"] for one in actions(client, uri, at(10, 12)) if one["title"].startswith("Set")]
    assert titles == ["Set the status of 2 entries to `script TBD`", "Set the status to `script TBD`"]
    client.open(root / "specs/compute-a.md", text=ready.partition("### wide")[0])
    found = [one for one in actions(client, uri, at(10, 12)) if one["title"].startswith("Set")]
    assert [(one["title"], one["kind"]) for one in found] == [("Set the status to `script TBD`", "quickfix")]


@pytest.mark.parametrize("name", ["compute-wide.md", "figure-map.md", "terms.md", "meta"])
def test_a_spec_that_is_depended_on_is_made(client: Client, tmp_path: Path, name: str):
    """Of the kind that its name begins with, with an entry where such specs have some; and nothing is wrong with it."""
    spec = SPEC.replace("[]", f"[{name}]").replace("Status: ready", "Status: script TBD")
    root = write(tmp_path, {"specs/compute-a.md": f"{spec}\nRests on `{name}`.\n"})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    path = f"specs/{name.removesuffix('.md')}.md"
    action = titled(actions(client, uri, at(3, 14)), f"Create `{path}`")
    assert action["diagnostics"][0]["code"] == "unknown-dependency"
    carry_out(action["edit"], root)
    assert loud(root) == (["unknown-dependency"] if name == "meta" else [])  # it still lacks the suffix


@pytest.mark.parametrize("name", ["report-a.md", "../notes/terms.md", "a b.md", "compute-b.md"])
def test_no_spec_is_made_that_could_not_be_right(client: Client, tmp_path: Path, name: str):
    root = write(tmp_path, {"specs/compute-a.md": SPEC.replace("[]", f"[{name}]"), "specs/compute-b.md": SPEC})
    client.start(root, LAZY)
    found = actions(client, (root / "specs/compute-a.md").as_uri(), at(3, 14))
    assert not any(one["title"].startswith("Create `specs/") for one in found)


@pytest.mark.parametrize("capabilities", [PLAIN, LAZY], ids=["plain", "lazy"])
def test_a_schema_is_declared_as_it_is_on_disk(client: Client, tmp_path: Path, capabilities: dict[str, Any]):
    spec = SPEC.replace("Status: ready", "Status: script ready").replace(
        "`results/b.json` (keys: loss)", "`results/b.json`"
    )
    files = {
        "specs/compute-a.md": spec,
        "scripts/fit.py": "",
        "results/a.json": '{"loss": 1}',
        "results/b.json": '{"k": [1]}',
    }
    root = write(tmp_path, {**files, "specs/compute-a.md": spec.replace("\n", "\r\n")})
    client.start(root, capabilities)
    uri = client.open(root / "specs/compute-a.md")
    client.until(lambda: client.codes(uri) == ["undeclared-schema"])
    action = titled(
        actions(client, uri, at(15, 0), only=["refactor.rewrite"]), "Declare the schema of `results/b.json`"
    )
    carry_out(resolved(client, action)["edit"], root)
    text = (root / "specs/compute-a.md").read_bytes().decode()
    assert "Output: `results/b.json` (keys: k: number[])\r\n" in text
    assert [one.code for one in check_project(str(root), use_cache=False).findings] == []


@pytest.mark.parametrize("capabilities", [PLAIN, LAZY], ids=["plain", "lazy"])
def test_a_schema_is_declared_again_as_it_is_on_disk(client: Client, tmp_path: Path, capabilities: dict[str, Any]):
    """Only somebody who asks for it does: it is no fix of the rule, and is preferred to none."""
    spec = SPEC.replace("Status: ready", "Status: script ready")
    files = {"specs/compute-a.md": spec, "scripts/fit.py": "", "results/a.json": '{"cost": 1}'}
    root = write(tmp_path, {**files, "results/b.json": '{"loss": 1}'})
    client.start(root, capabilities)
    uri = (root / "specs/compute-a.md").as_uri()
    assert client.codes(uri) == ["schema-mismatch"]
    found = actions(client, uri, at(11, 34))
    action = titled(found, "Declare the schema of `results/a.json` again")
    assert "isPreferred" not in action
    assert action["kind"] == "quickfix"
    assert [one["code"] for one in action["diagnostics"]] == ["schema-mismatch"]
    carry_out(resolved(client, action)["edit"], root)
    assert "Output: `results/a.json` (keys: cost: number)\n" in (root / "specs/compute-a.md").read_text()
    assert [one.code for one in check_project(str(root), use_cache=False).findings] == []


@pytest.mark.parametrize(
    ("said", "then"),
    [
        (None, '[layout]\nresults = ["results", "data"]\n'),
        ("[layout]\nresults = ['results']\n", "[layout]\nresults = ['results', \"data\"]\n"),
        ("[layout]\nresults = [\n  'results',\n]\n", "[layout]\nresults = [\n  'results', \"data\"\n]\n"),
        ("[layout]\npapers = []\n", '[layout]\nresults = ["results", "data"]\npapers = []\n'),
    ],
)
def test_a_folder_outside_of_the_layout_is_named_in_it(client: Client, tmp_path: Path, said: str | None, then: str):
    spec = SPEC.replace("Status: ready", "Status: script ready").replace("results/b", "data/raw/b")
    files = {"specs/compute-a.md": spec, "scripts/fit.py": "", **({"specthis.toml": said} if said else {})}
    root = write(tmp_path, files)
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    action = titled(actions(client, uri, at(17, 12)), "Name `data` in `layout.results`")
    assert "isPreferred" not in action
    carry_out(action["edit"], root)
    assert (root / "specthis.toml").read_text() == then
    assert "output-outside-results" not in {one.code for one in check_project(str(root), use_cache=False).findings}


@pytest.mark.parametrize("path", ["b.json", "scripts/b.json", "specs/b.json"])
def test_a_folder_of_something_else_is_none_of_results(client: Client, tmp_path: Path, path: str):
    spec = SPEC.replace("Status: ready", "Status: script ready").replace("results/b.json", path)
    root = write(tmp_path, {"specs/compute-a.md": spec, "scripts/fit.py": ""})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    assert "output-outside-results" in client.codes(uri)
    assert [one for one in actions(client, uri, at(17, 10)) if one["title"].startswith("Name")] == []


def test_a_result_that_went_meanwhile_declares_nothing(client: Client, tmp_path: Path):
    """A result that is not here is said to be missing; one that turned out to be none is an error, and no edit."""
    spec = SPEC.replace("(keys: loss)", "")
    root = write(tmp_path, {"specs/compute-a.md": spec, "results/a.json": "[1]"})
    client.start(root, LAZY)
    uri = (root / "specs/compute-a.md").as_uri()
    here = titled(actions(client, uri, at(9, 0), only=["refactor"]), "Declare the schema")
    assert client.request("codeAction/resolve", here)["error"]["code"] == -32801
    gone = titled(actions(client, uri, at(15, 0), only=["refactor"]), "Declare the schema")
    assert gone["disabled"] == {"reason": "`results/b.json` is not here"}


# Scripts -----------------------------------------------------------------------------------------------------

STUDY = {
    "specs/compute-fit.md": """---
name: compute-fit
kind: compute
depends_on: []
---

### weak

Weight decay 0.1.

Script: `scripts/fit_weak.py`
Output: `results/fit-weak/fit.json` (keys: loss: number)
Status: script ready

### strong

Weight decay 0.3.

Script: `scripts/fit_strong.py`
Output: `results/fit-strong/fit.json` (keys: loss: number)
Status: script ready

### other

Script: `scripts/fit_other.py`
Output: `results/fit-other/other.json` (keys: worst: number)
Status: script ready

### clock

Script: `scripts/clock.py`
Output: `results/fit-clock/clock.json` (keys: entry: string, seed: integer, seconds: number)
Status: script ready
""",
    "scripts/fit_weak.py": """import json
import os
from pathlib import Path

WEIGHT_DECAY = 0.1
path = Path("results/fit-weak/fit.json")
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps({"loss": 10 * WEIGHT_DECAY}))
""",
}


def script_lines() -> dict[str, int]:
    """By the script that is missing, the line that names it."""
    lines = STUDY["specs/compute-fit.md"].splitlines()
    return {line.split("`")[1]: at for at, line in enumerate(lines) if line.startswith("Script:")}


def create(client: Client, root: Path, script: str, capabilities: dict[str, Any] = LAZY) -> dict[str, Any]:
    """Have a script made where it is missed, and do what the edit says."""
    client.start(root, capabilities)
    uri = client.open(root / "specs/compute-fit.md")
    client.settle()
    found = actions(client, uri, at(script_lines()[script], 10), only=["quickfix"])
    action = resolved(client, titled(found, f"Create `{script}`"))
    assert action["diagnostics"][0]["code"] == "missing-script"
    carry_out(action["edit"], root)
    return action["edit"]


def run(root: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, script], cwd=root, capture_output=True, text=True, timeout=60)


def missed(root: Path) -> list[tuple[str, str]]:
    found = check_project(str(root), use_cache=False).findings
    return [(one.code, one.subject) for one in found if one.severity in ("error", "warning")]


def test_a_script_is_cloned_from_the_closest_one_and_computes_what_its_own_contract_says(
    client: Client, tmp_path: Path
):
    root = write(tmp_path, STUDY)
    before = missed(root)
    create(client, root, "scripts/fit_strong.py")
    done = run(root, "scripts/fit_strong.py")
    assert done.returncode == 0, done.stderr
    assert json.loads((root / "results/fit-strong/fit.json").read_text()) == {"loss": 3.0}
    assert not (root / "results/fit-weak").exists()
    assert missed(root) == [one for one in before if one != ("missing-script", "scripts/fit_strong.py")]


def test_a_script_of_what_only_people_can_decide_says_so_and_writes_nothing(client: Client, tmp_path: Path):
    """Its entry is not called ready any more; once it is decided, the script runs, and holds the result to the keys."""
    root = write(tmp_path, STUDY)
    create(client, root, "scripts/fit_other.py")
    path = root / "scripts/fit_other.py"
    done = run(root, "scripts/fit_other.py")
    assert done.returncode == 1
    assert "still to be decided is how `worst` (number) is computed" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "results").exists()
    assert (root / "specs/compute-fit.md").read_text().count("Status: script TBD") == 1
    assert ("missing-script", "scripts/fit_other.py") not in missed(root)
    text = path.read_text()
    stop = text[text.index("    raise SystemExit(\n") : text.index("KINDS")]
    for decided, code, said in (
        ('{"worst": "x"}', 1, "of another type ['worst']"),
        ('{"worst": 1.5, "best": 1}', 1, "not promised ['best']"),
        ("{}", 1, "missing ['worst']"),
        ('{"worst": float("nan")}', 1, "of another type ['worst']"),
        ('{"worst": 1.5}', 0, ""),
    ):
        path.write_text(text.replace(stop, f"    return {decided}\n\n\n"))
        done = run(root, "scripts/fit_other.py")
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
        assert (root / "results/fit-other/other.json").exists() == (code == 0)
    assert json.loads((root / "results/fit-other/other.json").read_text()) == {"worst": 1.5}
    assert os.listdir(root / "results/fit-other") == ["other.json"]


def test_a_script_that_the_contract_decides_runs_as_it_is(client: Client, tmp_path: Path):
    root = write(tmp_path, STUDY)
    create(client, root, "scripts/clock.py")
    assert (root / "specs/compute-fit.md").read_text() == STUDY["specs/compute-fit.md"]
    done = subprocess.run([sys.executable, "scripts/clock.py", "--seed", "7"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads((root / "results/fit-clock/clock.json").read_text())
    assert (list(result), result["entry"], result["seed"]) == (["entry", "seed", "seconds"], "clock", 7)
    assert ("missing-script", "scripts/clock.py") not in missed(root)
    assert not [one for one in missed(root) if one[0] == "schema-mismatch"]


def test_a_file_is_made_without_a_further_question(client: Client, tmp_path: Path):
    """What asks to be confirmed VS Code leaves out unless it is ticked: the status would change, with no script."""
    edit = create(client, write(tmp_path, STUDY), "scripts/fit_strong.py")
    assert list(edit) == ["documentChanges"]
    assert "annotationId" not in json.dumps(edit)


def test_neovim_makes_files_though_it_says_nothing_of_document_changes(client: Client, tmp_path: Path):
    root = write(tmp_path, STUDY)
    edit = create(client, root, "scripts/fit_strong.py", answering_of("neovim-0.11.4"))
    assert [change.get("kind") for change in edit["documentChanges"]] == ["create", None]
    assert run(root, "scripts/fit_strong.py").returncode == 0


def test_a_client_that_makes_no_files_is_offered_none(client: Client, tmp_path: Path):
    root = write(tmp_path, STUDY)
    client.start(root, answering_of("emacs-30.1"))
    uri = (root / "specs/compute-fit.md").as_uri()
    for line in script_lines().values():
        assert not [one for one in actions(client, uri, at(line, 10)) if one["title"].startswith("Create")]


def test_what_cannot_be_made_says_why(client: Client, tmp_path: Path):
    spec = STUDY["specs/compute-fit.md"].replace("scripts/fit_other.py", "scripts/fit_other.R")
    root = write(tmp_path, {**STUDY, "specs/compute-fit.md": spec.replace("clock.py", "fit_strong.py")})
    client.start(root, LAZY)
    uri = (root / "specs/compute-fit.md").as_uri()
    lines = script_lines()
    for script, why in (
        ("scripts/fit_other.py", "only Python scripts are made from a contract"),
        ("scripts/fit_strong.py", "2 entries name `scripts/fit_strong.py`, and a script is made for one"),
    ):
        found = titled(actions(client, uri, at(lines[script], 10), only=["quickfix"]), "Create")
        assert found["disabled"] == {"reason": why}


def test_a_script_that_came_meanwhile_is_not_made_again(client: Client, tmp_path: Path):
    root = write(tmp_path, STUDY)
    client.start(root, LAZY)
    uri = (root / "specs/compute-fit.md").as_uri()
    action = titled(actions(client, uri, at(script_lines()["scripts/fit_strong.py"], 10)), "Create")
    write(root, {"scripts/fit_strong.py": "mine"})
    made = {"uri": f"{root.as_uri()}/scripts/fit_strong.py", "type": 1}
    client.notify("workspace/didChangeWatchedFiles", {"changes": [made]})
    assert client.request("codeAction/resolve", action)["error"]["code"] == -32801
