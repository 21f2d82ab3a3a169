"""Charts: what is drawn stands where the numbers say, and no word touches another.

What a chart looks like is measured where it is printed: in the boxes that WeasyPrint lays
out, with Pango's widths, in several languages and every profile.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageStat

from pipeline.build import Order, Shared, build
from pipeline.content.brand import Brand
from pipeline.content.colour import (
    BLACK,
    WHITE,
    Colour,
    contrast,
    lightness,
    mix,
    read_colour,
)
from pipeline.content.dates import InformationDate
from pipeline.content.load import load_brand
from pipeline.content.model import (
    DataRow,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Series,
)
from pipeline.errors import PipelineError, stops
from pipeline.project import BUNDLED, Project, open_project
from pipeline.typeset.chart_canvas import hatch
from pipeline.typeset.chart_look import Look, ink_on, read_look
from pipeline.typeset.chart_numbers import print_data
from pipeline.typeset.chart_scale import break_lines, choose_ticks, spread
from pipeline.typeset.chart_time import choose_moments
from pipeline.typeset.charts import Chart, draw_chart
from pipeline.typeset.faces import read_faces
from pipeline.typeset.fonts import load_fonts
from pipeline.typeset.markup import _read_sheet, _style_sheets, render_html
from pipeline.typeset.tokens import Tokens, read_tokens
from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("screen", "office", "a5", "large")


@cache
def project() -> Project:
    return open_project(ROOT)


@cache
def brand() -> Brand:
    found, _ = load_brand(project(), frozenset)
    assert found
    return found


@cache
def look(language: str = "en", profile: str = "screen") -> Look:
    sheets = _style_sheets(project(), language, profile)
    tokens = read_tokens(
        sheets, lambda name: _read_sheet(project(), brand(), name), language, (profile,)
    )
    return read_look(tokens, read_faces(project().font_folders), language)


def figure(chart: str, rows: Sequence[DataRow], value: Any, **more: Any) -> Figure:
    label = next(iter(rows[0]))
    words = {"title": "T", "subtitle": "Number", "alt": "A.", "source": "S."}
    words |= {"chart": chart, "data": list(rows), "label": label, "value": value}  # type: ignore[dict-item]
    return Figure.model_validate(words | more)


def draw(
    chart: str,
    rows: Sequence[DataRow],
    value: Any = "n",
    language: str = "en",
    profile: str = "screen",
    **more: Any,
) -> Chart:
    return draw_chart(figure(chart, rows, value, **more), rows, look(language, profile))


def rows_of(*values: object, name: str = "n") -> list[DataRow]:
    letters = "ABCDEFGHIJKLMNOP"
    return [
        {"row": letters[n], name: None if value is None else str(value)}
        for n, value in enumerate(values)
    ]


Box = tuple[float, float, float, float]


def boxes(chart: Chart, tag: str = "path", **wanted: str) -> list[Box]:
    """The extent of each mark: left, top, right, bottom."""
    found = []
    for attributes in re.findall(rf"<{tag} ([^>]*)/>", chart.svg):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if said.get("class") != "mark" or not wanted.items() <= said.items():
            continue
        if tag == "circle":
            x, y, r = (float(said[key]) for key in ("cx", "cy", "r"))
            found.append((x - r, y - r, x + r, y + r))
        else:
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", said["d"])]
            xs, ys = numbers[::2], numbers[1::2]
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def printed(chart: Chart, kind: str) -> list[str]:
    return [label.text for label in chart.labels if label.kind == kind]


# --- Bars ---


def test_bars_are_in_proportion_and_start_at_zero() -> None:
    one, two = boxes(draw("bar", rows_of(20, 40)))
    assert one[0] == two[0]
    assert (two[2] - two[0]) / (one[2] - one[0]) == pytest.approx(2, abs=0.01)


def test_negative_bars_grow_to_the_other_side_with_their_numbers_outside() -> None:
    chart = draw("bar", rows_of(-10, 30))
    loss, gain = boxes(chart)
    assert loss[2] == pytest.approx(gain[0], abs=0.02)
    number = next(label for label in chart.labels if label.text == "−10")
    assert float(number.left) + float(number.width) < loss[0]


def test_an_open_cell_is_a_gap_and_a_small_value_is_still_seen() -> None:
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
    data = print_data(figure("bar", rows, "n"), rows, language)
    assert [row[1] for row in data.rows] == words


def test_only_the_named_row_is_highlighted_and_all_are_without_a_name() -> None:
    strong = look().colours.strong
    assert len(boxes(draw("bar", rows_of(1, 2)), fill=strong)) == 2
    ((left, top, _, _),) = boxes(draw("bar", rows_of(1, 2), highlight="B"), fill=strong)
    assert (left, top) == boxes(draw("bar", rows_of(1, 2)))[1][:2]


def test_names_are_printed_for_what_the_data_says() -> None:
    chart = draw(
        "dot",
        [{"r": "World", "men": "1", "women": "2"}],
        ["men", "women"],
        names={"World": "Monde", "men": "Hommes"},
    )
    assert printed(chart, "name") == ["Monde"]
    assert sorted(printed(chart, "head")) == ["Hommes", "women"]


# --- The other types ---

PAIRS: list[DataRow] = [
    {"row": "A", "m": "10", "w": "30"},
    {"row": "B", "m": "50", "w": "20"},
    {"row": "C", "m": None, "w": "40"},
]


def test_of_two_dots_the_first_is_hollow_and_a_gap_has_none() -> None:
    chart, colours = draw("dot", PAIRS, ["m", "w"]), look().colours
    rows = boxes(chart, "circle", stroke=colours.quiet, fill=colours.paper)
    assert len(rows) == 2 + 1  # and one in the head
    assert len(boxes(chart, "circle", fill=colours.strong)) == 3 + 1
    values = [label.text for label in chart.labels if label.kind == "value"]
    assert values == ["10", "30", "50", "20", "40"]


def test_a_slope_names_both_ends_in_the_order_of_their_values() -> None:
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
    ("language", "times", "words"),
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
def test_the_axis_of_time_has_round_words_between_its_ends(
    language: str, times: Sequence[str], words: list[str]
) -> None:
    on = look(language.partition("-")[0])
    found = choose_moments(times, replace(on, language=language), 240.0, 8.5)
    assert [moment.word for moment in found] == words


def test_parts_of_a_whole_follow_each_other_in_proportion() -> None:
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
    strong = boxes(chart, stroke=look().colours.strong, fill="none")
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

    found = choose_ticks([Decimal(value) for value in values])
    assert [float(tick) for tick in found] == [float(tick) for tick in ticks.split()]


@given(st.lists(st.decimals(-10_000, 10_000, places=2), min_size=1, max_size=9))
def test_a_scale_encloses_its_values_with_few_ticks(values: list[Any]) -> None:
    ticks = choose_ticks(values)
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= 5
    assert len({other - one for one, other in pairwise(ticks)}) == 1


@given(st.lists(st.tuples(st.floats(0, 99), st.floats(1, 9)), min_size=1, max_size=10))
def test_places_are_moved_apart_in_their_order(pairs: list[tuple[float, float]]) -> None:
    wanted, sizes = zip(*sorted(pairs), strict=True)
    places = spread(wanted, sizes, 0, 100)
    for n in range(len(places) - 1):
        apart = (sizes[n] + sizes[n + 1]) / 2
        assert places[n + 1] - places[n] >= apart - 1e-6
    assert places[0] - sizes[0] / 2 >= -1e-6
    assert places[-1] + sizes[-1] / 2 <= 100 + 1e-6


def test_places_that_do_not_touch_stay() -> None:
    assert spread([5, 20], [4, 4], 0, 40) == [5, 20]
    assert spread([10, 10], [4, 4], 0, 40) == [8, 12]


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
def test_stripes_of_a_hatch_stay_inside(width: float, height: float) -> None:
    for stripe in hatch(3, 4, width, height):
        for x, y in stripe:
            assert 3 - 1e-6 <= x <= 3 + width + 1e-6
            assert 4 - 1e-6 <= y <= 4 + height + 1e-6


# --- In grey ---


def test_marks_are_told_apart_in_grey_and_from_the_page() -> None:
    colours = look().colours
    light = {
        name: lightness(read_colour(getattr(colours, name)) or WHITE)
        for name in ("rule", "strong", "context", "third", "fourth", "paper")
    }
    # A hatch is as light as its stripes and the paper between them (.7 of 2 mm), whether
    # light is mixed, as an eye does, or values are, as a screen does.
    ink = read_colour(colours.strong) or WHITE
    assert abs(light["strong"] - light["context"]) >= 12
    assert contrast(read_colour(colours.context) or WHITE, WHITE) >= 3
    assert contrast(ink, WHITE) >= 3
    for one, other in [
        *((light["rule"], hatched) for hatched in hatches(ink)),
        *((hatched, light["third"]) for hatched in hatches(ink)),
        (light["third"], light["fourth"]),
        (light["strong"], light["fourth"]),
    ]:
        assert abs(one - other) >= 12


HARBOUR = ROOT / "tests" / "brands" / "harbour"


@pytest.mark.parametrize("root", [ROOT, HARBOUR], ids=["own", "harbour"])
def test_numbers_in_the_parts_of_a_bar_can_be_read_in_every_brand(root: Path) -> None:
    project = open_project(root)
    brand, _ = load_brand(project, lambda: read_faces(project.font_folders).families)
    assert brand
    sheets = _style_sheets(project, "en", "screen")
    read = partial(_read_sheet, project, brand)
    tokens = read_tokens(sheets, read, "en", ("screen",))
    colours = read_look(tokens, read_faces(project.font_folders), "en").colours
    inks = {"heading": colours.rule, "": colours.ink, "inverse": colours.paper}
    for fill in (
        colours.rule,
        colours.strong,
        colours.third,
        colours.fourth,
        colours.paper,
    ):
        ink = read_colour(inks[ink_on(fill, colours)]) or WHITE
        assert contrast(ink, read_colour(fill) or WHITE) >= 4.5


def hatches(ink: Colour) -> list[float]:
    def grey(value: float) -> Colour:
        return value, value, value

    mixed = mix(ink, WHITE, 0.35)
    # The luminance of a colour is the one that its contrast with black tells.
    light = 0.35 * (contrast(ink, BLACK) * 0.05 - 0.05) + 0.65
    return [lightness(mixed), lightness(grey(1.055 * light ** (1 / 2.4) - 0.055))]


# --- On the page ---

CORPUS: dict[str, tuple[str, str]] = {
    "en": ("Latin America and the Caribbean", "Not covered by any scheme"),
    "de": ("Lateinamerika und die karibischen Staaten", "Nicht sozialversichert"),
    "ar": ("أمريكا اللاتينية ومنطقة البحر الكاريبي", "غير مشمولين بالحماية"),
    "zh": ("拉丁美洲和加勒比地区（2019年）", "没有任何保障的人口"),
}


@dataclass(frozen=True)
class Word:
    """A label as it was laid out, in CSS pixels from the chart's corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lay_out(figures: Sequence[Figure], language: str, profile: str) -> Any:
    from weasyprint import HTML

    from pipeline.typeset import paint

    blocks = [{"figure": figure} for figure in figures]
    version = LanguageVersion.model_validate(
        {"title": "T", "sections": [{"heading": "H", "blocks": blocks}]}
    )
    series = Series.model_validate(
        {"name": "S", "publisher": {"name": "P"}, "languages": [language]}
    )
    edition = Edition(
        "b",
        InformationDate.parse("2017"),
        EditionFacts(),
        (language,),
        {language: version},
        {},
    )
    html = render_html(project(), series, brand(), edition, language, profile)
    fonts = load_fonts(project().font_folders)
    fetcher = paint._make_fetcher(Shared(project(), series, brand()).serve)
    return HTML(string=html, base_url=paint.BASE, url_fetcher=fetcher).render(
        font_config=fonts.configuration
    )


