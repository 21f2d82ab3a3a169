"""Turn a print order into the values of its job sheet.

The job sheet goes to a print shop with the files: what to print, how many copies, on which
paper. The template gets one variable, `sheet`, a `JobSheetView`, whose texts are final.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from babel.dates import format_interval

from pipeline.design.stylesheets import stylesheets_for
from pipeline.html.page_view import read_words
from pipeline.html.text.cldr import language_names, name_months
from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.typography import locale_of, print_number, spacing
from pipeline.model.fields import Localized, in_language
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.print_order import OrderLine, PaperStock, PrintOrder, Total
from pipeline.model.schema import Series
from pipeline.model.session import Dates, SessionFacts
from pipeline.project import BASE_URL, Project

# The profile of job sheets, and the style sheet that only they have.
_PROFILE, _STYLESHEET = "office", "job_sheet.css"
_FINISH = {"staple": "staple", "saddle-stitch": "saddle_stitch", "none": "loose"}


@dataclass(frozen=True)
class JobLine:
    """One file: its name in parts between which a line may break, and its numbers.

    `given` lists the readers, unless all read the language of the file.
    """

    file: tuple[str, ...]
    language: str
    pages: str
    copies: str
    given: str
    sheets: str
    weight: str
    checksum: str


@dataclass(frozen=True)
class JobTotal:
    """The sums of the files of a language, or of all files."""

    name: str
    copies: str
    sheets: str
    weight: str


@dataclass(frozen=True)
class JobSheetView:
    """The values of a job sheet; `weighed` tells whether weights are known."""

    language: str
    direction: str
    title: str
    publisher: str
    body: str
    dates: str
    paper: tuple[str, ...]
    sides: str
    finish: str
    weighed: bool
    lines: tuple[JobLine, ...]
    totals: tuple[JobTotal, ...]
    total: JobTotal
    footer: str
    words: Mapping[str, str]
    style_sheets: tuple[str, ...]


def view_job_sheet(
    project: Project, series: Series, order: PrintOrder, facts: SessionFacts
) -> JobSheetView:
    """Prepare the values of a job sheet, in the default language of the series."""
    language = series.default_language
    typography = locale_with_numbering(language, series.digits)
    words, set_text = read_words(project, typography), spacing(typography)

    def local(text: Localized) -> str:
        return set_text(plain_text(in_language(text, language, language)[0]))

    title = words["order"].replace("{number}", set_text(str(order.session)))
    names = _names(order, language)
    return JobSheetView(
        language=language,
        direction=direction(language),
        title=title,
        publisher=local(series.publisher.name),
        body=words["list_separator"].join((local(facts.body), local(facts.place))),
        dates=_dates(facts.dates, typography),
        paper=tuple(_paper(order.stock, typography)),
        sides=words["both_sides" if order.stock.duplex else "one_side"],
        finish=words[_FINISH[order.stock.finish]],
        weighed=order.total.weight_kg is not None,
        lines=tuple(_line(line, names, words, typography) for line in order.lines),
        totals=tuple(_total(names[c], t, typography) for c, t in order.totals.items()),
        total=_total(words["order_total"], order.total, typography),
        footer=f"{local(series.name)} · {title}",
        words=words,
        style_sheets=tuple(
            f"{BASE_URL}styles/{name}"
            for name in stylesheets_for(project, language, _PROFILE, _STYLESHEET)
        ),
    )


def _names(order: PrintOrder, language: str) -> dict[str, str]:
    codes = {code: "" for line in order.lines for code in (line.language, *line.copies)}
    return dict(zip(codes, language_names(codes, language), strict=True))


def _dates(dates: Dates, typography: str) -> str:
    locale = locale_of(typography)
    printed = format_interval(dates.start, dates.end, "yMMMMd", locale=locale)
    printed = spacing(typography)(str(printed))
    return name_months(printed, typography, dates.start, dates.end)


def _paper(stock: PaperStock, typography: str) -> Iterator[str]:
    """Size and weight: each is set from left to right, also in Arabic."""
    yield stock.size
    if stock.grams is not None:
        yield spacing(typography)(f"{stock.grams} g/m²")


def _line(
    line: OrderLine, names: Mapping[str, str], words: Mapping[str, str], typography: str
) -> JobLine:
    file = PurePosixPath(line.file).name
    *before, last = file.split("_")
    given = ""
    if list(line.copies) != [line.language]:
        readers = (f"{names[c]} {_number(n, typography)}" for c, n in line.copies.items())
        shown = words["list_separator"].join(readers)
        given = words["word_space"].join((words["order_given"], shown))
    return JobLine(
        file=(*(f"{part}_" for part in before), last),
        language=names[line.language],
        pages=_number(line.pages, typography),
        copies=_number(line.number, typography),
        given=given,
        sheets=_number(line.sheets, typography),
        weight=_weight(line.weight_kg, typography),
        checksum=line.checksum,
    )


def _total(name: str, total: Total, typography: str) -> JobTotal:
    return JobTotal(
        name,
        _number(total.copies, typography),
        _number(total.sheets, typography),
        _weight(total.weight_kg, typography),
    )


def _number(value: int, typography: str) -> str:
    return print_number(Decimal(value), typography)


def _weight(kilograms: Decimal | None, typography: str) -> str:
    """A weight rounded to 100 g, at least 100 g; "" when it is unknown."""
    if kilograms is None:
        return ""
    return print_number(max(round(kilograms, 1), Decimal("0.1")), typography)
