"""Turn a print order into the values of its job sheet.

The job sheet goes to a print shop with the files: what to print, how many copies, on which
paper. The template gets one variable, `sheet`, a `JobSheetView`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.html.page_view import Design, PageView, correction_label, view_page
from pipeline.html.text.cldr import format_day, format_days
from pipeline.html.text.typography import typesetter
from pipeline.model.fields import Localized
from pipeline.model.print_order import OrderLine, PaperStock, PressFormat, PrintOrder
from pipeline.model.schema import Contact
from pipeline.model.scripts import direction
from pipeline.model.session import Printing, Session

# The profile of job sheets, and the style sheet that only they have.
_PROFILE, _STYLES = "office", "job_sheet.css"
# The keys of the interface strings for each finish of a line, and each edge.
_FINISH_STRINGS = {
    "staple": "staple",
    "saddle-stitch": "saddle_stitch",
    "none": "loose",
    "leaf": "single_leaf",
    "fold": "folded",
}
_TURN_STRINGS = {"long": "long_edge", "short": "short_edge"}


@dataclass(frozen=True)
class FileView:
    """One line of an order: its numbers, and the files as they are named.

    `file` is to be printed; `alternative` can be printed instead, or is "".
    """

    line: OrderLine
    file: str
    checksum: str
    alternative: str
    alternative_checksum: str
    finish: str


@dataclass(frozen=True)
class RemarkView:
    """A correction that a file does not contain: name of the file, label and note."""

    file: str
    label: str
    note: Localized


@dataclass(frozen=True, kw_only=True)
class JobSheetView(PageView):
    """The values of a job sheet: texts to print, and the order with its numbers."""

    title: str
    publisher: str
    body: str
    dates: str
    paper: tuple[str, ...]
    sides: str
    ink: str
    finishes: Mapping[str, str]
    delivery: tuple[str, ...]
    contact: Contact | None
    order: PrintOrder
    files: tuple[FileView, ...]
    press: tuple[str, ...]
    remarks: tuple[RemarkView, ...]
    footer: str


def view_job_sheet(design: Design, order: PrintOrder, session: Session) -> JobSheetView:
    """Prepare the values of a job sheet, in the default language of the series."""
    page = view_page(design, design.series.default_language, _PROFILE, stylesheet=_STYLES)
    strings, typeset = page.strings, typesetter(page.locale)
    facts = session.facts
    if facts.name:
        title = strings["order_named"].replace("{session}", page.plain_text(facts.name))
    else:
        title = strings["order"].replace("{number}", typeset(session.slug))
    places = [page.plain_text(text) for text in (facts.body, facts.place) if text]
    return JobSheetView(
        **vars(page),
        title=title,
        publisher=page.plain_text(page.series.publisher.name),
        body=strings["list_separator"].join(places),
        dates=format_days(facts.dates.start, facts.dates.end, page.locale),
        paper=tuple(_paper_texts(order.stock, page.locale)),
        sides=strings["list_separator"].join(_side_texts(order, page)),
        ink=strings[order.ink],
        finishes={finish: strings[key] for finish, key in _FINISH_STRINGS.items()},
        delivery=tuple(_delivery_texts(facts.printing, page)),
        contact=facts.printing.contact,
        order=order,
        files=tuple(_view_file(line, order, strings) for line in order.lines),
        press=tuple(_press_texts(order.press, page)),
        remarks=tuple(_view_remarks(order, page)),
        footer=f"{page.plain_text(page.series.name)} · {title}",
    )


def _side_texts(order: PrintOrder, page: PageView) -> Iterator[str]:
    yield page.strings["both_sides" if order.stock.duplex else "one_side"]
    turns = sorted({line.turn for line in order.lines if line.turn})
    yield from (page.strings[_TURN_STRINGS[turn]] for turn in turns)


def _view_file(line: OrderLine, order: PrintOrder, strings: Mapping[str, str]) -> FileView:
    """Name the files of a line; a staple is where reading begins."""
    named = [(file.rpartition("/")[2], checksum) for file, checksum in order.files_of(line)]
    (file, checksum), other, *_ = *named, ("", "")
    finish = _FINISH_STRINGS[line.finish]
    if line.finish == "staple":
        finish = "staple_right" if direction(line.language) == "rtl" else "staple_left"
    return FileView(line, file, checksum, *other, strings[finish])


def _press_texts(press: PressFormat | None, page: PageView) -> Iterator[str]:
    """Describe the press files for a print shop."""
    if press is None:
        return
    strings, typeset = page.strings, typesetter(page.locale)
    width, height, bleed = (f"{n.normalize():f}" for n in (*press.trim, press.bleed))
    yield press.standard
    yield strings["trimmed"].replace("{size}", typeset(f"{width} × {height} mm"))
    yield strings["bleed"].replace("{size}", typeset(f"{bleed} mm"))
    yield press.condition


def _delivery_texts(printing: Printing, page: PageView) -> Iterator[str]:
    if printing.deliver_by:
        yield format_day(printing.deliver_by, page.locale)
    if printing.deliver_to:
        yield page.plain_text(printing.deliver_to)


def _view_remarks(order: PrintOrder, page: PageView) -> Iterator[RemarkView]:
    for line in order.lines:
        for correction in line.uncorrected:
            label = correction_label(correction.number, correction.day, page)
            label = page.strings["uncorrected"].replace("{correction}", label)
            yield RemarkView(line.file.rpartition("/")[2], label, correction.note)


def _paper_texts(stock: PaperStock, locale: str) -> Iterator[str]:
    """Size and weight: each is set from left to right, also in Arabic."""
    yield stock.size
    if stock.grams is not None:
        yield typesetter(locale)(f"{stock.grams} g/m²")
