"""What a print shop is ordered to print: copies, sheets, and what the paper weighs.

A sheet has two sides when it is printed on both, and each side two pages when it is folded
and stitched through its back. Its size follows from the pages in the file, which are read,
not believed; the weight is that of the paper alone, at so many grams a square metre.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pikepdf

# ISO 216; in millimetres, upright.
SIZES: Mapping[str, tuple[Decimal, Decimal]] = {
    "A4": (Decimal(210), Decimal(297)),
    "A5": (Decimal(148), Decimal(210)),
}
# How much of the SHA-256 of a file is printed: enough to tell one file from another.
CHECKSUM = 12
_POINT = Decimal("25.4") / 72
# A painter rounds, and half of A4 is 148.5 mm.
_SLACK = Decimal(1)
_COLUMNS = (
    *("session", "brief", "information_date", "language", "file", "sha256_begins"),
    *("pages", "copies", "given_to", "sheets_per_copy", "sheets", "weight_kg"),
    *("paper", "grams", "duplex", "finish"),
)

Size = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class PaperStock:
    """What is printed on, and what is done with it; `grams` a square metre, if known."""

    size: str
    grams: int | None
    duplex: bool
    finish: str

    @property
    def is_folded(self) -> bool:
        """Whether each side of a sheet has two pages."""
        return self.finish == "saddle-stitch"

    @property
    def sides(self) -> int:
        """How many sides of a sheet are printed."""
        return 2 if self.duplex else 1


@dataclass(frozen=True)
class OrderLine:
    """One file of an order. `copies` are by the language of those who are given them.

    `page` is the size of a page in millimetres; `language` that of the text. The pages of
    a file that is `imposed` are sides of sheets already.
    """

    brief: str
    information_date: str
    language: str
    file: str
    sha256: str
    pages: int
    page: Size
    copies: Mapping[str, int]
    stock: PaperStock
    imposed: bool = False

    @property
    def pages_of_a_side(self) -> int:
        """How many pages of the file one side of a sheet takes."""
        return 2 if self.stock.is_folded and not self.imposed else 1

    @property
    def number(self) -> int:
        """The copies of this file."""
        return sum(self.copies.values())

    @property
    def checksum(self) -> str:
        """The beginning of its hash, as it is printed."""
        return self.sha256[:CHECKSUM]

    @property
    def sheets_of_a_copy(self) -> int:
        """The sheets of one copy; the last one may be blank on its back."""
        return -(-self.pages // (self.stock.sides * self.pages_of_a_side))

    @property
    def sheets(self) -> int:
        """The sheets of all copies."""
        return self.number * self.sheets_of_a_copy

    @property
    def weight_kg(self) -> Decimal | None:
        """What the paper of all copies weighs; None when the stock is not known."""
        if self.stock.grams is None:
            return None
        width, height = self.page
        sheet = width * height * self.pages_of_a_side / 1_000_000
        return self.sheets * sheet * self.stock.grams / 1000


@dataclass(frozen=True)
class Total:
    """Copies, sheets and weight of some files together."""

    copies: int
    sheets: int
    weight_kg: Decimal | None


@dataclass(frozen=True)
class PrintOrder:
    """All that is printed for a session."""

    session: int
    stock: PaperStock
    lines: tuple[OrderLine, ...]

    @property
    def total(self) -> Total:
        """All files together."""
        return _sum(self.lines)

    @property
    def totals(self) -> dict[str, Total]:
        """The files of each language together, in the order of the files."""
        languages = dict.fromkeys(line.language for line in self.lines)
        return {c: _sum(n for n in self.lines if n.language == c) for c in languages}


def _sum(lines: Iterable[OrderLine]) -> Total:
    found = list(lines)
    weights = [line.weight_kg for line in found]
    known = [weight for weight in weights if weight is not None]
    return Total(
        sum(line.number for line in found),
        sum(line.sheets for line in found),
        sum(known, Decimal(0)) if known and len(known) == len(weights) else None,
    )


def read_page_size(pdf: bytes) -> Size:
    """Give the size of the first page after trimming, upright, in millimetres."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        left, bottom, right, top = (Decimal(str(edge)) for edge in opened.pages[0].trimbox)
    short, long = sorted((abs(right - left) * _POINT, abs(top - bottom) * _POINT))
    return round(short, 1), round(long, 1)


def page_fault(page: Size, stock: PaperStock, *, imposed: bool = False) -> str:
    """Say why pages do not suit the paper; "" when they do.

    Folded sheets may be named by their own size or by that of their pages.
    """
    width, height = SIZES[stock.size]
    fitting = [(width, height)]
    if stock.is_folded:
        fitting.append((height, width * 2) if imposed else (height / 2, width))
    if any(abs(page[0] - w) <= _SLACK and abs(page[1] - h) <= _SLACK for w, h in fitting):
        return ""
    named = next((n for n, size in SIZES.items() if page == size), "")
    said = named or f"{page[0].normalize():f} × {page[1].normalize():f} mm"
    return f"its pages are {said}, and the paper is {stock.size}"


def order_csv(order: PrintOrder) -> bytes:
    """Write an order as CSV (RFC 4180): a line of names, then one for each file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    stock = order.stock
    for line in order.lines:
        given = " ".join(f"{code}:{copies}" for code, copies in line.copies.items())
        weight = "" if line.weight_kg is None else f"{line.weight_kg:.3f}"
        writer.writerow(
            [
                *(order.session, line.brief, line.information_date, line.language),
                *(line.file, line.checksum, line.pages, line.number, given),
                *(line.sheets_of_a_copy, line.sheets, weight),
                *(stock.size, stock.grams or "", "yes" if stock.duplex else "no"),
                stock.finish,
            ]
        )
    return out.getvalue().encode()
