"""The day of a review: whole months, never beyond the end of a month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editions.review import DueItem, by_urgency, review_day
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Duration, parse_duration


@pytest.mark.parametrize(
    ("dated", "issued", "after", "day"),
    [
        ("2017", None, "12 months", "2018-12-31"),
        ("2017", "2017-10-26", "12 months", "2018-10-26"),
        ("2017-03", None, "1 month", "2017-04-30"),
        ("2017-03-09", None, "2 weeks", "2017-03-23"),
        ("2017-03-09", None, "10 days", "2017-03-19"),
        ("2016-02-29", None, "1 year", "2017-02-28"),
        ("2016-02-29", None, "4 years", "2020-02-29"),
        ("2017-11-30", None, "3 months", "2018-02-28"),
        ("2017-12-31", None, "1 month", "2018-01-31"),
        ("2017", None, "9999 years", "9999-12-31"),
        ("9999-12-31", None, "1 day", "9999-12-31"),
        ("2017", None, "9999 weeks", "2209-08-20"),
    ],
)
def test_a_review_is_due(dated: str, issued: str | None, after: str, day: str) -> None:
    begun = date.fromisoformat(issued) if issued else None
    review = review_day(InformationDate.parse(dated), begun, parse_duration(after))
    assert str(review) == day


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_months_never_leave_the_month_that_is_meant(begun: date, months: int) -> None:
    dated = InformationDate(begun.year, begun.month, begun.day)
    review = review_day(dated, None, Duration(months, "months"))
    assert (review.year * 12 + review.month) - (begun.year * 12 + begun.month) == months
    assert review.day == begun.day or (review + timedelta(days=1)).day == 1


def test_items_are_sorted_by_day_and_unneeded_items_are_never_overdue() -> None:
    monday, friday = date(2018, 1, 1), date(2018, 1, 5)
    accepted = DueItem(monday, "translation", "accepted", needed=False)
    needed = DueItem(monday, "translation", "needed")
    later = DueItem(friday, "review", "later")
    assert by_urgency([later, accepted, needed]) == (needed, accepted, later)
    tuesday = monday + timedelta(days=1)
    assert needed.is_overdue(tuesday)
    assert not any(d.is_overdue(tuesday) for d in (accepted, later))
    assert needed.days_left(tuesday) == -1
    assert not needed.is_overdue(monday)
