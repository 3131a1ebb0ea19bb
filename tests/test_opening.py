"""A project that two processes open is the one that a single process opens, and lives on as that does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from markdown_cases import CASES, Case, CaseWorld, project_of
from projects import copy_of
from specthis_analyzers.project import Project
from specthis_analyzers.text import Text
from specthis_lsp.host import opening
from specthis_lsp.host.living import Living
from specthis_lsp.host.second import Broken, Channel, see_off


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_of("drifted", tmp_path)


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths: True)


def questions(project: Project) -> dict[Any, set[Any]]:
    """Who asked what. The folder of specs is asked about by the one that lists it."""
    answers = project.view.answers
    answers.touch(list(answers.questions()))
    known = answers.known
    folder = ("folder", project.analysis.specs)
    return {question: {asked.question for asked in known[question].asked} for question in known if question != folder}


def test_two_processes_find_what_one_finds(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Living(str(root)).project
    monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths: True)
    together = Living(str(root)).project
    assert together.findings() == alone.findings()
    assert together.specs == alone.specs
    assert questions(together) == questions(alone)


def test_what_several_specs_rest_on_is_noted_of_each(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each result is named by more specs than there are processes: one of these looks at it for two checks."""
    for spec in sorted((root / "specs").glob("compute-*.md")):
        for letter in "abc":
            spec.with_stem(f"{spec.stem}-{letter}").write_bytes(spec.read_bytes())
    alone = Living(str(root)).project
    monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths: True)
    assert questions(Living(str(root)).project) == questions(alone)


@pytest.mark.usefixtures("by_two")
def test_it_lives_on(root: Path) -> None:
    """Each file is taken away and put back; what is found is what a project opened then finds."""
    living = Living(str(root))
    before = living.project.findings()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name, data = path.relative_to(root).as_posix(), path.read_bytes()
        path.unlink()
        living.look_at([name])
        found = living.project.findings()
        assert found == Living(str(root)).project.findings(), name
        path.write_bytes(data)
        living.look_at([name])
    assert living.project.findings() == before


@pytest.mark.usefixtures("by_two")
def test_what_changes_meanwhile_is_seen_at_the_next_look(root: Path) -> None:
    living = Living(str(root), at_once=False)
    steps = living.reading()
    next(steps, None)
    (root / "scripts" / "new.py").write_text("print('new')\n")
    (root / "specs" / "compute-fraction.md").write_text("")
    for _ in steps:
        pass
    for _ in living.look_again():
        pass
    assert living.project.findings() == Living(str(root)).project.findings()


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("moment", ["never started", "at once", "after its names", "in its report"])
def test_one_process_does_what_the_other_fails_to(root: Path, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parent, real = os.getpid(), opening._read_a_part

    def part(channel: Channel, *given: Any) -> None:
        told = 0
        send = channel.send

        def send_some(value: Any) -> None:
            nonlocal told
            if told == ["at once", "after its names", "in its report"].index(moment):
                os._exit(1)
            told += 1
            send(value)

        channel.send = send_some
        real(channel, *given)

    def fork(work: Callable[[Channel], None]) -> None:
        raise Broken

    monkeypatch.setattr(opening, "_read_a_part", part)
    if moment == "never started":
        monkeypatch.setattr(opening, "Second", fork)
    found = Living(str(root)).project.findings()
    assert os.getpid() == parent
    monkeypatch.undo()
    assert found == Living(str(root)).project.findings()


SPEC = "specs/compute-structure.md"


@pytest.mark.parametrize("opened", [False, True], ids=["by a setting", "because it is open"])
def test_what_is_asked_about_ages_is_told_too(root: Path, opened: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The questions about them name all that an artefact is made from; told and kept, they are still the same."""
    if not opened:
        settings = root / "specthis.toml"
        settings.write_text(f'freshness = "mtime"\n{settings.read_text()}')
    os.utime(root / "scripts" / "ablation.py")
    found: list[Any] = []
    for by_two in (False, True):
        monkeypatch.setattr("specthis_lsp.host.living.is_large", lambda paths, by_two=by_two: by_two)
        living = Living(str(root), at_once=False)
        if opened:
            text = living.disk.read(SPEC)
            assert isinstance(text, Text)
            living.disk.buffers[SPEC] = text
            living.disk.open.add(SPEC)
        for _ in living.reading():
            pass
        found.append(living.project.findings())
        assert living.way == ("by two processes" if by_two else "by this process")
    assert found[0] == found[1]


def test_questions_are_made_of_words_and_numbers() -> None:
    """In the cases of all rules, also where times are asked about: nothing else is the same in another process."""
    found = {
        (question[0], type(part))
        for cases in CASES.values()
        for case in cases
        for question in _asked(case)
        for part in question
    }
    assert {kind for _, kind in found} <= {str, int}
    assert ("aged", str) in found


def _asked(case: Case) -> list[tuple[Any, ...]]:
    project = project_of(CaseWorld(case))
    project.findings()
    return list(project.view.answers.questions())


@pytest.mark.usefixtures("by_two")
def test_a_look_after_it_finds_nothing_moved(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the files that nobody has, nor the root, in which the project keeps what it read."""
    for span in ("relook.SLACK_NS", "disk.YOUNG_NS"):
        monkeypatch.setattr(f"specthis_lsp.host.{span}", 0)
    time.sleep(0.05)  # longer than a step of the file system's clock
    living = Living(str(root))
    see_off(wait=True)
    assert (root / ".specthis").is_dir()
    assert [moved for moved in living.relook.moved() if moved] == []
