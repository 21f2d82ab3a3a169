"""Bars grow from zero, to either side, and numbers are printed as the language does."""

from datetime import date

import pytest

from pipeline.build import Order, build
from pipeline.content.model import DataRow, Figure
from pipeline.errors import stops
from pipeline.project import BUNDLED, open_project
from pipeline.typeset.charts import draw_bars, room_behind_bars
from pipeline.typeset.faces import read_faces
from pipeline.typeset.tokens import Tokens
from tests.conftest import WriteProject


def figure(rows: list[DataRow], **more: object) -> Figure:
    return Figure.model_validate(
        {
            "title": "A finding",
            "subtitle": "Per cent",
            "chart": "bar",
            "data": rows,
            "label": "region",
            "value": "share",
            "alt": "Bars.",
            "source": "Us.",
            **more,
        }
    )


def draw(rows: list[DataRow], language: str = "en", **more: object):  # type: ignore[no-untyped-def]
    drawn = figure(rows, **more)
    return draw_bars(drawn, drawn.data.rows, language)


def test_lengths_are_in_proportion_and_start_at_zero() -> None:
    bars = draw([{"region": "A", "share": "20"}, {"region": "B", "share": "40"}])
    assert [bar.start for bar in bars] == [0, 0]
    assert bars[1].length == 84
    assert bars[0].length == pytest.approx(42)


def test_negative_values_grow_from_zero_to_the_other_side() -> None:
    loss, gain = draw([{"region": "A", "share": "-10"}, {"region": "B", "share": "30"}])
    assert loss.start == 0
    assert loss.start + loss.length == pytest.approx(gain.start)
    assert gain.start + gain.length == 84


def test_a_cell_left_open_is_a_gap_and_says_so() -> None:
    (bar,) = draw([{"region": "A", "share": None}])
    assert bar.length == 0
    assert bar.value == "–"


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [
        ("en", "1250.50", "1,250.50"),
        ("fr", "1250.5", "1\u202f250,5"),
        ("es", "61.2", "61,2"),
        ("en", "28", "28"),
        ("en", "-3.0", "−3.0"),
    ],
)
def test_numbers_follow_the_language_and_keep_their_decimals(
    language: str, typed: str, printed: str
) -> None:
    (bar,) = draw([{"region": "A", "share": typed}], language)
    assert bar.value == printed


def test_only_the_named_row_is_highlighted_and_all_are_without_a_name() -> None:
    rows: list[DataRow] = [{"region": "A", "share": "1"}, {"region": "B", "share": "2"}]
    assert [bar.highlighted for bar in draw(rows, highlight="B")] == [False, True]
    assert [bar.highlighted for bar in draw(rows)] == [True, True]


def test_a_long_number_has_room_behind_its_bar() -> None:
    rows: list[DataRow] = [
        {"region": "A", "share": "1234567"},
        {"region": "B", "share": "3"},
    ]
    drawn = figure(rows)
    wide = draw_bars(drawn, rows, "en", lambda number: 5.0 * len(number))
    assert wide[0].length == 100 - 5 * len("1,234,567")
    assert draw_bars(drawn, rows, "en", lambda _: 1.0)[0].length == 84
    assert draw_bars(drawn, rows, "en", lambda _: 99.0)[0].length == 30


def test_room_is_measured_by_the_tokens_of_the_page() -> None:
    faces = read_faces((BUNDLED / "styles" / "fonts",))
    names = {"measure": "116mm", "bar-label": "34mm", "display": '"Brief Display"'}
    small = room_behind_bars(Tokens({**names, "table": "8.5pt"}), faces)
    large = room_behind_bars(Tokens({**names, "table": "14pt"}), faces)
    assert small("12") < small("1,234,567") < large("1,234,567")
    assert room_behind_bars(Tokens({}), faces)("1,234,567") == 16


@pytest.mark.parametrize("profile", ["screen", "office", "a5", "large"])
def test_seven_digits_fit_in_every_profile(
    profile: str, write_project: WriteProject
) -> None:
    text = (
        "title: T\nsections:\n  - heading: H\n    blocks:\n      - figure: {title: F, "
        "chart: bar, data: [{l: Wages A, v: 1234567}, {l: B, v: 300}], label: l, value: v, "
        "alt: a, source: s, subtitle: n}\n"
    )
    project = open_project(write_project({"content/brief/2017/en.yaml": text}))
    outcome = build(project, Order(profiles=(profile,)), date(2018, 1, 1))
    assert [p for p in outcome.problems if stops(p)] == []
