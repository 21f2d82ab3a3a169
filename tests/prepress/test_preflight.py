"""The preflight reports what the conversion can get wrong, and measures ink."""

import io
import sys
from collections.abc import Callable
from types import FrameType

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.prepress.pdfx import convert_to_pdfx
from pipeline.prepress.preflight import MAX_PAGES, Preflight, find_faults, inspect
from pipeline.problems import PipelineError, Place, Rule
from pipeline.report.verified import preflight_lines
from tests.prepress.samples import CONDITION, MM, document_with_squares

PLACE = Place("a.pdf")
RGB_OBJECT = "a picture, a group or a gradient is in RGB, Lab or calibrated grey"


@pytest.fixture(scope="module")
def good(ghostscript: str) -> bytes:
    return convert_to_pdfx(document_with_squares(), CONDITION, ghostscript, PLACE)


def saved_with(data: bytes, change: Callable[[Pdf], object], **options: bool) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        written = io.BytesIO()
        pdf.save(written, fix_metadata_version=False, **options)
        return written.getvalue()


def draw(pdf: Pdf, content: str, **resources: object) -> None:
    page = pdf.pages[0]
    for kind, values in resources.items():
        page.obj.Resources[f"/{kind}"] = Dictionary(values)  # type: ignore[arg-type]
    page.contents_add(pdf.make_stream(content.encode()))


def wrong_identification(pdf: Pdf) -> None:
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


def three_inks(pdf: Pdf) -> None:
    draw(pdf, "0.1 0.9 0.2 0.4 k 9 9 9 9 re f")


def three_inks_of_a_line(pdf: Pdf) -> None:
    draw(pdf, "0.3 0.1 0.05 0 K 0 0 m 9 9 l S")


def a_font(pdf: Pdf) -> dict[str, object]:
    return {"/H": pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3))}


def black_text_that_knocks_out(pdf: Pdf) -> None:
    draw(pdf, "0 0 0 1 k BT /H 9 Tf (a) Tj ET", Font=a_font(pdf))


def white_text_that_overprints(pdf: Pdf) -> None:
    """White text that overprints is invisible on paper."""
    state = {"/S": Dictionary(op=True, OPM=1)}
    text = "0 0 0 0 k /S gs BT /H 9 Tf (a) Tj ET"
    draw(pdf, text, Font=a_font(pdf), ExtGState=state)


