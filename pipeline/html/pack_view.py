"""Turn a session and the briefs handed out there into what the templates of a pack see.

The template of the cover and the contents (`templates/pack/front.html`) gets one variable,
`pack`, a `PackView`. Page numbers are those of the pack.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_date

from pipeline.design.font_metrics import read_font_faces
from pipeline.design.stylesheets import FRONT_SHEET, stylesheets_for
from pipeline.design.tokens import read_tokens
from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.line_balance import TextMeasurer
from pipeline.html.text.typography import locale_of, spacing
from pipeline.html.view_model import (
    LogoView,
    choose_logo,
    join_footer,
    language_names,
    name_months,
    print_date,
    print_day,
    read_sheet,
    words_of,
)
from pipeline.model.brand import Brand
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Line, in_language
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Reference, Series
from pipeline.model.session import Session, SessionFacts
from pipeline.project import BASE_URL, Project

# Its pages are numbered by themselves; the rules for a brief's last page are not for them.
_STATUS = "front"


@dataclass(frozen=True)
class ContentsHeading:
    """A heading of a brief, as it is set: its words, where a link finds it, its page."""

    title: str
    anchor: str
    page: int


@dataclass(frozen=True)
class ContentsEntry:
    """A brief in the contents: its title, the language that it is in, and its headings."""

    title: Line
    language: str
    information_date: InformationDate
    anchor: str
    page: int
    headings: tuple[ContentsHeading, ...]


@dataclass(frozen=True)
class HeadingView:
    """A heading of a brief, with the number of its page as it is printed."""

    title: str
    anchor: str
    page: str


@dataclass(frozen=True)
class EntryView:
    """A brief in the contents, ready to be printed.

    `not_translated` says in which language it is handed out, when that is not the pack's.
    """

    title: Line
    language: str
    direction: str
    information_date: str
    not_translated: str
    anchor: str
    page: str
    headings: tuple[HeadingView, ...]


@dataclass(frozen=True)
class PackView:
    """What a template may know of a pack: public fields only, nothing to compute."""

    language: str
    direction: str
    digits: str
    typography: str
    profile: str
    title: str
    session: SessionFacts
    session_name: Line
    dates: str
    first_day: str
    language_name: str
    entries: tuple[EntryView, ...]
    languages: tuple[str, ...]
    series: Series
    words: Mapping[str, str]
    style_sheets: tuple[str, ...]
    footer: str
    logo: LogoView | None
    # For filters, not for templates.
    _ruler: TextMeasurer

    @property
    def references(self) -> tuple[Reference, ...]:
        """What citations name: a pack cites nothing."""
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
    """Put together what the templates of the front of a pack see."""
    facts, default = session.facts, series.default_language
    typography = locale_with_numbering(language, series.digits)
    sheets = stylesheets_for(project, language, profile, FRONT_SHEET)
    tokens = read_tokens(
        sheets,
        lambda name: read_sheet(project, brand, name),
        language,
        (profile, _STATUS),
    )
    words = words_of(project, typography)
    ruler = TextMeasurer(tokens, read_font_faces(project.font_folders))
    session_name = name_session(session.number, words, typography)
    set_text = spacing(typography)
    body = set_text(plain_text(in_language(facts.body, language, default)[0]))
    series_name = plain_text(in_language(series.name, language, default)[0])
    (language_name,) = language_names([language], language)
    return PackView(
        language=language,
        direction=direction(language),
        digits=series.digits if typography != language else "latin",
        typography=typography,
        profile=profile,
        title=words["pack_title"]
        .replace("{body}", body)
        .replace("{session}", session_name),
        session=facts,
        session_name=Line(re.sub(r"([.])", r"\\\1", session_name)),  # "331." is a list
        dates=print_days(facts.dates.start, facts.dates.end, typography),
        first_day=str(facts.dates.start),
        language_name=_capital(language_name),
        entries=tuple(_entry(e, language, words, typography) for e in entries),
        languages=tuple(dict.fromkeys((language, *(e.language for e in entries)))),
        series=series,
        words=words,
        style_sheets=tuple(f"{BASE_URL}styles/{name}" for name in sheets),
        footer=join_footer((words["pack"], set_text(series_name), session_name), ruler),
        logo=choose_logo(brand, language, tokens),
        _ruler=ruler,
    )


def name_session(number: int, words: Mapping[str, str], typography: str) -> str:
    """Name a session as its language does: "331st Session".

    The string `session_ordinals` has the endings by the forms that CLDR knows for ordinals:
    "one=st two=nd few=rd other=th".
    """
    endings = dict(part.split("=", 1) for part in words["session_ordinals"].split())
    form = Locale.parse(locale_of(typography)).ordinal_form(number)
    ordinal = f"{number}{endings.get(form, endings['other'])}"
    return spacing(typography)(words["session"].replace("{number}", ordinal))


def print_days(start: date, end: date, language: str) -> str:
    """Print a first and a last day, saying once what they share: "9–24 March 2017"."""
    if start == end:
        return print_day(start, language)
    locale = Locale.parse(locale_of(language))
    differs = "y" if start.year != end.year else "M" if start.month != end.month else "d"
    # Of most languages CLDR has the pattern for short names of months; ours are long.
    patterns = locale.interval_formats
    parts = (patterns.get("yMMMMd") or patterns["yMMMd"])[differs]
    long = (re.sub("(?<!M)MMM(?!M)", "MMMM", part) for part in parts)
    days = (
        format_date(day, part, locale) for day, part in zip((start, end), long, strict=True)
    )
    return name_months(spacing(language)("".join(days)), language, start, end)


def _capital(word: str) -> str:
    """Begin with a capital: a name that stands alone does, also in French."""
    return word[:1].upper() + word[1:]


def _entry(
    entry: ContentsEntry, language: str, words: Mapping[str, str], typography: str
) -> EntryView:
    print_number = spacing(typography)
    said = ""
    if entry.language != language:
        (name,) = language_names([entry.language], language)
        said = words["not_translated"].replace("{language}", name)
    return EntryView(
        title=entry.title,
        language=entry.language,
        direction=direction(entry.language),
        information_date=print_date(entry.information_date, typography),
        not_translated=said,
        anchor=entry.anchor,
        page=print_number(str(entry.page)),
        headings=tuple(
            HeadingView(h.title, h.anchor, print_number(str(h.page)))
            for h in entry.headings
        ),
    )
