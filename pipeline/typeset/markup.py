"""Turn one edition in one language into HTML, by Jinja2.

A template gets one variable, `brief`. It prints Markdown through the filters `prose` and
`line`, texts in several languages through `local`. Undefined names are errors, everything
is escaped, and no content is ever read as a template.
"""

import re
import traceback
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale
from babel.dates import format_date, format_skeleton
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline.content import prose
from pipeline.content.brand import Brand, resolve_colours
from pipeline.content.colour import BLACK, WHITE, contrast, print_colour, read_colour
from pipeline.content.dates import InformationDate
from pipeline.content.model import (
    ANY_LANGUAGE,
    Block,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Line,
    Localized,
    Series,
    Table,
    in_language,
)
from pipeline.errors import PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.typeset.balance import Ruler, balance_html
from pipeline.typeset.brand import brand_css
from pipeline.typeset.chart_look import Look, read_look
from pipeline.typeset.charts import Chart, draw_chart
from pipeline.typeset.faces import read_faces
from pipeline.typeset.numerals import with_digits
from pipeline.typeset.paint import BASE
from pipeline.typeset.strings import read_strings
from pipeline.typeset.tokens import Tokens, read_tokens
from pipeline.typeset.typography import locale_of, set_characters, spacing

# The order of the cascade: what comes later wins.
_BRAND_SHEET = "_brand.yml"
_FIRST_SHEETS = (_BRAND_SHEET, "tokens.css", "page.css", "type.css")
_NUMBERED = ("figure", "table", "box")
# Tables: characters of a row and columns that fit into the main zone; characters of a row's
# head that stay on one line.
_WIDE_ROW, _NARROW_COLUMNS, _SHORT_HEAD = 75, 4, 18
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
class LogoView:
    """The logo for the ground that the masthead has: its address, and its words."""

    address: str
    alt: str


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
    # For filters, not for templates.
    _ruler: Ruler


def render_html(
    project: Project,
    series: Series,
    brand: Brand,
    edition: Edition,
    language: str,
    profile: str,
) -> str:
    """Make the HTML of one brief. PipelineError names the template and its line."""
    brief = _view(project, series, brand, edition, language, profile)
    environment = _environment(project.template_folders, _stamp(project))
    try:
        return environment.get_template("brief.html").render(brief=brief)
    except (TemplateError, UnicodeDecodeError) as error:
        raise PipelineError(_template_problem(error)) from error
    except Exception as error:
        place = _template_line(error)
        if place is None or not _arose_in_a_template(error):
            raise  # a bug of ours, not of a template
        message = f"{type(error).__name__}: {error}"
        raise PipelineError(Problem(Rule.TEMPLATE, place, message)) from error


def _view(
    project: Project,
    series: Series,
    brand: Brand,
    edition: Edition,
    language: str,
    profile: str,
) -> BriefView:
    version = edition.versions[language]
    sheets = _style_sheets(project, language, profile)
    typography = with_digits(language, series.digits)
    tokens = read_tokens(
        sheets,
        lambda name: _read_sheet(project, brand, name),
        language,
        (profile, edition.facts.status),
    )
    words = _words(project.template_folders, _stamp(project), typography)
    information_date = print_date(edition.information_date, typography)
    series_name, _ = in_language(series.name, language, series.default_language)
    others = tuple(c for c in edition.languages if c != language)
    address = ""
    if series.url:
        address = f"{series.url.rstrip('/')}/{edition.folder}/{language}"
    footer = [
        words["kind"],
        spacing(typography)(prose.plain_text(series_name)),
        words["word_space"].join((words["information_dated"], information_date)),
        edition.facts.symbol,
    ]
    translation = version.translation or (
        "" if language == series.default_language else "unofficial"
    )
    issued = edition.facts.issued
    ruler = Ruler(tokens, read_faces(project.font_folders))
    look = read_look(tokens, ruler.faces, typography)
    return BriefView(
        slug=edition.slug,
        language=language,
        direction=prose.direction(language),
        digits=series.digits if typography != language else "latin",
        typography=typography,
        profile=profile,
        information_date=information_date,
        information_date_iso=str(edition.information_date),
        issued=print_day(issued, typography) if issued else "",
        title=prose.plain_text(version.title),
        series=series,
        facts=edition.facts,
        version=version,
        sections=tuple(_sections(version, edition, look)),
        languages=tuple(_language_names(others, language)),
        translation=translation,
        words=words,
        style_sheets=tuple(f"{BASE}styles/{name}" for name in sheets),
        picture_base=f"{BASE}content/{quote(edition.folder)}/",
        web_address=address,
        qr=_qr(address, brand) if address else Markup(),
        footer=" · ".join(part for part in footer if part),
        logo=_logo(brand, language, tokens),
        _ruler=ruler,
    )


