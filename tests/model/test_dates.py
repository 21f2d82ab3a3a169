"""Information dates are parsed with their precision, and sorted."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.dates import InformationDate

years = st.integers(1, 9999)
months = st.integers(1, 12)
# Few years, so that dates often have the same first day.
near = st.sampled_from([2017, 2018])


@st.composite
def dates(draw: st.DrawFn, years: st.SearchStrategy[int] = years) -> InformationDate:
    year, month = draw(years), draw(months)
    day = draw(st.integers(1, monthrange(year, month)[1]))
    precision = draw(st.integers(1, 3))
    return InformationDate(*(year, month, day)[:precision])


@pytest.mark.parametrize(
    ("text", "parts", "first_day", "last_day"),
    [
        ("2017", (2017, None, None), (2017, 1, 1), (2017, 12, 31)),
        ("2017-03", (2017, 3, None), (2017, 3, 1), (2017, 3, 31)),
        ("2017-03-09", (2017, 3, 9), (2017, 3, 9), (2017, 3, 9)),
        ("2017-02", (2017, 2, None), (2017, 2, 1), (2017, 2, 28)),
        ("2016-02", (2016, 2, None), (2016, 2, 1), (2016, 2, 29)),
        ("1900-02", (1900, 2, None), (1900, 2, 1), (1900, 2, 28)),
        ("2000-02-29", (2000, 2, 29), (2000, 2, 29), (2000, 2, 29)),
        ("2017-12", (2017, 12, None), (2017, 12, 1), (2017, 12, 31)),
        ("0001", (1, None, None), (1, 1, 1), (1, 12, 31)),
        ("9999-12-31", (9999, 12, 31), (9999, 12, 31), (9999, 12, 31)),
    ],
)
def test_a_date_covers_its_days(
    text: str,
    parts: tuple[int, int | None, int | None],
    first_day: tuple[int, int, int],
    last_day: tuple[int, int, int],
) -> None:
    parsed = InformationDate.parse(text)
    assert (parsed.year, parsed.month, parsed.day) == parts
    assert parsed.first_day == date(*first_day)
    assert parsed.last_day == date(*last_day)
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2017",
        "2017 ",
        "2017\n",
        "17",
        "20170",
        "+2017",
        "-2017",
        "2017-3",
        "2017-003",
        "2017-",
        "2017-03-9",
        "2017-03-09T00",
        "2017/03",
        "201703",
        "2017-03/2017-04",
        "2017?",
        "201X",
        "March 2017",
        "\u0662\u0660\u0661\u0667",
        "\uff12\uff10\uff11\uff17",
    ],
)
def test_other_forms_are_rejected_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="2017, 2017-03 or 2017-03-09"):
        InformationDate.parse(text)


@pytest.mark.parametrize(
    "text",
    ["0000", "2017-00", "2017-13", "2017-03-00", "2017-03-32", "2017-02-29", "1900-02-29"],
)
def test_a_date_that_does_not_exist_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=f"^there is no such date: {text}$"):
        InformationDate.parse(text)


@given(st.text(max_size=12) | st.from_regex(r"\d{4}(-\d{2}){0,3}", fullmatch=True))
def test_any_text_is_a_date_that_prints_as_typed_or_is_rejected(text: str) -> None:
    try:
        parsed = InformationDate.parse(text)
    except ValueError:
        return
    assert str(parsed) == text


@given(dates())
def test_printing_and_reading_give_the_same_date(information_date: InformationDate) -> None:
    assert InformationDate.parse(str(information_date)) == information_date


@given(dates())
def test_a_date_has_the_precision_that_was_typed(information_date: InformationDate) -> None:
    parts = str(information_date).split("-")
    assert information_date.precision == len(parts)
    assert [information_date.year, information_date.month, information_date.day] == [
        *map(int, parts),
        *[None] * (3 - len(parts)),
    ]


@given(dates())
def test_the_days_covered_are_all_those_that_begin_as_the_date_prints(
    information_date: InformationDate,
) -> None:
    assert information_date.first_day <= information_date.last_day
    assert information_date.first_day.isoformat().startswith(str(information_date))
    assert information_date.last_day.isoformat().startswith(str(information_date))
    if information_date.first_day > date.min:
        before = information_date.first_day - timedelta(days=1)
        assert not before.isoformat().startswith(str(information_date))
    if information_date.last_day < date.max:
        after = information_date.last_day + timedelta(days=1)
        assert not after.isoformat().startswith(str(information_date))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2016", "2017"),
        ("2016-12-31", "2017"),
        ("2017", "2017-01"),
        ("2017-01", "2017-01-01"),
        ("2017", "2017-01-01"),
        ("2017-01-01", "2017-02"),
        ("2017-12", "2018"),
    ],
)
def test_the_later_first_day_is_newer_then_the_more_precise(older: str, newer: str) -> None:
    assert InformationDate.parse(older) < InformationDate.parse(newer)
    assert not InformationDate.parse(newer) < InformationDate.parse(older)


@given(dates(near), dates(near))
def test_any_two_dates_are_in_order_of_first_day_then_precision(
    first: InformationDate, second: InformationDate
) -> None:
    assert (first < second) + (first == second) + (first > second) == 1
    first_key, second_key = ((d.first_day, d.precision) for d in (first, second))
    assert (first < second) == (first_key < second_key)
    assert (first <= second) == (first_key <= second_key)
    assert (first == second) == (first_key == second_key)
    assert (hash(first) == hash(second)) >= (first == second)


@given(st.lists(dates(near)))
def test_sorting_does_not_depend_on_the_order_before(
    several: list[InformationDate],
) -> None:
    assert sorted(several) == sorted(reversed(several))


def test_a_date_is_not_comparable_with_other_types() -> None:
    with pytest.raises(TypeError):
        InformationDate(2017) < date(2017, 1, 1)  # type: ignore[operator]  # noqa: B015
    assert InformationDate(2017) != "2017"
