"""Turn one edition in one language into what a template sees.

A template gets one variable, `brief`, a `BriefView`: values that are ready to be printed.
Layout belongs to templates, so nothing here is HTML but the QR code.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_skeleton, get_month_names
from markupsafe import Markup

from pipeline.design.brand_css import brand_css
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.strings import find_strings, read_strings
from pipeline.design.stylesheets import BRAND_SHEET, PACK_SHEET, stylesheets_for
from pipeline.design.tokens import Tokens, read_tokens
from pipeline.html.charts.draw import Chart, draw_chart
from pipeline.html.charts.theme import ChartTheme, read_chart_theme
from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.line_balance import TextMeasurer
from pipeline.html.text.typography import locale_of, spacing
from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import BLACK, WHITE, contrast, print_colour, read_colour
from pipeline.model.dates import InformationDate
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.schema import (
    Block,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Line,
    Reference,
    Series,
    in_language,
)
from pipeline.project import BASE_URL, Project

_NUMBERED = ("figure", "table", "box")
# The number of a page, and the room between it and the foot.
_FOLIO_PT = 36
_BESIDE = ("side_note", "quote")


@dataclass(frozen=True)
class BlockView:
    """One block with its number among its kind, and what stands beside it.

    `path` says where the content has it: "sections.1.blocks.0.figure".
    """

    path: str
    kind: str
    content: Any
    number: int
    beside: tuple["BlockView", ...]
    chart: Chart | None = None


@dataclass(frozen=True)
class SectionView:
    """A section whose side notes and quotes were given to their neighbours."""

    path: str
    heading: str
    id: str | None
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True)
class CellView:
    """One cell of a table as it is set."""

    text: Line
    across: int
    down: int
    style: str
    tag: str


@dataclass(frozen=True)
class RowView:
    """One row of a table; a cell from above reaches into it when it is `joined`."""

    cells: tuple[CellView, ...]
    joined: bool


@dataclass(frozen=True)
class LogoView:
    """The logo for the ground that the masthead has: its address, and its words."""

    address: str
    alt: str


@dataclass(frozen=True)
class PackPosition:
    """Where a brief stands in a pack: how many of its pages come `before`.

    `turned` says that the pack is bound on the other side than the brief would be alone.
    """

    before: int
    turned: bool


@dataclass(frozen=True)
class BriefView:
    """What a template may know: public fields only, nothing to compute."""

    slug: str
    language: str
    direction: str
    digits: str
    typography: str
    profile: str
    information_date: str
    information_date_iso: str
    code: str
    issued: str
    title: str
    series: Series
    facts: EditionFacts
    version: LanguageVersion
    sections: tuple[SectionView, ...]
    languages: tuple[str, ...]
    translation: str
    words: Mapping[str, str]
    style_sheets: tuple[str, ...]
    picture_base: str
    web_address: str
    qr: Markup
    footer: str
    logo: LogoView | None
    pack: PackPosition | None
    # For filters, not for templates.
    _ruler: TextMeasurer

    @property
    def references(self) -> tuple[Reference, ...]:
        """What citations name."""
        return self.version.references


def view_brief(
    project: Project,
    series: Series,
    brand: Brand,
    edition: Edition,
    language: str,
    profile: str,
    code: str = "",
    pack: PackPosition | None = None,
) -> BriefView:
    """Put together what the templates of one document see; "" prints no code."""
    version = edition.versions[language]
    sheets = stylesheets_for(project, language, profile, PACK_SHEET if pack else "")
    typography = locale_with_numbering(language, series.digits)
    tokens = read_tokens(
        sheets,
        lambda name: read_sheet(project, brand, name),
        language,
        (profile, edition.facts.status),
    )
    words = words_of(project, typography)
    information_date = print_date(edition.information_date, typography)
    series_name, _ = in_language(series.name, language, series.default_language)
    others = tuple(c for c in edition.languages if c != language)
    address = ""
    if series.url:
        address = f"{series.url.rstrip('/')}/{edition.folder}/{language}"
    footer = (
        words["kind"],
        spacing(typography)(plain_text(series_name)),
        words["word_space"].join((words["information_dated"], information_date)),
        edition.facts.symbol or "",
    )
    translation = version.translation or (
        "" if language == series.default_language else "unofficial"
    )
    issued = edition.facts.issued
    ruler = TextMeasurer(tokens, read_font_faces(project.font_folders))
    look = read_chart_theme(tokens, ruler.faces, typography)
    return BriefView(
        slug=edition.slug,
        language=language,
        direction=direction(language),
        digits=series.digits if typography != language else "latin",
        typography=typography,
        profile=profile,
        information_date=information_date,
        information_date_iso=str(edition.information_date),
        code=code,
        issued=print_day(issued, typography) if issued else "",
        title=plain_text(version.title),
        series=series,
        facts=edition.facts,
        version=version,
        sections=tuple(_sections(version, edition, look)),
        languages=tuple(language_names(others, language)),
        translation=translation,
        words=words,
        style_sheets=tuple(f"{BASE_URL}styles/{name}" for name in sheets),
        picture_base=f"{BASE_URL}content/{quote(edition.folder)}/",
        web_address=address,
        qr=_qr(address, brand) if address else Markup(),
        footer=join_footer(footer, ruler),
        logo=choose_logo(brand, language, tokens),
        pack=pack,
        _ruler=ruler,
    )


def join_footer(parts: Sequence[str], ruler: TextMeasurer) -> str:
    """Join the parts of the foot of a page; without the first where all do not fit."""
    joined = " · ".join(part for part in parts if part)
    size, measure = ruler.tokens.points("small"), ruler.tokens.points("full")
    if not size or not measure:
        return joined
    width = ruler.faces.width(joined, ruler.tokens.families("text")) * size
    if width + _FOLIO_PT < measure or not parts[0]:
        return joined
    return " · ".join(part for part in parts[1:] if part)


def choose_logo(brand: Brand, language: str, tokens: Tokens) -> LogoView | None:
    """Choose the image that is made for the ground of the masthead."""
    images = brand.images(language)
    if images is None:
        return None
    ground = read_colour(tokens.resolved("masthead-ground")) or WHITE
    light, dark = images
    image = light if contrast(ground, BLACK) > contrast(ground, WHITE) else dark
    return LogoView(f"{BASE_URL}styles/{quote(image.path)}", image.alt or "")


def print_date(day: InformationDate, language: str) -> str:
    """Print an information date as its language does, never more exactly than it is."""
    if day.day is not None:
        return print_day(day.first_day, language)
    skeleton = "y" if day.month is None else "yMMMM"
    printed = format_skeleton(skeleton, day.first_day, locale=locale_of(language))
    said = spacing(language)(str(printed))
    return said if day.month is None else name_months(said, language, day.first_day)


def print_day(day: date, language: str) -> str:
    """Print a day with its month in letters."""
    printed = format_date(day, "long", locale=locale_of(language))
    return name_months(spacing(language)(str(printed)), language, day)


def name_months(printed: str, language: str, *days: date) -> str:
    """Give months in Arabic both of their names, as the United Nations does.

    Those of the east (CLDR has them for Lebanon) stand before those that CLDR gives.
    """
    if language.partition("-")[0] != "ar":
        return printed
    names, eastern = get_month_names(locale="ar"), get_month_names(locale="ar_LB")
    for month in sorted({day.month for day in days}):
        printed = printed.replace(names[month], f"{eastern[month]}/{names[month]}")
    return printed


def language_names(codes: Sequence[str], language: str) -> Iterator[str]:
    """Name languages in the words of one."""
    locale = Locale.parse(language, sep="-")
    for code in codes:
        yield Locale.parse(code, sep="-").get_display_name(locale) or code


def _sections(
    version: LanguageVersion, edition: Edition, look: ChartTheme
) -> Iterator[SectionView]:
    numbers = dict.fromkeys(_NUMBERED, 0)
    for index, section in enumerate(version.sections):
        path = f"sections.{index}"
        blocks: list[BlockView] = []
        waiting: list[BlockView] = []
        for place, block in enumerate(section.blocks):
            at = f"{path}.blocks.{place}.{block.kind}"
            view = _block_view(block, at, numbers)
            if view.kind in _BESIDE:
                waiting.append(view)
                continue
            blocks.append(_with_beside(view, waiting))
            waiting = []
        if waiting and blocks:
            blocks[-1] = _with_beside(blocks[-1], waiting)
        elif waiting:
            blocks = waiting
        drawn = tuple(_with_chart(block, edition, look) for block in blocks)
        yield SectionView(path, section.heading, section.id, drawn)


def _block_view(block: Block, path: str, numbers: dict[str, int]) -> BlockView:
    if block.kind in numbers:
        numbers[block.kind] += 1
    return BlockView(path, block.kind, block.content, numbers.get(block.kind, 0), ())


def _with_beside(view: BlockView, beside: Sequence[BlockView]) -> BlockView:
    return replace(view, beside=(*view.beside, *beside))


def _with_chart(view: BlockView, edition: Edition, look: ChartTheme) -> BlockView:
    if not isinstance(view.content, Figure):
        return view
    file = view.content.data.file
    rows = edition.data[file] if file else view.content.data.rows
    chart = draw_chart(view.content, rows, look, alone=not view.beside)
    return replace(view, chart=chart)


def read_sheet(project: Project, brand: Brand, name: str) -> bytes:
    """Read a style sheet; that of the brand follows from its file."""
    if name == BRAND_SHEET:
        return brand_css(brand)
    return project.read_style(name) or b""  # the painter says what is missing


Stamp = tuple[tuple[str, int, int, int, int], ...]


def stamp_templates(project: Project) -> Stamp:
    """Tell one state of the templates from another: a file may come, change or go.

    What keeps the size and the time of a file still changes its number, or the time when
    the system last noted anything about it.
    """
    files = (f for folder in project.template_folders for f in sorted(folder.rglob("*.*")))
    return tuple(_stamps(files))


def _stamps(files: Iterable[Path]) -> Iterator[tuple[str, int, int, int, int]]:
    for file in files:
        with suppress(OSError):  # it went just now, or is a link that leads nowhere
            stat = file.stat()
            times = stat.st_mtime_ns, stat.st_ctime_ns
            yield str(file), stat.st_size, *times, stat.st_ino


def words_of(project: Project, typography: str) -> Mapping[str, str]:
    """Read the interface strings of a language, set as its texts are."""
    language = typography.partition("-u-")[0]
    name = f"templates/strings/{language}.yaml"
    project.on_read(name)  # also when it is not there
    data = find_strings(project.template_folders, language, project.read)
    return _words(language, data, typography)


@lru_cache(maxsize=16)
def _words(language: str, data: bytes, typography: str) -> Mapping[str, str]:
    words = read_strings(language, data)
    return {key: spacing(typography)(said) for key, said in words.items()}


def _qr(address: str, brand: Brand) -> Markup:
    import segno

    colours = resolve_colours(brand)
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=4,
        dark=print_colour(colours["dark"]),
        light=print_colour(colours["background"]),
        omitsize=True,
        title=address,
    )
    return Markup(svg)