def font_not_embedded(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    draw(pdf, "BT /H 9 Tf (a) Tj ET", Font={"/H": pdf.make_indirect(font)})


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (wrong_identification, "it does not identify itself as PDF/X-4 in PDF 1.6"),
        (no_intent, "it has 0 output intents and needs exactly one"),
        (intent_of_a_screen, "its output intent has no ICC profile of a CMYK press"),
        (intent_without_a_name, "its output intent does not name a printing condition"),
        (no_trim, "page 1: it has no TrimBox"),
        (little_bleed, "page 1: its bleed is not 3 mm on each side"),
        (small_sheet, "page 1: crop marks have no room: the sheet needs 9 mm on each side"),
        (screen_colour, "page 1: it draws in RGB"),
        (screen_colour_in_a_group, "a group or a pattern draws in RGB"),
        (screen_picture, RGB_OBJECT),
        (profiled_picture, RGB_OBJECT),
        (screen_gradient, RGB_OBJECT),
        (screen_group, RGB_OBJECT),
        (three_inks, "page 1: a colour has cyan, magenta and yellow"),
        (three_inks_of_a_line, "page 1: a colour has cyan, magenta and yellow"),
        (black_text_that_knocks_out, "page 1: black text does not overprint"),
        (white_text_that_overprints, "page 1: other text than black overprints"),
        (font_not_embedded, 'the font "Helvetica" is not embedded'),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_change_causes_exactly_one_fault(
    change: Callable[[Pdf], object], fault: str, good: bytes
) -> None:
    assert find_faults(good) == ()
    assert find_faults(saved_with(good, change)) == (fault,)


def test_another_version_of_pdf_is_a_fault(good: bytes) -> None:
    data = saved_with(good, lambda pdf: None).replace(b"%PDF-1.6", b"%PDF-1.7")
    assert find_faults(data) == ("it does not identify itself as PDF/X-4 in PDF 1.6",)


def test_a_screen_file_is_not_a_press_file() -> None:
    faults = find_faults(document_with_squares())
    assert "it does not identify itself as PDF/X-4 in PDF 1.6" in faults
    assert "page 1: it draws in RGB" in faults


def test_ink_coverage_is_measured_inside_the_trim(good: bytes, ghostscript: str) -> None:
    """A tenth of the page is covered with two inks; marks beyond the page with four."""

    def cover(pdf: Pdf) -> None:
        rectangle = " ".join(str(mm * MM) for mm in (10, 10, 21, 297))
        draw(pdf, f"1 1 0 0 k {rectangle} re f")

    (page,) = inspect(saved_with(good, cover), ghostscript, PLACE).ink
    assert page == pytest.approx((10, 10, 0, 0), abs=0.4)


def test_without_ghostscript_ink_is_not_measured(good: bytes) -> None:
    preflight = inspect(good, None, PLACE)
    assert preflight.ink == ()
    assert preflight.condition == "FOGRA39"
    assert 'program "gs" is missing' in preflight.ink_error


def test_ink_of_a_file_with_faults_is_not_measured(good: bytes, ghostscript: str) -> None:
    preflight = inspect(saved_with(good, no_trim), ghostscript, PLACE)
    assert (preflight.ink, preflight.bleed) == ((), None)
    assert preflight.ink_error == "the file has faults"


def forms_that_draw_forms(pdf: Pdf) -> None:
    """Draw a line 10 to the power of 12 times."""
    form: Stream | None = None
    for _ in range(13):
        inner, form = form, Stream(pdf, b"/F Do " * 10 if form else b"0 0 m 9 9 l S")
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
        if inner:
            form.Resources = Dictionary(XObject={"/F": pdf.make_indirect(inner)})
    draw(pdf, "/F Do", XObject={"/F": pdf.make_indirect(form)})


def test_a_file_whose_ink_takes_too_long_is_over_a_limit(
    good: bytes, ghostscript: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.prepress.preflight._MAX_INK_SECONDS", 1)
    with pytest.raises(PipelineError) as caught:
        inspect(saved_with(good, forms_that_draw_forms), ghostscript, PLACE)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.place) == (Rule.RESOURCE_LIMIT, PLACE)
    message = "Ghostscript could not measure the ink: it took longer than 1 seconds"
    assert problem.message == message


def test_the_size_and_the_embedded_fonts_are_reported(good: bytes) -> None:
    def embedded_font(pdf: Pdf) -> None:
        font_not_embedded(pdf)
        font = pdf.pages[0].obj.Resources.Font.H
        font.BaseFont = Name("/ABCDEF+Carlito")
        font.FontDescriptor = Dictionary(FontFile2=pdf.make_stream(b""))

    preflight = inspect(saved_with(good, embedded_font), None, PLACE)
    assert (preflight.trim, preflight.sheet) == ((210, 297), (230, 317))
    assert preflight.bleed == 3
    assert preflight.fonts == ("Carlito",)


def test_a_report_has_one_line_for_each_property() -> None:
    preflight = Preflight(
        condition="FOGRA39",
        sheet=(230, 317),
        trim=(210, 297),
        bleed=3,
        ink=((24.2, 24.9, 0.8, 0), (1.0, 0, 0, 3)),
        ink_error="",
        fonts=("Carlito",),
        faults=(),
    )
    assert list(preflight_lines(preflight)) == [
        "printing condition: FOGRA39",
        "size: 210 × 297 mm after cutting, 3 mm bleed, sheet 230 × 317 mm with crop marks",
        "ink coverage of page 1, per cent: cyan 24.2, magenta 24.9, yellow 0.8, black 0",
        "ink coverage of page 2, per cent: cyan 1, magenta 0, yellow 0, black 3",
        "fonts: 1 embedded font",
    ]


def no_pages(pdf: Pdf) -> None:
    del pdf.pages[0]


def invalid_compressed_content(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = stream = pdf.make_stream(b"")
    stream.write(b"\x00garbage" * 9, filter=Name.FlateDecode, type_check=False)


def trim_box_that_is_a_name(pdf: Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Name.Garbage


def intent_without_a_profile(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents[0].DestOutputProfile


@pytest.mark.parametrize(
    "damage",
    [
        no_pages,
        invalid_compressed_content,
        trim_box_that_is_a_name,
        intent_without_a_profile,
    ],
)
def test_a_damaged_file_is_unreadable(
    damage: Callable[[Pdf], object], good: bytes, ghostscript: str
) -> None:
    with pytest.raises(PipelineError) as caught:
        inspect(saved_with(good, damage), ghostscript, PLACE)
    assert [p.rule for p in caught.value.problems] == [Rule.PDF_UNREADABLE]


def test_bytes_that_are_not_a_pdf_are_unreadable() -> None:
    with pytest.raises(PipelineError) as caught:
        inspect(b"no PDF", None, PLACE)
    assert [p.rule for p in caught.value.problems] == [Rule.PDF_UNREADABLE]


def count_calls(pdf: bytes) -> tuple[int, int]:
    """Count the calls of find_faults, and the content streams that it parses."""
    calls = parsed = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls, parsed
        calls += event in ("call", "c_call")
        parsed += event == "call" and frame.f_code.co_name == "parse_content_stream"

    sys.setprofile(count)
    try:
        find_faults(pdf)
    finally:
        sys.setprofile(None)
    return calls, parsed


def test_operators_that_set_no_colour_need_no_python_call(good: bytes) -> None:
    """Each was once a Python object: a stream of 4 MB took 2 GB."""

    def lines(number: int) -> bytes:
        return saved_with(good, lambda pdf: draw(pdf, "0 0 m 9 9 l S " * number))

    few, many = count_calls(lines(2_000)), count_calls(lines(8_000))
    assert many == few


def test_a_content_stream_of_many_pages_is_parsed_once(good: bytes) -> None:
    def repeat(pdf: Pdf, number: int) -> None:
        pdf.pages[0].contents_coalesce()
        for _ in range(number - 1):
            pdf.pages.append(pdf.pages[0])

    few, many = (
        count_calls(saved_with(good, lambda p, n=n: repeat(p, n))) for n in (10, 40)
    )
    assert many[1] == few[1]
    assert many[0] < 5 * few[0]


def test_a_file_of_too_many_pages_is_not_inspected(good: bytes) -> None:
    def repeat(pdf: Pdf) -> None:
        for _ in range(MAX_PAGES):
            pdf.pages.append(pdf.pages[0])

    with pytest.raises(PipelineError) as caught:
        inspect(saved_with(good, repeat), None, PLACE)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.place) == (Rule.RESOURCE_LIMIT, PLACE)
    assert problem.message == "the file has 1,001 pages; the limit is 1,000"
