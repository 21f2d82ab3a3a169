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

import yaml
from babel import Locale
from babel.dates import format_date, format_skeleton
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline.content import prose
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
from pipeline.typeset.charts import Bar, draw_bars
from pipeline.typeset.paint import BASE
from pipeline.typeset.typography import locale_of, spacing

# The order of the cascade: what comes later wins.
_FIRST_SHEETS = ("tokens.css", "page.css", "type.css")
_NUMBERED = ("figure", "table", "box")
# Tables: characters of a row and columns that fit into the main zone; characters of a row's
# head that stay on one line.
_WIDE_ROW, _NARROW_COLUMNS, _SHORT_HEAD = 75, 4, 18
# What a page itself says, in every language.
INTERFACE_STRINGS = (
    *("kind", "information_dated", "prepared_for", "symbol", "key_messages"),
    *("contact", "phone", "email", "web", "figure", "table", "box", "note", "source"),
    *("points_for_decision", "references", "about", "issued", "change_note"),
    *("unofficial_translation", "official_translation", "other_languages", "licence"),
    *("isbn", "doi", "job_number", "draft"),
)
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
    bars: tuple[Bar, ...]


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
class BriefView:
    """What a template may know: public fields only, nothing to compute."""

    slug: str
    language: str
    direction: str
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


def render_html(
    project: Project, series: Series, edition: Edition, language: str, profile: str
) -> str:
    """Make the HTML of one brief. PipelineError names the template and its line."""
    brief = _view(project, series, edition, language, profile)
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
    project: Project, series: Series, edition: Edition, language: str, profile: str
) -> BriefView:
    version = edition.versions[language]
    words = _words(project.template_folders, _stamp(project), language)
    information_date = print_date(edition.information_date, language)
    series_name, _ = in_language(series.name, language, series.default_language)
    others = tuple(c for c in edition.languages if c != language)
    address = ""
    if series.url:
        address = f"{series.url.rstrip('/')}/{edition.folder}/{language}"
    footer = [
        words["kind"],
        series_name,
        f"{words['information_dated']} {information_date}",
        edition.facts.symbol,
    ]
    translation = version.translation or (
        "" if language == series.default_language else "unofficial"
    )
    issued = edition.facts.issued
    return BriefView(
        slug=edition.slug,
        language=language,
        direction=prose.direction(language),
        profile=profile,
        information_date=information_date,
        information_date_iso=str(edition.information_date),
        issued=print_day(issued, language) if issued else "",
        title=prose.plain_text(version.title),
        series=series,
        facts=edition.facts,
        version=version,
        sections=tuple(_sections(version, edition, language)),
        languages=tuple(_language_names(others, language)),
        translation=translation,
        words=words,
        style_sheets=_style_sheets(project, language, profile),
        picture_base=f"{BASE}content/{quote(edition.folder)}/",
        web_address=address,
        qr=_qr(address) if address else Markup(),
        footer=" · ".join(part for part in footer if part),
    )


def print_date(day: InformationDate, language: str) -> str:
    """Print an information date as its language does, never more exactly than it is."""
    if day.month is None:
        return str(day.year)
    if day.day is None:
        return str(format_skeleton("yMMMM", day.first_day, locale=locale_of(language)))
    return print_day(day.first_day, language)


def print_day(day: date, language: str) -> str:
    """Print a day with its month in letters."""
    return str(format_date(day, "long", locale=locale_of(language)))


def _language_names(codes: Sequence[str], language: str) -> Iterator[str]:
    locale = Locale.parse(language, sep="-")
    for code in codes:
        yield Locale.parse(code, sep="-").get_display_name(locale) or code


def _sections(
    version: LanguageVersion, edition: Edition, language: str
) -> Iterator[SectionView]:
    numbers = dict.fromkeys(_NUMBERED, 0)
    for index, section in enumerate(version.sections):
        path = f"sections.{index}"
        blocks: list[BlockView] = []
        waiting: list[BlockView] = []
        for place, block in enumerate(section.blocks):
            at = f"{path}.blocks.{place}.{block.kind}"
            view = _block_view(block, at, numbers, edition, language)
            if view.kind in _BESIDE:
                waiting.append(view)
                continue
            blocks.append(_with_beside(view, waiting))
            waiting = []
        if waiting and blocks:
            blocks[-1] = _with_beside(blocks[-1], waiting)
        elif waiting:
            blocks = waiting
        yield SectionView(path, section.heading, section.id, tuple(blocks))


