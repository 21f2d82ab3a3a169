"""Turn a session and its briefs into the values of the front matter of a pack.

The template of the cover and the contents (`templates/pack/front.html`) gets one variable,
`pack`, a `PackView`; that of the pages after the last brief (`back.html`) a `PackBackView`.
Page numbers are those of the pack.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.design.stylesheets import FRONT_STYLESHEET, PACK_STYLESHEET
from pipeline.html.page_view import (
    Design,
    PageView,
    join_footer,
    session_name,
    session_title,
    view_page,
)
from pipeline.html.text.cldr import format_days, native_name
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Line, in_language
from pipeline.model.profiles import profile_of
from pipeline.model.session import Session, SessionFacts
from pipeline.project import BASE_URL

# A class of the root element: front matter has its own page numbers, and a short last page
# of it is not reported.
_PAGE_CLASS = "front"


@dataclass(frozen=True)
class ContentsHeading:
    """A heading of a brief as HTML, with its anchor and its page."""

    title: str
    anchor: str
    page: int


@dataclass(frozen=True)
class ContentsEntry:
    """A brief in the contents: its title, its own language, and its headings.

    `standfirst` is printed on the cover.
    """

    title: Line
    standfirst: Line | None
    language: str
    information_date: InformationDate
    anchor: str
    page: int
    headings: tuple[ContentsHeading, ...]


@dataclass(frozen=True, kw_only=True)
class PackView(PageView):
    """The values of a pack that a template may use; they need no computation.

    If it `has_back`, its imprint is on the back cover.
    """

    title: str
    session: SessionFacts
    session_name: Line
    dates: str
    first_day: str
    language_name: str
    entries: tuple[ContentsEntry, ...]
    languages: tuple[str, ...]
    footer: str
    is_folded: bool
    has_back: bool

    @property
    def has_contents(self) -> bool:
        """Whether there is a page of contents: the cover lists a single brief."""
        return len(self.entries) > 1


@dataclass(frozen=True, kw_only=True)
class PackBackView(PackView):
    """The values of the pages after the last brief: pages for notes, and the back cover."""

    pages_before: int
    notes_pages: int


def view_pack(
    design: Design,
    session: Session,
    entries: Sequence[ContentsEntry],
    language: str,
    profile: str,
    *,
    has_back: bool = False,
) -> PackView:
    """Prepare the values of the front matter of a pack."""
    facts = session.facts
    page = view_page(design, language, profile, _PAGE_CLASS, FRONT_STYLESHEET)
    locale, strings = page.locale, page.strings
    name = session_name(session, page)
    heading = Line(name.replace(".", r"\."))  # "331." starts a list
    if facts.name:
        heading, _ = in_language(facts.name, language, page.series.default_language)
    series_name = page.plain_text(page.series.name)
    return PackView(
        **vars(page),
        title=session_title(session, page),
        session=facts,
        session_name=heading,
        dates=format_days(facts.dates.start, facts.dates.end, locale),
        first_day=str(facts.dates.start),
        language_name=native_name(language),
        entries=tuple(entries),
        languages=tuple(dict.fromkeys((language, *(e.language for e in entries)))),
        footer=join_footer((strings["pack"], series_name, name), page),
        is_folded=profile_of(profile).is_imposed,
        has_back=has_back,
    )


def view_back(front: PackView, pages_before: int, pages: int) -> PackBackView:
    """Prepare the values of the `pages` after the last brief of a pack that is folded."""
    stylesheets = (*front.stylesheets[:-1], f"{BASE_URL}styles/{PACK_STYLESHEET}")
    values = vars(front) | {"stylesheets": stylesheets}
    return PackBackView(**values, pages_before=pages_before, notes_pages=pages - 1)
