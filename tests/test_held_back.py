"""What is held back of a check, by comments and by the baseline: written, heeded, and never at a file's expense."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from projects import copy_of
from specthis_analyzers import baseline
from specthis_analyzers.baseline import NAME, Baseline, Malformed
from specthis_analyzers.commenting import comment, spot_of
from specthis_analyzers.facts import markdown
from specthis_analyzers.facts.comments import in_script
from specthis_analyzers.finding import Finding, Place, Related
from specthis_analyzers.policy import sift
from specthis_analyzers.settings import Policy
from specthis_analyzers.text import Span, Text
from specthis_lsp.cli import ignoring, main
from specthis_lsp.host import showing, writing
from specthis_lsp.host.checking import check_project
from test_cache import settle_clock
from test_cli import SCHEMA, SPEC, make

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a check in this process, and say how it ended, what it printed, and what it noted."""
    for name in ("NO_COLOR", "FORCE_COLOR", "SPECTHIS_LSP_OUTPUT_FORMAT", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, cwd: Path) -> tuple[int, str, str]:
        monkeypatch.chdir(cwd)
        code = main.run(["--check", *arguments], main.Serve(lambda: 0, lambda host, port: 0, lambda host, port: 0))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """One error, which can be mended, and one hint."""
    return make(tmp_path / "broken", {"specs/compute-fit.md": SPEC})


@pytest.fixture
def drifted(tmp_path: Path) -> Path:
    return copy_of("drifted", tmp_path)


def spec_of(root: Path) -> str:
    return (root / "specs/compute-fit.md").read_bytes().decode()


# Comments ------------------------------------------------------------------------------------------------------


def test_comments_are_written_and_the_next_check_is_clean(drifted: Path, run: Run):
    """A comment stands at each of the four breaks; a second run writes nothing, a check says how many are held back."""
    ended = run("--add-ignore", "known, until 2999-01", cwd=drifted)
    assert ended == (0, "All 10 specs are clean.\n4 suppressed.\n", "Suppressed 4 findings in 4 files.\n")
    assert (
        "<!-- specthis: ignore[missing-script] known, until 2999-01 -->\n### sweep\n"
        in (drifted / "specs/compute-fraction.md").read_text()
    )
    assert (
        "% specthis: ignore[missing-sectionversion] known, until 2999-01\n\\section{"
        in (drifted / "reports/sections/grokking.tex").read_text()
    )
    assert run("--add-ignore", "again", cwd=drifted) == (0, "All 10 specs are clean.\n4 suppressed.\n", "")


def test_only_what_is_shown_is_suppressed(broken: Path, run: Run):
    """What a selection, a path, or the quiet of a terminal leaves out gets no comment."""
    before = spec_of(broken)
    for options in (["--ignore=missing-script"], ["scripts"], ["--severity=missing-script=hint"]):
        run("--add-ignore", "why", *options, cwd=broken)
        assert spec_of(broken) == before
    run("--add-ignore", "why", cwd=broken)
    assert spec_of(broken).count("specthis:") == 1
    run("--add-ignore", "why", "-v", cwd=broken)
    assert spec_of(broken).count("specthis:") == 2


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark_stay(tmp_path: Path, run: Run, ending: str):
    """A comment ends as the other lines of its file do, and taking it out gives the bytes there were."""
    root = make(tmp_path, {})
    spec = root / "specs/compute-fit.md"
    spec.parent.mkdir()
    before = b"\xef\xbb\xbf" + SPEC.replace("\n", ending).encode()
    spec.write_bytes(before)
    assert run("--add-ignore", "why", cwd=root)[0] == 0
    added = f"<!-- specthis: ignore[missing-script] why -->{ending}### base".encode()
    assert added in spec.read_bytes()
    spec.write_bytes(spec.read_bytes().replace(b"fitt.py", b"fit.py"))
    assert run("--fix", cwd=root)[0] == 0
    assert spec.read_bytes() == before.replace(b"fitt.py", b"fit.py")


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("", "a reason is a line of text"),
        (" \t", "a reason is a line of text"),
        ("two\nlines", "a reason is a line of text"),
        ("\x1b[31m", "a reason is a line of text"),
        ("--> and out", "`-->` would end the comment"),
        ("until 2027-01", "it says until when, and not why"),
        ("why, until 2027-13", "`2027-13` is no date"),
        ("x" * 2000, "it is longer than 1,000 characters"),
    ],
)
def test_what_is_no_reason(broken: Path, run: Run, reason: str, why: str):
    """A reason that would not be read as one is refused, and nothing is written."""
    before = spec_of(broken)
    code, out, err = run("--add-ignore", reason, cwd=broken)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert why in err
    assert spec_of(broken) == before


