"""Choose the edition of a brief that is current on a day.

An edition is available from the first day of its information date. The newest available one
is current: the latest first day, then the more precise date.
"""

from collections.abc import Iterable
from datetime import date

from pipeline.content.discovery import EditionFolder


def current_edition(editions: Iterable[EditionFolder], on: date) -> EditionFolder | None:
    """Give the edition current on a day; None if there is none yet."""
    available = [e for e in editions if e.information_date.first_day <= on]
    return max(available, key=lambda e: e.information_date, default=None)