def charts_on(pages: Sequence[Any]) -> Iterator[tuple[float, float, list[Word]]]:
    """Give the width and height of each chart, and its words."""
    for page in pages:
        for box in page._page_box.descendants(placeholders=True):
            box = getattr(box, "_box", box)
            element = box.element
            if element is None or "chart" not in (element.get("class") or "").split():
                continue
            if box.element_tag == "div":
                yield box.width, box.height, list(_words(box))


def _words(chart: Any) -> Iterator[Word]:
    from weasyprint.formatting_structure.boxes import TextBox

    for child in (getattr(child, "_box", child) for child in chart.children):
        for box in child.descendants() if child.element_tag == "span" else ():
            if isinstance(box, TextBox) and box.text.strip():
                left = box.position_x - chart.content_box_x()
                base = box.position_y + box.baseline - chart.content_box_y()
                top, bottom = (
                    base - 0.72 * (size := box.style["font_size"]),
                    base + 0.15 * size,
                )
                yield Word(box.text, left, top, left + box.width, bottom)


def faults(pages: Sequence[Any]) -> list[str]:
    """What touches, or leaves its chart, by more than the eye sees (half a pixel)."""
    found = []
    for width, height, words in charts_on(pages):
        for word in words:
            if word.left < -0.5 or word.right > width + 0.5:
                found.append(f"{word.text} leaves its chart")
            if word.top < -2.5 or word.bottom > height + 0.5:
                found.append(f"{word.text} leaves its chart upwards or downwards")
        for one, other in combinations(words, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if across > 0.5 and down > 0.5:
                found.append(f"{one.text} touches {other.text}")
    return found


def corpus(language: str) -> list[Figure]:
    long, part = CORPUS[language]
    many = [
        {"r": f"{long} {n}" if n % 3 else f"{n}", "a": str(n * 7 % 12), "b": str(n + 1)}
        for n in range(12)
    ]
    years = [
        {
            "y": str(year),
            **{f"{long} {c}": str(n + year % 7) for n, c in enumerate("abcde")},
        }
        for year in (1995, 2000, 2003, 2004, 2019)
    ]
    names = list(years[0])[1:]
    shares = [{"r": long, f"{part} 1": "5", f"{part} 2": "2", "c": "3", f"{part} 4": "90"}]
    months = [
        {"m": f"2016-{n:02}", "a": str(n), "b": None if n > 7 else "3"}
        for n in range(1, 13)
    ]
    big = [
        {"r": "Total", "a": "-12345678901.25", "b": "99999999999.75"},
        {"r": "x", "a": "1", "b": "2"},
    ]
    wide = [
        {"y": str(y), **{c: "-99999999999.75" for c in "abcdefgh"}} for y in (2000, 2001)
    ]
    return [
        figure("bar", many, "a", highlight="3"),
        figure("dot", many, ["a", "b"], names={"a": part, "b": long}),
        figure("slope", many[:10], ["a", "b"], names={"a": part, "b": long}),
        figure("line", years, names),
        figure("stacked", shares, list(shares[0])[1:]),
        figure("small-multiples", years, names),
        figure("line", months, ["a", "b"], highlight="b", names={"a": long}),
        figure("dot", big, ["a", "b"]),
        figure("slope", [{**row, "r": str(n)} for n, row in enumerate(big)], ["a", "b"]),
        figure("bar", big, "a"),
        figure("stacked", [{"r": "x", "a": "99999999999.75", "b": "1"}], ["a", "b"]),
        figure("line", wide, ["a"]),
        figure("small-multiples", wide, list("abcdefgh")),
        figure("small-multiples", months, ["a", "b"]),
    ]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", CORPUS)
def test_no_word_touches_another_or_leaves_its_chart(language: str, profile: str) -> None:
    from pipeline.typeset.fit import find_misfits
    from pipeline.typeset.legibility import find_illegible

    figures = corpus(language)
    pages = lay_out(figures, language, profile).pages
    assert len(list(charts_on(pages))) == len(figures)
    assert faults(pages)[:3] == []
    assert find_illegible(pages) == []
    # What is cut is too high for a page; what this chart of 12 long names may be in large.
    misfits = {misfit.message for misfit in find_misfits(pages)}
    assert [m for m in misfits if "wide" in m or "lie over" in m] == []


FOUR: list[DataRow] = [{"r": "A", "a": "5", "b": "5", "c": "5", "d": "5"}]
TIME: list[DataRow] = [
    {"y": "2000", "a": "1", "b": "9", "c": "14"},
    {"y": "2010", "a": "1", "b": "9", "c": "14"},
]


@pytest.mark.parametrize(
    ("drawn", "tag", "marks"),
    [
        # Marks by their number: those that must be told apart, as they follow each other.
        (figure("bar", rows_of(5, 5, 5), "n", highlight="B"), "path", [0, 1, 2]),
        (
            figure(
                "stacked",
                [{"r": "A", **dict(zip("abcd", "5555", strict=True))}],
                list("abcd"),
            ),
            "path",
            [0, 1, 2, 3],
        ),
        (figure("stacked", [{"r": "A", "a": "5", "b": "5"}], ["a", "b"]), "path", [0, 1]),
        (figure("dot", [{"r": "A", "a": "1", "b": "9"}], ["a", "b"]), "circle", [0, 1]),
        (figure("slope", PAIRS[:2], ["m", "w"], highlight="A"), "circle", [0, 2]),
        (figure("line", TIME, ["a", "b", "c"]), "path", [0, 1, 2]),
        (figure("small-multiples", TIME, ["a", "b"]), "path", [0, 1]),
    ],
    ids=["bar", "four parts", "two parts", "dot", "slope", "line", "small-multiples"],
)
def test_printed_in_grey_neighbours_differ_and_stand_out(
    drawn: Figure, tag: str, marks: list[int]
) -> None:
    """Pixels of the page, without colour: 12 steps of L* apart, 3:1 against the paper."""
    chart = draw_chart(drawn, drawn.data.rows, look())
    document = lay_out([drawn], "en", "screen")
    scale = 6.0
    page = pypdfium2.PdfDocument(document.write_pdf())[0]
    image = page.render(scale=scale, grayscale=True).to_pil()
    ((left, top),) = _corners(document.pages)
    found = []
    for number in marks:
        x0, y0, x1, y1 = boxes(chart, tag)[number]
        if tag == "path" and y1 - y0 < 1:  # a line: the middle of its first dash
            x1, y0, y1 = x0 + 1.5, y0 - 0.3, y1 + 0.3
        elif tag == "circle":
            middle, y1 = (x0 + x1) / 2, y0 + (y1 - y0) / 2
            x0, x1, y0 = middle - 0.4, middle + 0.4, y1 - 0.4
        else:  # beside the number
            x1 = x0 + (x1 - x0) * 0.4
        box = [round((left + x0) * scale), round((top + y0) * scale)]
        box += [round((left + x1) * scale), round((top + y1) * scale)]
        found.append(ImageStat.Stat(image.crop(tuple(box))).mean[0] / 255)
    lights = [lightness((value, value, value)) for value in found]
    assert all(abs(one - other) >= 12 for one, other in pairwise(lights)), lights


def _corners(pages: Sequence[Any]) -> Iterator[tuple[float, float]]:
    for page in pages:
        for box in page._page_box.descendants(placeholders=True):
            html = getattr(box, "element", None)
            if (
                html is not None
                and html.get("class") == "chart"
                and box.element_tag == "div"
            ):
                yield box.content_box_x() * 0.75, box.content_box_y() * 0.75


WORDS = st.text(st.sampled_from("abcdefgh ÄÉ-"), min_size=1, max_size=24).map(
    lambda text: " ".join(text.split()) or "x"
)
VALUES = st.none() | st.decimals(-999, 9999, places=1).map(str)


@st.composite
def data(draw: Any) -> tuple[list[DataRow], list[str]]:
    rows = draw(st.integers(2, 8))
    labels = draw(st.lists(WORDS, min_size=rows, max_size=rows, unique=True))
    values = draw(st.lists(st.tuples(VALUES, VALUES), min_size=rows, max_size=rows))
    values[0] = ("1", "2")
    names = draw(st.lists(WORDS, min_size=2, max_size=2, unique=True))
    names = [f"{name} {n}" for n, name in enumerate(names)]
    made = [
        {"": label, names[0]: one, names[1]: other}
        for label, (one, other) in zip(labels, values, strict=True)
    ]
    return made, names


@settings(max_examples=8)
@given(data(), st.sampled_from(PROFILES))
def test_whatever_the_rows_no_word_touches_another(
    made: tuple[list[DataRow], list[str]], profile: str
) -> None:
    rows, names = made
    time = [{**row, "": str(1990 + n * n)} for n, row in enumerate(rows)]
    parts = [{k: v.lstrip("-") if v and k else v for k, v in row.items()} for row in rows]
    figures = [
        Figure.model_validate(
            {
                "title": "T",
                "subtitle": "Number",
                "chart": kind,
                "data": table,
                "label": "l",
                "value": names[:1] if kind == "bar" else names,
                "alt": "A.",
                "source": "S.",
            }
        )
        for kind, table in [
            *(
                (kind, [{"l": r.pop(""), **r} for r in map(dict, rows)])
                for kind in ("bar", "dot", "slope")
            ),
            ("stacked", [{"l": r.pop(""), **r} for r in map(dict, parts)]),
            *(
                (kind, [{"l": r.pop(""), **r} for r in map(dict, time)])
                for kind in ("line", "small-multiples")
            ),
        ]
    ]
    assert faults(lay_out(figures, "en", profile).pages)[:3] == []


def test_a_token_that_charts_need_is_the_designers() -> None:
    with pytest.raises(PipelineError) as error:
        read_look(Tokens({}), read_faces((BUNDLED / "styles" / "fonts",)), "en")
    (problem,) = error.value.problems
    assert str(problem.place) == "styles/tokens.css"
    assert "--table" in problem.message


@pytest.mark.parametrize("profile", PROFILES)
def test_a_chart_is_built_in_every_profile(
    profile: str, write_project: WriteProject
) -> None:
    block = json.dumps(
        {
            "title": "T",
            "subtitle": "Number",
            "chart": "bar",
            "data": [{"l": "Wages A", "v": "1234567"}, {"l": "B", "v": "300"}],
            "label": "l",
            "value": "v",
            "alt": "A.",
            "source": "S.",
        }
    )
    text = f"title: T\nsections:\n  - heading: H\n    blocks:\n      - figure: {block}\n"
    root = write_project({"content/brief/2017/en.yaml": text})
    outcome = build(open_project(root), Order(profiles=(profile,)), date(2018, 1, 1))
    assert [problem for problem in outcome.problems if stops(problem)] == []
