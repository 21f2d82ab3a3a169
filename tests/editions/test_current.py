"""The edition that is current on a day."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.editions.current import current_edition
from pipeline.editions.lifecycle import Lifecycle
from pipeline.model.dates import InformationDate


@dataclass(frozen=True)
class Dated:
    """An edition of which only the information date is known."""

    information_date: InformationDate


def editions(*dates: str) -> list[Dated]:
    return [Dated(InformationDate.parse(text)) for text in dates]


def chosen_of(available: Iterable[Dated], on: date) -> Dated | None:
    """Choose among final editions."""
    return current_edition(dict.fromkeys(available, Lifecycle()), on)


@pytest.mark.parametrize(
    ("available", "on", "chosen"),
    [
        ([], "2017-01-01", None),
        (["2017"], "2016-12-31", None),
        (["2017"], "2017-01-01", "2017"),
        (["2017"], "2030-01-01", "2017"),
        (["2017", "2018"], "2017-12-31", "2017"),
        (["2017", "2018"], "2018-01-01", "2018"),
        (["2017", "2017-03"], "2017-02-28", "2017"),
        (["2017", "2017-03"], "2017-03-01", "2017-03"),
        (["2017-03", "2017-03-09"], "2017-03-08", "2017-03"),
        (["2017-03", "2017-03-09"], "2017-03-09", "2017-03-09"),
        # The same first day: the more precise one.
        (["2017", "2017-01"], "2017-01-01", "2017-01"),
        (["2017", "2017-01-01", "2017-01"], "2017-06-01", "2017-01-01"),
        # A year is available from its first day, not from its last.
        (["2016-11", "2017"], "2017-01-01", "2017"),
    ],
)
def test_the_newest_available_edition_is_chosen(
    available: list[str], on: str, chosen: str | None
) -> None:
    newest = chosen_of(editions(*available), date.fromisoformat(on))
    assert newest == (editions(chosen)[0] if chosen else None)


# Three years, so that there are editions before, after and on the same day.
years = st.integers(2016, 2018)


@st.composite
def days(draw: st.DrawFn) -> date:
    year, month = draw(years), draw(st.integers(1, 12))
    # First days of months are where choices change.
    return date(year, month, draw(st.just(1) | st.integers(1, monthrange(year, month)[1])))


@st.composite
def dated(draw: st.DrawFn) -> Dated:
    day = draw(days())
    parts = (day.year, day.month, day.day)[: draw(st.integers(1, 3))]
    return Dated(InformationDate(*parts))


several = st.lists(dated(), max_size=8, unique=True)


@given(several, days())
def test_the_chosen_edition_exists_and_is_available(
    available: list[Dated], on: date
) -> None:
    chosen = chosen_of(available, on)
    if chosen is None:
        assert all(e.information_date.first_day > on for e in available)
    else:
        assert chosen in available
        assert chosen.information_date.first_day <= on


@given(several, days())
def test_nothing_newer_was_available(available: list[Dated], on: date) -> None:
    chosen = chosen_of(available, on)
    for other in available:
        first_day = other.information_date.first_day
        if chosen and first_day <= on:
            ours = chosen.information_date
            assert (ours.first_day, ours.precision) >= (
                first_day,
                other.information_date.precision,
            )


@given(several, dated(), days())
def test_a_later_edition_never_changes_what_was_current_before_it(
    available: list[Dated], later: Dated, on: date
) -> None:
    before = chosen_of(available, on)
    after = chosen_of([*available, later], on)
    if on < later.information_date.first_day:
        assert after == before
    else:
        assert after in (before, later)


@given(several, days(), st.randoms())
def test_the_order_of_the_editions_does_not_matter(
    available: list[Dated], on: date, random: Random
) -> None:
    shuffled = list(available)
    random.shuffle(shuffled)
    assert chosen_of(shuffled, on) == chosen_of(available, on)


@given(years, st.permutations([1, 2, 3]))
def test_of_two_with_the_same_first_day_the_more_precise_is_chosen(
    year: int, precisions: list[int]
) -> None:
    two = precisions[:2]
    available = [Dated(InformationDate(*(year, 1, 1)[:p])) for p in two]
    chosen = chosen_of(available, date(year, 1, 1))
    assert chosen is not None
    assert chosen.information_date.precision == max(two)


@given(several, days(), days())
def test_on_a_later_day_no_older_edition_is_current(
    available: list[Dated], one: date, other: date
) -> None:
    earlier, later = sorted([one, other])
    was, now = chosen_of(available, earlier), chosen_of(available, later)
    if was is not None:
        assert now is not None
        assert now.information_date >= was.information_date
