"""What is shown while somebody types: nothing that the next letters will mend, and at once whatever they will not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from projects import copy_of, write
from server_client import Client, at
from specthis_analyzers.finding import Finding
from specthis_lsp.server import patience
from specthis_lsp.server.documents import Document, Documents
from specthis_lsp.server.homes import Home

SPECS = ["compute-structure", "report-grokking"]
NOW = 1000.0


class Typist:
    """Somebody at a keyboard, with one file of a study before them."""

    def __init__(self, home: Home, path: str) -> None:
        self.home, self.path = home, path
        self.documents = Documents()
        self.document: Document = self.documents.open(home.uri_of(path), 1, home.text(path).source)
        self.rest()

    def rest(self) -> None:
        """Stop for so long that everything is told."""
        self._taken()
        self.document.shown = frozenset(map(patience.name, self.home.findings(self.path)))

    def type(self, line: int, start: int, end: int, letters: str) -> list[Finding]:
        """Put letters in the place of those between two columns; what is shown then."""
        where = types.Range(types.Position(line, start), types.Position(line, end))
        self.documents.change(self.document.uri, 1, [types.TextDocumentContentChangePartial(where, letters)])
        self.document.edited_at = NOW
        self._taken()
        return self.shown(NOW + 0.1)

    def shown(self, now: float) -> list[Finding]:
        found = self.home.findings(self.path)
        kept = patience.kept_back(found, self.document, self.home.project, self.path, now)
        return [one for one in found if one not in kept]

    def _taken(self) -> None:
        self.home.lay(self.path, self.document)
        self.home.refresh()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = copy_of("grokking", tmp_path)
    home = Home(str(root), root.as_uri())
    home.project.refresh()
    return home


@pytest.mark.parametrize("name", SPECS)
def test_a_right_line_is_right_at_every_letter(home: Home, name: str):
    """Each line of a spec with nothing wrong, taken out and typed anew: what is not told of its absence never shows."""
    path = f"specs/{name}.md"
    typist = Typist(home, path)
    assert not typist.document.shown
    for number, line in enumerate(home.text(path).source.split("\n")):
        typist.type(number, 0, len(line), "")
        typist.rest()
        absent = {one.code for one in home.findings(path)}
        for column, letter in enumerate(line):
            shown = {one.code for one in typist.type(number, column, column, letter) if one.severity != "hint"}
            assert shown <= absent, line[: column + 1]
        typist.rest()
        assert not typist.document.shown


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Status: script re|", None),
        ("Status: scirpt|", "unknown-status"),
        ("Status: |", None),
        ("kind: comp|", None),
        ("kind: comp |", "unknown-kind"),
        ("kind: computer|", "unknown-kind"),
        ("  - comp|", None),
        ("  - |", None),
        ("  - nowhere.md|", "unknown-dependency"),
        ("name: compute-stru|", None),
        ("name: compute-grok|", "name-mismatch"),
        ("Output: `resul|", None),
        ("Output: `resul|`", None),
        ("Output: `resul`|", "output-outside-results"),
        ("Output: `build/spectrum|`", "output-outside-results"),
        ("Resources: `gpu=H1|, hours=2`", None),
        ("Resources: `gpu=H1, hours=2|`", "unknown-resource"),
        ("### spectr|", None),
        ("Script: `scripts/spec|", None),
        ("Script: `/scripts/spectrum.py`|", "outside-path"),
    ],
)
def test_a_word_that_cannot_become_a_right_one_is_told_at_once(home: Home, line: str, code: str | None):
    """And whatever is not told at once is told after a second."""
    path = "specs/compute-structure.md"
    typist = Typist(home, path)
    lines = home.text(path).source.split("\n")
    beginning = line[:4] if "Resources" not in line else "Inputs"
    number = next(row for row, one in enumerate(lines) if one.startswith(beginning))
    typist.type(number, 0, len(lines[number]), line.replace("|", ""))
    shown = typist.type(number, line.index("|"), line.index("|"), "")
    assert {one.code for one in shown if one.severity != "hint"} == ({code} if code else set())
    assert typist.shown(NOW + patience.REST) == home.findings(path)


def test_patience_ends_where_the_hand_moves_on(home: Home):
    """A letter elsewhere, or in the middle of the word, and the word counts as it stands."""
    path = "specs/compute-structure.md"
    typist = Typist(home, path)
    lines = home.text(path).source.split("\n")
    number = next(row for row, one in enumerate(lines) if one.startswith("kind: "))
    assert typist.type(number, 6, len(lines[number]), "compu") == []
    assert [one.code for one in typist.type(number, 8, 9, "m")] == ["unknown-kind"]
    typist.type(number, 6, 11, "compu")
    typist.document.shown = frozenset()
    assert [one.code for one in typist.type(len(lines) - 1, 0, 0, "More.")] == ["unknown-kind"]


def test_what_was_shown_stays_shown(home: Home):
    """A finding does not vanish and come back because its word is touched."""
    path = "specs/compute-structure.md"
    typist = Typist(home, path)
    lines = home.text(path).source.split("\n")
    number = next(row for row, one in enumerate(lines) if one.startswith("kind: "))
    typist.type(number, 6, len(lines[number]), "comput")
    typist.rest()
    assert [one.code for one in typist.type(number, 12, 12, "")] == ["unknown-kind"]


# What a word does to other files -------------------------------------------------------------------------------

PATIENT = """
import sys
import specthis_lsp.server.patience as patience
patience.REST = {rest}
from specthis_lsp.server.main import serve_stdio
sys.exit(serve_stdio())
"""
PAPER = "reports/paper.tex"
ROUTED = {
    "specs/report-a.md": "---\nname: report-a\nkind: report\ndepends_on: []\nhost_doc: reports/paper.tex\n"
    "section_label: sec:a\n---\n\n### loss\n\nExport script: `scripts/show.py`\n"
    "Export outputs: `reports/figures/loss.tex`\nStatus: script ready\n",
    "scripts/show.py": "",
    "reports/figures/loss.tex": "x\n",
    PAPER: "\\documentclass{article}\n\\begin{document}\n\\section{A}\n\\label{sec:a}\n\\input{figures/loss}\n"
    "\\end{document}\n",
}


class Elsewhere:
    """Somebody who types the label of a section, and what is told of the report that routes to it."""

    def __init__(self, folder: Path, rest: float) -> None:
        self.client = Client([sys.executable, "-c", PATIENT.format(rest=rest)])
        self.root = write(folder / "study", ROUTED)
        self.client.start(self.root)
        self.report = (self.root / "specs/report-a.md").as_uri()
        self.version = 1
        self.uri = self.client.open(self.root / PAPER)

    def codes(self) -> list[str]:
        return [code for code in self.client.codes(self.report) if code != "unpaired-report"]

    def put(self, start: int, end: int, letters: str) -> None:
        self.version += 1
        self.client.change(self.uri, self.version, {"range": at(3, start, end), "text": letters})
        self.client.settle()


@pytest.fixture
def never(tmp_path: Path) -> Iterator[Elsewhere]:
    """Where nobody ever rests."""
    elsewhere = Elsewhere(tmp_path, 1e9)
    yield elsewhere
    elsewhere.client.kill()
    elsewhere.client.account()


def test_what_a_half_typed_word_does_to_other_files_waits(never: Elsewhere):
    """A label is typed anew, and the report that says it whole is not told of meanwhile."""
    assert never.codes() == []
    never.put(7, 12, "")
    for column, letter in enumerate("sec:a", 7):
        never.put(column, column, letter)
    assert never.codes() == []
    assert "missing-section" not in str(never.client.told("textDocument/publishDiagnostics"))


@pytest.mark.parametrize("ends", ["save", "close", "move on"])
def test_once_the_word_is_whole_all_is_told(never: Elsewhere, ends: str):
    never.put(12, 12, "b")
    assert never.codes() == []
    if ends == "save":
        (never.root / PAPER).write_text(ROUTED[PAPER].replace("sec:a", "sec:ab"))
        never.client.save(never.uri)
    elif ends == "close":
        (never.root / PAPER).write_text(ROUTED[PAPER].replace("sec:a", "sec:ab"))
        never.client.close(never.uri)
    else:
        never.put(0, 0, " ")
    never.client.until(lambda: never.codes() == ["missing-section"])


def test_what_is_mended_elsewhere_is_told_at_once(never: Elsewhere):
    never.put(12, 12, "b")
    never.client.save(never.uri)
    never.client.until(lambda: never.codes() == ["missing-section"])
    never.put(12, 13, "")
    assert never.codes() == []


def test_who_rests_is_told_all(tmp_path: Path):
    elsewhere = Elsewhere(tmp_path, 0.05)
    elsewhere.put(12, 12, "b")
    elsewhere.client.until(lambda: elsewhere.codes() == ["missing-section"])
    elsewhere.client.kill()
