"""What a check prints, to the letter: text on small projects, JSON against its schema, hostile text made safe."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import specthis_lsp.cli
from specthis_analyzers.finding import Create, Finding, Fix, Place, Related, Rename, Replace
from specthis_analyzers.settings import Severity
from specthis_analyzers.text import Span, decode
from specthis_lsp.cli.arguments import Options
from specthis_lsp.cli.formats import FORMATS
from specthis_lsp.cli.full import cut
from specthis_lsp.cli.look import Look
from specthis_lsp.cli.output import Style
from specthis_lsp.cli.targets import target
from specthis_lsp.cli.visible import HIDDEN, visible, width
from specthis_lsp.host.checking import Outcome
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.projects import Settled

SCHEMA = json.loads((Path(specthis_lsp.cli.__file__).parent / "report.schema.json").read_text("utf-8"))
TEXT = "# Fit\nScript: `a.py`\n"
SCRIPT = Span(TEXT.index("a.py"), TEXT.index("a.py") + 4)


def made(
    severity: Severity = "error",
    path: str = "s.md",
    span: Span | None = SCRIPT,
    message: str = "it is not there",
    related: tuple[Related, ...] = (),
    fixes: tuple[Fix, ...] = (),
    code: str = "missing-script",
) -> Finding:
    return Finding(code, severity, Place(path, span), message, "base", "a.py", related, fixes)


def look(root: Path, *findings: Finding, asked: tuple[str, ...] = ("",)) -> Look:
    outcome = Outcome(Disk(str(root)), Settled(), findings, (), ("s.md", "t.md"), 3)
    return Look(target(str(root), asked), outcome, findings, "warning")


def printed(
    root: Path,
    form: str,
    *findings: Finding,
    style: Style | None = None,
    text: str = TEXT,
    quiet: bool = False,
    verbose: bool = False,
) -> str:
    """What a form makes of findings in a project of one file, seen from its root."""
    (root / "s.md").write_bytes(text.encode())
    options = Options(quiet=quiet, verbose=verbose)
    return "\n".join(FORMATS[form]([look(root, *findings)], options, style or Style()))


@pytest.fixture(autouse=True)
def _in_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# For people ----------------------------------------------------------------------------------------------------


def test_a_finding_with_everything(tmp_path: Path):
    """A finding shows its place and entry, its line with carets, the one above, what bears on it, what mends it."""
    fix = Fix("Change to `b.py`", (Replace("s.md", SCRIPT, "b.py"),), True)
    related = Related(Place("s.md", Span(0, 1)), "the heading")
    assert printed(tmp_path, "full", made(related=(related,), fixes=(fix,))) == (
        "error[missing-script]: it is not there\n"
        " --> s.md:2:10 (entry base)\n"
        "  |\n"
        "1 | # Fit\n"
        "2 | Script: `a.py`\n"
        "  |          ^^^^\n"
        "  = note: s.md:1:1 the heading\n"
        "  = help: Change to `b.py` [*] fixable with --fix\n"
        "\n"
        "Found 1 error in 2 specs (1 fixable with --fix)."
    )


def test_a_finding_on_a_whole_file_has_no_excerpt(tmp_path: Path):
    """Without a span there is a path and no line; a fix that is not safe is help without the mark."""
    fix = Fix("Rename the file", (Rename("s.md", "r.md"),), False)
    assert printed(tmp_path, "full", made("info", span=None, fixes=(fix,))) == (
        "info[missing-script]: it is not there\n"
        " --> s.md (entry base)\n"
        "  = help: Rename the file\n"
        "\n"
        "Found 1 info in 2 specs."
    )


def test_a_file_that_vanished_has_no_excerpt(tmp_path: Path):
    """A finding stays where its file went away between the check and the report."""
    assert printed(tmp_path, "full", made(path="gone.md")).startswith(
        "error[missing-script]: it is not there\n --> gone.md (entry base)\n\n"
    )


def test_an_empty_span_has_one_caret_and_a_long_one_ends_with_its_line(tmp_path: Path):
    """A place between letters is one caret; of several lines the first is marked, to its end."""
    assert "2 | Script: `a.py`\n  | ^\n" in printed(tmp_path, "full", made(span=Span(6, 6)))
    assert "1 | # Fit\n  |   ^^^\n" in printed(tmp_path, "full", made(span=Span(2, 12)))
    assert "2 | Script: `a.py`\n  |               ^\n" in printed(tmp_path, "full", made(span=Span(20, 20)))


@pytest.mark.parametrize(
    ("line", "column", "excerpt"),
    [
        ("\tx = `a.py`", 6, "1 |     x = `a.py`\n  |          ^^^^"),
        ("a\tb `a.py`", 5, "1 | a   b `a.py`\n  |        ^^^^"),
        ("漢字 `a.py`", 4, "1 | 漢字 `a.py`\n  |       ^^^^"),
        ("e\u0301t `a.py`", 5, "1 | e\u0301t `a.py`\n  |     ^^^^"),
        ("\x1b[31m `a.py`", 7, "1 | ␛[31m `a.py`\n  |        ^^^^"),
        ("\u202e `a.py`", 3, "1 | <U+202E> `a.py`\n  |           ^^^^"),
    ],
)
def test_carets_stand_under_their_letters(tmp_path: Path, line: str, column: int, excerpt: str):
    """Tabs, wide letters, combining marks and hidden characters before the span do not move the carets off it."""
    span = Span(column, column + 4)
    assert excerpt in printed(tmp_path, "full", made(span=span), text=f"{line}\n")


def test_a_long_line_is_cut_around_the_carets(tmp_path: Path):
    """A line of a million letters is shown as far as the width goes, the span in it."""
    line = "x" * 500_000 + "`a.py`" + "y" * 500_000
    shown = printed(tmp_path, "full", made(span=Span(500_001, 500_005)), text=line, style=Style(width=40))
    excerpt = shown.split("\n")[3:5]
    assert excerpt == ["1 | …xxxxxxxxxx`a.py`yyyyyyyyyyyyyyyyyy…", "  |             ^^^^"]


@given(st.text(alphabet="ab\t漢\u0301\x1b\u202e", max_size=120), st.data())
def test_an_excerpt_fits_and_marks_inside(line: str, data: st.DataObject):
    """Whatever the line, the excerpt is no wider than the room, and the mark begins and ends within it."""
    start = data.draw(st.integers(0, len(line)))
    stop = data.draw(st.integers(start, len(line)))
    content, before, marked = cut(line, start, stop, 40)
    assert width(content) <= 40
    assert marked >= 1
    assert before + marked <= width(content) + 1
    assert not HIDDEN.search(content)


def test_the_verdict_counts(tmp_path: Path):
    """The last line counts by severity; hints are counted apart, and shown by -v."""
    found = [made(), made(), made("warning"), made("hint"), made("info")]
    lines = printed(tmp_path, "full", *found).split("\n")
    assert lines[-2:] == ["Found 2 errors, 1 warning and 1 info in 2 specs.", "1 hint hidden (-v shows it)."]
    assert "hint[" not in "\n".join(lines)
    assert printed(tmp_path, "full", *found, verbose=True).endswith(
        "Found 2 errors, 1 warning, 1 info and 1 hint in 2 specs."
    )


def test_the_verdict_when_clean(tmp_path: Path):
    """Clean is said of all specs; of some paths only what was asked; with -q nothing at all."""
    assert printed(tmp_path, "full") == "All 2 specs are clean."
    assert printed(tmp_path, "full", quiet=True) == ""
    part = look(tmp_path, asked=("specs",))
    assert list(FORMATS["full"]([part], Options(), Style())) == ["Nothing found in the paths given (2 specs read)."]
    hints = printed(tmp_path, "full", made("hint"), made("hint"))
    assert hints == "All 2 specs are clean.\n2 hints hidden (-v shows them)."


def test_quiet_prints_findings_only(tmp_path: Path):
    """-q leaves the verdict out."""
    assert printed(tmp_path, "full", made(), quiet=True).endswith("  |          ^^^^\n")


def test_a_terminal_shows_a_table_of_many(tmp_path: Path):
    """Above fifty findings a terminal shows the first five and a table of rules; a pipe gets all."""
    found = [made()] * 40 + [made("warning", code="orphaned-export")] * 12
    shown = printed(tmp_path, "full", *found, style=Style(terminal=True))
    assert shown.count("-->") == 5
    assert shown.split("\n")[-6:] == [
        "40  error    missing-script",
        "12  warning  orphaned-export",
        "The first 5 of 52 are shown; `--output-format concise` lists all of them.",
        "`--update-baseline` accepts these, so that only what is new is told; `--add-ignore REASON` says why at each.",
        "",
        "Found 40 errors and 12 warnings in 2 specs.",
    ]
    assert printed(tmp_path, "full", *found).count("-->") == 52


def test_colours_add_nothing_but_colours(tmp_path: Path):
    """A coloured report without its colour sequences is the plain report."""
    import re

    found = (made(), made("warning", fixes=(Fix("Rename", (Rename("s.md", "r.md"),)),)))
    colored = printed(tmp_path, "full", *found, style=Style(colored=True))
    assert "\x1b[1;31m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == printed(tmp_path, "full", *found)


# For grep ------------------------------------------------------------------------------------------------------


def test_concise_is_a_line_for_each_finding(tmp_path: Path):
    """Path, line, column, severity, code, message; a whole file is its beginning; there is no hint and no verdict."""
    found = (made(), made("warning", span=None), made("hint"))
    assert printed(tmp_path, "concise", *found) == (
        "s.md:2:10: error[missing-script] it is not there\ns.md:1:1: warning[missing-script] it is not there"
    )


def test_a_line_break_in_a_name_breaks_no_line(tmp_path: Path):
    """Names and messages with line ends and escape sequences stay on one line and send nothing to the terminal."""
    hostile = made(path="a\nb\x1b[2J.md", message="the\r\nscript \x9b31m", span=None)
    assert printed(tmp_path, "concise", hostile) == ("a␊b␛[2J.md:1:1: error[missing-script] the␍␊script <U+009B>31m")


@given(st.text())
def test_visible_text_is_harmless(text: str):
    """Nothing that is shown holds a control character, a direction mark or half a letter; what is harmless stays."""
    shown = visible(text)
    assert not HIDDEN.search(shown)
    shown.encode("utf-8")
    assert visible(shown) == shown


# For programs --------------------------------------------------------------------------------------------------


def test_the_schema_is_a_schema():
    """The schema that describes the report is a valid JSON Schema."""
    Draft202012Validator.check_schema(SCHEMA)


def test_json_to_the_letter(tmp_path: Path):
    """Every field of version 1, lines and columns from 1, columns in code points."""
    fixes = (Fix("Change", (Replace("s.md", SCRIPT, "b.py"), Create("n.md", "new"), Rename("s.md", "r.md")), True),)
    related = Related(Place("other.json"), "the result")
    report = json.loads(printed(tmp_path, "json", made(related=(related,), fixes=fixes), made("hint", span=None)))
    Draft202012Validator(SCHEMA).validate(report)
    where = {"start": {"line": 2, "column": 10}, "end": {"line": 2, "column": 14}}
    report["tool"].pop("version")
    second = report["diagnostics"].pop()
    assert second["range"] is None
    assert report == {
        "version": 1,
        "tool": {"name": "specthis-lsp"},
        "root": ".",
        "summary": {
            "files": 2, "entries": 3, "errors": 1, "warnings": 0, "infos": 0, "hints": 1, "fixable": 1,
            "suppressed": 0, "accepted": 0,
        },
        "diagnostics": [
            {
                "path": "s.md",
                "range": where,
                "code": "missing-script",
                "severity": "error",
                "message": "it is not there",
                "entry": "base",
                "url": None,
                "fingerprint": made().fingerprint,
                "related": [{"path": "other.json", "range": None, "message": "the result"}],
                "fixes": [
                    {
                        "title": "Change",
                        "safe": True,
                        "edits": [
                            {"path": "s.md", "range": where, "new_text": "b.py"},
                            {"path": "n.md", "create": True, "new_text": "new"},
                            {"path": "s.md", "rename_to": "r.md"},
                        ],
                    }
                ],
            }
        ],
    }  # fmt: skip


def test_json_columns_are_code_points(tmp_path: Path):
    """A letter beyond the basic plane is one column, a byte order mark none."""
    text = "\ufeff😀 `a.py`\n"
    source = decode(text.encode()).source
    at = source.index("a.py")
    report = json.loads(printed(tmp_path, "json", made(span=Span(at, at + 4)), text=text))
    assert report["diagnostics"][0]["range"]["start"] == {"line": 1, "column": 4}


def test_json_of_several_projects_is_an_array(tmp_path: Path):
    """Each project is a report with its own root."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    looks = [look(tmp_path / "one", made(span=None)), look(tmp_path / "two")]
    reports = json.loads("\n".join(FORMATS["json"](looks, Options(), Style())))
    Draft202012Validator(SCHEMA).validate(reports)
    assert [report["root"] for report in reports] == ["one", "two"]


def test_json_carries_hostile_text_as_ascii(tmp_path: Path):
    """Escape sequences and undecodable names are escaped in JSON, so that a log shows them as letters."""
    hostile = made(path="a\udce9\x1b[2J\x9b.md", span=None)
    text = printed(tmp_path, "json", hostile)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["diagnostics"][0]["path"] == "a\udce9\x1b[2J\x9b.md"
