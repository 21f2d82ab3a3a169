"""Pages and pictures for tests of prepress."""

import io

import pikepdf
from PIL import Image

from pipeline.model.pdf_identity import PdfIdentity
from pipeline.prepress.pdfx import PrintingCondition
from pipeline.project import BUNDLED

MM = 72 / 25.4  # in points
PROFILE = (BUNDLED / "styles" / "icc" / "FOGRA39.icc").read_bytes()
CONDITION = PrintingCondition("FOGRA39", PROFILE)


def document_with_squares() -> bytes:
    """A document of one page: a grey square and a blue one."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(230 * MM, 317 * MM))
    page.obj.TrimBox = pikepdf.Array([10 * MM, 10 * MM, 220 * MM, 307 * MM])
    page.obj.Contents = pdf.make_stream(
        b".1 .1 .1 rg 50 50 9 9 re f 0 0 1 rg 99 9 9 9 re f"
    )
    pdf.docinfo["/Title"] = "A title"
    identity = PdfIdentity(document="brief_2017_en_press", information_date="2017-03")
    pdf.Root.Metadata = pdf.make_stream(identity.written_into())
    data = io.BytesIO()
    pdf.save(data, deterministic_id=True, fix_metadata_version=False)
    return data.getvalue()


def photograph(mode: str = "RGB", size: tuple[int, int] = (640, 360)) -> bytes:
    """A JPEG with all tones, from black to bright colours."""
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (across, down, Image.new("L", size, 40))).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def half_transparent() -> bytes:
    """A PNG that is transparent at one side and red at the other."""
    picture = Image.new("RGBA", (600, 300), (200, 30, 60, 255))
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize((600, 300)))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


# A gradient that becomes transparent, a pattern of grey lines, a translucent background.
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 30">
<defs><linearGradient id="g"><stop offset="0" stop-color="#ff0000"/>
<stop offset="1" stop-color="#0000ff" stop-opacity=".5"/></linearGradient>
<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse">
<path d="M0 0 4 4" stroke="#333333"/></pattern></defs>
<rect width="40" height="20" fill="url(#g)"/>
<rect x="40" width="40" height="20" fill="url(#p)"/>
<rect y="20" width="80" height="9" fill="#00aa00" fill-opacity=".4"/></svg>
"""
BRIEF = """\
title: A title
sections:
  - heading: A heading
    blocks:
      - text: Some text.
      - picture: {file: photo.jpg, alt: A photograph.}
      - picture: {file: fine.jpg, alt: A photograph with more pixels than a press shows.}
      - picture: {file: grey.jpg, alt: A photograph in grey.}
      - picture: {file: clear.png, alt: A drawing that one sees through.}
      - picture: {file: drawing.svg, alt: A drawing.}
"""
FILES: dict[str, str | bytes | None] = {
    "content/brief/2017/en.yaml": BRIEF,
    "content/brief/2017/photo.jpg": photograph(),
    "content/brief/2017/fine.jpg": photograph(size=(3200, 1800)),
    "content/brief/2017/grey.jpg": photograph("L"),
    "content/brief/2017/clear.png": half_transparent(),
    "content/brief/2017/drawing.svg": DRAWING,
}