def _logo(brand: Brand, language: str, tokens: Tokens) -> LogoView | None:
    """Choose the image that is made for the ground of the masthead."""
    images = brand.images(language)
    if images is None:
        return None
    ground = read_colour(tokens.resolved("masthead-ground")) or WHITE
    light, dark = images
    image = light if contrast(ground, BLACK) > contrast(ground, WHITE) else dark
    return LogoView(f"{BASE}styles/{quote(image.path)}", image.alt or "")


def print_date(day: InformationDate, language: str) -> str:
    """Print an information date as its language does, never more exactly than it is."""
    if day.day is not None:
        return print_day(day.first_day, language)
    skeleton = "y" if day.month is None else "yMMMM"
    printed = format_skeleton(skeleton, day.first_day, locale=locale_of(language))
    return spacing(language)(str(printed))


def print_day(day: date, language: str) -> str:
    """Print a day with its month in letters."""
    printed = format_date(day, "long", locale=locale_of(language))
    return spacing(language)(str(printed))


def _language_names(codes: Sequence[str], language: str) -> Iterator[str]:
    locale = Locale.parse(language, sep="-")
    for code in codes:
        yield Locale.parse(code, sep="-").get_display_name(locale) or code


def _sections(
    version: LanguageVersion, edition: Edition, look: Look
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


def _with_chart(view: BlockView, edition: Edition, look: Look) -> BlockView:
    if not isinstance(view.content, Figure):
        return view
    file = view.content.data.file
    rows = edition.data[file] if file else view.content.data.rows
    chart = draw_chart(view.content, rows, look, alone=not view.beside)
    return replace(view, chart=chart)


def _style_sheets(project: Project, language: str, profile: str) -> tuple[str, ...]:
    components = {
        sheet.name
        for folder in project.style_folders
        for sheet in (folder / "components").glob("*.css")
    }
    names = [*_FIRST_SHEETS, *(f"components/{name}" for name in sorted(components))]
    names += ["digits.css", f"languages/{language}.css", f"profiles/{profile}.css"]
    return tuple(name for name in names if project.find_style(name))


def _read_sheet(project: Project, brand: Brand, name: str) -> bytes:
    if name == _BRAND_SHEET:
        return brand_css(brand)
    path = project.find_style(name)
    return path.read_bytes() if path else b""  # the painter says what is missing


Stamp = tuple[tuple[str, int, int], ...]


def _stamp(project: Project) -> Stamp:
    """Tell one state of the templates from another: a file may come, change or go."""
    files = (f for folder in project.template_folders for f in sorted(folder.rglob("*.*")))
    stats = ((str(file), file.stat()) for file in files)
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=16)
def _words(folders: tuple[Path, ...], stamp: Stamp, typography: str) -> Mapping[str, str]:
    """Read the interface strings of a language, set as its texts are."""
    words = read_strings(folders, typography.partition("-u-")[0])
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


@lru_cache(maxsize=2)
def _environment(folders: tuple[Path, ...], stamp: Stamp) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        prose=_prose,
        line=_line,
        plain=_plain,
        local=_local,
        balance=_balance,
        source=_source,
        first_paragraph=_first_paragraph,
        numbered=_numbered,
        sentence=_sentence,
        grid=_grid,
        is_wide=_is_wide,
        phone_link=_phone_link,
        email_link=_email_link,
        web_link=_web_link,
        short_address=_short_address,
    )
    return environment


def _setting(context: Context, language: str = "") -> prose.Setting:
    brief: BriefView = context["brief"]
    language = language or brief.typography
    print_mark = spacing(brief.typography)
    marks = {r.id: print_mark(str(n)) for n, r in enumerate(brief.version.references, 1)}
    separator = brief.words["list_separator"]
    return prose.Setting(lambda id: (marks[id], ""), set_characters, language, separator)


@pass_context
def _prose(context: Context, text: str) -> Markup:
    return Markup(prose.prose_html(text, _setting(context)))


@pass_context
def _line(context: Context, text: str) -> Markup:
    return Markup(prose.line_html(text, _setting(context)))


@pass_context
def _plain(context: Context, text: str) -> str:
    """Set plain text as the language does: no Markdown is read in it."""
    return spacing(_setting(context).language)(text)


@pass_context
def _local(context: Context, text: Localized) -> Markup:
    """Set a text in the brief's language; words of another language say so."""
    brief: BriefView = context["brief"]
    words, language = in_language(text, brief.language, brief.series.default_language)
    if ANY_LANGUAGE in text and (runs := _direction_of(words)) != brief.direction:
        # One text for all languages: an address in an Arabic brief is not turned round.
        html = Markup(prose.line_html(words, _setting(context, "und")))
        return Markup('<span dir="{}">{}</span>').format(runs, html)
    if language == brief.language:
        return _line(context, words)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(
        language,
        prose.direction(language),
        Markup(prose.line_html(words, _setting(context, language))),
    )


