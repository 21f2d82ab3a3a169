"""Print orders: sheets and weights, counted by hand; totals, CSV and page sizes."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest

from pipeline.model.print_order import (
    OrderLine,
    PaperStock,
    PressFormat,
    PrintOrder,
    Size,
    round_weight,
)
from pipeline.prepress.pdfx import convert_to_pdfx
from pipeline.prepress.print_order import (
    PAPER_SIZES,
    order_csv,
    page_size_mismatch,
    read_page_size,
    read_press_format,
)
from pipeline.problems import Place
from tests.prepress.samples import CONDITION, document_with_squares

A4, A5 = PAPER_SIZES["A4"], PAPER_SIZES["A5"]
OFFICE = PaperStock("A4", 80, duplex=True, finish="staple")


def line(
    stock: PaperStock = OFFICE, pages: int = 4, page: Size = A4, **copies: int
) -> OrderLine:
    copies = copies or {"en": 100}
    return OrderLine(
        "brief", "2017", "en", "build/b.pdf", "ab" * 32, pages, page, copies, stock
    )


@pytest.mark.parametrize(
    ("duplex", "finish", "pages", "sheets"),
    [
        (True, "staple", 4, 2),
        (True, "staple", 5, 3),
        (True, "none", 1, 1),
        (False, "staple", 5, 5),
        (True, "saddle-stitch", 8, 2),
        (True, "saddle-stitch", 9, 3),
        (False, "saddle-stitch", 8, 4),
    ],
)
def test_sheets_of_a_copy(duplex: bool, finish: str, pages: int, sheets: int) -> None:
    order_line = line(PaperStock("A4", 80, duplex, finish), pages)
    assert order_line.sheets_per_copy == sheets
    assert order_line.sheets == 100 * sheets


def test_a_sheet_of_a4_at_80_grams_weighs_just_under_5() -> None:
    # 0.21 m × 0.297 m × 80 g/m² = 4.9896 g
    assert line(pages=2, en=1).weight_kg == Decimal("0.0049896")
    assert line(pages=4, en=100).weight_kg == Decimal("0.99792")


def test_a_folded_sheet_is_twice_its_page() -> None:
    folded = PaperStock("A5", 80, duplex=True, finish="saddle-stitch")
    # 0.148 m × 0.21 m × 2 × 80 g/m² = 4.9728 g
    assert line(folded, pages=4, page=A5, en=1).weight_kg == Decimal("0.0049728")


def test_the_pages_of_an_imposed_file_are_sides() -> None:
    folded = PaperStock("A4", 80, duplex=True, finish="saddle-stitch")
    booklet = line(folded, pages=4, page=A4, en=1)
    imposed = OrderLine(**{**vars(booklet), "imposed": True})
    assert imposed.sheets_per_copy == 2
    assert imposed.weight_kg == 2 * Decimal("0.0049896")
    assert page_size_mismatch(A4, folded, imposed=True) == ""
    by_page = PaperStock("A5", 80, duplex=True, finish="saddle-stitch")
    assert page_size_mismatch(A4, by_page, imposed=True) == ""
    assert page_size_mismatch(A4, by_page) == "its pages are A4, and the paper is A5"


@pytest.mark.parametrize(
    ("duplex", "finish", "imposed", "pages", "expected"),
    [
        (True, "staple", False, 4, ("staple", "long")),
        (True, "staple", False, 2, ("leaf", "long")),
        (False, "none", False, 1, ("leaf", "")),
        (True, "saddle-stitch", True, 4, ("saddle-stitch", "short")),
        (True, "saddle-stitch", True, 2, ("fold", "short")),
        (True, "saddle-stitch", False, 8, ("saddle-stitch", "")),
    ],
)
def test_how_a_copy_is_bound_and_its_sheets_are_turned(
    duplex: bool, finish: str, imposed: bool, pages: int, expected: tuple[str, str]
) -> None:
    """A single sheet is not stapled; who imposes the pages decides how sheets turn."""
    order_line = replace(line(PaperStock("A4", 80, duplex, finish), pages), imposed=imposed)
    assert (order_line.finish, order_line.turn) == expected


def test_without_grams_nothing_is_weighed() -> None:
    unknown = PaperStock("A4", None, duplex=True, finish="staple")
    order = PrintOrder("331", unknown, (line(unknown),))
    assert order.total.weight_kg is None
    assert ",200,,A4,,yes,staple,colour,long,,\r\n" in order_csv(order).decode()
    assert PrintOrder("331", unknown, ()).total.weight_kg is None


def test_the_copies_of_all_languages_of_a_file_are_added() -> None:
    assert line(en=120, ar=25, zh=25).copies == 170


def test_totals_are_by_language_and_of_all() -> None:
    lines = (line(en=100), line(fr=50), line(pages=2, en=10))
    french = OrderLine(**{**vars(lines[1]), "language": "fr"})
    order = PrintOrder("331", OFFICE, (lines[0], french, lines[2]))
    assert list(order.totals) == ["en", "fr"]
    assert (order.totals["en"].copies, order.totals["en"].sheets) == (110, 210)
    assert (order.total.copies, order.total.sheets) == (160, 310)
    assert order.total.weight_kg == sum(one.weight_kg or 0 for one in order.lines)


def test_a_total_is_summed_before_it_is_rounded() -> None:
    """Ten files of 145 g each are 1.4 kg, not ten times 100 g."""
    order = PrintOrder("331", OFFICE, tuple(line(pages=2, en=29) for _ in range(10)))
    assert round_weight(order.lines[0].weight_kg or Decimal(0)) == Decimal("0.1")
    assert round_weight(order.total.weight_kg or Decimal(0)) == Decimal("1.4")


@pytest.mark.parametrize(("ink", "first"), [("colour", "press"), ("black", "office")])
def test_the_ink_decides_which_file_is_printed(ink: str, first: str) -> None:
    both = replace(line(), file="office", press_file="press", press_sha256="cd" * 32)
    order = PrintOrder("331", OFFICE, (both,), ink)
    files = order.files_of(both)
    assert {name for name, _ in files} == {"office", "press"}
    assert files[0][0] == first
    assert order.files_of(line()) == [("build/b.pdf", "ab" * 6)]


def test_the_csv_has_a_line_for_each_file() -> None:
    order = PrintOrder("331", OFFICE, (line(en=120, ar=25),))
    [row] = csv.DictReader(io.StringIO(order_csv(order).decode(), newline=""))
    assert row == {
        "session": "331",
        "brief": "brief",
        "information_date": "2017",
        "language": "en",
        "file": "build/b.pdf",
        "sha256_begins": "abababababab",
        "pages": "4",
        "copies": "145",
        "given_to": "en:120 ar:25",
        "sheets_per_copy": "2",
        "sheets": "290",
        "weight_kg": "1.447",
        "paper": "A4",
        "grams": "80",
        "duplex": "yes",
        "finish": "staple",
        "ink": "colour",
        "turn": "long",
        "press_file": "",
        "press_sha256_begins": "",
    }


@pytest.mark.parametrize(
    ("page", "paper", "finish", "message"),
    [
        (A4, "A4", "staple", ""),
        ((Decimal("209.9"), Decimal("297.1")), "A4", "staple", ""),
        (A5, "A5", "saddle-stitch", ""),
        (A5, "A4", "saddle-stitch", ""),
        (A4, "A5", "staple", "its pages are A4, and the paper is A5"),
        (A5, "A4", "staple", "its pages are A5, and the paper is A4"),
        (
            (Decimal("200.0"), Decimal("297.0")),
            "A4",
            "none",
            "its pages are 200 × 297 mm, and the paper is A4",
        ),
        (
            (Decimal("100.0"), Decimal("150.5")),
            "A4",
            "none",
            "its pages are 100 × 150.5 mm, and the paper is A4",
        ),
    ],
)
def test_pages_must_suit_the_paper(
    page: Size, paper: str, finish: str, message: str
) -> None:
    stock = PaperStock(paper, 80, duplex=True, finish=finish)
    assert page_size_mismatch(page, stock) == message


def test_the_size_of_a_page_is_what_is_left_after_trimming() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(900, 700))
        pdf.pages[0].trimbox = [20, 30, 20 + 841.89, 30 + 595.276]
        pdf.save(out)
    assert read_page_size(out.getvalue()) == A4


def test_a_print_order_has_the_format_of_press_files(ghostscript: str) -> None:
    pdf = convert_to_pdfx(document_with_squares(), CONDITION, ghostscript, Place("x"))
    assert read_press_format(pdf) == PressFormat(
        "PDF/X-4", "FOGRA39L Coated", A4, Decimal("3.0")
    )
    assert read_press_format(document_with_squares()) is None