def test_a_file_that_changes_meanwhile_gets_no_comment(broken: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    """Somebody saves it between our look and our writing: what they saved stays."""

    def late(plan: writing.Plan) -> writing.Written:
        (broken / "specs/compute-fit.md").write_text(SPEC + "\nMore.\n")
        return writing.write(plan)

    monkeypatch.setattr(ignoring, "write", late)
    code, _, err = run("--add-ignore", "why", cwd=broken)
    assert (code, err) == (1, "Left `specs/compute-fit.md` alone: it changed meanwhile.\n")
    assert spec_of(broken) == SPEC + "\nMore.\n"


def test_a_file_that_is_not_utf_8_gets_no_comment(tmp_path: Path, run: Run):
    """Its bytes could not be written back as they were, so its findings stay."""
    root = make(tmp_path, {})
    (root / "specs").mkdir()
    (root / "specs/compute-fit.md").write_bytes(SPEC.encode() + b"\xff")
    code, _, err = run("--add-ignore", "why", cwd=root)
    assert (code, err) == (1, "")
    assert b"specthis" not in (root / "specs/compute-fit.md").read_bytes()


def test_a_day_that_passes_brings_the_finding_back_from_the_cache(
    broken: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    """Nothing moved but the calendar: a warm check says what a cold one does."""
    monkeypatch.setattr(showing, "today", lambda: "2026-11-30")
    run("--add-ignore", "known, until 2026-11", cwd=broken)
    settle_clock()
    before = run(cwd=broken)
    assert before[:2] == (0, "The only spec is clean.\n1 hint hidden (-v shows it).\n1 suppressed.\n")
    assert check_project(str(broken)).from_cache
    assert run(cwd=broken) == run("--no-cache", cwd=broken) == before
    monkeypatch.setattr(showing, "today", lambda: "2026-12-01")
    after = run(cwd=broken)
    assert check_project(str(broken)).from_cache
    assert after[0] == 1
    assert "specs/compute-fit.md:9:1 was suppressed until 2026-11: known" in after[1]
    assert run("--no-cache", cwd=broken) == after


def test_programs_are_told_what_is_held_back(drifted: Path, run: Run):
    """JSON counts it; SARIF has it, with the reason, so that a code host closes its alerts."""
    run("--add-ignore", "known", "--select=missing-script", cwd=drifted)
    run("--update-baseline", "--select=orphaned-export", cwd=drifted)
    report = json.loads(run("--output-format=json", cwd=drifted)[1])
    Draft202012Validator(SCHEMA).validate(report)
    assert (report["summary"]["suppressed"], report["summary"]["accepted"]) == (1, 1)
    results = json.loads(run("--output-format=sarif", cwd=drifted)[1])["runs"][0]["results"]
    held = {result["ruleId"]: result["suppressions"] for result in results if "suppressions" in result}
    assert held == {
        "missing-script": [{"kind": "inSource", "justification": "known"}],
        "orphaned-export": [{"kind": "external", "justification": "accepted by the baseline"}],
    }
    assert len(results) == 4


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- specthis: ignore[" + "missing-script, " * 100_000 + "] why -->",
        "<!-- specthis: ignore[missing-script] " + "why " * 1_000_000 + "-->",
        "<!-- specthis: ignore[missing-script] why -->\n" * 20_000,
        "<!-- specthis: ignore[missing-script] why -->" * 20_000,
        "`a` <!-- specthis: so -->" * 50_000,
        "<!-- " * 100_000 + "specthis: ignore[missing-script] why -->",
        "<!-- specthis: ignore[" * 100_000,
        "`" * 100_000 + "<!-- specthis: ignore[missing-script] why -->",
        "until 2027-01 " * 50_000 + "<!-- specthis: ignore[missing-script] why, " + "until " * 100 + "-->",
        "<!-- specthis: ignore[missing-script] why -->\0\x1b\u202e\ufeff",
        "# specthis: ignore[missing-script] why\n" * 1000,
    ],
    ids=[
        "codes",
        "reason",
        "many",
        "one line",
        "others",
        "nested",
        "unclosed",
        "backticks",
        "until",
        "odd",
        "headings",
    ],
)
def test_comments_made_to_hurt(tmp_path: Path, run: Run, comment: str):
    """Any text leads to findings or to silence, soon."""
    root = make(tmp_path, {"specs/compute-fit.md": SPEC + "\n" + comment})
    assert run("-v", "--output-format=jsonl", cwd=root)[0] in (0, 1)


