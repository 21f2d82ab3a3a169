"""Bars grow from zero, to either side, and numbers are printed as the language does."""

import pytest

from pipeline.content.model import DataRow, Figure
from pipeline.typeset.charts import draw_bars


def figure(rows: list[DataRow], **more: object) -> Figure:
    return Figure.model_validate(
        {
            "title": "A finding",
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
