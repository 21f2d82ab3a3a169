"""Parse and compare information dates: the date of the content, and version of an edition.

EDTF level 0 (ISO 8601-2:2019, dates only): `2017`, `2017-03` or `2017-03-09`. The precision
is kept: `2017` stays a year in file names, metadata and print.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@total_ordering
@dataclass(frozen=True)
class InformationDate:
    """A year, a month or a day.

    Sorted by first day, then by precision: `2017-01-01` is newer than `2017`.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "InformationDate":
        """Parse `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. The text of a ValueError is a hint."""
        match = _PATTERN.fullmatch(text)
        if not match:
            raise ValueError("write a year, a month or a day: 2017, 2017-03 or 2017-03-09")
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            date(year or 0, 1 if month is None else month, 1 if day is None else day)
        except ValueError:
            raise ValueError(f"there is no such date: {text}") from None
        return cls(year or 0, month, day)

    @property
    def first_day(self) -> date:
        """The first day that the date covers, from which its edition is available."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        if self.day is not None:
            return self.first_day
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def precision(self) -> int:
        """1 for a year, 2 for a month, 3 for a day."""
        return 1 + (self.month is not None) + (self.day is not None)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, InformationDate):
            return NotImplemented
        return (self.first_day, self.precision) < (other.first_day, other.precision)
