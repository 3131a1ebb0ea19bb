"""Folders of a workspace, and projects in one another: the project that is nearest to a file has it."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from projects import SMALL, write
from server_client import Client
from specthis_lsp.server.serving import make_server
from specthis_lsp.server.session import Session

SPEC = "specs/compute-a.md"
BROKEN = {**SMALL, SPEC: SMALL[SPEC].replace("ready", "reday")}


def folder(root: Path) -> dict[str, str]:
    return {"uri": root.as_uri(), "name": root.name}


def change(client: Client, added: list[Path], removed: list[Path]) -> None:
    event = {"added": [folder(root) for root in added], "removed": [folder(root) for root in removed]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})


def roots(client: Client) -> list[str]:
    """The projects that the study shows."""
    shown: list[dict[str, Any]] = client.request("specthis/study", {})["result"]["projects"]
    return sorted(Path(one["root"]).name for one in shown)


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """A project in which another one lies, with the same fault in each."""
    return write(tmp_path / "outer", {**BROKEN, **{f"old/inner/{path}": text for path, text in BROKEN.items()}})


def test_a_folder_that_is_added_is_checked_and_one_that_is_removed_no_more(client: Client, tmp_path: Path):
    first, second = (write(tmp_path / name, BROKEN) for name in ("first", "second"))
    client.start(first)
    change(client, [second], [])
    client.until(lambda: client.codes((second / SPEC).as_uri()) == ["unknown-status"])
    assert roots(client) == ["first", "second"]
    change(client, [], [first])
    client.until(lambda: client.codes((first / SPEC).as_uri()) == [])
    assert client.codes((second / SPEC).as_uri()) == ["unknown-status"]
    assert roots(client) == ["second"]


def test_a_folder_that_is_closed_before_its_project_is_read_is_not_read(tmp_path: Path):
    """Its client still owes an answer to what its user prefers."""
    root = write(tmp_path / "first", BROKEN)
    session = Session(make_server())
    session.preferences.unanswered = 1

    async def close_it_first() -> None:
        session.reading.want(str(root), root.as_uri())
        session.reading.start()
        reading = session.reading.task
        assert reading is not None
        await asyncio.sleep(0)
        session.reading.leave(str(root))
        session.preferences.answered.set()
        await reading

    asyncio.run(close_it_first())
    assert session.homes == {}


def test_a_file_belongs_to_the_project_that_is_nearest(client: Client, nested: Path):
    """It is read once a file of it is opened; before that nobody asks for it."""
    client.start(nested)
    inner = nested / "old/inner"
    assert client.codes((inner / SPEC).as_uri()) == []
    uri = client.open(inner / SPEC)
    client.until(lambda: client.codes(uri) == ["unknown-status"])
    client.change(uri, 2, {"text": SMALL[SPEC]})
    client.settle()
    assert client.codes(uri) == []
    client.close(uri)
    client.settle()
    assert client.codes(uri) == ["unknown-status"]
    assert roots(client) == ["inner", "outer"]
    assert client.codes((nested / SPEC).as_uri()) == ["unknown-status"]


def test_a_project_that_is_begun_below_another_takes_its_files_over(client: Client, nested: Path):
    """What its open files hold is no news of the outer project any more."""
    hidden = nested / "old/inner/specs"
    shutil.move(hidden, nested / "kept")
    client.start(nested)
    paper = nested / "old/inner/notes.md"
    paper.write_text("Notes.\n")
    uri = client.open(paper)
    client.settle()
    shutil.move(nested / "kept", hidden)
    client.save(uri)
    client.until(lambda: client.codes((hidden / "compute-a.md").as_uri()) == ["unknown-status"])
    assert roots(client) == ["inner", "outer"]


def test_a_nested_project_stays_while_a_file_of_it_is_open(client: Client, nested: Path, tmp_path: Path):
    client.start(nested)
    uri = client.open(nested / "old/inner" / SPEC)
    client.until(lambda: client.codes(uri) == ["unknown-status"])
    change(client, [write(tmp_path / "third", BROKEN)], [])
    client.until(lambda: roots(client) == ["inner", "outer", "third"])
    assert client.codes(uri) == ["unknown-status"]


def test_a_project_reached_by_a_link_is_read_once(client: Client, tmp_path: Path):
    root = write(tmp_path / "real", BROKEN)
    link = tmp_path / "link"
    link.symlink_to(root)
    client.start(link)
    client.open(root / SPEC)
    client.settle()
    assert roots(client) == ["link"]


def test_below_the_home_folder_nobody_searches(tmp_path: Path):
    """Nor below one that holds it: of all that somebody has a project is read once a file of it is opened."""
    study = write(tmp_path / "home" / "study", BROKEN)
    for top in (tmp_path / "home", tmp_path):
        client = Client(env={**os.environ, "HOME": str(tmp_path / "home"), "USERPROFILE": str(tmp_path / "home")})
        try:
            client.start(top)
            client.save((tmp_path / "notes.md").as_uri())  # after which it looks for what has begun
            time.sleep(0.3)
            assert roots(client) == []
            uri = client.open(study / SPEC)
            client.until(lambda client=client, uri=uri: client.codes(uri) == ["unknown-status"])
            assert roots(client) == ["study"]
            assert client.end() == 0
        finally:
            client.kill()
