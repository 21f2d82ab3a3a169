"""A print order as values: files, copies, sheets of paper, and what the paper weighs.

A sheet has two printed sides in duplex, and each side two pages when it is folded and
stitched through the fold. The weight is that of the paper alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.model.fields import Localized
from pipeline.model.paper import Size

_CHECKSUM_LENGTH = 12


@dataclass(frozen=True)
class PaperStock:
    """The paper and its finish; `grams` are those of a square metre, None if unknown."""

    size: str
    grams: int | None
    duplex: bool
    finish: str

    @property
    def is_folded(self) -> bool:
        """Whether each side of a sheet has two pages."""
        return self.finish == "saddle-stitch"


@dataclass(frozen=True)
class PressFormat:
    """The format that all press files of an order share; lengths are in millimetres.

    `condition` is the printing condition, with the description of its ICC profile.
    """

    standard: str
    condition: str
    trim: Size
    bleed: Decimal


@dataclass(frozen=True)
class MissingCorrection:
    """A correction of the edition that a file does not contain: number, day and note."""

    number: int
    day: date
    note: Localized


@dataclass(frozen=True)
class OrderLine:
    """One file of an order. `copies_by_language` counts by the language of the readers.

    `page_size` is that of one page, `language` that of the text. The pages of a file that
    is `imposed` are already sides of sheets. `uncorrected` are the corrections of the
    edition that the file does not have. `press_file` is the same text for an offset press.
    A pack has neither `brief` nor `information_date`. An edition that is not published may
    still change.
    """

    brief: str
    information_date: str
    language: str
    file: str
    sha256: str
    pages: int
    page_size: Size
    copies_by_language: Mapping[str, int]
    stock: PaperStock
    imposed: bool = False
    uncorrected: tuple[MissingCorrection, ...] = ()
    press_file: str = ""
    press_sha256: str = ""
    is_published: bool = True

    @property
    def pages_per_side(self) -> int:
        return 2 if self.stock.is_folded and not self.imposed else 1

    @property
    def copies(self) -> int:
        """The copies of this file for all readers."""
        return sum(self.copies_by_language.values())

    @property
    def checksum(self) -> str:
        """The printed prefix of its SHA-256; it is long enough to identify a file."""
        return self.sha256[:_CHECKSUM_LENGTH]

    @property
    def press_checksum(self) -> str:
        """The printed prefix of the SHA-256 of its press file."""
        return self.press_sha256[:_CHECKSUM_LENGTH]

    @property
    def sheets_per_copy(self) -> int:
        """The sheets of one copy; the back of the last one may be blank."""
        sides = 2 if self.stock.duplex else 1
        return -(-self.pages // (sides * self.pages_per_side))

    @property
    def finish(self) -> str:
        """How a copy is bound: a single sheet is not stapled or stitched."""
        if self.sheets_per_copy > 1:
            return self.stock.finish
        return "fold" if self.stock.is_folded else "leaf"

    @property
    def turn(self) -> str:
        """The edge on which a sheet is turned; "" without duplex or if the shop decides."""
        if not self.stock.duplex or self.pages_per_side > 1:
            return ""
        return "short" if self.imposed else "long"

    @property
    def sheets(self) -> int:
        return self.copies * self.sheets_per_copy

    @property
    def weight_kg(self) -> Decimal | None:
        """The weight of the paper of all copies; None when that of the stock is unknown."""
        if self.stock.grams is None:
            return None
        width, height = self.page_size
        sheet = width * height * self.pages_per_side / 1_000_000
        return self.sheets * sheet * self.stock.grams / 1000


@dataclass(frozen=True)
class Total:
    """Copies, sheets and weight of several files."""

    copies: int
    sheets: int
    weight_kg: Decimal | None


@dataclass(frozen=True)
class PrintOrder:
    """Everything to be printed for a session."""

    session: str
    stock: PaperStock
    lines: tuple[OrderLine, ...]
    ink: str = "colour"
    press: PressFormat | None = None

    def files_of(self, line: OrderLine) -> list[tuple[str, str]]:
        """Return the files of a line with their checksums; the one to print comes first.

        In colour that is the press file, if there is one: a print shop can set its inks.
        """
        files = [(line.file, line.checksum), (line.press_file, line.press_checksum)]
        named_files = [file for file in files if file[0]]
        return named_files[::-1] if self.ink == "colour" else named_files

    @property
    def total(self) -> Total:
        return _sum(self.lines)

    @property
    def totals(self) -> dict[str, Total]:
        """The total of each language, in the order of the files."""
        languages = dict.fromkeys(line.language for line in self.lines)
        return {c: _sum([n for n in self.lines if n.language == c]) for c in languages}


def round_weight(kilograms: Decimal) -> Decimal:
    """Round a weight to 100 g; the result is at least 100 g."""
    return max(round(kilograms, 1), Decimal("0.1"))


def _sum(lines: Sequence[OrderLine]) -> Total:
    copies, sheets = sum(n.copies for n in lines), sum(n.sheets for n in lines)
    weights = [line.weight_kg for line in lines if line.weight_kg is not None]
    is_known = weights and len(weights) == len(lines)
    return Total(copies, sheets, sum(weights, Decimal(0)) if is_known else None)
