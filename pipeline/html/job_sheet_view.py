"""Turn a print order into what the template of its job sheet sees.

The sheet goes to a print shop with the files: what is printed, how often, on what. A
template gets one variable, `sheet`, a `JobSheetView`: texts that are ready to be printed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Protocol

from babel.dates import format_interval

from pipeline.design.stylesheets import stylesheets_for
from pipeline.html.text.digits import locale_with_numbering
from pipeline.html.text.typography import locale_of, print_number, spacing
from pipeline.html.view_model import language_names, name_months, words_of
from pipeline.model.fields import Localized, in_language
from pipeline.model.languages import direction
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Series
from pipeline.project import BASE_URL, Project

# What it is printed on: the office printer, and a sheet of its own.
_PROFILE, _SHEET = "office", "job_sheet.css"
_FINISH = {"staple": "staple", "saddle-stitch": "saddle_stitch", "none": "loose"}


class _Stock(Protocol):
    """What is printed on, and how it is bound."""

    @property
    def size(self) -> str: ...
    @property
    def grams(self) -> int | None: ...
    @property
    def duplex(self) -> bool: ...
    @property
    def finish(self) -> str: ...


class _Sum(Protocol):
    """Copies, sheets and weight of files together."""

    @property
    def copies(self) -> int: ...
    @property
    def sheets(self) -> int: ...
    @property
    def weight_kg(self) -> Decimal | None: ...


class _Line(Protocol):
    """One file of an order."""

    @property
    def language(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def checksum(self) -> str: ...
    @property
    def pages(self) -> int: ...
    @property
    def copies(self) -> Mapping[str, int]: ...
    @property
    def number(self) -> int: ...
    @property
    def sheets(self) -> int: ...
    @property
    def weight_kg(self) -> Decimal | None: ...


class _Order(Protocol):
    """A print order, as far as a job sheet shows it."""

    @property
    def session(self) -> int: ...
    @property
    def stock(self) -> _Stock: ...
    @property
    def lines(self) -> Sequence[_Line]: ...
    @property
    def totals(self) -> Mapping[str, _Sum]: ...
    @property
    def total(self) -> _Sum: ...


@dataclass(frozen=True)
class JobLine:
    """One file as it is printed: in pieces after which its name may break.

    `given` says who gets its copies, when not only readers of its own language do.
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
    """What all files of a language come to, or all files."""

    name: str
    copies: str
    sheets: str
    weight: str


@dataclass(frozen=True)
class JobSheetView:
    """What the template of a job sheet may know. `weighed` says that weights are there."""

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


@dataclass(frozen=True)
class SessionHeader:
    """The session that an order is for: whose it is, when and where."""

    body: Localized
    place: Localized
    start: date
    end: date


def view_job_sheet(
    project: Project, series: Series, order: _Order, sitting: SessionHeader
) -> JobSheetView:
    """Put together what the template sees, in the default language of the series."""
    language = series.default_language
    typography = locale_with_numbering(language, series.digits)
    words = words_of(project, typography)

    def local(text: Localized) -> str:
        said = plain_text(in_language(text, language, language)[0])
        return spacing(typography)(said)

    number = spacing(typography)(str(order.session))
    title = words["order"].replace("{number}", number)
    total = _total(words["order_total"], order.total, typography)
    names = _names(order, language)
    return JobSheetView(
        language=language,
        direction=direction(language),
        title=title,
        publisher=local(series.publisher.name),
        body=words["list_separator"].join((local(sitting.body), local(sitting.place))),
        dates=_dates(sitting, typography),
        paper=tuple(_paper(order.stock, typography)),
        sides=words["both_sides" if order.stock.duplex else "one_side"],
        finish=words[_FINISH[order.stock.finish]],
        weighed=order.total.weight_kg is not None,
        lines=tuple(_line(line, names, words, typography) for line in order.lines),
        totals=tuple(_total(names[c], t, typography) for c, t in order.totals.items()),
        total=total,
        footer=f"{local(series.name)} · {title}",
        words=words,
        style_sheets=tuple(
            f"{BASE_URL}styles/{name}"
            for name in stylesheets_for(project, language, _PROFILE, _SHEET)
        ),
    )


def _names(order: _Order, language: str) -> dict[str, str]:
    codes = list(
        dict.fromkeys(c for line in order.lines for c in (line.language, *line.copies))
    )
    return dict(zip(codes, language_names(codes, language), strict=True))


def _dates(sitting: SessionHeader, typography: str) -> str:
    locale = locale_of(typography)
    said = format_interval(sitting.start, sitting.end, "yMMMMd", locale=locale)
    said = spacing(typography)(str(said))
    return name_months(said, typography, sitting.start, sitting.end)


def _paper(stock: _Stock, typography: str) -> Iterator[str]:
    """Size and weight: each runs from left to right, also in Arabic."""
    yield stock.size
    if stock.grams is not None:
        yield spacing(typography)(f"{stock.grams} g/m²")


def _line(
    line: _Line, names: Mapping[str, str], words: Mapping[str, str], typography: str
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


def _total(name: str, total: _Sum, typography: str) -> JobTotal:
    return JobTotal(
        name,
        _number(total.copies, typography),
        _number(total.sheets, typography),
        _weight(total.weight_kg, typography),
    )


def _number(value: int, typography: str) -> str:
    return print_number(Decimal(value), typography)


def _weight(kilograms: Decimal | None, typography: str) -> str:
    """A weight to 100 g; what is less is still something."""
    if kilograms is None:
        return ""
    tenth = Decimal("0.1")
    return print_number(max(round(kilograms, 1), tenth), typography)