def test_what_stands_in_a_result_is_suppressed_where_it_is_promised():
    """JSON takes no comments: those at the place that declares it hold, and there a comment is written."""
    text = Text(SPEC)
    at = SPEC.index("results/fit-base")
    related = Related(Place("specs/compute-fit.md", Span(at, at + 3)), "promised here")
    one = Finding("schema-mismatch", "error", Place("results/a.json", Span(3, 4)), "wrong", "base", related=(related,))
    spot = spot_of(one, {"specs/compute-fit.md": text}.get, lambda path: markdown.read(text))
    assert spot is not None
    edit = comment(spot, [one.code], "an old run", text)
    after = Text(SPEC[: edit.span.start] + edit.text + SPEC[edit.span.end :])
    moved = replace(related, place=Place("specs/compute-fit.md", Span(at + len(edit.text), at + len(edit.text) + 3)))
    suppressions = {"specs/compute-fit.md": markdown.read(after).suppressions}
    told = sift([replace(one, related=(moved,))], Policy(), suppressions, "2026-06-15")
    assert (told.findings, [held.suppression.reason for held in told.suppressed]) == ([], ["an old run"])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("path", "first", "rest"),
    [
        ("a.py", ["#!/usr/bin/env python", "# -*- coding: utf-8 -*-"], ["x = 1", "#! no more"]),
        ("a.tex", ["%&pdflatex", "% !TEX root = paper.tex"], ["\\section{A}"]),
        ("a.tex", ["%"], ["! no comment"]),
        ("a.sh", ["#!/bin/sh"], []),
        ("specs/a.md", ["---", "kind: [", "---"], ["text"]),
    ],
)
def test_what_must_come_first_stays_there(path: str, first: list[str], rest: list[str], ending: str):
    """A comment for a whole file stands below it, also in a file that is nothing else; a lone CR ends a line too."""
    text = Text(ending.join([*first, *rest]) + ending * bool(rest))
    one = Finding("scope-creep", "warning", Place(path), "wrong")
    spot = spot_of(one, {path: text}.get, lambda path: markdown.read(text), whole_file=True)
    assert spot is not None
    edit = comment(spot, [one.code], "why", text)
    after = Text(text.source[: edit.span.start] + edit.text + text.source[edit.span.end :])
    lines = [after.line(line) for line in range(len(after.line_starts))]
    stays = [line for line in first if line != "%"]
    assert lines[: len(stays)] == stays
    assert "specthis: ignore-file[scope-creep] why" in lines[len(stays)]
    assert lines[len(stays) + 1 :] == [*first[len(stays) :], *rest, ""]


@pytest.mark.parametrize(
    ("path", "text", "holds_for"),
    [
        ("a.py", "x = 1  # specthis: ignore[scope-creep] why\n", "x = 1  # specthis: ignore[scope-creep] why\n"),
        ("a.py", "if x:\n    # specthis: ignore[scope-creep] why\n\n    # more\n    open(y)\n", "    open(y)\n"),
        ("a.py", 's = """\n# specthis: ignore[scope-creep] why\n"""\n', None),
        ("a.py", "s = '# specthis: ignore[scope-creep] why'\n", None),
        (
            "a.py",
            "x = (  # specthis: ignore[scope-creep] not closed\n",
            "x = (  # specthis: ignore[scope-creep] not closed\n",
        ),
        ("a.py", "\x0c# specthis: ignore[scope-creep] why\nx\n", "x\n"),
        ("a.R", "## specthis: ignore[scope-creep] why\nplot()\n", "plot()\n"),
        (
            "Makefile",
            "all:\n\trun # specthis: ignore[scope-creep] why\n",
            "\trun # specthis: ignore[scope-creep] why\n",
        ),
        ("a.yaml", 'a: "# specthis: ignore[scope-creep] why"\n', None),
        ("a.py", "x  # noqa  # specthis: ignore[scope-creep] y\n", "x  # noqa  # specthis: ignore[scope-creep] y\n"),
        ("a.toml", "a = 1 # b # specthis: ignore[scope-creep] y\n", "a = 1 # b # specthis: ignore[scope-creep] y\n"),
        ("a.sh", "# so: specthis: ignore[scope-creep] why\n", None),
        ("a.sh", "specthis: ignore[scope-creep] why\n", None),
        ("a.json", "# specthis: ignore[scope-creep] why\n", None),
    ],
)
def test_comments_of_scripts(path: str, text: str, holds_for: str | None):
    """Behind `#`, alone or at the end of a line; never in a string, nor inside another comment."""
    found = in_script(Text(text), path)
    scopes = [text[one.scope.start : one.scope.end] for one in found if one.scope]
    assert scopes == ([] if holds_for is None else [holds_for])


