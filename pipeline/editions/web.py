"""Choose the editions that are on the web, and the notice that each carries.

A published edition is on the web from the first day of its information date. Another final
edition is there only with `unpublished`, a draft or an embargoed edition never. A withdrawn
edition has a notice. No other module decides this.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.content.discovery import EditionFolder
from pipeline.editions.current import current_edition, editions_by_brief
from pipeline.editions.lifecycle import Editions, Lifecycle
from pipeline.model.edition_state import EditionState, Stamp


@dataclass(frozen=True)
class WebEdition:
    """An edition on the web, in some languages; its notice is that of a `stamp`."""

    folder: EditionFolder
    languages: tuple[str, ...]
    stamp: Stamp = Stamp.NONE

    @property
    def is_withdrawn(self) -> bool:
        """Whether there is a notice in place of the text."""
        return self.stamp is Stamp.WITHDRAWN

    @property
    def path(self) -> str:
        """The path of the edition below the address of the site."""
        return self.folder.path_in_content


@dataclass(frozen=True)
class WebBrief:
    """A brief on the web: its editions, the newest first."""

    slug: str
    editions: tuple[WebEdition, ...]

    def addresses(self, edition: WebEdition, language: str) -> tuple[str, ...]:
        """The addresses of an edition in one language: its own first, then `/slug/fr`.

        `/slug` has the current edition, and `/slug/fr` the newest one in French; an
        edition that was withdrawn is there only if there is no other.
        """
        ordered = sorted(self.editions, key=lambda e: e.is_withdrawn)
        newest = next(e for e in ordered if language in e.languages)
        is_first = language == edition.languages[0]
        places = {
            f"{edition.path}/{language}": True,
            edition.path: is_first,
            f"{self.slug}/{language}": newest is edition,
            self.slug: is_first and edition is ordered[0],
        }
        return tuple(place for place, is_used in places.items() if is_used)

    def previous(self, edition: WebEdition) -> WebEdition | None:
        """The edition to compare one with; a withdrawn edition has no text to compare."""
        older = self.editions[self.editions.index(edition) + 1 :]
        is_shown = not edition.is_withdrawn
        return next((e for e in older if is_shown and not e.is_withdrawn), None)

    def path_of_current(self, edition: WebEdition, language: str) -> str:
        """The path of the current edition if `edition` is an earlier one, or else ""."""
        current = next((e for e in self.editions if not e.stamp), edition)
        if current.folder.information_date <= edition.folder.information_date:
            return ""
        has_language = language in current.languages
        return f"{current.path}/{language}" if has_language else current.path


def web_editions(editions: Editions, on: date, *, unpublished: bool) -> Editions:
    """Choose the editions that are on the web on a day."""
    return {
        folder: lifecycle
        for folder, lifecycle in editions.items()
        if folder.information_date.first_day <= on
        and _is_on_web(lifecycle, on, unpublished)
    }


def _is_on_web(lifecycle: Lifecycle, on: date, unpublished: bool) -> bool:
    """Whether an edition is on the web, or was until it was withdrawn."""
    state = replace(lifecycle, withdrawn=None).state(on)
    return state.is_published or (unpublished and state is EditionState.FINAL)


def web_briefs(
    editions: Editions, languages: Sequence[str], on: date, *, unpublished: bool
) -> tuple[WebBrief, ...]:
    """Arrange the `editions` on the web; `languages` are those of the series, in order."""
    briefs = (
        WebBrief(slug, tuple(_web_editions_of(of_brief, languages, on, unpublished)))
        for slug, of_brief in editions_by_brief(editions).items()
    )
    return tuple(brief for brief in briefs if brief.editions)


def _web_editions_of(
    editions: Editions, languages: Sequence[str], on: date, unpublished: bool
) -> Iterable[WebEdition]:
    current = current_edition(editions, on)
    for folder in sorted(editions, key=lambda f: f.information_date, reverse=True):
        lifecycle, stamp = editions[folder], Stamp.NONE
        if lifecycle.state(on) is EditionState.WITHDRAWN:
            stamp = Stamp.WITHDRAWN
        elif folder != current:
            stamp = Stamp.SUPERSEDED
        shown = folder.languages if unpublished else lifecycle.languages
        if shown_languages := tuple(code for code in languages if code in shown):
            yield WebEdition(folder, shown_languages, stamp)
