"""Marks are at the positions of their values in every chart type."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import hypot
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.html.charts.canvas import hatch
from pipeline.html.charts.data_table import format_data, read_chart_data
from pipeline.html.charts.draw import draw_chart
from pipeline.html.charts.scale import break_lines, choose_ticks, spread_positions
from pipeline.html.charts.time_axis import choose_time_ticks
from pipeline.html.charts.web_chart import draw_web_chart
from pipeline.model.schema import DataRow
from tests.html.draw_charts import boxes, draw, figure, printed, rows_of, theme

# --- Bars ---


def test_bars_are_in_proportion_and_start_at_zero() -> None:
    one, two = boxes(draw("bar", rows_of(20, 40)))
    assert one[0] == two[0]
    assert (two[2] - two[0]) / (one[2] - one[0]) == pytest.approx(2, abs=0.01)


def test_negative_bars_have_the_opposite_direction_and_numbers_outside() -> None:
    chart = draw("bar", rows_of(-10, 30))
    loss, gain = boxes(chart)
    assert loss[2] == pytest.approx(gain[0], abs=0.02)
    number = next(label for label in chart.labels if label.text == "−10")
    assert float(number.left) + float(number.width) < loss[0]


def test_an_empty_cell_is_a_gap_and_a_small_value_is_visible() -> None:
    chart = draw("bar", rows_of(None, 0, 0.01, 1000))
    tiny, _ = boxes(chart)
    assert tiny[2] - tiny[0] >= 0.7
    assert printed(chart, "value") == ["–", "0.00", "0.01", "1,000.00"]


@pytest.mark.parametrize(
    ("language", "typed", "words"),
    [
        ("en", ("1250.50", "3"), ["1,250.50", "3.00"]),
        ("fr", ("1250.5", "3"), ["1\u202f250,5", "3,0"]),
        ("es", ("61.2",), ["61,2"]),
        ("en", ("28", "-3"), ["28", "−3"]),
        ("ar-u-nu-arab", ("28.5",), ["٢٨٫٥"]),
    ],
)
def test_numbers_follow_the_language_and_have_the_same_decimals(
    language: str, typed: Sequence[str], words: list[str]
) -> None:
    rows = rows_of(*typed)
    bars = figure("bar", rows, "n")
    printed_data = format_data(bars, read_chart_data(bars, rows, language), language)
    assert [row[1] for row in printed_data[1:]] == words


def test_only_the_named_row_is_highlighted_or_all_rows() -> None:
    strong = theme().colours.strong
    assert len(boxes(draw("bar", rows_of(1, 2)), fill=strong)) == 2
    ((left, top, _, _),) = boxes(draw("bar", rows_of(1, 2), highlight="B"), fill=strong)
    assert (left, top) == boxes(draw("bar", rows_of(1, 2)))[1][:2]


def test_names_of_the_figure_replace_labels_of_the_data() -> None:
    chart = draw(
        "dot",
        [{"r": "World", "men": "1", "women": "2"}],
        ["men", "women"],
        names={"World": "Monde", "men": "Hommes"},
    )
    assert printed(chart, "name") == ["Monde"]
    assert sorted(printed(chart, "head")) == ["Hommes", "women"]


@pytest.mark.parametrize("language", ["en", "ar-u-nu-arab"])
def test_words_in_place_of_a_number_stand_beside_a_bar_with_an_open_end(
    language: str,
) -> None:
    rows, words = rows_of(40, 120, -90), {"B": "over 100 of them in all", "C": "minus much"}
    bars = figure("bar", rows, "n", approximate=words)
    chart = draw_chart(bars, rows, theme(language))
    whole, *open_bars = boxes(chart)
    assert len(open_bars) == 2 * (1 + 3)
    for parts, sign in ((open_bars[:4], 1), (open_bars[4:], -1)):
        parts = sorted(parts, key=lambda part: part[0])
        if (sign > 0) == (language != "en"):  # from the open end to zero
            parts = [(-right, top, -left, foot) for left, top, right, foot in parts[::-1]]
        solid, *slices = parts
        gaps = [after[0] - before[2] for before, after in pairwise(parts)]
        assert gaps[0] > 0.5
        assert [gap / gaps[0] for gap in gaps] == pytest.approx([1, 2, 3], abs=0.05)
        assert len({round(right - left, 1) for left, _, right, _ in slices}) == 1
        assert solid[2] - solid[0] > sum(right - left for left, _, right, _ in slices)
    # The slices end where the bar of the number would end.
    lengths = [
        max(r for _, _, r, _ in parts) - min(x for x, *_ in parts)
        for parts in ([whole], open_bars[:4], open_bars[4:])
    ]
    assert [n / lengths[0] for n in lengths] == pytest.approx([1, 3, 2.25], abs=0.01)
    values = [label for label in chart.labels if label.kind == "value"]
    assert " ".join(label.text for label in values[1:]) == " ".join(words.values())
    width = theme(language).main_width
    for label in values:
        left = float(label.left)
        assert left >= 0
        assert left + float(label.width) <= width + 0.01
        assert not any(
            left < right and x < left + float(label.width)
            for x, top, right, foot in boxes(chart)
            if top < float(label.top) + 8 and foot > float(label.top)
        )
    assert [row[1] for row in chart.data[2:]] == [*words.values()]


def test_words_of_several_lines_never_touch_those_of_the_next_row() -> None:
    words = {name: "considerably more than a hundred thousand, by all" for name in "AB"}
    chart = draw("bar", rows_of(20, 40), approximate=words)
    tops = [float(label.top) for label in chart.labels if label.kind == "value"]
    assert len(tops) > 2
    assert min(after - top for top, after in pairwise(tops)) >= theme().leading - 0.01


def test_on_a_web_page_an_open_bar_has_its_slices_and_words() -> None:
    rows = rows_of(40, 120)
    bars = figure("bar", rows, "n", approximate={"B": "over 100"})
    chart = draw_web_chart(bars, rows, theme())
    for drawing in chart.drawings:
        assert drawing.count('class="mark"') == 1 + 4
        assert ">over 100</text>" in drawing
        assert ">120</text>" not in drawing
    assert chart.data[2] == ("B", "over 100")


# --- The other types ---

PAIRS: list[DataRow] = [
    {"row": "A", "m": "10", "w": "30"},
    {"row": "B", "m": "50", "w": "20"},
    {"row": "C", "m": None, "w": "40"},
]


def test_the_first_dot_is_a_ring_and_an_empty_cell_has_none() -> None:
    chart, colours = draw("dot", PAIRS, ["m", "w"]), theme().colours
    rings = boxes(chart, "circle", stroke=colours.muted, fill=colours.paper)
    assert len(rings) == 2 + 1  # and one in the head
    assert len(boxes(chart, "circle", fill=colours.strong)) == 3 + 1
    values = [label.text for label in chart.labels if label.kind == "value"]
    assert values == ["10", "30", "50", "20", "40"]


@pytest.mark.parametrize("profile", ["screen", "large"])
def test_a_ring_and_a_dot_never_merge(profile: str) -> None:
    pairs: list[DataRow] = [
        {"row": "A", "m": "10", "w": "90"},
        {"row": "B", "m": "50", "w": "50"},
        {"row": "C", "m": "52", "w": "50"},
    ]
    chart, colours = (
        draw("dot", pairs, ["m", "w"], profile=profile),
        theme("en", profile).colours,
    )
    rings = boxes(chart, "circle", stroke=colours.ring)[:3]
    dots = boxes(chart, "circle", fill=colours.strong)[:3]
    for ring, dot in zip(rings, dots, strict=True):
        (x, y), (to_x, to_y) = (((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in (ring, dot))
        radii = (ring[2] - ring[0] + dot[2] - dot[0]) / 2
        assert hypot(to_x - x, to_y - y) > radii
    assert rings[0][1] + rings[0][3] == pytest.approx(dots[0][1] + dots[0][3])
    # Below, by the height of both; the row has space for it.
    assert rings[1][3] < dots[1][1] + 0.02
    assert dots[1][3] < rings[2][1]


def test_a_slope_labels_both_ends_in_the_order_of_values() -> None:
    chart = draw("slope", PAIRS, ["m", "w"], highlight="A")
    assert len(boxes(chart)) == 2  # the third has one end only
    tops = [(float(x.top), x.text) for x in chart.labels if x.kind == "name"]
    assert [name for _, name in tops[:2]] == ["B", "A"]
    assert [name for _, name in tops[2:]] == ["C", "A", "B"]


def test_time_is_drawn_to_scale_and_a_gap_breaks_the_line() -> None:
    rows: list[DataRow] = [
        {"year": "2000", "n": "1"},
        {"year": "2010", "n": "2"},
        {"year": "2011", "n": None},
        {"year": "2012", "n": "4"},
        {"year": "2020", "n": "5"},
    ]
    first, second = boxes(draw("line", rows))
    scale = (second[2] - first[0]) / 20
    assert first[2] - first[0] == pytest.approx(10 * scale, abs=0.05)
    assert second[0] - first[2] == pytest.approx(2 * scale, abs=0.05)


def test_lines_differ_by_their_dash_too() -> None:
    rows: list[DataRow] = [
        {"year": str(year), **{c: str(year - 1999 + n) for n, c in enumerate("abcde")}}
        for year in (2000, 2001)
    ]
    for more in ({}, {"highlight": "c"}):
        chart = draw("line", rows, list("abcde"), **more)
        lines = re.findall(r'<path class="mark"[^>]*fill="none"[^>]*>', chart.svg)
        pens = {
            (match[1] if (match := re.search(r'dasharray="([^"]*)"', line)) else "", w[1])
            for line in lines
            if (w := re.search(r'stroke-width="([^"]*)"', line))
        }
        assert len(pens) == 5


@pytest.mark.parametrize(
    ("language", "times", "labels"),
    [
        ("en", ("2000", "2019"), ["2000", "2005", "2010", "2015", "2019"]),
        ("en", ("2016", "2017", "2018"), ["2016", "2017", "2018"]),
        ("fr", ("2016-11", "2016-12", "2018-07"), ["nov. 2016", "2018", "juil. 2018"]),
        ("en", ("2016-01", "2016-07", "2017-01"), ["Jan 2016", "Jan 2017"]),
        ("fr", ("0.5", "1.5", "2"), ["0,5", "1,0", "1,5", "2"]),
        ("ar-u-nu-arab", ("1990", "1991"), ["١٩٩٠", "١٩٩١"]),
        ("en", ("0", "100000000000000"), ["0", "50000000000000", "100000000000000"]),
        ("en", ("1500", "1990"), ["1500", "1600", "1700", "1800", "1900", "1990"]),
    ],
)
def test_the_time_axis_has_round_labels_between_its_ends(
    language: str, times: Sequence[str], labels: list[str]
) -> None:
    base = theme(language.partition("-")[0])
    ticks = choose_time_ticks(times, replace(base, language=language), 240.0, 8.5)
    assert [tick.label for tick in ticks] == labels


def test_parts_of_a_stacked_bar_are_adjacent_and_in_proportion() -> None:
    rows: list[DataRow] = [{"r": "A", "a": "10", "b": "30", "c": "60"}]
    parts = boxes(draw("stacked", rows, ["a", "b", "c"]))
    lengths = [right - left for left, _, right, _ in parts]
    assert lengths[2] / lengths[1] == pytest.approx(2, abs=0.05)
    assert all(one[2] < other[0] + 0.3 for one, other in pairwise(parts))


def test_small_multiples_have_one_scale_and_a_panel_for_each_column() -> None:
    rows: list[DataRow] = [
        {"year": str(year), **{c: str(n * 10 + year - 2000) for n, c in enumerate("abcde")}}
        for year in (2000, 2005)
    ]
    chart = draw("small-multiples", rows, list("abcde"))
    strong = boxes(chart, stroke=theme().colours.strong, fill="none")
    assert (len(strong), len(boxes(chart))) == (5, 25)
    assert len({round(bottom - top, 1) for _, top, _, bottom in strong}) == 1
    assert printed(chart, "head") == list("abcde")
    assert chart.is_wide
    assert not draw("small-multiples", rows, list("abcde"), width="main").is_wide


def test_in_arabic_charts_are_mirrored_but_time_is_not() -> None:
    bars = draw("bar", rows_of(20, 40), language="ar")
    one, two = boxes(bars)
    assert one[2] == two[2]
    assert two[0] < one[0]
    for label in bars.labels:
        is_beyond = float(label.left) > one[2]
        assert (label.kind, label.align) == (("name" if is_beyond else "value"), "right")
    time: list[DataRow] = [{"y": "2000", "n": "0"}, {"y": "2010", "n": "8"}]
    words = [x for x in draw("line", time, language="ar").labels if x.kind == "axis"]
    years = {word.text: float(word.left) for word in words}
    assert years["2000"] < years["2010"]
    panels: list[DataRow] = [
        {"y": "2000", "a": "1", "b": "2"},
        {"y": "2010", "a": "3", "b": "1"},
    ]
    heads = draw("small-multiples", panels, ["a", "b"], "ar").labels
    left = {head.text: float(head.left) for head in heads if head.kind == "head"}
    assert left["b"] < left["a"]


def test_charts_in_large_print_are_larger_and_the_same_input_gives_the_same_bytes() -> None:
    small, large = (draw("dot", PAIRS, ["m", "w"], profile=p) for p in ("screen", "large"))
    assert large.height > 1.5 * small.height
    assert small == draw("dot", PAIRS, ["m", "w"])


# --- Scales, places and lines ---


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        (("21.4", "89.1"), "0 25 50 75 100"),
        (("12", "13.8"), "12.0 12.5 13.0 13.5 14.0"),
        (("-12", "4"), "-15 -10 -5 0 5"),
        (("5", "5"), "0 2 4 6"),
        (("0", "0"), "0 1"),
        (("-8", "-3"), "-8 -6 -4 -2 0"),
        (("0.012", "0.3"), "0.0 0.1 0.2 0.3"),
    ],
)
def test_scales_have_round_numbers_and_zero_unless_it_is_far(
    values: Sequence[str], ticks: str
) -> None:
    from decimal import Decimal

    chosen = choose_ticks([Decimal(value) for value in values])
    assert [float(tick) for tick in chosen] == [float(tick) for tick in ticks.split()]


@given(st.lists(st.decimals(-10_000, 10_000, places=2), min_size=1, max_size=9))
def test_a_scale_encloses_its_values_with_few_ticks(values: list[Any]) -> None:
    ticks = choose_ticks(values)
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= 5
    assert len({other - one for one, other in pairwise(ticks)}) == 1


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(1, 9)), min_size=1, max_size=10))
def test_positions_are_moved_apart_in_their_order(pairs: list[tuple[float, float]]) -> None:
    wanted, sizes = zip(*sorted(pairs), strict=True)
    places = spread_positions(wanted, sizes, 0, 100)
    for n in range(len(places) - 1):
        apart = (sizes[n] + sizes[n + 1]) / 2
        assert places[n + 1] - places[n] >= apart - 1e-6
    assert places[0] - sizes[0] / 2 >= -1e-6
    assert places[-1] + sizes[-1] / 2 <= 100 + 1e-6


def test_positions_that_do_not_overlap_are_not_moved() -> None:
    assert spread_positions([5, 20], [4, 4], 0, 40) == [5, 20]
    assert spread_positions([10, 10], [4, 4], 0, 40) == [8, 12]


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Latin America and the Caribbean", 18, ["Latin America and", "the Caribbean"]),
        ("South-Eastern Asia", 14, ["South-Eastern", "Asia"]),
        ("South-Eastern Asia", 9, ["South-", "Eastern", "Asia"]),
        ("拉丁美洲和加勒比地区", 6, ["拉丁美洲和", "加勒比地区"]),
        ("青年（15岁）", 5, ["青年", "（15岁）"]),
        ("One", 2, ["One"]),
    ],
)
def test_labels_break_evenly_and_at_hyphens_only_if_they_must(
    text: str, room: int, lines: list[str]
) -> None:
    assert break_lines(text, room, lambda line: float(len(line))) == lines


@given(st.floats(0.5, 300), st.floats(5, 40))
def test_stripes_of_a_hatch_stay_inside_its_rectangle(width: float, height: float) -> None:
    for stripe in hatch((3, 4, width, height)):
        for x, y in stripe:
            assert 3 - 1e-6 <= x <= 3 + width + 1e-6
            assert 4 - 1e-6 <= y <= 4 + height + 1e-6


@pytest.mark.parametrize("chart", ["slope", "line"])
def test_names_are_beside_the_lines_and_not_over_them(chart: str) -> None:
    rows: list[DataRow] = [
        {"r": str(2000 + n), "a": str(n * n % 7), "b": str(n * 3 % 5)} for n in range(8)
    ]
    drawn = draw(chart, rows, ["a", "b"], highlight="a" if chart == "line" else "2003")
    marks = [*boxes(drawn), *boxes(drawn, "circle")]
    left, right = min(mark[0] for mark in marks), max(mark[2] for mark in marks)
    for label in drawn.labels:
        if label.kind in ("name", "value"):
            begins = float(label.left)
            assert begins >= right or begins + float(label.width) <= left