# The baseline --------------------------------------------------------------------------------------------------


def accepted(root: Path) -> list[str]:
    found = baseline.read(Text((root / NAME).read_text()))
    assert isinstance(found, Baseline)
    return [one.code for one in found.accepted]


def test_only_what_is_new_is_told(drifted: Path, run: Run):
    """What is accepted is counted and not shown; another break is shown; a look behind the baseline shows all."""
    code, out, err = run("--update-baseline", cwd=drifted)
    assert (code, out) == (0, "All 10 specs are clean.\n4 accepted by the baseline.\n")
    assert err == "`specthis-baseline.json` accepts 4 findings: 4 new, 0 gone.\n"
    spec = drifted / "specs/compute-parity.md"
    assert not spec.exists()
    spec.write_text("---\nname: compute-parity\nkind: compute\ndepends_on: [nowhere.md]\n---\nSee `nowhere.md`.\n")
    code, out, _ = run("--output-format=concise", cwd=drifted)
    assert code == 1
    assert "unknown-dependency" in out
    assert "missing-script" not in out
    assert run("--no-baseline", "--output-format=concise", cwd=drifted)[1].count("\n") > 4


def test_one_finding_is_accepted_as_one(drifted: Path, run: Run):
    """What is counted stands in the singular where there is one of it."""
    err = run("--update-baseline", "--select=missing-script", cwd=drifted)[2]
    assert err == "`specthis-baseline.json` accepts 1 finding: 1 new, 0 gone.\n"


def test_a_line_for_each_finding_in_order(drifted: Path, run: Run):
    """Written twice it is the same, and a finding more is a line more: that is what merges well."""
    run("--update-baseline", cwd=drifted)
    before = (drifted / NAME).read_text()
    lines = before.split("\n")
    assert [lines[0], *lines[-3:]] == ['{"version": 1, "findings": [', "null", "]}", ""]
    assert lines[1:-3] == sorted(lines[1:-3])
    assert run("--update-baseline", cwd=drifted)[2] == ""
    assert (drifted / NAME).read_text() == before
    (drifted / "specs/compute-fraction.md").write_text("Nothing.\n")
    run("--update-baseline", "--select=missing-script", cwd=drifted)
    kept = (drifted / NAME).read_text().split("\n")
    assert [line for line in lines if line not in kept] == [lines[2]]


def test_what_is_gone_is_named_and_dropped(drifted: Path, run: Run):
    """A break that was mended still stands in the baseline: the closing lines say so, and the update takes it out."""
    run("--update-baseline", cwd=drifted)
    run("--fix", "--no-baseline", "--select=missing-script", cwd=drifted)
    says = (
        "The baseline accepts what is gone: missing-script in specs/compute-fraction.md; `--update-baseline` drops it."
    )
    code, out, _ = run(cwd=drifted)
    assert (code, out.split("\n")[-2]) == (0, says)
    assert run("--error-stale-baseline", cwd=drifted)[0] == 1
    assert says not in run("reports", cwd=drifted)[1]
    assert says not in run("--ignore=missing-script", cwd=drifted)[1]
    assert run("--error-stale-baseline", "--ignore=missing-script", cwd=drifted)[0] == 0
    assert run("--update-baseline", cwd=drifted)[2].endswith("accepts 3 findings: 0 new, 1 gone.\n")
    assert run("--error-stale-baseline", cwd=drifted)[0] == 0


