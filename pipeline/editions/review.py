"""Compute when an edition is due for review, and sort due items.

`review_after: 12 months` is counted from the day of issue or, without one, from the last
day of the information date.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.model.dates import InformationDate
from pipeline.model.fields import Duration

DueKind = Literal["review", "translation", "edition", "session", "document", "pack"]


@dataclass(frozen=True)
class DueItem:
    """What is due on a day: `what` is its title, `hint` states how to do it.

    `session` is the session that needs it, or "". Empty `languages` mean all. An item that
    is not `needed` is information only, and never overdue.
    """

    day: date
    kind: DueKind
    what: str
    hint: str = ""
    brief: str = ""
    information_date: InformationDate | None = None
    session: str = ""
    languages: tuple[str, ...] = ()
    needed: bool = True

    def days_left(self, on: date) -> int:
        """The days until it is due; negative if it is overdue."""
        return (self.day - on).days

    def is_overdue(self, on: date) -> bool:
        return self.needed and self.day < on


def review_day(
    information_date: InformationDate, issued: date | None, after: Duration
) -> date:
    """Return the last day for the review of an edition."""
    start = issued or information_date.last_day
    if after.unit in ("days", "weeks"):
        days = after.count * (7 if after.unit == "weeks" else 1)
        return start + min(timedelta(days), date.max - start)
    months = after.count * (12 if after.unit == "years" else 1)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    if year > date.max.year:
        return date.max
    # One month after 31 January is the last day of February.
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def by_urgency(due: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """Sort by day; on one day needed items come first."""
    return tuple(
        sorted(due, key=lambda d: (d.day, not d.needed, d.session, d.brief, d.kind, d.what))
    )
