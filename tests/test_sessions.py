"""Sessions that real editors had with the server, played again: what it says is what it said."""

from __future__ import annotations

from pathlib import Path

import pytest

import session

SESSIONS = sorted(Path(__file__).parent.joinpath("sessions").glob("*-*.md"))
IDS = [path.stem for path in SESSIONS]


@pytest.mark.parametrize("path", SESSIONS, ids=IDS)
def test_a_recorded_session_is_answered_as_it_was(path: Path, tmp_path: Path):
    session.play(session.read(path.read_text("utf-8")), tmp_path)


@pytest.mark.parametrize("path", SESSIONS, ids=IDS)
def test_a_session_is_written_in_one_way(path: Path):
    """So whatever is other in a file is other in the session."""
    text = path.read_text("utf-8")
    assert session.file_of(session.read(text)) == text
