"""Impose the pages of a document as a booklet: sheets to be folded and stitched.

Input: a PDF, usually of A5 pages. Output: a PDF of landscape sheets, such as A4, each
page one side of a sheet with two pages, in printing order. Printed duplex, flipped on the
short edge, folded together and stitched in the fold, they read in order. The sheets are for
print only: links, bookmarks, tags and attachments are dropped, and no standard is claimed.
"""

import io

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.model.paper import Size
from pipeline.model.pdf_identity import PdfIdentity

_PAGES_PER_SHEET = 4


# One side of a sheet: the indexes of its left and right page; None for a blank one.
Side = tuple[int | None, int | None]


def impose(pdf: bytes, sheet: Size, *, right_to_left: bool) -> bytes:
    """Impose a document for saddle stitching; the same input gives the same bytes.

    `sheet` is the size of a sheet in portrait orientation.

    With `right_to_left` the fold is at the right of the front cover. Pages are cut to their
    trim box and touch the fold. Pages larger than half a sheet are reduced, none is
    enlarged. The identity of the document is kept.
    """
    height, width = (float(edge) / 25.4 * 72 for edge in sheet)
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as booklet:
        for side in arrange_sides(len(source.pages), right_to_left=right_to_left):
            _add_side(booklet, source, side, width, height)
        _copy_metadata(booklet, source)
        output = io.BytesIO()
        booklet.save(output, deterministic_id=True, fix_metadata_version=False)
        return output.getvalue()


def arrange_sides(pages: int, *, right_to_left: bool) -> tuple[Side, ...]:
    """Arrange pages on sides: front and back of the outermost sheet, then of the next.

    Blank pages precede the last page, the back cover. A single page is the front cover.
    """
    order: list[int | None] = list(range(pages))
    blank = [None] * (-pages % _PAGES_PER_SHEET)
    order[max(pages - 1, 1) : max(pages - 1, 1)] = blank
    sides: list[Side] = []
    for outer in range(0, len(order) // 2, 2):
        sides.append((order[-1 - outer], order[outer]))
        sides.append((order[outer + 1], order[-2 - outer]))
    return tuple((right, left) if right_to_left else (left, right) for left, right in sides)


def _add_side(
    booklet: Pdf, source: Pdf, side: Side, sheet_width: float, sheet_height: float
) -> None:
    page = booklet.add_blank_page(page_size=(sheet_width, sheet_height))
    forms = Dictionary()
    operators = []
    for name, number in zip(("/Left", "/Right"), side, strict=True):
        if number is not None:
            form = source.pages[number].as_form_xobject()
            forms[name] = booklet.copy_foreign(form)
            operators.append(_draw(name, source.pages[number], sheet_width, sheet_height))
    page.obj.Resources = Dictionary(XObject=forms)
    page.obj.Contents = booklet.make_stream("\n".join(operators).encode())


def _draw(name: str, page: pikepdf.Page, sheet_width: float, sheet_height: float) -> str:
    """Draw a page clipped to its trim box, at the fold and vertically centred."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    width, height = right - left, top - bottom
    scale = min(1, sheet_width / 2 / width, sheet_height / height)
    inset = sheet_width / 2 - width * scale if name == "/Left" else sheet_width / 2
    x = inset - left * scale
    y = (sheet_height - height * scale) / 2 - bottom * scale
    matrix = _format(scale, 0, 0, scale, x, y)
    return f"q {matrix} cm {_format(left, bottom, width, height)} re W n {name} Do Q"


def _format(*numbers: float) -> str:
    """Format numbers for PDF, which has no exponents."""
    return " ".join(f"{number:.6f}" for number in numbers)


def _copy_metadata(booklet: Pdf, source: Pdf) -> None:
    """Copy the metadata that apply to a booklet, and set the preferences for printing."""
    for key, value in source.docinfo.items():
        booklet.docinfo[key] = str(value)
    packet = source.Root.get("/Metadata")
    if packet is not None and (identity := PdfIdentity.from_xmp(packet.read_bytes())):
        metadata = Stream(booklet, identity.written_into())
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        booklet.Root.Metadata = booklet.make_indirect(metadata)
    if "/Lang" in source.Root:
        booklet.Root.Lang = str(source.Root.Lang)
    preferences = Dictionary(
        DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None")
    )
    if source.Root.get("/ViewerPreferences", Dictionary()).get("/Direction") == Name.R2L:
        preferences.Direction = Name.R2L
    booklet.Root.ViewerPreferences = preferences
