"""Fixes applied: the planner against a slow reference, and the writer against files that move under it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from specthis_analyzers.finding import Create, Edit, Finding, Fix, Place, Rename, Replace
from specthis_analyzers.suppression import Suppressions
from specthis_analyzers.text import Span, Text
from specthis_lsp.host import writing
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.mending import MAX_ROUNDS, Change, Move, Plan, any_single, plan
from specthis_lsp.host.overlay import Overlay
from specthis_lsp.host.projects import settle
from specthis_lsp.host.rounds import Round, applied, overlap
from specthis_lsp.host.writing import write

SPEC = """---
name: {name}
kind: compute
depends_on: [{needs}]
---

# Fit

{needs}

### {name}-base

Script: `{script}`
Output: `results/{name}/fit.json`
Status: script ready
"""


def spec(name: str = "compute-fit", script: str = "scripts/fitt.py", needs: str = "") -> str:
    return SPEC.format(name=name, script=script, needs=needs)


def project(root: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in {"scripts/fit.py": "", **files}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def every(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
    return list(findings)


def planned(root: Path) -> Plan:
    return plan(str(root), settle(Disk(str(root))), every)


def finding(*edits: Edit, safe: bool = True) -> Finding:
    return Finding("code", "error", Place("a.md"), "message", fixes=(Fix("Change it", edits, safe),))


def round_over(texts: dict[str, str]) -> Round:
    return Round(lambda path: Text(texts[path]) if path in texts else None, lambda path: path not in texts)


# The planner ---------------------------------------------------------------------------------------------------


@st.composite
def text_and_edits(draw: st.DrawFn) -> tuple[str, list[Replace]]:
    source = draw(st.text(alphabet="ab\r\n\té漢", max_size=40))
    edits = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, len(source)))
        end = draw(st.integers(start, len(source)))
        edits.append(Replace("a.md", Span(start, end), draw(st.text(alphabet="XY\n", max_size=4))))
    return source, edits


def right_to_left(source: str, edits: list[Replace]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        source = source[: edit.span.start] + edit.text + source[edit.span.end :]
    return source


def taken_together(source: str, edits: list[Replace]) -> list[Replace]:
    taking = round_over({"a.md": source})
    for edit in edits:
        one = finding(edit)
        taking.take(one, one.fixes[0])
    return taking.replaced.get("a.md", [])


@given(text_and_edits())
def test_edits_of_a_round_do_what_the_same_edits_do_one_by_one_from_the_end(case: tuple[str, list[Replace]]):
    """Edits taken together give the text that applying them from right to left gives."""
    source, edits = case
    taken = taken_together(source, edits)
    assert applied(source, taken) == right_to_left(source, taken)


@given(text_and_edits())
def test_edits_that_meet_never_share_a_round(case: tuple[str, list[Replace]]):
    """Of edits that overlap or begin at one place a round takes one; an edit left out meets one that was taken."""
    source, edits = case
    taken = taken_together(source, edits)
    assert not any(overlap(one.span, other.span) for at, one in enumerate(taken) for other in taken[:at])
    left = [edit for edit in edits if edit not in taken]
    assert all(any(overlap(edit.span, other.span) for other in taken) for edit in left)


@given(text_and_edits())
def test_text_outside_the_edits_stays(case: tuple[str, list[Replace]]):
    """What lies before, between and after the spans is in the result, in order and unchanged."""
    source, edits = case
    taken = sorted(taken_together(source, edits), key=lambda edit: edit.span)
    result, at, before = applied(source, taken), 0, 0
    for edit in taken:
        kept = source[before : edit.span.start]
        assert result[at : at + len(kept)] == kept
        at, before = at + len(kept) + len(edit.text), edit.span.end
    assert result[at:] == source[before:]


def test_a_fix_is_taken_whole_or_not_at_all():
    """A fix with one edit that meets another fix leaves its other edits out too."""
    taking = round_over({"a.md": "abcdef", "b.md": "xyz"})
    one = finding(Replace("a.md", Span(0, 3), "A"))
    other = finding(Replace("b.md", Span(0, 1), "X"), Replace("a.md", Span(2, 4), "B"))
    assert taking.take(one, one.fixes[0])
    assert not taking.take(other, other.fixes[0])
    assert "b.md" not in taking.replaced


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ((), "it does nothing"),
        ((Replace("a.md", Span(4, 99), ""),), "its span is beyond the text"),
        ((Replace("gone.md", Span(0, 0), "x"),), "its file is gone"),
        ((Replace("a.md", Span(0, 0), "\udc80"),), "its text cannot be written"),
        ((Replace("a.md", Span(0, 2), "x"), Replace("a.md", Span(1, 3), "y")), "its own edits meet"),
        ((Create("a.md", "x"),), "it would overwrite"),
        ((Rename("a.md", "b.md"),), "its name is taken"),
        ((Create("n.md", "x"), Create("n.md", "y")), "it makes one file twice"),
    ],
)
def test_a_fix_that_does_not_fit_is_left_out(edits: tuple[Edit, ...], why: str):
    """Broken fixes are refused by the planner, before anything is written."""
    taking = round_over({"a.md": "abcdef", "b.md": ""})
    one = finding(*edits)
    assert not taking.take(one, one.fixes[0]), why


def test_a_file_is_renamed_only_where_nothing_else_edits_it():
    """A round does not edit and rename one file: the edit waits for the next round."""
    taking = round_over({"a.md": "abc"})
    rename, edit = finding(Rename("a.md", "n.md")), finding(Replace("a.md", Span(0, 1), "x"))
    assert taking.take(rename, rename.fixes[0])
    assert not taking.take(edit, edit.fixes[0])


def test_unsafe_fixes_are_not_applied():
    """The safe fix of a finding is the first that is safe, wherever it stands; without one there is none."""
    unsafe, safe = Fix("Guess", (), False), Fix("Change", (), True)
    one = Finding("code", "error", Place("a.md"), "message", fixes=(unsafe, safe))
    assert one.safe_fix is safe
    assert finding(safe=False).safe_fix is None


# A whole plan --------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(tmp_path: Path):
    """Planning leaves every byte of the project as it was, and says what it would write."""
    root = project(tmp_path, {"specs/compute-fit.md": spec()})
    before = (root / "specs/compute-fit.md").read_bytes()
    found = planned(root)
    assert [change.path for change in found.changes] == ["specs/compute-fit.md"]
    assert [one.code for one in found.mended] == ["missing-script"]
    assert (root / "specs/compute-fit.md").read_bytes() == before


def test_a_second_run_finds_nothing_to_do(tmp_path: Path):
    """What a plan mends stays mended."""
    root = project(
        tmp_path,
        {
            "specthis.toml": '[layout]\nspec = "contracts"\n',
            "contracts/compute-fit.md": spec("compute-fot", needs="compute-dota"),
            "contracts/compute-data.md": spec("compute-data", "scripts/fot.py"),
        },
    )
    write(planned(root))
    assert planned(root).changes == ()


def test_mended_settings_count_in_the_next_round(tmp_path: Path):
    """A setting whose name is mended moves the specs folder, and the specs there are mended in the same run."""
    root = project(tmp_path, {"specthis.toml": '[layout]\nspecz = "contracts"\n', "contracts/compute-fit.md": spec()})
    assert [change.path for change in planned(root).changes] == ["contracts/compute-fit.md", "specthis.toml"]


def test_a_fix_that_does_not_help_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A finding that its own fix leaves in place is not fixed again and again."""
    root = project(tmp_path, {"specs/compute-fit.md": spec(script="scripts/fit.py")})
    useless = Finding(
        "code", "error", Place("specs/compute-fit.md"), "message",
        fixes=(Fix("Insert a line", (Replace("specs/compute-fit.md", Span(0, 0), "x\n"),), True),),
    )  # fmt: skip
    found = plan(str(root), settle(Disk(str(root))), lambda *_: [useless])
    assert len(found.mended) == 1


