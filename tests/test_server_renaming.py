"""References, highlights and renaming, as editors of several kinds ask for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from server_client import CAPABILITIES, Client, at
from specthis_analyzers.baseline import NAME, Baseline, read, written
from specthis_analyzers.text import Text

FILES = {
    "specs/compute-a.md": "---\nname: compute-a\nkind: compute\ndepends_on: []\n---\n\n## Entries\n\n### base\n\n"
    "Script: `scripts/fit.py`\nOutput: `results/a/a.json` (keys: loss)\nStatus: script ready\n",
    "specs/report-a.md": "---\nname: report-a\nkind: report\ndepends_on: [compute-a.md]\nhost_doc: reports/paper.tex\n"
    "section_label: sec:a\n---\n\nShows what compute-a found, in compute-a#base.\n\n## Entries\n\n### loss\n\n"
    "Export script: `scripts/show.py`\nExport outputs: `reports/figures/loss.tex`\nStatus: script ready\n\n"
    "## Artefact design\n\nA curve.\n",
    "scripts/fit.py": 'import json\n\njson.dump({"loss": 1}, open("results/a/a.json", "w"))\n',
    "scripts/show.py": "from pathlib import Path\n\nOUT = Path('reports/figures')\n"
    'loss = open("results/a/a.json").read()\n(OUT / "loss.tex").write_text(loss)\n',
    "results/a/a.json": '{"loss": 1}',
    "reports/figures/loss.tex": "x\n",
    "reports/paper.tex": "\\documentclass{article}\n\\begin{document}\n\\section{A}\\label{sec:a}\n"
    "\\input{figures/loss}\nSee \\ref{sec:a}.\n\\end{document}\n",
}
FIGURE = "reports/figures/loss.tex"
PLAIN: dict[str, Any] = {"textDocument": {"rename": {"prepareSupport": True}}}
"""A client that takes edits of texts and nothing else."""
FULL: dict[str, Any] = {
    "workspace": {
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
        "fileOperations": {"willRename": True, "didRename": True, "didCreate": True, "didDelete": True},
    },
    "textDocument": {"rename": {"prepareSupport": True, "honorsChangeAnnotations": True}},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "study", FILES)


def write(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode("utf-8"))
    return root


def where(path: Path, words: str, unit: str = "utf-16-le", number: int = 0) -> dict[str, Any]:
    """The place of some words in a file, as parameters of a request; columns are counted in one unit."""
    text = path.read_bytes().decode("utf-8")
    offset = -1
    for _ in range(number + 1):
        offset = text.index(words, offset + 1)
    line = text.count("\n", 0, offset)
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    width = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[unit]
    position = {"line": line, "character": len(before.encode(unit)) // width}
    return {"textDocument": {"uri": path.as_uri()}, "position": position}


def applied(root: Path, edit: dict[str, Any], unit: str = "utf-16-le") -> None:
    """Do a workspace edit on disk, as an editor does it: in order, ranges all counted in the text before."""
    changes = [{"textDocument": {"uri": uri}, "edits": edits} for uri, edits in edit.get("changes", {}).items()]
    for change in edit.get("documentChanges", changes):
        if change.get("kind") == "create":
            assert not path_of(change["uri"]).exists()
            path_of(change["uri"]).write_bytes(b"")
            continue
        if "kind" in change:
            assert change["kind"] == "rename"
            path_of(change["newUri"]).parent.mkdir(parents=True, exist_ok=True)
            path_of(change["oldUri"]).rename(path_of(change["newUri"]))
            continue
        path = path_of(change["textDocument"]["uri"])
        assert path.is_relative_to(root)
        path.write_bytes(edited(path.read_bytes().decode("utf-8"), change["edits"], unit).encode("utf-8"))


def edited(text: str, edits: list[dict[str, Any]], unit: str) -> str:
    lines = text.split("\n")
    width = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[unit]

    def offset(position: dict[str, int]) -> int:
        line = lines[position["line"]].encode(unit)[: position["character"] * width].decode(unit)
        return sum(len(line) + 1 for line in lines[: position["line"]]) + len(line)

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


def path_of(uri: str) -> Path:
    from urllib.parse import unquote, urlsplit

    return Path(unquote(urlsplit(uri).path))


def places(root: Path, answer: dict[str, Any]) -> list[str]:
    """Locations as path and line, from 1."""
    return [
        f"{path_of(one['uri']).relative_to(root).as_posix()}:{one['range']['start']['line'] + 1}"
        for one in answer["result"]
    ]


# References ---------------------------------------------------------------------------------------------------


def test_references_with_and_without_the_declaration(client: Client, root: Path):
    client.start(root)
    asked = where(root / "reports/paper.tex", "sec:a")
    found = client.request("textDocument/references", {**asked, "context": {"includeDeclaration": False}})
    assert places(root, found) == ["reports/paper.tex:5", "specs/report-a.md:6"]
    found = client.request("textDocument/references", {**asked, "context": {"includeDeclaration": True}})
    assert places(root, found) == ["reports/paper.tex:3", "reports/paper.tex:5", "specs/report-a.md:6"]


def test_a_file_is_declared_by_being_there(client: Client, root: Path):
    client.start(root)
    asked = where(root / "scripts/fit.py", "results/a/a.json")
    found = client.request("textDocument/references", {**asked, "context": {"includeDeclaration": True}})
    assert places(root, found) == [
        "results/a/a.json:1", "scripts/fit.py:3", "scripts/show.py:4", "specs/compute-a.md:12",
    ]  # fmt: skip


def test_references_see_unsaved_text(client: Client, root: Path):
    client.start(root)
    path = root / "specs/report-a.md"
    uri = client.open(path)
    client.change(uri, 2, {"range": at(8, 0), "text": "As compute-a says.\n"})
    asked = where(root / "specs/compute-a.md", "compute-a")
    found = client.request("textDocument/references", {**asked, "context": {"includeDeclaration": False}})
    assert places(root, found) == [f"specs/report-a.md:{line}" for line in (4, 9, 10, 10)]


def test_nothing_is_named_by_plain_words(client: Client, root: Path):
    client.start(root)
    asked = where(root / "specs/report-a.md", "curve")
    assert client.request("textDocument/references", {**asked, "context": {"includeDeclaration": True}})["result"] == []
    assert client.request("textDocument/documentHighlight", asked)["result"] == []


def test_highlights_tell_writing_from_reading(client: Client, root: Path):
    client.start(root)
    found = client.request("textDocument/documentHighlight", where(root / "reports/paper.tex", "sec:a", number=1))
    assert found["result"] == [{"range": at(2, 18, 23), "kind": 3}, {"range": at(4, 9, 14), "kind": 2}]
    found = client.request("textDocument/documentHighlight", where(root / "scripts/fit.py", "results"))
    assert [one["kind"] for one in found["result"]] == [3]
    found = client.request("textDocument/documentHighlight", where(root / "specs/report-a.md", "compute-a", number=1))
    assert [one["kind"] for one in found["result"]] == [2, 1, 1]


# Renaming -----------------------------------------------------------------------------------------------------


def test_prepare_gives_the_place_and_the_name(client: Client, root: Path):
    capabilities = client.start(root, FULL)
    assert capabilities["renameProvider"] == {"prepareProvider": True}
    found = client.request("textDocument/prepareRename", where(root / "reports/paper.tex", "figures/loss"))
    assert found["result"] == {"range": at(3, 7, 19), "placeholder": "figures/loss"}


def test_a_key_is_its_scripts_to_rename(client: Client, root: Path):
    client.start(root, FULL)
    found = client.request("textDocument/prepareRename", where(root / "specs/compute-a.md", "loss"))
    assert "`loss` is a key that `scripts/fit.py` writes" in found["error"]["message"]


@pytest.mark.parametrize("capabilities", [FULL, CAPABILITIES], ids=["annotations", "no annotations"])
def test_a_spec_is_renamed_with_its_file_in_one_edit(client: Client, root: Path, capabilities: dict[str, Any]):
    client.start(root, capabilities)
    assert client.codes() == []
    path = root / "specs/compute-a.md"
    uri = client.open(path, version=7)
    found = client.request("textDocument/rename", {**where(path, "compute-a"), "newName": "compute-b"})
    changes = found["result"]["documentChanges"]
    documents = [change["textDocument"] for change in changes[:2]]
    versions = {path_of(document["uri"]).name: document["version"] for document in documents}
    assert versions == {"compute-a.md": 7, "report-a.md": None}
    assert changes[2] == {"kind": "rename", "oldUri": uri, "newUri": (root / "specs/compute-b.md").as_uri()}
    applied(root, found["result"])
    assert "name: compute-b\n" in (root / "specs/compute-b.md").read_text()
    report = (root / "specs/report-a.md").read_text()
    assert "depends_on: [compute-b.md]" in report
    assert "Shows what compute-b found, in compute-b#base." in report


def test_words_that_may_mean_something_else_are_to_be_confirmed(client: Client, tmp_path: Path):
    files = {
        "specs/terms.md": "---\nname: terms\nkind: definitions\ndepends_on: []\n---\n",
        "specs/meta.md": "---\nname: meta\nkind: meta\ndepends_on: [terms.md]\n---\n\nOn these terms.\n",
    }
    root = write(tmp_path / "study", files)
    client.start(root, FULL)
    found = client.request("textDocument/rename", {**where(root / "specs/terms.md", "terms"), "newName": "words"})
    edits = found["result"]["documentChanges"][0]["edits"]
    assert [edit.get("annotationId") for edit in edits] == [None, "specthis.doubtful"]
    assert found["result"]["changeAnnotations"]["specthis.doubtful"]["needsConfirmation"] is True


def test_a_client_without_versions_gets_plain_changes(client: Client, root: Path):
    client.start(root, PLAIN)
    asked = where(root / "reports/paper.tex", "sec:a")
    found = client.request("textDocument/rename", {**asked, "newName": "sec:b"})
    assert set(found["result"]) == {"changes"}
    applied(root, found["result"])
    assert "section_label: sec:b\n" in (root / "specs/report-a.md").read_text()
    assert (root / "reports/paper.tex").read_text().count("sec:b") == 2


def test_a_file_that_was_saved_a_moment_ago_is_edited_as_it_is_now(client: Client, root: Path):
    """A client that watches may tell of it later."""
    client.start(root)
    asked = {**where(root / "specs/compute-a.md", "results/a/a.json"), "newName": "results/a/b.json"}
    assert "result" in client.request("textDocument/rename", asked)
    (root / "scripts/show.py").write_text("# What is shown.\n" + FILES["scripts/show.py"])
    applied(root, client.request("textDocument/rename", asked)["result"])
    assert 'open("results/a/b.json")' in (root / "scripts/show.py").read_text()


def test_a_client_that_moves_no_files_is_told_so(client: Client, root: Path):
    """Half a renaming would break whatever names the file."""
    client.start(root, PLAIN)
    found = client.request("textDocument/rename", {**where(root / "specs/compute-a.md", "compute-a"), "newName": "b"})
    assert "rename `specs/compute-a.md` to `specs/b.md` yourself" in found["error"]["message"]


def test_a_name_that_is_taken_is_refused(client: Client, root: Path):
    client.start(root, FULL)
    asked = where(root / "specs/compute-a.md", "compute-a")
    found = client.request("textDocument/rename", {**asked, "newName": "report-a"})
    assert found["error"]["message"] == "there is a `specs/report-a.md` already"
    found = client.request("textDocument/rename", {**asked, "newName": "two words"})
    assert "is no name of a spec" in found["error"]["message"]


@pytest.mark.parametrize("unit", ["utf-8", "utf-16-le", "utf-32-le"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_columns_are_those_of_the_client(client: Client, tmp_path: Path, unit: str, line_end: str):
    """What stands before a name may be wide in one unit and narrow in another."""
    files = {
        **FILES,
        "specs/report-a.md": FILES["specs/report-a.md"].replace("Shows what", "𝛼 é: what"),
        "scripts/show.py": FILES["scripts/show.py"].replace("loss = open", "é, loss = '𝛼', open"),
    }
    root = write(tmp_path / "study", {path: text.replace("\n", line_end) for path, text in files.items()})
    capabilities = {**FULL, "general": {"positionEncodings": [unit.removesuffix("-le")]}}
    client.start(root, capabilities)
    asked = where(root / "specs/report-a.md", "compute-a", unit, number=1)
    found = client.request("textDocument/rename", {**asked, "newName": "compute-b"})
    applied(root, found["result"], unit)
    report = (root / "specs/report-a.md").read_bytes().decode()
    assert f"𝛼 é: what compute-b found, in compute-b#base.{line_end}" in report
    asked = where(root / "scripts/show.py", "results/a/a.json", unit)
    found = client.request("textDocument/rename", {**asked, "newName": "results/a/b.json"})
    applied(root, found["result"], unit)
    script = (root / "scripts/show.py").read_bytes().decode()
    assert f"é, loss = '𝛼', open(\"results/a/b.json\").read(){line_end}" in script
    assert (root / "results/a/b.json").exists()


# Files that are renamed in the tree ----------------------------------------------------------------------------


def renamed(client: Client, root: Path, *moves: tuple[str, str]) -> dict[str, Any] | None:
    """Rename files as an editor does: ask, edit, move, tell."""
    files = [{"oldUri": (root / old).as_uri(), "newUri": (root / new).as_uri()} for old, new in moves]
    answer = client.request("workspace/willRenameFiles", {"files": files})
    if answer["result"]:
        applied(root, answer["result"])
    for old, new in moves:
        (root / new).parent.mkdir(parents=True, exist_ok=True)
        (root / old).rename(root / new)
    client.notify("workspace/didRenameFiles", {"files": files})
    edited = (answer["result"] or {}).get("documentChanges", ())
    changed = [{"uri": change.get("uri") or change["textDocument"]["uri"], "type": 2} for change in edited]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changed})
    client.settle()
    return answer["result"]


def test_will_rename_is_announced_for_files_and_folders(client: Client, root: Path):
    operations = client.start(root, FULL)["workspace"]["fileOperations"]
    assert [one["pattern"]["glob"] for one in operations["willRename"]["filters"]] == ["**/*"]
    assert set(operations) == {"willRename", "didRename", "didCreate", "didDelete"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scripts/fit.py", "scripts/train.py"),
        ("scripts/fit.py", "code/deep/train.py"),
        ("results/a/a.json", "results/b/b.json"),
        ("reports/paper.tex", "reports/article.tex"),
        ("reports/paper.tex", "drafts/paper.tex"),
        ("specs/compute-a.md", "specs/compute-b.md"),
        ("scripts", "code"),
        ("results/a", "results/b"),
        ("results", "output/results"),
        ("specs", "contracts"),
        ("reports", "paper"),
        ("reports/figures", "reports/plots"),
    ],
)
def test_what_names_a_renamed_file_follows(client: Client, root: Path, old: str, new: str):
    """No finding comes of it, in the editor that lives on as in one opened after."""
    client.start(root, FULL)
    assert client.codes() == []
    assert renamed(client, root, (old, new))
    client.settle()
    assert client.codes() == []
    after = Client()
    after.start(root, FULL)
    assert after.codes() == []
    after.kill()


MUTE: dict[str, Any] = {**FULL, "workspace": {**FULL["workspace"], **CAPABILITIES["workspace"]}}
"""A client that would watch files, and here tells of none."""


def test_no_watcher_need_tell_of_what_moved(client: Client, root: Path):
    """A figure moves into a new folder, and the client edits for it files that are not open: nothing is missed."""
    client.start(root, MUTE)
    files = [{"oldUri": (root / FIGURE).as_uri(), "newUri": (root / "reports/new/plots/curve.tex").as_uri()}]
    edit = client.request("workspace/willRenameFiles", {"files": files})["result"]
    edit["documentChanges"].append({"kind": "rename", **files[0]})
    applied(root, edit)
    client.notify("workspace/didRenameFiles", {"files": files})
    client.settle()
    assert client.codes() == ["exporter-writes-elsewhere"]
    assert "missing-export" not in str(client.told("textDocument/publishDiagnostics"))


@pytest.mark.parametrize("path", ["scripts/fit.py", "scripts"])
def test_no_watcher_need_tell_of_what_is_removed_and_made(client: Client, root: Path, path: str):
    client.start(root, MUTE)
    files = {"files": [{"uri": (root / path).as_uri()}]}
    (root / path).rename(root / "aside")
    client.notify("workspace/didDeleteFiles", files)
    client.settle()
    assert "missing-script" in client.codes()
    (root / "aside").rename(root / path)
    client.notify("workspace/didCreateFiles", files)
    client.settle()
    assert client.codes() == []


@pytest.mark.parametrize(
    ("said", "path", "then"),
    [
        ("", "specthis.toml", '[layout]\nresults = ["output"]\n'),
        ("[layout]\npapers = []\n", "specthis.toml", '[layout]\nresults = ["output"]\npapers = []\n'),
        ("[tool.other]\n", "specthis.toml", '[layout]\nresults = ["output"]\n'),
        (
            "[tool.specthis]\nfail_on = 'error'",
            "pyproject.toml",
            "[tool.specthis]\nfail_on = 'error'\n\n[tool.specthis.layout]\nresults = [\"output\"]\n",
        ),
        (
            "[tool.specthis]\nlayout.papers = []\n",
            "pyproject.toml",
            '[tool.specthis]\nlayout.results = ["output"]\nlayout.papers = []\n',
        ),
        ("[layout]\nresults = ['results']\n", "specthis.toml", "[layout]\nresults = ['output']\n"),
        ("layout = { papers = [] }\n", "specthis.toml", "layout = { papers = [] }\n"),
    ],
)
def test_a_folder_of_the_layout_takes_its_setting_along(
    client: Client, tmp_path: Path, said: str, path: str, then: str
):
    """Where no setting names it, one does from then on; but an inline table is not taken apart."""
    settings = {"pyproject.toml" if "tool" in said else "specthis.toml": said} if said else {}
    root = write(tmp_path / "study", {**FILES, **settings})
    client.start(root, FULL)
    renamed(client, root, ("results", "output"))
    assert (root / path).read_text() == then
    client.until(lambda: client.codes() == ([] if "output" in then else ["output-outside-results"]))


def test_exports_outside_of_a_paper_take_the_folder_of_reports_along(client: Client, tmp_path: Path):
    """What a host document covers needs no setting."""
    paper = {path.replace("reports/paper", "paper/main"): text.replace("reports/paper.tex", "paper/main.tex")
             .replace("{figures/loss}", "{../reports/figures/loss}") for path, text in FILES.items()}  # fmt: skip
    root = write(tmp_path / "study", paper)
    client.start(root, FULL)
    assert client.codes() == []
    renamed(client, root, ("reports", "shown"))
    assert (root / "specthis.toml").read_text() == '[layout]\nreports = ["shown", "paper"]\n'
    client.until(lambda: client.codes() == [])


def test_a_client_that_makes_no_files_is_told_by_the_rules(client: Client, root: Path):
    client.start(root, PLAIN)
    answer = renamed(client, root, ("results", "output"))
    assert answer is not None
    assert not (root / "specthis.toml").exists()
    client.until(lambda: client.codes() == ["output-outside-results"])


def test_a_renamed_figure_keeps_how_the_paper_writes_it(client: Client, root: Path):
    client.start(root, FULL)
    renamed(client, root, ("reports/figures/loss.tex", "reports/plots/curve.tex"))
    assert "\\input{plots/curve}\n" in (root / "reports/paper.tex").read_text()


def test_a_schema_keeps_what_it_refers_to(client: Client, tmp_path: Path):
    spec = FILES["specs/compute-a.md"].replace(" (keys: loss)", "\nSchema: `schemas/a.json`")
    files = {
        **FILES,
        "specs/compute-a.md": spec,
        "schemas/a.json": '{"properties": {"loss": {"$ref": "loss.json"}}}',
        "schemas/loss.json": '{"type": "number"}',
    }
    root = write(tmp_path / "study", files)
    client.start(root, FULL)
    assert client.codes() == []
    renamed(client, root, ("schemas/loss.json", "schemas/parts/cost.json"))
    assert '"parts/cost.json"' in (root / "schemas/a.json").read_text()
    renamed(client, root, ("schemas/a.json", "forms/a.json"))
    assert '"../schemas/parts/cost.json"' in (root / "forms/a.json").read_text()
    assert client.codes() == []


def test_what_was_renamed_at_a_place_is_not_renamed_again_when_its_file_moves(client: Client, tmp_path: Path):
    """Some clients ask what else is to be edited before they move a file at our word, the edits in buffers by then."""
    root = write(tmp_path / "study", {**WRONG, "Makefile": "results/a/a.json: scripts/fit.py\n\tpython $<\n"})
    assert check(root, "--update-baseline") == 0
    client.start(root, FULL)
    place = where(root / "specs/compute-a.md", "scripts/fit.py")
    edit = client.request("textDocument/rename", {**place, "newName": "scripts/train.py"})["result"]
    *texts, move = edit["documentChanges"]
    edited_paths = [path_of(change["textDocument"]["uri"]) for change in texts]
    assert {path.name for path in edited_paths} == {"compute-a.md", "Makefile"}
    for path, change in zip(edited_paths, texts, strict=True):
        uri = client.open(path)
        client.change(uri, 2, {"text": edited(path.read_text(), change["edits"], "utf-16-le")})
    files = {"files": [{"oldUri": move["oldUri"], "newUri": move["newUri"]}]}
    assert client.request("workspace/willRenameFiles", files)["result"] is None


def test_a_file_that_nothing_names_changes_nothing(client: Client, root: Path):
    write(root, {"notes.txt": "x"})
    client.start(root, FULL)
    assert renamed(client, root, ("notes.txt", "other.txt")) is None


# What a project accepts ---------------------------------------------------------------------------------------

WRONG = {
    **FILES,
    "results/a/a.json": '{"lost": 1}',
    "reports/paper.tex": FILES["reports/paper.tex"].replace("\\input{figures/loss}\n", ""),
}
"""A result that lacks a key, and a figure that no section shows."""


def check(root: Path, *options: str) -> int:
    command = [sys.executable, "-m", "specthis_lsp", "--check", "--no-cache", *options]
    return subprocess.run(command, cwd=root, capture_output=True).returncode


@pytest.mark.parametrize(
    ("path", "words", "new"),
    [
        ("specs/compute-a.md", "base", "plain"),
        ("specs/compute-a.md", "compute-a", "compute-c"),
        ("specs/compute-a.md", "results/a/a.json", "results/a/c.json"),
        ("specs/report-a.md", "reports/figures/loss.tex", "reports/figures/cost.tex"),
    ],
)
def test_what_was_accepted_stays_accepted(client: Client, tmp_path: Path, path: str, words: str, new: str):
    root = write(tmp_path / "study", WRONG)
    assert check(root) == 1
    assert check(root, "--update-baseline") == 0
    before = (root / NAME).read_text()
    client.start(root, FULL)
    answer = client.request("textDocument/rename", {**where(root / path, words), "newName": new})
    applied(root, answer["result"])
    assert check(root, "--error-stale-baseline") == 0
    after = (root / NAME).read_text()
    accepted = read(Text(after))
    assert after != before
    assert isinstance(accepted, Baseline)
    assert written(accepted) == after


@pytest.mark.parametrize(
    ("path", "number", "of"), [("specs/report-a.md", 1, "plain"), ("specs/compute-a.md", 0, "base")]
)
def test_what_was_accepted_is_of_the_entry_whose_spec_found_it(
    client: Client, tmp_path: Path, path: str, number: int, of: str
):
    """Another one, on the other side, is called the same."""
    macro = "\\newcommand{\\loss}{1}\n"
    report = FILES["specs/report-a.md"].replace("### loss", "### base")
    settings = '[rules]\nprofiles = ["numbers"]\nseverity = { unused-number = "warning" }\n'
    changed = {"reports/figures/loss.tex": macro, "specs/report-a.md": report, "specthis.toml": settings}
    root = write(tmp_path / "study", {**FILES, **changed})
    assert check(root, "--update-baseline") == 0
    assert '"entry": "base"' in (root / NAME).read_text()
    client.start(root, FULL)
    answer = client.request("textDocument/rename", {**where(root / path, "base", number=number), "newName": "plain"})
    applied(root, answer["result"])
    assert f'"entry": "{of}"' in (root / NAME).read_text()
    assert check(root, "--error-stale-baseline") == 0


def test_what_was_accepted_of_a_moved_file_stays_accepted(client: Client, tmp_path: Path):
    """Also where nothing but the baseline names it by its path."""
    root = write(tmp_path / "study", WRONG)
    assert check(root, "--update-baseline") == 0
    client.start(root, FULL)
    assert renamed(client, root, ("specs/report-a.md", "specs/report-c.md"))
    assert check(root, "--error-stale-baseline") == 0


def test_a_cancelled_search_ends(client: Client, root: Path):
    """The request is answered, as cancelled or with what was found already, and the next one too."""
    client.start(root, FULL)
    asked = {**where(root / "specs/compute-a.md", "compute-a"), "context": {"includeDeclaration": True}}
    client.send(
        {"id": "search", "method": "textDocument/references", "params": asked},
        {"method": "$/cancelRequest", "params": {"id": "search"}},
    )
    answer = client.response("search")
    assert "result" in answer or answer["error"]["code"] == -32800
    assert client.request("textDocument/references", asked)["result"]
