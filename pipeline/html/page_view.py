"""Prepare the values that all pages need: style sheets, tokens, strings, fonts and logo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.design.brand_css import brand_css
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.strings import read_strings
from pipeline.design.stylesheets import stylesheets_for
from pipeline.design.tokens import Tokens, read_tokens
from pipeline.html.text.cldr import format_day, number_session
from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.line_balance import TextMeasurer
from pipeline.html.text.typography import typesetter
from pipeline.model.brand import Brand
from pipeline.model.colour import BLACK, WHITE, contrast, parse_colour
from pipeline.model.fields import Localized, in_language
from pipeline.model.markdown import plain_text
from pipeline.model.paper import sheet_style
from pipeline.model.profiles import PROFILES, profile_of
from pipeline.model.references import Reference
from pipeline.model.schema import Series
from pipeline.model.scripts import direction
from pipeline.project import BASE_URL, BRAND_FILES, Project, ReadLog

if TYPE_CHECKING:
    from pipeline.model.session import Session

# The width of a page number and of the space between it and the footer.
_FOLIO_PT = 36


@dataclass(frozen=True)
class Design:
    """The input of the HTML besides the content. It is sent to worker processes."""

    project: Project
    series: Series
    brand: Brand

    def tracking_reads(self) -> "tuple[Design, ReadLog]":
        """Return a copy of this design, and a log of all files read through the copy."""
        project, reads = self.project.tracking_reads()
        return replace(self, project=project), reads


@dataclass(frozen=True)
class LogoView:
    """The logo for the background of the masthead: its address and alternative text."""

    address: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class PageView:
    """The values that briefs, packs, job sheets and pages of the site have in common.

    `locale` is the language with its digits, such as "ar-u-nu-arab"; `stylesheets` are
    addresses in the order of the cascade; `sheet` are the CSS tokens of the sheet size, ""
    for A4 and in a profile of the project. `profile` is the layout of the profile.
    """

    language: str
    direction: str
    digits: str
    locale: str
    profile: str
    series: Series
    strings: Mapping[str, str]
    stylesheets: tuple[str, ...]
    sheet: str
    logo: LogoView | None
    # For filters, not for templates.
    _measurer: TextMeasurer = field(repr=False)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The works that citations refer to; only a brief has any."""
        return ()

    @property
    def cites_in_notes(self) -> bool:
        """Whether citations are footnotes, and there is no list of references."""
        return self.series.citations == "notes"

    def numbered(self, kind: str, number: int) -> str:
        """The label of a figure, a table, a box or a reference, such as "Figure 1.".

        A part that only the old edition has is numbered 0; its label has no number.
        """
        if not number:
            return self.strings[kind]
        printed = typesetter(self.locale)(str(number))
        label = self.strings["numbered"].replace("{number}", printed)
        return label.replace("{name}", self.strings[kind])

    def plain_text(self, text: Localized) -> str:
        """Print a text in the language of the page, without Markdown."""
        line, _ = in_language(text, self.language, self.series.default_language)
        return typesetter(self.locale)(plain_text(line))


def correction_label(number: int, day: date, page: PageView) -> str:
    """Name a correction: "Corr. 1, 2 November 2017"."""
    printed = typesetter(page.locale)(str(number))
    label = page.strings["correction"].replace("{number}", printed)
    return page.strings["list_separator"].join((label, format_day(day, page.locale)))


def session_name(session: "Session", page: PageView) -> str:
    """Return the name of a session: its own, or "331st Session"."""
    if name := session.facts.name:
        return page.plain_text(name)
    return number_session(int(session.slug), page.strings, page.locale)


def session_title(session: "Session", page: PageView) -> str:
    """Name a session after its body, if that is known: "Council, 12th Session"."""
    name, body = session_name(session, page), session.facts.body
    if not body:
        return name
    title = page.strings["pack_title"].replace("{body}", page.plain_text(body))
    return title.replace("{session}", name)


def join_footer(parts: Sequence[str], page: PageView) -> str:
    """Join the parts of a footer; the first is left out if all are too wide."""
    joined = " · ".join(filter(None, parts))
    if page._measurer.fits("full", joined, _FOLIO_PT):
        return joined
    return " · ".join(filter(None, parts[1:]))


def view_page(
    design: Design, language: str, profile: str, status: str = "", stylesheet: str = ""
) -> PageView:
    """Read the design of a page whose root element has the classes layout and status.

    `stylesheet` is one more style sheet, that of a pack or of a job sheet.
    """
    project, series = design.project, design.series
    column, layout = design.brand.briefs.column, profile_of(profile).layout
    names = stylesheets_for(project, language, layout, stylesheet, column)
    read = partial(read_stylesheet, project, design.brand)
    bundled = PROFILES.get(profile)  # one of the project sets its own page size
    sheet = sheet_style(series.paper, is_half=bundled.is_half) if bundled else ""
    tokens = read_tokens(names, read, language, (layout, status), sheet)
    locale = locale_with_numbering(language, series.digits)
    return PageView(
        language=language,
        direction=direction(language),
        digits=series.digits if locale != language else "latin",
        locale=locale,
        profile=layout,
        series=series,
        strings=read_page_strings(project, locale),
        stylesheets=tuple(f"{BASE_URL}{name}" for name in names),
        sheet=sheet,
        logo=_choose_logo(design, language, tokens),
        _measurer=TextMeasurer(tokens, read_font_faces(project.font_folders)),
    )


def read_stylesheet(project: Project, brand: Brand, name: str) -> bytes:
    """Read a style sheet; that of the brand is generated. b"" if it is missing."""
    if name in BRAND_FILES:
        return brand_css(brand)
    return project.read_asset(name) or b""  # rendering reports a missing style sheet


def read_page_strings(project: Project, locale: str) -> Mapping[str, str]:
    """Read the strings of a language, with its typography applied."""
    language = locale.partition("-u-")[0]
    return _typeset_texts(locale, tuple(read_strings(project, language).items()))


@lru_cache(maxsize=16)
def _typeset_texts(locale: str, strings: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    typeset = typesetter(locale)
    return {key: typeset(text) for key, text in strings}


def _choose_logo(design: Design, language: str, tokens: Tokens) -> LogoView | None:
    """Choose the image for a light or for a dark background."""
    images = design.brand.images(language)
    if images is None:
        return None
    background = parse_colour(tokens.resolved("masthead-ground")) or WHITE
    light, dark = images
    image = light if contrast(background, BLACK) > contrast(background, WHITE) else dark
    folder = design.project.brand_file_name().partition("/")[0]
    return LogoView(f"{BASE_URL}{folder}/{quote(image.path)}", image.alt or "")