def _block_view(
    block: Block, path: str, numbers: dict[str, int], edition: Edition, language: str
) -> BlockView:
    content = block.content
    bars: tuple[Bar, ...] = ()
    if block.kind in numbers:
        numbers[block.kind] += 1
    if isinstance(content, Figure):
        file = content.data.file
        rows = edition.data[file] if file else content.data.rows
        bars = draw_bars(content, rows, language)
    return BlockView(path, block.kind, content, numbers.get(block.kind, 0), (), bars)


def _with_beside(view: BlockView, beside: Sequence[BlockView]) -> BlockView:
    return replace(view, beside=(*view.beside, *beside))


def _style_sheets(project: Project, language: str, profile: str) -> tuple[str, ...]:
    components = {
        sheet.name
        for folder in project.style_folders
        for sheet in (folder / "components").glob("*.css")
    }
    names = [*_FIRST_SHEETS, *(f"components/{name}" for name in sorted(components))]
    names += [f"languages/{language}.css", f"profiles/{profile}.css"]
    return tuple(f"{BASE}styles/{n}" for n in names if project.find_style(n))


Stamp = tuple[tuple[str, int, int], ...]


def _stamp(project: Project) -> Stamp:
    """Tell one state of the templates from another: a file may come, change or go."""
    files = (f for folder in project.template_folders for f in sorted(folder.rglob("*.*")))
    stats = ((str(file), file.stat()) for file in files)
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=16)
def _words(folders: tuple[Path, ...], stamp: Stamp, language: str) -> Mapping[str, str]:
    """Read the interface strings of a language (`templates/strings/<lang>.yaml`)."""
    name = f"strings/{language}.yaml"
    for folder in folders:
        path = folder / name
        if path.is_file():
            return _read_words(name, path.read_bytes())
    raise PipelineError(
        Problem(
            Rule.INTERFACE_STRINGS,
            Place(f"templates/{name}"),
            f'there are no interface strings for the language "{language}"',
            "copy templates/strings/en.yaml to this name and translate it",
        )
    )


def _read_words(name: str, data: bytes) -> Mapping[str, str]:
    """Read one file of interface strings: the same keys in each, all values text."""
    place = Place(f"templates/{name}")
    try:
        loaded = yaml.load(data, Loader=yaml.CBaseLoader)  # noqa: S506 – text only
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        if mark:
            place = Place(place.file, mark.line + 1, mark.column + 1)
        said = "the file cannot be read from here on"
        raise PipelineError(Problem(Rule.INTERFACE_STRINGS, place, said)) from error
    words = loaded if isinstance(loaded, dict) else {}
    lacking = [key for key in INTERFACE_STRINGS if not isinstance(words.get(key), str)]
    if lacking:
        raise PipelineError(
            Problem(
                Rule.INTERFACE_STRINGS,
                place,
                "interface strings are missing: " + ", ".join(lacking),
                "templates/strings/en.yaml has them all",
            )
        )
    return {str(key): str(value) for key, value in words.items()}


def _qr(address: str) -> Markup:
    import segno

    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=4, dark="#230050", light="#fff", omitsize=True, title=address
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
        local=_local,
        source=_source,
        first_paragraph=_first_paragraph,
        grid=_grid,
        is_wide=_is_wide,
        phone_link=_phone_link,
        email_link=_email_link,
        web_link=_web_link,
        short_address=_short_address,
    )
    return environment


def _setting(context: Context) -> prose.Setting:
    brief: BriefView = context["brief"]
    marks = {r.id: str(n) for n, r in enumerate(brief.version.references, 1)}
    return prose.Setting(lambda id: (marks[id], ""), spacing(brief.language))


@pass_context
def _prose(context: Context, text: str) -> Markup:
    return Markup(prose.prose_html(text, _setting(context)))


@pass_context
def _line(context: Context, text: str) -> Markup:
    return Markup(prose.line_html(text, _setting(context)))


@pass_context
def _local(context: Context, text: Localized) -> Markup:
    """Set a text in the brief's language; words of another language say so."""
    brief: BriefView = context["brief"]
    words, language = in_language(text, brief.language, brief.series.default_language)
    html = _line(context, words)
    if ANY_LANGUAGE in text and _direction_of(words) != brief.direction:
        # One text for all languages: an address in an Arabic brief is not turned round.
        return Markup('<span dir="{}">{}</span>').format(_direction_of(words), html)
    if language == brief.language:
        return html
    return Markup('<span lang="{}" dir="{}">{}</span>').format(
        language, prose.direction(language), html
    )


def _direction_of(text: str) -> str:
    """The direction of a text by its first letter that has one (Unicode annex 9, P2)."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


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
