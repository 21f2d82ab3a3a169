"""When an edition is to be looked at again, and what is due first.

An edition says `review_after: 12 months`. They are counted from the day on which it was
issued or, when it says none, from the last day of its information date: what is said of
2017 holds until the year has ended.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.model.dates import InformationDate
from pipeline.model.fields import Duration

Kind = Literal["review", "translation", "edition", "session", "document", "pack"]


@dataclass(frozen=True)
class DueItem:
    """One thing to be done by a day: what, about which brief or session, and how.

    `session` is 0 for what no session waits for. `languages` is empty when it concerns all.
    What is not `needed` is known and accepted: it is never overdue.
    """

    day: date
    kind: Kind
    what: str
    hint: str = ""
    brief: str = ""
    information_date: InformationDate | None = None
    session: int = 0
    languages: tuple[str, ...] = ()
    needed: bool = True

    def days_left(self, on: date) -> int:
        """The days until it must be done; below 0 when that day has passed."""
        return (self.day - on).days

    def is_overdue(self, on: date) -> bool:
        """Whether its day has passed."""
        return self.needed and self.day < on


def review_day(dated: InformationDate, issued: date | None, after: Duration) -> date:
    """Give the day by which an edition is to be reviewed."""
    begun = issued or dated.last_day
    if after.unit in ("days", "weeks"):
        days = after.count * (7 if after.unit == "weeks" else 1)
        return begun + min(timedelta(days), date.max - begun)
    months = after.count * (12 if after.unit == "years" else 1)
    years, month = divmod(begun.month - 1 + months, 12)
    year, month = begun.year + years, month + 1
    if year > date.max.year:
        return date.max
    # 31 January and a month are the last day of February.
    return date(year, month, min(begun.day, monthrange(year, month)[1]))


def by_urgency(due: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Sort by day; on one day what somebody waits for comes first."""
    return tuple(
        sorted(due, key=lambda d: (d.day, not d.needed, d.session, d.brief, d.kind, d.what))
    )