def test_fixes_that_go_on_for_ever_end_after_ten_rounds(tmp_path: Path):
    """Each mends its finding and makes the next one: after ten rounds the plan is what it is."""
    root = project(tmp_path, {"specs/compute-fit.md": spec()})
    calls: list[int] = []

    def another(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
        calls.append(len(calls))
        fix = Fix("Add a letter", (Replace("specs/compute-fit.md", Span(0, 0), "x"),), True)
        return [
            Finding("code", "error", Place("specs/compute-fit.md"), "message", subject=str(calls[-1]), fixes=(fix,))
        ]

    found = plan(str(root), settle(Disk(str(root))), another)
    assert len(calls) == len(found.mended) == MAX_ROUNDS == 10
    assert found.changes[0].after == b"x" * 10 + spec().encode()


def test_overlapping_fixes_are_made_one_after_the_other(tmp_path: Path):
    """Two fixes that meet take two rounds, and the second sees what the first one left."""
    root = project(tmp_path, {"specs/compute-fit.md": spec()})
    at = spec().index("fitt.py")

    def meeting(findings: Iterable[Finding], suppressions: Suppressions) -> list[Finding]:
        left = list(findings)
        return [left[0], replace(left[0], subject="the same again", entry="other")] if left else []

    found = plan(str(root), settle(Disk(str(root))), meeting)
    assert [change.after[at : at + 6] for change in found.changes] == [b"fit.py"]
    assert len(found.mended) == 1


def test_only_a_single_fix_is_made_where_it_is_not_safe(tmp_path: Path):
    """Where there are several that are not safe, a person has to choose."""
    root = project(tmp_path, {"specs/compute-fit.md": spec()})
    one, other = (Fix(text, (Replace("specs/compute-fit.md", Span(0, 0), text),)) for text in "ab")
    for fixes, after in (((one,), b"a"), ((one, other), None)):
        finding = Finding("code", "error", Place("specs/compute-fit.md"), "message", fixes=fixes)
        found = plan(str(root), settle(Disk(str(root))), lambda *_: [finding], choose=any_single)  # noqa: B023
        assert [change.after[:1] for change in found.changes] == ([after] if after else [])


def test_renames_and_new_files_are_seen_by_the_next_round(tmp_path: Path):
    """The overlay answers for files that are made or renamed in memory as the disk will."""
    root = project(tmp_path, {"specs/a.md": "text"})
    overlay = Overlay(str(root))
    taking = Round(overlay.text, overlay.is_free)
    one = finding(Rename("specs/a.md", "specs/b.md"), Create("scripts/sub/new.py", "new"))
    assert taking.take(one, one.fixes[0])
    overlay.lay(taking)
    assert [overlay.presence(path) for path in ("specs/a.md", "specs/b.md")] == ["missing", "here"]
    assert [item.name for item in overlay.listing("specs")] == ["b.md"]
    assert [(item.name, item.is_folder) for item in overlay.listing("scripts")] == [("fit.py", False), ("sub", True)]
    assert overlay.data("scripts/sub/new.py", 100) == b"new"
    assert overlay.stamp("specs/a.md") is None


# The writer ----------------------------------------------------------------------------------------------------


def change(root: Path, path: str, before: bytes | None, after: bytes) -> dict[str, str]:
    return write(Plan(str(root), (Change(path, before, after),), (), ())).refused


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path):
    """A file with CRLF and a byte order mark differs after the fix in the mended word alone."""
    before = b"\xef\xbb\xbf" + spec().replace("\n", "\r\n").encode()
    root = project(tmp_path, {"specs/compute-fit.md": before})
    write(planned(root))
    assert (root / "specs/compute-fit.md").read_bytes() == before.replace(b"fitt.py", b"fit.py")


