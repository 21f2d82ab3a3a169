"""Choose the editions that are on the web, and the notice that each carries.

Only here it is decided. On the web are editions whose `status` is final, from the first day
of their information date; drafts and future editions never.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.content.discovery import EditionFolder
from pipeline.editions.current import current_edition
from pipeline.model.dates import InformationDate


@dataclass(frozen=True)
class WebEdition:
    """An edition on the web, in some languages.

    `replaced_by` is the date of the current edition if that is another one: the notice.
    """

    folder: EditionFolder
    languages: tuple[str, ...]
    replaced_by: InformationDate | None

    @property
    def dated(self) -> str:
        """The path of the edition below the address of the site."""
        return f"{self.folder.slug}/{self.folder.information_date}"


@dataclass(frozen=True)
class WebBrief:
    """A brief on the web: its editions, the newest first."""

    slug: str
    editions: tuple[WebEdition, ...]

    def addresses(self, edition: WebEdition, language: str) -> tuple[str, ...]:
        """Where an edition is in one language: its own address first, then `/wpsdg/fr`.

        `/wpsdg` has the current edition, and `/wpsdg/fr` the newest one in French.
        """
        newest = next(e for e in self.editions if language in e.languages)
        is_first = language == edition.languages[0]
        places = {
            f"{edition.dated}/{language}": True,
            edition.dated: is_first,
            f"{self.slug}/{language}": newest is edition,
            self.slug: is_first and edition is self.editions[0],
        }
        return tuple(place for place, is_there in places.items() if is_there)


def web_briefs(
    folders: Iterable[EditionFolder],
    is_final: Callable[[EditionFolder], bool],
    languages: Sequence[str],
    today: date,
) -> tuple[WebBrief, ...]:
    """List what is on the web; `languages` are those of the series, in order."""
    by_slug: dict[str, list[EditionFolder]] = {}
    for folder in folders:
        is_listed = any(language in folder.languages for language in languages)
        if folder.information_date.first_day <= today and is_listed and is_final(folder):
            by_slug.setdefault(folder.slug, []).append(folder)
    return tuple(
        WebBrief(slug, tuple(_editions(editions, languages, today)))
        for slug, editions in by_slug.items()
    )


def _editions(
    folders: list[EditionFolder], languages: Sequence[str], today: date
) -> Iterable[WebEdition]:
    current = current_edition(folders, today)
    for folder in sorted(folders, key=lambda f: f.information_date, reverse=True):
        known = tuple(code for code in languages if code in folder.languages)
        newer = None if folder is current or not current else current.information_date
        yield WebEdition(folder, known, newer)
