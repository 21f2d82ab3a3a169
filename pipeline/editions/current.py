"""Choose the edition that counts on a day.

An edition is available from the first day of its information date; of those available the
newest counts: the latest first day, then the more precise date.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from pipeline.model.dates import InformationDate


class Dated(Protocol):
    """Anything that has an information date."""

    @property
    def information_date(self) -> InformationDate:
        """The date its content is as of."""


_D = TypeVar("_D", bound=Dated)


def current_edition(editions: Iterable[_D], on: date) -> _D | None:
    """Give the edition that was current on a day; None when there was none yet."""
    available = [e for e in editions if e.information_date.first_day <= on]
    return max(available, key=lambda e: e.information_date, default=None)