def test_a_text_with_an_unresolved_merge_is_left_alone() -> None:
    """Which of its versions counts is for people to say; one that only begins like a merge is edited."""
    merge = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n"
    round = round_over({"a.md": merge, "b.md": merge.replace("=======", "")})
    fixes = [Fix("Change", (Replace(path, Span(0, 1), "x"),), safe=True) for path in ("a.md", "b.md")]
    finding = Finding("code", "error", Place("a.md"), "message")
    assert [round.take(finding, fix) for fix in fixes] == [False, True]


def test_a_file_that_is_not_utf_8_is_left_alone(tmp_path: Path):
    """Bytes that are no UTF-8 cannot be written back as they were, so the file is not written."""
    root = project(tmp_path, {"specs/compute-fit.md": spec().encode() + b"\xff"})
    assert planned(root).changes == ()


def test_permissions_stay(tmp_path: Path):
    """A written file has the permissions it had."""
    (tmp_path / "a.sh").write_bytes(b"old")
    (tmp_path / "a.sh").chmod(0o754)
    assert change(tmp_path, "a.sh", b"old", b"new") == {}
    assert stat.S_IMODE((tmp_path / "a.sh").stat().st_mode) == 0o754
    assert os.listdir(tmp_path) == ["a.sh"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path):
    """What somebody saved after the check is not overwritten, and no temporary file is left."""
    (tmp_path / "a.md").write_bytes(b"saved")
    assert change(tmp_path, "a.md", b"old", b"new") == {"a.md": "it changed meanwhile"}
    assert (tmp_path / "a.md").read_bytes() == b"saved"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_file_saved_while_the_new_one_is_written_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The bytes are compared again right before the new file takes the old one's place."""
    (tmp_path / "a.md").write_bytes(b"old")
    beside = writing._beside

    def saved_meanwhile(target: str, data: bytes, mode: int) -> str:
        Path(target).write_bytes(b"saved")
        return beside(target, data, mode)

    monkeypatch.setattr(writing, "_beside", saved_meanwhile)
    assert change(tmp_path, "a.md", b"old", b"new") == {"a.md": "it changed meanwhile"}
    assert (tmp_path / "a.md").read_bytes() == b"saved"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_file_that_vanished_is_told(tmp_path: Path):
    """A file that is gone when it should be written is refused, not made anew."""
    assert change(tmp_path, "a.md", b"old", b"new") == {"a.md": "no such file or directory"}
    assert os.listdir(tmp_path) == []


