"""Whatever happens, in the editor or behind its back, what the client knows in the end is what a check finds."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from random_editor import Editor, Kind, Known, files_below, path_of
from server_client import Client
from specthis_analyzers.finding import in_order
from specthis_analyzers.policy import for_editors
from specthis_analyzers.project import Project
from specthis_analyzers.text import Text, decode
from specthis_lsp.host.checking import check_project
from specthis_lsp.host.disk import Disk
from specthis_lsp.host.projects import is_project
from specthis_lsp.host.showing import Showing, baseline_of
from specthis_lsp.host.still import StillDisk
from specthis_lsp.server.positions import Positions

STUDY = Path(__file__).resolve().parents[1] / "docs" / "examples" / "drifted"

HASTY = """
import sys
import specthis_lsp.server.looks as looks
import specthis_lsp.server.patience as patience
import specthis_lsp.server.session as session
patience.REST = session.SETTINGS_REST = 0.05
looks.SECONDS_BETWEEN_LOOKS = {looks}
from specthis_lsp.server.main import serve_stdio
sys.exit(serve_stdio())
"""
"""A server that waits for nobody. Where the client watches it looks at files only when something is saved."""
LARGE = """
import specthis_lsp.host.disk as disk
import specthis_lsp.host.opening as opening
disk.YOUNG_NS, opening.MANY_SPECS, opening.MOST_MOVED = 20_000_000, -1, 1000
"""
"""For it every project is a large one, of which something is kept, and each change worth looking at."""

KINDS = (
    Kind("utf-16"),
    Kind("utf-8", watches=False),
    Kind("utf-32", asks="open"),
    Kind("utf-16", asks="all"),
    Kind("utf-8", moves=False),
    Kind("utf-16", starts_again=True),
    Kind("utf-8", asks="all", starts_again=True),
)
STEPS = range(48)
RESTS = STEPS[11::12]

Told = list[tuple[str, str, str, str]]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_what_is_known_in_the_end_is_what_a_check_finds(tmp_path: Path, kind: Kind, seed: int):
    walk(tmp_path, kind, seed, STEPS)


def walk(
    folder: Path, kind: Kind, seed: int, steps: Sequence[int], rests: Sequence[int] = RESTS, study: Path = STUDY
) -> None:
    """Do the steps of these numbers, and rest after some."""
    root = folder / "study"
    shutil.copytree(study, root, symlinks=True)
    server = (LARGE if kind.starts_again else "") + HASTY.format(looks=1e9 if kind.watches else 0.05)
    clients: list[Client] = []

    def begin() -> Client:
        clients.append(Client([sys.executable, "-c", server]))
        return clients[-1]

    editor = None
    try:
        editor = Editor(begin(), root, kind)
        for number in range(max(rests) + 1):
            if number in steps:
                editor.step(Random(f"{seed} {number}"))
            if number in rests:
                editor.rest(Random(f"{seed} {number} rest"))
                compare(editor, folder / "same")
            if kind.starts_again and number in rests[:-1]:
                editor.start_again(Random(f"{seed} {number} again"), begin)
                compare(editor, folder / "same")
        assert editor.client.end() == 0
    except BaseException as error:
        error.add_note("\n".join(editor.log if editor else ()))
        error.add_note("".join(clients[-1].errors))
        raise
    finally:
        for client in clients:
            client.kill()
    for client in clients:
        client.account()
        assert not [line for line in client.errors if "Traceback" in line], client.errors


def compare(editor: Editor, same: Path) -> None:
    """Wait until the client knows what a check of the same files finds, and that it stays so."""
    shutil.rmtree(same, ignore_errors=True)
    shutil.copytree(editor.root, same, symlinks=True, ignore=shutil.ignore_patterns(".specthis"))
    for path in [path for path in files_below(editor.root) if path.resolve() in editor.buffers]:
        link = same / path.relative_to(editor.root)
        if link.is_symlink():  # what leads to an open file leads to what is on disk
            link.unlink()
            shutil.copy2(path, link)
    for path, buffer in editor.buffers.items():
        shown = same / path.relative_to(editor.root)
        is_utf_8 = decode(path.read_bytes()).bad is None
        if not is_utf_8 and path.suffix == ".json":
            continue  # what is no text counts as it is on disk
        shown.unlink()  # what is behind a link stays as it is
        shown.write_bytes(buffer.text.encode("utf-8" if is_utf_8 else "utf-16"))
        shutil.copystat(path, shown)
    opened = {path.relative_to(editor.root).as_posix() for path in editor.buffers}
    is_ours = is_project(str(editor.root))  # what nobody has saved yet makes no project of a folder
    expected = checked(same, editor.kind.encoding, opened) if is_ours else None

    def is_known() -> bool:
        known = told(editor.knows(), editor.root)
        return known == expected or expected is None

    try:
        editor.client.until(is_known)
        editor.client.settle()
        editor.client.until(is_known)
    except AssertionError:
        known = told(editor.knows(), editor.root)
        surplus = [one for one in known if one not in (expected or ())]
        lacking = [one for one in expected or () if one not in known]
        raise AssertionError(f"told without reason: {surplus}; not told: {lacking}") from None


def told(known: Known, root: Path) -> Told:
    return sorted(
        (path_of(uri).relative_to(root).as_posix(), found["code"], found["message"], str(found["range"]))
        for uri, diagnostics in known.items()
        for found in diagnostics
    )


BY_AGE = re.compile("by the (Makefile|times of files)")


def checked(root: Path, encoding: str, opened: set[str]) -> Told | None:
    """What a check finds, hints in what is open alone; with the ages of files, in those specs that are open."""
    outcome = check_project(str(root), use_cache=False)
    assert not outcome.crashes, outcome.crashes
    disk = StillDisk(str(root))
    disk.open = opened
    disk.buffers = {path: text for path in opened if isinstance(text := Disk(str(root)).read(path), Text)}
    living = Project(disk, outcome.settled.configuration, outcome.settled.path)
    if not living.is_project or not is_project(str(root)):
        return None  # what was ours is, until somebody looks; broken front matter alone makes nothing ours
    aged = [finding for finding in living.findings() if BY_AGE.search(finding.message)]
    positions = Positions(encoding)
    policy = outcome.settled.configuration.policy
    findings = in_order(dict.fromkeys((*outcome.findings, *aged)))
    shown = Showing(policy, baseline_of(disk)).sift(findings, outcome.suppressions).findings
    found: Told = []
    for finding in for_editors(shown, policy):
        if finding.severity == "hint" and finding.place.path not in opened:
            continue
        text = disk.read(finding.place.path)
        where = positions.range(text if isinstance(text, Text) else Text(""), finding.place.span)
        found.append((finding.place.path, finding.code, finding.message, str(where)))
    return sorted(found)
