"""A booklet reads in order when its sheets are folded."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.model.paper import size_of
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.prepress.imposition import Side, arrange_sides, impose

A4 = size_of("A4")
POINTS = 72 / 25.4


def document(pages: int, width_mm: float = 148, height_mm: float = 210) -> bytes:
    """A document whose pages each paint their number, from 1, as a line width."""
    pdf = pikepdf.new()
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(width_mm * POINTS, height_mm * POINTS))
        page.obj.Contents = pdf.make_stream(f"{number} w 0 0 m 9 9 l S".encode())
        page.obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link)])
    pdf.Root.Lang = "ar"
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["pdfaid:part"] = "3"
        metadata["pdfuaid:part"] = "1"
    pdf.docinfo["/Title"] = "A title"
    identity = PdfIdentity(document="brief_2017_en_booklet")
    pdf.Root.Metadata = pdf.make_stream(identity.written_into())
    pdf.docinfo["/CreationDate"] = "D:20170101000000Z"
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def numbers(booklet: bytes) -> list[tuple[str, str]]:
    """The page that stands at the left and at the right of each side; "" for a blank."""
    with pikepdf.open(io.BytesIO(booklet)) as pdf:
        return [(number_of(page, "/Left"), number_of(page, "/Right")) for page in pdf.pages]


def number_of(page: pikepdf.Page, place: str) -> str:
    form = page.obj.Resources.XObject.get(place)
    return form.read_bytes().split()[0].decode() if form is not None else ""


def folded(sides: tuple[Side, ...], *, right_to_left: bool) -> list[int | None]:
    """Read a booklet as a reader does: fold all sheets together, and turn leaf by leaf."""
    first, last = [], []
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        if right_to_left:
            front, back = front[::-1], back[::-1]
        # Behind the right half of the front lies the left half of the back.
        first += [front[1], back[0]]
        last += [front[0], back[1]]
    return first + last[::-1]


@pytest.mark.parametrize("right_to_left", [False, True])
@pytest.mark.parametrize("pages", range(1, 26))
def test_a_folded_booklet_reads_in_order(pages: int, right_to_left: bool) -> None:
    sides = arrange_sides(pages, right_to_left=right_to_left)
    read = folded(sides, right_to_left=right_to_left)
    assert len(read) % 4 == 0
    assert len(read) < pages + 4
    assert [number for number in read if number is not None] == list(range(pages))
    assert read[0] == 0
    assert pages == 1 or read[-1] == pages - 1
    blank = [place for place, number in enumerate(read) if number is None]
    assert all(max(pages - 1, 1) <= place < len(read) - (pages > 1) for place in blank)


@pytest.mark.parametrize(
    ("pages", "bound_left", "bound_right"),
    [
        (1, "-1 --", "1- --"),
        (2, "21 --", "12 --"),
        (3, "31 2-", "13 -2"),
        (4, "41 23", "14 32"),
        (5, "51 2- -3 4-", "15 -2 3- -4"),
        (7, "71 2- 63 45", "17 -2 36 54"),
        (8, "81 27 63 45", "18 72 36 54"),
        (12, "c1 2b a3 49 85 67", "1c b2 3a 94 58 76"),
    ],
)
def test_each_sheet_has_its_pages(pages: int, bound_left: str, bound_right: str) -> None:
    for right_to_left, expected in ((False, bound_left), (True, bound_right)):
        booklet = numbers(impose(document(pages), A4, right_to_left=right_to_left))
        digits = [f"{int(n):x}" if n else "-" for side in booklet for n in side]
        pairs = [a + b for a, b in zip(digits[::2], digits[1::2], strict=True)]
        assert " ".join(pairs) == expected


def test_pages_touch_the_fold_at_their_own_size() -> None:
    with pikepdf.open(io.BytesIO(impose(document(4), A4, right_to_left=False))) as pdf:
        page = pdf.pages[0]
        assert [round(float(n) / POINTS, 3) for n in page.mediabox] == [0, 0, 297, 210]
        left, right = page.obj.Contents.read_bytes().decode().splitlines()
    assert left.startswith("q 1.000000 0.000000 0.000000 1.000000 1.417323 0.000000 cm")
    assert right.startswith("q 1.000000 0.000000 0.000000 1.000000 420.944882 0.000000 cm")


def test_pages_are_reduced_but_not_enlarged() -> None:
    for width, height, scale in ((210, 297, "0.707071"), (105, 148, "1.000000")):
        booklet = impose(document(4, width, height), A4, right_to_left=False)
        with pikepdf.open(io.BytesIO(booklet)) as pdf:
            assert pdf.pages[0].obj.Contents.read_bytes().split()[1].decode() == scale


def test_content_outside_the_trim_box_is_clipped() -> None:
    with pikepdf.open(io.BytesIO(document(4, 168, 230))) as pdf:
        edges = [edge * POINTS for edge in (10, 10, 158, 220)]
        for page in pdf.pages:
            page.trimbox = Array(edges)
        written = io.BytesIO()
        pdf.save(written)
    booklet = impose(written.getvalue(), A4, right_to_left=True)
    with pikepdf.open(io.BytesIO(booklet)) as pdf:
        drawn = pdf.pages[0].obj.Contents.read_bytes().decode().splitlines()[0]
    numbers_of_box = [float(n) for n in drawn.partition(" cm ")[2].split()[:4]]
    assert numbers_of_box == pytest.approx([e * POINTS for e in (10, 10, 148, 210)])
    assert drawn.split()[1] == "1.000000"


def test_a_booklet_has_the_title_of_its_document_and_no_standard() -> None:
    with pikepdf.open(io.BytesIO(impose(document(5), A4, right_to_left=True))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "A title"
        assert "/Subject" not in pdf.docinfo
        assert b"pdfaid" not in pdf.Root.Metadata.read_bytes()
        identity = PdfIdentity.from_xmp(pdf.Root.Metadata.read_bytes())
        assert identity == PdfIdentity(document="brief_2017_en_booklet")
        assert str(pdf.docinfo["/CreationDate"]) == "D:20170101000000Z"
        assert str(pdf.Root.Lang) == "ar"
        assert pdf.Root.ViewerPreferences.Duplex == Name.DuplexFlipShortEdge
        assert pdf.Root.ViewerPreferences.PrintScaling == Name("/None")
        for claim in ("/MarkInfo", "/StructTreeRoot", "/OutputIntents"):
            assert claim not in pdf.Root
        assert not any("/Annots" in page for page in pdf.pages)


@pytest.mark.parametrize("is_right_to_left", [True, False])
def test_a_right_to_left_document_makes_a_right_to_left_booklet(
    is_right_to_left: bool,
) -> None:
    with pikepdf.open(io.BytesIO(document(4))) as pdf:
        if is_right_to_left:
            pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
        written = io.BytesIO()
        pdf.save(written)
    booklet = impose(written.getvalue(), A4, right_to_left=True)
    with pikepdf.open(io.BytesIO(booklet)) as pdf:
        assert ("/Direction" in pdf.Root.ViewerPreferences) == is_right_to_left


def test_the_same_document_gives_the_same_booklet() -> None:
    first = impose(document(6), A4, right_to_left=False)
    assert first == impose(document(6), A4, right_to_left=False)
    assert first != impose(document(6), A4, right_to_left=True)
