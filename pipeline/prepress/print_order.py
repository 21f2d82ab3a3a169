"""Measure the pages of files to be printed, and write a print order as CSV."""

import csv
import io
from decimal import Decimal

import pikepdf

from pipeline.model.paper import PAPER_SIZES, Size, size_of
from pipeline.model.print_order import PaperStock, PressFormat, PrintOrder
from pipeline.model.profiles import PDFX
from pipeline.model.spreadsheet import protect_formula

_POINT = Decimal("25.4") / 72  # in millimetres
# WeasyPrint rounds page sizes, and half of A4 is 148.5 mm wide.
_TOLERANCE_MM = Decimal(1)
_COLUMNS = (
    *("session", "brief", "information_date", "language", "file", "sha256_begins"),
    *("pages", "copies", "given_to", "sheets_per_copy", "sheets", "weight_kg"),
    *("paper", "grams", "duplex", "finish", "ink", "turn"),
    *("press_file", "press_sha256_begins"),
)


def read_page_size(pdf: bytes) -> Size:
    """Return the size of the first page after trimming, in portrait orientation, in mm."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        left, bottom, right, top = (Decimal(str(edge)) for edge in opened.pages[0].trimbox)
    short, long = sorted((abs(right - left) * _POINT, abs(top - bottom) * _POINT))
    return round(short, 1), round(long, 1)


def read_press_format(pdf: bytes) -> PressFormat | None:
    """Read the properties of a press file that a print shop needs; None for other files."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0]
        intent = next(iter(opened.Root.get("/OutputIntents", ())), None)
        if intent is None or "/DestOutputProfile" not in intent:
            return None
        name = str(intent.get("/OutputConditionIdentifier", ""))
        description = _icc_description(intent.DestOutputProfile.read_bytes())
        bleed = Decimal(str(page.trimbox[0])) - Decimal(str(page.bleedbox[0]))
    condition = description if description.startswith(name) else f"{name} ({description})"
    return PressFormat(PDFX, condition, read_page_size(pdf), round(bleed * _POINT, 1))


def _icc_description(icc_profile: bytes) -> str:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
    return ImageCms.getProfileDescription(profile).strip()


def page_size_mismatch(page: Size, stock: PaperStock, *, imposed: bool = False) -> str:
    """Describe how the page size differs from the paper; "" if it fits.

    The size of folded paper may be that of the sheet or that of the page.
    """
    width, height = size_of(stock.size)
    fitting_sizes = [(width, height)]
    if stock.is_folded:
        fitting_sizes.append((height, width * 2) if imposed else (height / 2, width))
    if any(
        abs(page[0] - w) <= _TOLERANCE_MM and abs(page[1] - h) <= _TOLERANCE_MM
        for w, h in fitting_sizes
    ):
        return ""
    millimetres = f"{page[0].normalize():f} × {page[1].normalize():f} mm"
    name = next((name for name, size in PAPER_SIZES.items() if page == size), millimetres)
    return f"its pages are {name}, and the paper is {stock.size}"


def order_csv(order: PrintOrder) -> bytes:
    """Write an order as CSV (RFC 4180): a header, then one record for each file."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    stock = order.stock
    for line in order.lines:
        by_language = line.copies_by_language.items()
        copies_text = " ".join(f"{code}:{copies}" for code, copies in by_language)
        weight = "" if line.weight_kg is None else f"{line.weight_kg:.3f}"
        cells = [
            *(order.session, line.brief, line.information_date, line.language),
            *(line.file, line.checksum, line.pages, line.copies, copies_text),
            *(line.sheets_per_copy, line.sheets, weight),
            *(stock.size, stock.grams or "", "yes" if stock.duplex else "no"),
            *(line.finish, order.ink, line.turn, line.press_file, line.press_checksum),
        ]
        writer.writerow(protect_formula(str(cell)) for cell in cells)
    return output.getvalue().encode()