def test_a_clone_without_results_drops_nothing(drifted: Path, run: Run):
    """A result that is not here departs from no schema: that tells nothing of those who have it."""
    run("--update-baseline", cwd=drifted)
    shutil.rmtree(drifted / "results")
    assert run("--error-stale-baseline", cwd=drifted)[0] == 0
    run("--update-baseline", cwd=drifted)
    assert "schema-mismatch" in accepted(drifted)
    assert "missing-output" not in accepted(drifted)


def test_what_was_not_asked_for_stays(drifted: Path, run: Run):
    """An update of some paths or rules leaves the others as they were accepted."""
    run("--update-baseline", cwd=drifted)
    run("--fix", "--no-baseline", cwd=drifted)
    run("--update-baseline", "reports", cwd=drifted)
    assert accepted(drifted) == ["missing-script", "schema-mismatch", "orphaned-export"]
    run("--update-baseline", "--select=missing-script", cwd=drifted)
    assert accepted(drifted) == ["schema-mismatch", "orphaned-export"]


def test_hints_are_accepted_where_they_are_shown(broken: Path, run: Run):
    """Without -v nobody saw them; once accepted they stay."""
    run("--update-baseline", cwd=broken)
    assert accepted(broken) == ["missing-script"]
    run("--update-baseline", "-v", cwd=broken)
    run("--update-baseline", cwd=broken)
    assert accepted(broken) == ["missing-script", "missing-script"]


def test_more_alike_than_were_accepted_are_new():
    """A fingerprint is accepted so many times; two lines that say the same, as a merge leaves them, count once."""
    one = Finding("missing-script", "error", Place("specs/a.md"), "gone", "base", "x.py")
    known = baseline.accepting([one, one])
    assert [entry.count for entry in known.accepted] == [2]
    held = baseline.compared([one, one, one], Baseline(known.accepted * 2))
    assert (len(held.new), len(held.known), held.gone) == (1, 2, [])
    assert baseline.compared([one], known).gone == list(known.accepted)
    assert baseline.read(Text(baseline.written(known))) == known


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "it is no baseline; make it again with `--update-baseline`"),
        ("null", "it is no baseline"),
        ("[" * 100_000, "it is no baseline"),
        ('{"version": 1}', "it is no baseline"),
        ('{"version": 1, "findings": [{"code": 3}]}', "it is no baseline"),
        ('{"version": 2, "findings": {}}', "it is of version 2, and this program reads version 1"),
        ('{"version": 1, "findings": [\n<<<<<<< HEAD\n', "it holds a merge conflict"),
        ("\ud83d\x00", "it is no baseline"),
    ],
)
def test_a_baseline_that_cannot_be_read(broken: Path, run: Run, content: str, says: str):
    """It ends with 2 and one line that says what to do; that done, all is well."""
    (broken / NAME).write_bytes(content.encode("utf-8", "surrogatepass"))
    code, out, err = run(cwd=broken)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"specthis-lsp: `{NAME}`: ")
    assert says in err
    assert run("--no-baseline", cwd=broken)[0] == 1
    assert run("--update-baseline", cwd=broken)[0] == 0


