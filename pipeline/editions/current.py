"""Choose the edition of a brief that is current on a day.

An edition is available from the first day of its information date, unless it is a draft,
embargoed or withdrawn. The newest available one is current: the latest first day, then the
more precise date.
"""

from collections.abc import Mapping
from datetime import date

from pipeline.content.discovery import EditionFolder
from pipeline.editions.lifecycle import Editions, Lifecycle


def current_edition(editions: Editions, on: date) -> EditionFolder | None:
    """Return the edition current on a day, of one brief; None if there is none yet."""
    available = [
        folder
        for folder, lifecycle in editions.items()
        if folder.information_date.first_day <= on and lifecycle.state(on).may_be_current
    ]
    return max(available, key=lambda e: e.information_date, default=None)


def current_editions(editions: Editions, on: date) -> frozenset[EditionFolder]:
    """Return the current edition of each brief that has one."""
    by_slug = editions_by_brief(editions)
    chosen = (current_edition(of_brief, on) for of_brief in by_slug.values())
    return frozenset(folder for folder in chosen if folder)


def editions_by_brief(editions: Editions) -> Mapping[str, Editions]:
    """Group editions by the slug of their brief."""
    by_slug: dict[str, dict[EditionFolder, Lifecycle]] = {}
    for folder, lifecycle in editions.items():
        by_slug.setdefault(folder.slug, {})[folder] = lifecycle
    return by_slug


def editions_of(editions: Editions, slug: str) -> Editions:
    """Return the editions of one brief."""
    return {folder: life for folder, life in editions.items() if folder.slug == slug}
