"""Define the filters of Jinja2, which print values in the language of a page.

A filter turns a value into text or markup. The variable of the page, `brief`, `pack`,
`sheet` or `site`, has the language; `citation_notes` has the notes of citations. Everything
is escaped, and content is never interpreted as a template.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from html import escape
from typing import Any

from jinja2 import TemplateRuntimeError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline.html.endnotes import Endnotes, move_notes
from pipeline.html.link_descriptions import describe_link
from pipeline.html.page_view import PageView
from pipeline.html.text.chinese import enclose_words, is_chinese
from pipeline.html.text.cldr import format_date, language_name
from pipeline.html.text.line_balance import balance_html, join_lines
from pipeline.html.text.markdown import TextStyle, line_html, prose_html
from pipeline.html.text.typography import format_number, typeset_characters, typesetter
from pipeline.html.text.urls import address_html, short_address
from pipeline.html.view_model import BlockView, CellView, RowView
from pipeline.model.dates import InformationDate
from pipeline.model.fields import ANY_LANGUAGE, NUMBER, Localized, in_language
from pipeline.model.markdown import plain_text, sole_citation
from pipeline.model.print_order import round_weight
from pipeline.model.profiles import WEB_PROFILE
from pipeline.model.schema import Table
from pipeline.model.scripts import direction, text_direction
from pipeline.redline.redlined import Redlined

# Tables: the maximum number of characters of a row, and of columns, in the main zone; the
# maximum number of characters of a row header that stays on one line.
_MAX_ROW_LENGTH, _MAX_COLUMNS, _MAX_ONE_LINE_HEAD = 75, 4, 18
_NUMBER_AND_UNIT = re.compile(r"([^<>]*\d\S*)\s([^\d<>]+)")


def _page(context: Context) -> PageView:
    """Return the variable of the template."""
    names = (name for name in ("brief", "pack", "sheet", "site") if name in context)
    page: PageView = context[next(names)]
    return page


def _render_changes(text: str, render: Callable[[str], str]) -> Markup:
    """Render a text; of one that differs between two editions, mark the changes."""
    if not isinstance(text, Redlined):
        return Markup(render(text))
    from pipeline.html.redline_html import mark_changes  # slow, and only for a redline

    return mark_changes(text, render)


def _citation_number(page: PageView, reference_id: str) -> str:
    numbers = {r.id: n for n, r in enumerate(page.references, 1)}
    return typesetter(page.locale)(str(numbers[reference_id]))


def _style(context: Context, language: str = "", avoids_runts: bool = False) -> TextStyle:
    page = _page(context)
    language = language or page.locale
    separator = page.strings["list_separator"]
    return TextStyle(
        partial(_citation_number, page),
        typeset_characters,
        language,
        separator,
        avoids_runts,
        partial(describe_link, page),
        context["citation_notes"].note_tokens if page.cites_in_notes else None,
    )


@pass_context
def _prose(context: Context, text: str) -> Markup:
    return _render_changes(
        text, partial(prose_html, style=_style(context, avoids_runts=True))
    )


@pass_context
def _line(context: Context, text: str, prevent_runt: bool = True) -> Markup:
    style = _style(context, avoids_runts=prevent_runt)
    return _render_changes(text, partial(line_html, style=style))


@pass_context
def _plain(context: Context, text: str | int) -> str:
    """Apply the typography of the language to plain text, without Markdown."""
    return typesetter(_page(context).locale)(str(text))


@pass_context
def _redlined(context: Context, text: str, is_number: bool = False) -> Markup:
    """Print plain text, or a number as typed in data, with its changes marked."""
    locale = _page(context).locale

    def print_text(typed: str) -> str:
        if is_number and NUMBER.fullmatch(typed):
            return format_number(Decimal(typed), locale)
        return escape(typesetter(locale)(typed))

    return _render_changes(text, print_text)


@pass_context
def _number(context: Context, value: int | Decimal) -> str:
    return format_number(Decimal(value), _page(context).locale)


@pass_context
def _weight(context: Context, kilograms: Decimal) -> str:
    """Format a weight rounded to 100 g, at least 100 g."""
    return _number(context, round_weight(kilograms))


@pass_context
def _date(context: Context, day: InformationDate) -> str:
    return format_date(day, _page(context).locale)


@pass_context
def _language_name(context: Context, code: str) -> str:
    return language_name(code, _page(context).language)


@pass_context
def _local(context: Context, text: Localized) -> Markup:
    """Print a text in the language of the page; a fallback language is marked."""
    page = _page(context)
    words, language = in_language(text, page.language, page.series.default_language)
    if ANY_LANGUAGE in text and (text_dir := text_direction(words)) != page.direction:
        # A text for all languages, such as an address, keeps its direction in Arabic.
        html = _render_changes(words, partial(line_html, style=_style(context, "und")))
        return Markup('<span dir="{}">{}</span>').format(text_dir, html)
    return _in_language(context, words, language)


@pass_context
def _in_language(context: Context, words: str, language: str) -> Markup:
    """Print a line in a language, which is marked if it is not that of the page."""
    if language == _page(context).language:
        return _line(context, words)
    html = _render_changes(words, partial(line_html, style=_style(context, language)))
    span = Markup('<span lang="{}" dir="{}">{}</span>')
    return span.format(language, direction(language), html)


@pass_context
def _balance(context: Context, html: Markup, role: str) -> Markup:
    """Break a text into lines of even length; `role` is a token such as "title".

    A redlined text is not balanced: it is longer than a title may be. The lines of a web
    page are broken by the browser, which knows their width.
    """
    page = _page(context)
    if "<ins>" in html or "<del>" in html:
        return html
    if page.profile == WEB_PROFILE:
        return Markup(join_lines(html))
    try:
        return _keep_chinese_words(
            context, Markup(balance_html(html, role, page._measurer))
        )
    except ValueError as error:
        raise TemplateRuntimeError(str(error)) from error


@pass_context
def _keep_chinese_words(context: Context, html: Markup) -> Markup:
    page = _page(context)
    is_printed_chinese = is_chinese(page.language) and page.profile != WEB_PROFILE
    return Markup(enclose_words(html)) if is_printed_chinese else html


@pass_context
def _numbered(context: Context, block: BlockView) -> str:
    """Print the label of a block: "Figure 1."."""
    return _page(context).numbered(block.name, block.number)


@pass_context
def _sentence(context: Context, *words: str) -> str:
    """Join words to a sentence with one full stop; Russian dates already end with one."""
    page = _page(context)
    stop = page.strings["full_stop"]
    return page.strings["word_space"].join(words).removesuffix(stop) + stop


@pass_context
def _source(context: Context, text: str) -> Markup:
    """Print a source line; `@id` alone is replaced by the text of that reference."""
    style = _style(context, avoids_runts=True)
    references = context["citation_notes"].references

    def print_source(line: str) -> str:
        if (id := sole_citation(line)) is not None:
            if id not in references:  # content is checked, a template is not
                raise TemplateRuntimeError(f'there is no reference "{id}"')
            line = references[id].text
        return line_html(line, style)

    return _render_changes(text, print_source)


@pass_context
def _endnotes(context: Context, html: str) -> Endnotes:
    """Move the footnotes of a text to a list, and link their calls."""
    page = _page(context)
    link = Markup(
        '<sup class="noteref"><a id="noteref.{0}" href="#note.{0}" role="doc-noteref" '
        'aria-label="{1}">{2}</a></sup>'
    )

    def call(number: int) -> Markup:
        printed = typesetter(page.locale)(str(number))
        words = page.strings["footnote"].replace("{number}", printed)
        return link.format(number, words, printed)

    moved = move_notes(html, call)
    return Endnotes(Markup(moved.text), tuple(map(Markup, moved.notes)))


def _first_paragraph(html: Markup) -> tuple[Markup, Markup]:
    """Split a text after its first paragraph, so that a side note can follow it.

    The first part is the whole text if it begins with a list.
    """
    if not html.startswith("<p>"):
        return html, Markup("")
    head, end, rest = str(html).partition("</p>")
    return Markup(head + end), Markup(rest.lstrip())


def _grid(table: Table) -> Iterator[RowView]:
    """Give each cell the alignment of its column; the first column has row headers."""
    rows_below: dict[int, int] = {}
    for row in table.rows:
        filled = {column for column, rows in rows_below.items() if rows > 0}
        rows_below = {c: rows - 1 for c, rows in rows_below.items() if rows > 1}
        column, cells = 0, []
        for cell in row:
            while column in filled:
                column += 1
            style = str(table.columns[column].align)
            tag = "td" if column or not cell.text else "th"
            if tag == "th" and len(cell.text) <= _MAX_ONE_LINE_HEAD:
                style += " short"
            cells.append(CellView(cell.text, cell.across, cell.down, style, tag))
            span = range(column, column + cell.across)
            if cell.down > 1:
                rows_below.update(dict.fromkeys(span, cell.down - 1))
            column = span.stop
        yield RowView(tuple(cells), bool(filled))


def _is_wide(block: BlockView) -> bool:
    """Whether a table needs both zones: in one, its rows would exceed two lines."""
    if block.beside:
        return False
    longest = max(sum(len(cell.text) for cell in row) for row in block.content.rows)
    return bool(longest > _MAX_ROW_LENGTH or len(block.content.columns) > _MAX_COLUMNS)


@pass_context
def _is_tall(context: Context, figure: str) -> bool:
    """Whether the letters of a figure need a taller line than digits."""
    return _page(context)._measurer.is_tall(plain_text(figure))


@pass_context
def _pull_figure(context: Context, figure: str) -> Markup:
    """Print a figure; a unit that does not fit beside its number is set below it."""
    html = _line(context, figure)
    parts = _NUMBER_AND_UNIT.fullmatch(html)
    try:
        measure, width = _page(context)._measurer.line_width_of("pull-figure")
    except ValueError as error:
        raise TemplateRuntimeError(str(error)) from error
    if not parts or width(html) <= measure:
        return html
    return Markup('{} <span class="figure-unit">{}</span>').format(
        *map(Markup, parts.groups())
    )


@pass_context
def _describe_link(context: Context, address: str, text: str = "") -> str:
    """Describe in words where a link leads; `text` may have Markdown."""
    return describe_link(_page(context), address, plain_text(text))


@pass_context
def _phone_link(context: Context, number: str) -> Markup:
    return _link(context, "tel:" + re.sub(r"[^+0-9]", "", number), number)


@pass_context
def _email_link(context: Context, address: str) -> Markup:
    """Link an e-mail address; "name [at] example.org" is printed as typed."""
    if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+\.[A-Za-z]{2,}", address):
        text = Markup("{}@<wbr>{}").format(*address.split("@"))
        return _link(context, f"mailto:{address}", address, text)
    return Markup('<span dir="ltr">{}</span>').format(address)


@pass_context
def _web_link(context: Context, address: str) -> Markup:
    target = address if "://" in address else f"https://{address}"
    if not target.startswith("https://") or re.search(r"\s", target):
        return Markup('<span dir="ltr">{}</span>').format(address)
    return _link(context, target, address)


def _link(context: Context, target: str, text: str, html: Markup | None = None) -> Markup:
    link = Markup('<a href="{}" aria-label="{}" dir="ltr">{}</a>')
    return link.format(target, describe_link(_page(context), target, text), html or text)


@pass_context
def _short_address(context: Context, address: str, column: str = "") -> Markup:
    """Print a web address without "https://"; `column` is the token of a width."""
    fits = partial(_page(context)._measurer.fits, column) if column else None
    return Markup(address_html(short_address(address), fits))


FILTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        *(_prose, _line, _plain, _local, _in_language, _balance, _keep_chinese_words),
        *(_source, _first_paragraph),
        *(_endnotes, _redlined),
        *(_number, _weight, _date, _language_name, direction),
        *(_numbered, _sentence, _grid, _is_wide, _is_tall, _pull_figure, _phone_link),
        *(_email_link, _web_link),
        *(_describe_link, _short_address),
    )
}