def test_a_huge_baseline_is_not_read(broken: Path, run: Run):
    """Beyond what any text may have, it is no baseline."""
    with open(broken / NAME, "wb") as file:
        file.truncate(9 * 1024 * 1024)
    code, _, err = run(cwd=broken)
    assert (code, "it is larger than 8 MiB" in err) == (2, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_of_the_project_is_neither_read_nor_written(tmp_path: Path, broken: Path, run: Run, kind: str):
    """A repository cannot make us read or write elsewhere, nor wait."""
    outside = tmp_path / "outside.json"
    outside.write_text(baseline.written(Baseline()))
    if kind == "link":
        (broken / NAME).symlink_to(outside)
    elif kind == "pipe":
        os.mkfifo(broken / NAME)
    else:
        (broken / NAME).mkdir()
    for options in ([], ["--update-baseline"]):
        code, out, err = run(*options, cwd=broken)
        assert (code, out, err.count("\n")) == (2, "", 1)
    assert outside.read_text() == baseline.written(Baseline())


def test_a_baseline_that_cannot_be_written(broken: Path, run: Run, monkeypatch: pytest.MonkeyPatch):
    """One line says so, and the old one stays."""

    def refuse(source: str, target: str) -> None:
        raise PermissionError(13, "Permission denied")

    (broken / NAME).write_text(baseline.written(Baseline()))
    monkeypatch.setattr(os, "replace", refuse)
    code, out, err = run("--update-baseline", "--no-cache", cwd=broken)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "cannot write" in err
    assert (broken / NAME).read_text() == baseline.written(Baseline())
    assert sorted(path.name for path in broken.iterdir() if ".tmp" in path.name) == []


def test_another_file_may_be_the_baseline(tmp_path: Path, broken: Path, run: Run):
    """Wherever it lies; one that is not there is a mistake, but for whoever makes it."""
    other = tmp_path / "other.json"
    code, _, err = run("--baseline", str(other), cwd=broken)
    assert (code, "there is no baseline" in err) == (2, True)
    assert run("--baseline", str(other), "--update-baseline", cwd=broken)[0] == 0
    assert run("--baseline", str(other), cwd=broken)[0] == 0
    assert run(cwd=broken)[0] == 1
    assert not (broken / NAME).exists()


def test_nothing_to_accept_makes_no_baseline(tmp_path: Path, run: Run):
    """A clean project is left as it is."""
    root = make(tmp_path, {"specs/compute-fit.md": SPEC.replace("fitt.py", "fit.py")})
    assert run("--update-baseline", cwd=root)[0] == 0
    assert not (root / NAME).exists()


def test_reading_any_baseline_ends_well():
    """Numbers out of range, lists and texts in odd places are no baseline, or accept nothing."""
    for count in ("-1", "1e400", str(10**30), "null", "[]"):
        line = f'{{"path": "a", "code": "b", "entry": "", "message": "", "fingerprint": "c", "count": {count}}}'
        read = baseline.read(Text(f'{{"version": 1, "findings": [{line}]}}'))
        assert isinstance(read, Malformed) or (read and read.accepted[0].count == int(count))


# Fixes and figures ---------------------------------------------------------------------------------------------


def test_a_fix_to_be_looked_at_is_made_where_it_is_the_only_one(broken: Path, run: Run):
    """--unsafe-fixes makes it; where there are several, somebody has to choose."""
    (broken / "scripts/fit.py").unlink()
    (broken / "scripts/other.py").write_text("")
    before = spec_of(broken)
    assert run("--fix", cwd=broken)[0] == 1
    assert spec_of(broken) == before
    code, _, err = run("--fix", "--unsafe-fixes", cwd=broken)
    assert (code, err) == (0, "Fixed 1 finding (missing-script).\n")
    assert "Status: script ready" not in spec_of(broken)


def test_fix_only_tells_nothing_of_what_remains(drifted: Path, run: Run):
    """It mends, and ends well whatever is left."""
    code, out, err = run("--fix-only", cwd=drifted)
    assert (code, out) == (0, "")
    assert err.startswith("Fixed 3 findings")


def test_how_many_findings_each_rule_has(drifted: Path, run: Run):
    """The most first, with a mark where --fix mends them; the same for programs."""
    code, out, _ = run("--statistics", cwd=drifted)
    assert (code, out.split("\n")[:2]) == (
        1,
        ["1  [*]  missing-script          error", "1  [ ]  schema-mismatch         error"],
    )
    code, out, _ = run("--statistics", "--output-format=json", cwd=drifted)
    assert code == 1
    assert json.loads(out)[0] == {"code": "missing-script", "severity": "error", "count": 1, "fixable": 1}
    code, out, err = run("--statistics", "--output-format=sarif", cwd=drifted)
    assert (code, out) == (2, "")
    assert "`--statistics` with `--output-format` takes full, concise, json, not `sarif`" in err


@pytest.mark.parametrize(
    "options",
    [
        ["--add-ignore", "why", "--fix"],
        ["--add-ignore", "why", "--update-baseline"],
        ["--update-baseline", "--no-baseline"],
        ["--update-baseline", "--diff"],
        ["--baseline", "x", "--no-baseline"],
        ["--fix-only", "--diff"],
    ],
)
def test_what_does_not_go_together(broken: Path, run: Run, options: list[str]):
    """One line says which."""
    code, out, err = run(*options, cwd=broken)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "do not go together" in err
