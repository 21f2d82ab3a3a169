"""What a print shop would send back is noticed; what it will see is said."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.prepress.pdfx import convert_to_pdfx
from pipeline.prepress.preflight import PageInk, PlacedImage, find_faults, inspect
from pipeline.problems import Place
from pipeline.report.preflight import preflight_lines
from tests.prepress.painted import CONDITION, MM, painted

PLACE = Place("a.pdf")
RGB = "has colours of a screen (RGB)"


@pytest.fixture(scope="module")
def good(ghostscript: str) -> bytes:
    return convert_to_pdfx(painted(), CONDITION, ghostscript, PLACE, "a")


def changed(data: bytes, change: Callable[[Pdf], object], **how: bool) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        written = io.BytesIO()
        pdf.save(written, fix_metadata_version=False, **how)
        return written.getvalue()


def draw(pdf: Pdf, content: str, **resources: object) -> None:
    page = pdf.pages[0]
    for kind, values in resources.items():
        page.obj.Resources[f"/{kind}"] = Dictionary(values)  # type: ignore[arg-type]
    page.contents_add(pdf.make_stream(content.encode()))


def no_title(pdf: Pdf) -> None:
    del pdf.docinfo["/Title"]


def no_trapping(pdf: Pdf) -> None:
    pdf.docinfo["/Trapped"] = "perhaps"


def no_claim(pdf: Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes()
    pdf.Root.Metadata.write(data.replace(b"PDF/X-4", b"PDF/X-3"))


def no_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


def intent_of_a_screen(pdf: Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.write(b"\0" * 12 + b"mntrRGB " + b"\0" * 99)


def intent_without_a_name(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents[0].OutputConditionIdentifier


def no_trim(pdf: Pdf) -> None:
    del pdf.pages[0].obj.TrimBox


def little_bleed(pdf: Pdf) -> None:
    pdf.pages[0].bleedbox = pdf.pages[0].trimbox


def small_sheet(pdf: Pdf) -> None:
    pdf.pages[0].mediabox = Array([edge * MM for edge in (5, 5, 225, 312)])


def link(pdf: Pdf) -> None:
    pdf.pages[0].obj.Annots = Array([Dictionary(Subtype=Name.Link)])


def screen_colour(pdf: Pdf) -> None:
    draw(pdf, "0 0 1 rg 9 9 9 9 re f")


def screen_colour_in_a_group(pdf: Pdf) -> None:
    form = Stream(pdf, b"1 0 0 RG 0 0 m 9 9 l S")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    draw(pdf, "/F Do", XObject={"/F": pdf.make_indirect(form)})


def screen_picture(pdf: Pdf) -> None:
    picture = Stream(pdf, b"\0" * 3)
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width = picture.Height = 1
    picture.BitsPerComponent, picture.ColorSpace = 8, Name.DeviceRGB
    draw(pdf, "q 9 0 0 9 0 0 cm /I Do Q", XObject={"/I": pdf.make_indirect(picture)})


def profiled_picture(pdf: Pdf) -> None:
    screen_picture(pdf)
    profile = pdf.make_stream(b"sRGB")
    profile.N = 3
    space = Array([Name.ICCBased, profile])
    picture = pdf.pages[0].obj.Resources.XObject.I
    picture.ColorSpace = Array([Name.Indexed, space, 0, b"\0\0\0"])


def screen_gradient(pdf: Pdf) -> None:
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 1, 1])
    draw(pdf, "/S sh", Shading={"/S": pdf.make_indirect(shading)})


def screen_group(pdf: Pdf) -> None:
    pdf.pages[0].obj.Group.CS = Name.DeviceRGB


def loose_font(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    draw(pdf, "BT /H 9 Tf (a) Tj ET", Font={"/H": pdf.make_indirect(font)})


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (no_title, "it has no title"),
        (no_trapping, "it does not say whether it is trapped"),
        (no_claim, "it does not say that it is PDF/X-4"),
        (no_intent, "it has no output intents, and needs one"),
        (intent_of_a_screen, "its output intent has no profile of a press with four inks"),
        (intent_without_a_name, "its output intent does not name a printing condition"),
        (no_trim, "page 1: it does not say where it is cut"),
        (little_bleed, "page 1: its bleed is not 3 mm on each side"),
        (small_sheet, "page 1: crop marks have no room: the sheet needs 9 mm on each side"),
        (link, "page 1: it has links or notes, which cannot be printed"),
        (screen_colour, "page 1: colours of a screen (RGB) are left"),
        (screen_colour_in_a_group, f"a drawing {RGB}"),
        (screen_picture, f"a picture {RGB}"),
        (profiled_picture, f"a picture {RGB}"),
        (screen_gradient, f"a gradient or a group {RGB}"),
        (screen_group, f"a gradient or a group {RGB}"),
        (loose_font, 'the font "Helvetica" is not embedded'),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_fault_is_found_and_nothing_else(
    plant: Callable[[Pdf], object], said: str, good: bytes
) -> None:
    assert find_faults(good) == ()
    assert find_faults(changed(good, plant)) == (said,)


def test_another_version_of_pdf_is_a_fault(good: bytes) -> None:
    data = changed(good, lambda pdf: None).replace(b"%PDF-1.6", b"%PDF-1.7")
    assert find_faults(data) == ("it is PDF 1.7, where PDF/X-4 is PDF 1.6",)


def test_a_file_of_the_screen_is_nothing_for_a_press() -> None:
    assert "it does not say that it is PDF/X-4" in find_faults(painted())
    assert "page 1: colours of a screen (RGB) are left" in find_faults(painted())


def test_the_most_ink_on_one_spot_is_measured_inside_the_trim(
    good: bytes, ghostscript: str
) -> None:
    """A tenth of the page in 300 per cent; marks beyond the page have 400."""

    def cover(pdf: Pdf) -> None:
        draw(pdf, f"1 1 0 1 k {10 * MM} {10 * MM} {21 * MM} {297 * MM} re f")

    assert inspect(good, ghostscript, PLACE).ink[0].most < 250
    (page,) = inspect(changed(good, cover), ghostscript, PLACE).ink
    assert page.most == 300
    assert page.shares == pytest.approx((10, 10, 0, 10), abs=0.4)


def test_without_ghostscript_the_rest_is_said(good: bytes) -> None:
    found = inspect(good, None, PLACE)
    assert found.ink == ()
    assert found.condition == "FOGRA39"
    lines = list(preflight_lines(found))
    assert any(line.startswith('ink: not measured: the program "gs"') for line in lines)


def test_a_picture_has_its_resolution_where_it_is_drawn(good: bytes) -> None:
    def place(pdf: Pdf) -> None:
        screen_picture(pdf)
        picture = pdf.pages[0].obj.Resources.XObject.I
        picture.Width, picture.Height, picture.ColorSpace = 600, 300, Name.DeviceGray
        form = Stream(pdf, b"q 72 0 0 72 0 0 cm /I Do Q")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 99, 99])
        form.Matrix = Array([2, 0, 0, 2, 0, 0])
        form.Resources = Dictionary(XObject=Dictionary(I=picture))
        again = {"/I": picture, "/F": pdf.make_indirect(form)}
        draw(pdf, "q .5 0 0 .5 0 0 cm /F Do Q", XObject=again)

    found = inspect(changed(good, place), None, PLACE)
    assert found.pictures == (
        PlacedImage(1, 3.2, 3.2, (600, 300), 2400, is_grey=True),
        PlacedImage(1, 25.4, 25.4, (600, 300), 300, is_grey=True),
    )


def test_a_press_file_is_described_in_words(good: bytes) -> None:
    def write(pdf: Pdf) -> None:
        draw(pdf, "BT 0 0 0 1 k (ab) Tj (c) Tj .97 .81 0 0 k (d) Tj ET")

    found = inspect(changed(good, write), None, PLACE)
    ink = (PageInk(240, (24.2, 24.9, 0.8, 0)), PageInk(241, (1.0, 0, 0, 3)))
    assert list(preflight_lines(replace(found, ink=ink))) == [
        "printing condition: FOGRA39",
        "size: 210 × 297 mm after cutting, 3 mm bleed, sheet 230 × 317 mm with crop marks",
        "most ink on one spot: 241 per cent, on page 2",
        "ink on page 1, per cent of it: cyan 24.2, magenta 24.9, yellow 0.8, black 0",
        "ink on page 2, per cent of it: cyan 1, magenta 0, yellow 0, black 3",
        "inks of text: K 100; C 97 M 81",
        "pictures: none; all is drawn, and sharp at any size",
        "fonts: 0 fonts, all embedded",
    ]


@pytest.mark.parametrize("content", ["1 1 k 0 0 9 9 re f", "1 0 cm", "9 wrong"])
def test_a_damaged_page_is_a_fault_in_words(content: str, good: bytes) -> None:
    data = changed(good, lambda pdf: draw(pdf, content))
    assert inspect(data, None, PLACE).faults == ("page 1: what it draws cannot be read",)


def garbage(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(bytes(range(128, 256)) * 9)


def garbage_that_was_packed(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = packed = pdf.make_stream(b"")
    packed.write(b"\x00garbage" * 9, filter=Name.FlateDecode, type_check=False)


def no_resources(pdf: Pdf) -> None:
    draw(pdf, "/I Do BT /F 9 Tf ET /G gs")
    pdf.pages[0].obj.Resources = Dictionary()


def no_content(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = Name.Garbage


def huge_sheet(pdf: Pdf) -> None:
    pdf.pages[0].obj.MediaBox = Array([0, 0, 10**9, 10**9])


def cut_that_is_a_name(pdf: Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Name.Garbage


def cut_that_is_nothing(pdf: Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Array([9, 9, 9, 9])


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (garbage, "page 1: what it draws cannot be read"),
        (garbage_that_was_packed, "page 1: what it draws cannot be read"),
        (
            no_resources,
            "page 1: it draws with colours, pictures, fonts and settings that the file "
            "does not have",
        ),
        (
            no_content,
            "page 1: it has nothing to print, or what it draws cannot be read",
        ),
        (huge_sheet, "page 1: its sheet is none that a page can have"),
        (cut_that_is_a_name, "page 1: its cut is none that a page can have"),
        (cut_that_is_nothing, "page 1: its cut is none that a page can have"),
        (no_trim, "page 1: it does not say where it is cut"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_page_cannot_be_is_a_fault_in_words(
    plant: Callable[[Pdf], object], said: str, good: bytes, ghostscript: str
) -> None:
    found = inspect(changed(good, plant), ghostscript, PLACE)
    assert said in found.faults
    words = "\n".join(preflight_lines(found))
    assert "press file" not in words
    assert "codec" not in words
    assert "__" not in words
    assert "-7" not in words


def test_a_page_drawn_inside_itself_ends(good: bytes, tmp_path: Path) -> None:
    def loop(pdf: Pdf) -> None:
        form = pdf.make_indirect(Stream(pdf, b"/F Do"))
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        draw(pdf, "/F Do", XObject={"/F": form})

    assert inspect(changed(good, loop), None, PLACE).pictures == ()
