"""Turn the pages of a document into a booklet: A4 sheets to be folded and stitched once.

Shape in: a PDF, usually of A5 pages. Shape out: a PDF of A4 pages across, the sides of the
sheets in the order in which a printer takes them, with two pages on each. Printed on both
sides, turned over the short edge, folded together and stitched in the fold, they read in
order. It is for printing only: links, bookmarks, tags and attached files belong to the
pages as they were, so the sheets have none and claim to conform to nothing.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Dictionary, Name, Pdf

# A4 across, in points: ISO 216 says 297 mm by 210 mm.
_WIDTH, _HEIGHT = 297 / 25.4 * 72, 210 / 25.4 * 72
_PAGES_OF_A_SHEET = 4
# Of the document information, what is still true of the sheets.
_KEPT = (
    *("/Title", "/Author", "/Subject", "/Keywords", "/CreationDate", "/ModDate"),
    *("/Creator", "/Producer", "/InformationDate", "/DocumentSymbol", "/EditionCode"),
    "/Toolchain",
)


@dataclass(frozen=True)
class Side:
    """One side of a sheet: the numbers of its pages, from 0; None for a blank one."""

    left: int | None
    right: int | None


def impose(pdf: bytes, *, right_to_left: bool, document: str = "") -> bytes:
    """Impose a document for saddle stitching; the same input gives the same bytes.

    With `right_to_left` the fold is at the right of the front cover. Pages are cut to
    their trim box and lie against the fold, so that what spans two of them meets; those
    larger than half a sheet are made smaller, none is made larger. `document` is the name
    of the sheets, written into the file.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as sheets:
        for side in arrange_sides(len(source.pages), right_to_left=right_to_left):
            _add_side(sheets, source, side)
        _describe(sheets, source, document)
        written = io.BytesIO()
        sheets.save(written, deterministic_id=True)
        return written.getvalue()


def arrange_sides(pages: int, *, right_to_left: bool) -> tuple[Side, ...]:
    """Say which pages lie on which side of which sheet: front and back, then the next.

    Blank pages stand before the last page: it has the imprint, and is the back cover. A
    single page is the front cover.
    """
    order: list[int | None] = list(range(pages))
    blank = [None] * (-pages % _PAGES_OF_A_SHEET)
    order[max(pages - 1, 1) : max(pages - 1, 1)] = blank
    sides: list[Side] = []
    for outer in range(0, len(order) // 2, 2):
        front = order[-1 - outer], order[outer]
        back = order[outer + 1], order[-2 - outer]
        sides += [_side(front, right_to_left), _side(back, right_to_left)]
    return tuple(sides)


def _side(pair: Sequence[int | None], right_to_left: bool) -> Side:
    left, right = pair
    return Side(right, left) if right_to_left else Side(left, right)


def _add_side(sheets: Pdf, source: Pdf, side: Side) -> None:
    page = sheets.add_blank_page(page_size=(_WIDTH, _HEIGHT))
    forms = Dictionary()
    drawn = []
    for name, number in (("/Left", side.left), ("/Right", side.right)):
        if number is not None:
            forms[name] = sheets.copy_foreign(source.pages[number].as_form_xobject())
            drawn.append(_draw(name, source.pages[number]))
    page.obj.Resources = Dictionary(XObject=forms)
    page.obj.Contents = sheets.make_stream("\n".join(drawn).encode())


def _draw(name: str, page: pikepdf.Page) -> str:
    """Draw a page against the fold, in the middle of its height, inside its trim box."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    width, height = right - left, top - bottom
    scale = min(1, _WIDTH / 2 / width, _HEIGHT / height)
    inset = _WIDTH / 2 - width * scale if name == "/Left" else _WIDTH / 2
    across = inset - left * scale
    up = (_HEIGHT - height * scale) / 2 - bottom * scale
    matrix = _numbers(scale, 0, 0, scale, across, up)
    return f"q {matrix} cm {_numbers(left, bottom, width, height)} re W n {name} Do Q"


def _numbers(*numbers: float) -> str:
    """Numbers as PDF takes them: it knows no exponents."""
    return " ".join(f"{number:.6f}" for number in numbers)


def _describe(sheets: Pdf, source: Pdf, document: str) -> None:
    """Keep what still holds of the pages, and tell a printer how the sheets are printed.

    The title is that of the document, in its language; the name of the file tells that
    these are its sheets.
    """
    for key in _KEPT:
        if key in source.docinfo:
            sheets.docinfo[key] = str(source.docinfo[key])
    if document:
        sheets.docinfo["/Document"] = document
    if "/Lang" in source.Root:
        sheets.Root.Lang = str(source.Root.Lang)
    sheets.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True,
        Duplex=Name.DuplexFlipShortEdge,
        PrintScaling=Name("/None"),
    )
    said = source.Root.get("/ViewerPreferences", Dictionary())
    if said.get("/Direction") == Name.R2L:
        sheets.Root.ViewerPreferences.Direction = Name.R2L
