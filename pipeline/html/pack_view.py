"""Turn a session and its briefs into the values of the front of a pack.

The template of the cover and the contents (`templates/pack/front.html`) gets one variable,
`pack`, a `PackView`. Page numbers are those of the pack.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.design.stylesheets import FRONT_STYLESHEET
from pipeline.html.page_view import PageView, join_footer, view_page
from pipeline.html.text.cldr import language_names, name_session, print_date, print_days
from pipeline.html.text.typography import spacing
from pipeline.model.brand import Brand
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Line, in_language
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Reference, Series
from pipeline.model.session import Session, SessionFacts
from pipeline.project import Project

# A class of the root element: a front has its own page numbers and no last page of a brief.
_STATUS = "front"


@dataclass(frozen=True)
class ContentsHeading:
    """A heading of a brief as HTML, with its anchor and its page."""

    title: str
    anchor: str
    page: int


@dataclass(frozen=True)
class ContentsEntry:
    """A brief in the contents: its title, its own language, and its headings."""

    title: Line
    language: str
    information_date: InformationDate
    anchor: str
    page: int
    headings: tuple[ContentsHeading, ...]


@dataclass(frozen=True)
class HeadingView:
    """A heading of a brief, with its page number as printed."""

    title: str
    anchor: str
    page: str


@dataclass(frozen=True)
class EntryView:
    """A brief in the contents, as printed.

    `not_translated` names its language if that is not the language of the pack.
    """

    title: Line
    language: str
    direction: str
    information_date: str
    not_translated: str
    anchor: str
    page: str
    headings: tuple[HeadingView, ...]


@dataclass(frozen=True, kw_only=True)
class PackView(PageView):
    """The values of a pack that a template may use; they need no computation."""

    title: str
    session: SessionFacts
    session_name: Line
    dates: str
    first_day: str
    language_name: str
    entries: tuple[EntryView, ...]
    languages: tuple[str, ...]
    footer: str

    @property
    def references(self) -> tuple[Reference, ...]:
        """Always empty: a pack has no citations."""
        return ()


def view_pack(
    project: Project,
    series: Series,
    brand: Brand,
    session: Session,
    entries: Sequence[ContentsEntry],
    language: str,
    profile: str,
) -> PackView:
    """Prepare the values of the front of a pack."""
    facts, default = session.facts, series.default_language
    last = FRONT_STYLESHEET
    page = view_page(project, series, brand, language, profile, _STATUS, last)
    typography, words = page.typography, page.words
    session_name = name_session(session.number, words, typography)
    set_text = spacing(typography)
    body = set_text(plain_text(in_language(facts.body, language, default)[0]))
    title = words["pack_title"].replace("{body}", body).replace("{session}", session_name)
    series_name = set_text(plain_text(in_language(series.name, language, default)[0]))
    (language_name,) = language_names([language], language)
    return PackView(
        **vars(page),
        title=title,
        session=facts,
        session_name=Line(re.sub(r"([.])", r"\\\1", session_name)),  # "331." starts a list
        dates=print_days(facts.dates.start, facts.dates.end, typography),
        first_day=str(facts.dates.start),
        language_name=language_name[:1].upper() + language_name[1:],
        entries=tuple(_entry(e, language, words, typography) for e in entries),
        languages=tuple(dict.fromkeys((language, *(e.language for e in entries)))),
        footer=join_footer((words["pack"], series_name, session_name), page),
    )


def _entry(
    entry: ContentsEntry, language: str, words: Mapping[str, str], typography: str
) -> EntryView:
    print_number = spacing(typography)
    not_translated = ""
    if entry.language != language:
        (name,) = language_names([entry.language], language)
        not_translated = words["not_translated"].replace("{language}", name)
    return EntryView(
        title=entry.title,
        language=entry.language,
        direction=direction(entry.language),
        information_date=print_date(entry.information_date, typography),
        not_translated=not_translated,
        anchor=entry.anchor,
        page=print_number(str(entry.page)),
        headings=tuple(
            HeadingView(h.title, h.anchor, print_number(str(h.page)))
            for h in entry.headings
        ),
    )