def test_a_link_inside_is_written_through(tmp_path: Path):
    """A symbolic link stays a link; the file it leads to, inside the root, is written."""
    (tmp_path / "real.md").write_bytes(b"old")
    (tmp_path / "a.md").symlink_to("real.md")
    assert change(tmp_path, "a.md", b"old", b"new") == {}
    assert (tmp_path / "a.md").is_symlink()
    assert (tmp_path / "real.md").read_bytes() == b"new"


@pytest.mark.parametrize("path", ["a.md", "folder/b.md", "../out/b.md"])
@pytest.mark.parametrize("before", [b"old", None])
def test_nothing_outside_the_root_is_written(tmp_path: Path, path: str, before: bytes | None):
    """Links to files or folders outside, and paths that climb out, are refused."""
    root, out = tmp_path / "root", tmp_path / "out"
    root.mkdir()
    out.mkdir()
    (out / "b.md").write_bytes(b"old")
    (root / "a.md").symlink_to("../out/b.md")
    (root / "folder").symlink_to("../out")
    refused = change(root, path, before, b"new")
    assert list(refused) == [path]
    assert (out / "b.md").read_bytes() == b"old"
    assert os.listdir(out) == ["b.md"]


def test_create_makes_folders_and_never_overwrites(tmp_path: Path):
    """A new file comes with its folders; where something is already, it stays."""
    assert change(tmp_path, "new/a.md", None, b"new") == {}
    assert (tmp_path / "new/a.md").read_bytes() == b"new"
    assert change(tmp_path, "new/a.md", None, b"other") == {"new/a.md": "`a.md` is there already"}
    assert (tmp_path / "new/a.md").read_bytes() == b"new"
    assert os.listdir(tmp_path / "new") == ["a.md"]


@pytest.mark.parametrize("linking", [True, False])
def test_rename_never_overwrites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linking: bool):
    """A file is renamed where the name is free and left alone where it is not, with and without hard links."""
    if not linking:

        def no_links(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "b.md").write_bytes(b"b")
    taken = write(Plan(str(tmp_path), (), (Move("a.md", "b.md"),), ()))
    assert taken.refused == {"a.md": "`b.md` is there already"}
    assert write(Plan(str(tmp_path), (), (Move("a.md", "c.md"),), ())).refused == {}
    assert sorted(os.listdir(tmp_path)) == ["b.md", "c.md"]
    assert (tmp_path / "b.md").read_bytes() == b"b"


def test_a_read_only_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file that may not be written is not replaced by way of its folder."""
    (tmp_path / "a.md").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    assert change(tmp_path, "a.md", b"old", b"new") == {"a.md": "it is read-only"}


def test_what_could_not_be_written_is_not_counted_as_mended(tmp_path: Path):
    """A finding counts as mended only if every file its fix touches was written."""
    root = project(
        tmp_path, {"specs/compute-fit.md": spec(), "specs/compute-fot.md": spec("compute-fot", "scripts/fiit.py")}
    )
    found = planned(root)
    (root / "specs/compute-fot.md").write_text("other")
    written = write(found)
    assert list(written.refused) == ["specs/compute-fot.md"]
    assert len(written.mended) == len(found.mended) - 1
