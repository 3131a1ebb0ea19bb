"""Hovers, lenses and hints at any place of any file, also half written: they fail nowhere, and stay small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import copy_of
from specthis_analyzers.text import Span
from specthis_lsp.server.diagnostics import Wording
from specthis_lsp.server.homes import Home
from specthis_lsp.server.hover import MOST, hover
from specthis_lsp.server.lenses import inlay_hints, lenses, resolved
from specthis_lsp.server.offers import Offers
from specthis_lsp.server.positions import Positions
from specthis_lsp.server.protocol import encoded
from specthis_lsp.server.serving import make_server
from specthis_lsp.server.session import Session

SUFFIXES = (".md", ".tex", ".json", ".toml", ".py")
CLIENTS = (
    Offers(),
    Offers(markdown=True, shows=True),
    Offers(encoding="utf-8", markdown=True, draws=True, follows_lines=True, hovers_findings=True),
)
PIECES = st.sampled_from(["", "`", "---\n", "### x\n", "{", "\x00", "\U0001f4a5", "|" * 40, "\\input{", '"'])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = copy_of("drifted", tmp_path_factory.mktemp("study"))
    home = Home(str(root), root.as_uri())
    home.project.refresh()
    return home


@given(data=st.data(), piece=PIECES, offers=st.sampled_from(CLIENTS))
@settings(max_examples=120, deadline=None)
def test_no_place_makes_a_hover_fail(home: Home, data: st.DataObject, piece: str, offers: Offers):
    path = data.draw(st.sampled_from(_files(home)))
    session = _session(home, offers)
    text = home.text(path).source
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    cut = text[:start] + piece + text[end:] if data.draw(st.booleans()) else text
    home.lay(path, session.documents.open(home.uri_of(path), 1, cut))
    home.refresh()
    wording = Wording(Positions(offers.encoding), related=False, described=False)
    try:
        for offset in data.draw(st.lists(st.integers(0, len(cut) + 3), max_size=12)):
            answer = hover(home, path, offset, wording, offers)
            if answer:
                assert 0 < len(answer["contents"]["value"]) <= MOST
                assert encoded(answer)
                assert "range" not in answer or _covers(session, home, path, answer["range"], min(offset, len(cut)))
        for lens in lenses(session, home, path) if path.endswith(".md") else ():
            assert encoded(resolved(session, lens))
        assert encoded({"hints": inlay_hints(session, home, path, Span(0, len(cut)))})
    finally:
        home.lift(path)


def _covers(session: Session, home: Home, path: str, range_: dict[str, Any], offset: int) -> bool:
    """Whether a range holds an offset: clients keep a hover as long as the mouse is in its range."""
    here = session.documents.positions.position(home.text(path), offset)
    start, at, end = ((one["line"], one["character"]) for one in (range_["start"], here, range_["end"]))
    return start <= at <= end


def _session(home: Home, offers: Offers) -> Session:
    session = Session(make_server())
    session.client.offers = offers
    session.documents.positions = Positions(offers.encoding)
    session.homes[home.root] = home
    return session


def _files(home: Home) -> list[str]:
    root = Path(home.root)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.suffix in SUFFIXES)


@pytest.mark.parametrize(("limit", "seen"), [(100, False), (100_000, True)])
def test_a_result_too_large_to_wait_for_is_not_looked_into(tmp_path: Path, limit: int, seen: bool):
    root = copy_of("drifted", tmp_path)
    settings = root / "specthis.toml"
    settings.write_text(f"max_result_bytes = {limit}\n" + settings.read_text())
    view = Home(str(root), "file:///study").project.view
    assert (view.member("results/grokking-decay-none/run.json", "seconds") is not None) == seen