def _direction_of(text: str) -> str:
    """The direction of a text by its first letter that has one (Unicode annex 9, P2)."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


@pass_context
def _balance(context: Context, html: str, role: str) -> Markup:
    """Break a line set in a role of the tokens ("title", "heading") into even lines."""
    brief: BriefView = context["brief"]
    try:
        return Markup(balance_html(html, role, brief._ruler))
    except ValueError as error:
        raise TemplateRuntimeError(str(error)) from error


@pass_context
def _numbered(context: Context, block: BlockView) -> str:
    """Name a block and its number: "Figure 1."."""
    brief: BriefView = context["brief"]
    number = spacing(brief.typography)(str(block.number))
    label = brief.words["numbered"].replace("{number}", number)
    return label.replace("{name}", brief.words[block.kind])


@pass_context
def _sentence(context: Context, *words: str) -> str:
    """Make a sentence of words, with one full stop: Russian dates end with a point."""
    brief: BriefView = context["brief"]
    said = brief.words["word_space"].join(words)
    stop = brief.words["full_stop"]
    return said if said.endswith(stop) else said + stop


@pass_context
def _source(context: Context, text: str) -> Markup:
    """Set a source line; `@id` alone stands for the text of that reference."""
    brief: BriefView = context["brief"]
    if (id := prose.sole_citation(text)) is None:
        return _line(context, text)
    reference = next(r for r in brief.version.references if r.id == id)
    return _line(context, reference.text)


def _first_paragraph(html: Markup) -> tuple[Markup, Markup]:
    """Split a text after its first paragraph, which a side note may stand beside.

    A text that begins with a list stays whole.
    """
    if not html.startswith("<p>"):
        return html, Markup("")
    head, end, rest = str(html).partition("</p>")
    return Markup(head + end), Markup(rest.lstrip())


def _grid(table: Table) -> Iterator[tuple[CellView, ...]]:
    """Give each cell the alignment of its column; the first column heads the rows."""
    reaching_down: dict[int, int] = {}
    for row in table.rows:
        filled = {column for column, rows in reaching_down.items() if rows > 0}
        reaching_down = {c: rows - 1 for c, rows in reaching_down.items() if rows > 1}
        column, cells = 0, []
        for cell in row:
            while column in filled:
                column += 1
            style = str(table.columns[column].align)
            tag = "td" if column or not cell.text else "th"
            if tag == "th" and len(cell.text) <= _SHORT_HEAD:
                style += " short"
            cells.append(CellView(cell.text, cell.across, cell.down, style, tag))
            span = range(column, column + cell.across)
            if cell.down > 1:
                reaching_down.update(dict.fromkeys(span, cell.down - 1))
            column = span.stop
        yield tuple(cells)


def _is_wide(block: BlockView) -> bool:
    """A table takes both zones where a row would need more than two lines in one."""
    if block.beside:
        return False
    longest = max(sum(len(cell.text) for cell in row) for row in block.content.rows)
    return bool(longest > _WIDE_ROW or len(block.content.columns) > _NARROW_COLUMNS)


def _phone_link(number: str) -> str:
    return "tel:" + re.sub(r"[^+0-9]", "", number)


def _email_link(address: str) -> Markup:
    """Link what is an address; "name [at] ilo.org" is printed as it was written."""
    if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[A-Za-z]{2,}", address):
        return Markup('<a href="mailto:{0}" dir="ltr">{0}</a>').format(address)
    return Markup('<span dir="ltr">{}</span>').format(address)


def _web_link(address: str) -> Markup:
    target = address if "://" in address else f"https://{address}"
    if not target.startswith("https://") or re.search(r"\s", target):
        return Markup('<span dir="ltr">{}</span>').format(address)
    return Markup('<a href="{}" dir="ltr">{}</a>').format(target, address)


def _short_address(address: str) -> str:
    return address.removeprefix("https://").removeprefix("www.").rstrip("/")


def _template_problem(error: TemplateError | UnicodeDecodeError) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        place = Place("templates/brief.html")
        return Problem(Rule.TEMPLATE, place, "it or a template in it is not UTF-8 text")
    if isinstance(error, TemplateNotFound):
        place = Place(f"templates/{error.name}")
        return Problem(Rule.TEMPLATE, place, "there is no such template")
    if isinstance(error, TemplateSyntaxError):
        place = Place(f"templates/{error.name}", error.lineno, 1)
    else:
        place = _template_line(error) or Place("templates/brief.html")
    return Problem(Rule.TEMPLATE, place, str(error.message or error))


def _template_line(error: BaseException) -> Place | None:
    """Find the innermost template line: Jinja2 writes templates into the traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.suffix == ".html":
            start = len(path.parts) - path.parts[::-1].index("templates") - 1
            return Place("/".join(path.parts[start:]), frame.lineno or 0, 1)
    return None


def _arose_in_a_template(error: BaseException) -> bool:
    """Whether an error is the template's own, not that of Python code that it called."""
    path = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
    return path.suffix == ".html" or bool({"jinja2", "markupsafe"} & set(path.parts))
