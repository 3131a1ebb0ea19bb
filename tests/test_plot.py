"""Rows of numbers as pictures and signs: what they show, and that nothing breaks them."""

from __future__ import annotations

import base64
import json
import xml.etree.ElementTree as ElementTree

from hypothesis import example, given
from hypothesis import strategies as st

from specthis_analyzers.facts.json_scan import member_at, places
from specthis_analyzers.facts.summary import MOST_COLUMNS, Series, of_data, of_text
from specthis_lsp.server.plot import HEIGHT, WIDTH, image, number_said, sparkline, svg

SVG = "{http://www.w3.org/2000/svg}"
ROWS = st.lists(st.none() | st.integers() | st.floats(), min_size=1, max_size=2000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def series(text: str, name: str = "") -> Series:
    found = of_data(text.encode(), name)
    assert found
    assert found.series
    return found.series


def labels(row: Series) -> list[str | None]:
    return [text.text for text in ElementTree.fromstring(svg(row)).iter(f"{SVG}text")]


def strokes(row: Series) -> list[int]:
    """Of each line the number of its points."""
    lines = ElementTree.fromstring(svg(row)).iter(f"{SVG}polyline")
    return [len(line.attrib["points"].split()) for line in lines]


def test_the_ends_of_the_axes_are_labelled():
    assert labels(series('{"loss": [4, 1, 2.5]}', "loss")) == ["4", "1", "0", "2", "position"]
    assert labels(series('{"epoch": [5, 10, 20], "loss": [4, 1, 2.5]}', "loss")) == ["4", "1", "5", "20", "epoch"]


def test_numbers_are_written_as_people_write_them():
    assert [number_said(number) for number in (40_000.0, -3.0, 0.25, 1.63e-7, 1e300)] == [
        "40000", "-3", "0.25", "1.63e-07", "1e+300",
    ]  # fmt: skip


def test_places_that_do_not_grow_are_not_taken_for_an_axis():
    assert labels(series('{"step": [5, 5, 20], "loss": [4, 1, 2.5]}', "loss"))[-1] == "position"


def test_a_gap_is_left_open():
    row = series("[1, 2, NaN, 3, 4, 5, null, 6]")
    assert (row.gaps, row.last) == (2, 6)
    assert strokes(row) == [2, 3]
    assert len(list(ElementTree.fromstring(svg(row)).iter(f"{SVG}circle"))) == 1
    assert sparkline(row)[2] == " "


def test_a_long_row_keeps_its_peaks_and_its_gaps():
    row = [float(at % 7) for at in range(100_000)]
    row[50_000], row[70_000] = 1000.0, float("nan")
    told = series(json.dumps(row))
    assert (told.count, told.most, told.least, told.gaps) == (100_000, 1000, 0, 1)
    assert (50_000.0, 1000.0) in told.points
    assert (70_000.0, None) in told.points
    assert len(told.points) <= 3 * MOST_COLUMNS
    assert len(image(told)) < 20_000


def test_a_loss_is_told_before_other_rows():
    assert series('{"a": [1, 2, 3], "x": {"val_loss": [3, 2, 1]}}').name == "x.val_loss"
    assert series('{"epoch": [1, 2, 3], "a": [1, 2, 4]}').name == "a"


def test_what_is_no_row_of_numbers_is_not_drawn():
    for text in (
        "[]",
        "[1, 2]",
        "[true, false, true]",
        '["a", "b", "c"]',
        "[null, null, null]",
        "[NaN, NaN, NaN]",
        "3",
    ):
        found = of_data(text.encode(), "")
        assert found
        assert found.series is None


def test_what_is_no_json_is_nothing():
    assert of_data(b"{", "") is None
    assert of_data(b"\xff", "") is None
    assert of_data(b'{"a": {"b": 1}}', "a.c") is None
    assert of_text("", "") is None


def test_a_key_is_taken_by_its_name_before_it_is_taken_apart():
    found = of_data(b'{"a.b": "literal", "a": {"b": 1}}', "a.b")
    assert found
    assert found.said == '"literal"'


def test_names_from_files_draw_and_load_nothing():
    row = series(json.dumps({"step": [1, 2, 3], "](http://x) <script>loss": [1, 2, 3]}))
    assert "](http" not in image(row).removesuffix(")").replace("](data:", "")
    named = Series("x", 3, 0, 1, 3, 3, ((0, 1), (1, 2), (2, 3)), along="<script>&")
    assert "<script>&" in labels(named)
    assert "<script>" not in svg(named)


@given(ROWS)
@example([1e308, -1e308, 0.0])
@example([10**400, 1, 2])
@example([5e-324, 0.0, 5e-324])
def test_every_row_can_be_drawn(row: list[float | int | None]):
    found = of_data(json.dumps(row).encode(), "")
    assert found
    if found.series:
        drawn = ElementTree.fromstring(svg(found.series))
        for line in drawn.iter(f"{SVG}polyline"):
            for point in line.attrib["points"].split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= WIDTH
                assert 0 <= y <= HEIGHT
        assert len(sparkline(found.series)) <= 40
        base64.b64decode(image(found.series).partition("base64,")[2].removesuffix(")"))


@given(JSON, st.sampled_from([None, 1]))
def test_the_value_at_an_offset_is_the_one_that_its_way_leads_to(value: object, indent: int | None):
    text = json.dumps(value, indent=indent)
    for offset in range(len(text) + 1):
        member = member_at(text, offset)
        if member is not None:
            assert places(text, [member.path])[member.path] == member.value


@given(st.text('[]{}",:1 a\\\n'))
def test_a_text_that_breaks_has_values_up_to_there(text: str):
    for offset in range(len(text) + 1):
        member = member_at(text, offset)
        assert member is None or 0 <= member.value[0] <= member.value[1] <= len(text)


def test_deep_nesting_is_told_of_as_part_of_what_is_around_it():
    text = "[" * 50_000 + "]" * 50_000
    member = member_at(text, 50_000)
    assert member
    assert len(member.path) == 40
    assert of_text(text[:2000] + "]", "") is None
