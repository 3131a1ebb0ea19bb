"""Where findings stand, worked out once for all of them."""

from __future__ import annotations

from specthis_analyzers.finding import Finding, Place
from specthis_analyzers.text import Position, Span, Text
from specthis_lsp.host.located import located

TEXTS = {"a.tex": Text("one\ntwo\n"), "b.tex": Text("three four\n")}


def at(path: str, start: int, end: int) -> Finding:
    return Finding("duplicate-label", "warning", Place(path, Span(start, end)), "")


def test_each_finding_is_looked_up_in_its_own_file():
    """Findings of several files come mixed, as those of a paper do that two specs look through."""
    found = located([at("a.tex", 4, 7), at("b.tex", 6, 10), at("a.tex", 4, 7)], TEXTS.__getitem__)
    assert found["a.tex"][Span(4, 7)].start == Position(1, 0)
    assert found["a.tex"][Span(4, 7)].line == "two"
    assert found["b.tex"][Span(6, 10)].start == Position(0, 6)
