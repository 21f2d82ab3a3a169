"""Convert a document into PDF/X-4 (ISO 15930-7), the file that a print shop takes.

Input: a PDF in sRGB whose pages are larger than their TrimBox (`bleed` in
styles/profiles/press.css). Output: the same pages in the four inks of a printing condition,
with 3 mm of bleed and crop marks. Greys, and colours that one or two inks match, are
converted here: small text in four inks would blur, as a press does not register exactly.
Ghostscript converts the others; inks.py limits inks, and lets black text overprint. The
time and the random numbers that Ghostscript writes are replaced by values from the content.
"""

import hashlib
import io
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Operator, Page, Pdf, Stream
from pikepdf.models.metadata import decode_pdf_date

from pipeline.model.dates import InformationDate
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.scripts import direction
from pipeline.prepress.ghostscript import ghostscript_failure, run_ghostscript
from pipeline.prepress.inks import Inks, few_ink_mapper, limit_inks
from pipeline.problems import Place

MM = 72 / 25.4  # in points
BLEED_MM = 3.0
# Crop marks begin outside the bleed, and end within the margin around the trimmed page.
MARKS_FROM_MM, MARGIN_MM = 4.0, 9.0

STANDARD = "PDF/X-4"
# The key by which pikepdf finds the standard in the XMP packet.
XMP_KEY = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"

# The operators that set an RGB colour, and those that set a CMYK colour.
_RGB_TO_CMYK = {"rg": "k", "RG": "K"}
# The operators of tagged content, which a press file does not need.
_TAG_OPERATORS = {"BMC", "BDC", "EMC", "MP", "DP"}
_SCREEN_KEYS = ("/Annots", "/StructParents", "/Tabs", "/AF")
_SOFT_MASKS = (Name.Luminosity, Name.Alpha)
# Pictures of more than 600 pixels per inch are reduced to 400, twice the
# frequency of a fine halftone screen (200 lpi). Rendering intent 1 is relative
# colorimetric: paper stays white, and printable colours are reproduced exactly.
_GHOSTSCRIPT_ARGUMENTS = (
    *("-sDEVICE=pdfwrite", "-dPDFSETTINGS=/prepress", "-dCompatibilityLevel=1.6"),
    *("-dAutoRotatePages=/None", "-dRenderIntent=1"),
    *("-dColorImageResolution=400", "-dGrayImageResolution=400"),
    *("-sColorConversionStrategy=CMYK", "-sProcessColorModel=DeviceCMYK"),
    *("--permit-file-read=condition.icc", "-sOutputICCProfile=condition.icc"),
    *("-o", "inked.pdf", "document.pdf"),
)
# The International Color Consortium registers printing conditions whose names begin so.
_ICC_REGISTRY = "http://www.color.org"
_REGISTERED_PREFIX = "FOGRA"


@dataclass(frozen=True)
class PrintingCondition:
    """A printing condition: the name by which print shops know it, and its ICC profile."""

    name: str
    icc_profile: bytes


def convert_to_pdfx(
    pdf: bytes, condition: PrintingCondition, ghostscript: str | None, place: Place
) -> bytes:
    """Convert a document into a press file; the same input gives the same bytes.

    `place` is the place of a problem. Raises PipelineError when Ghostscript is missing or
    fails.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source:
        _prepare_for_press(source, condition.icc_profile)
        prepared = _to_bytes(source)
    with (
        pikepdf.open(io.BytesIO(pdf)) as source,
        _convert_colours(prepared, condition, ghostscript, place) as press,
    ):
        _set_group_colour_spaces(press)
        _delete_unused_colour_spaces(press)
        contents = [*press.pages, *drawn_streams(press)]
        limit_inks(press, contents, condition.icc_profile)
        for page in press.pages:
            page.obj.Group = Dictionary(
                Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
            )
            _add_crop_marks(press, page)
        _write_metadata(press, source, pdf + condition.icc_profile)
        press.Root.OutputIntents = Array([_output_intent(press, condition)])
        return _to_bytes(press, force_version="1.6")


def _to_bytes(pdf: Pdf, **options: Any) -> bytes:
    output = io.BytesIO()
    # The metadata is complete; pikepdf would write it again.
    pdf.save(output, deterministic_id=True, fix_metadata_version=False, **options)
    return output.getvalue()


def drawn_streams(pdf: Pdf) -> Iterator[Stream]:
    """Yield the content streams that pages draw by name: groups and pattern tiles."""
    for value in pdf.objects:
        if isinstance(value, Stream) and (
            value.get("/Subtype") == Name.Form or value.get("/PatternType") == 1
        ):
            yield value


def _prepare_for_press(pdf: Pdf, icc_profile: bytes) -> None:
    to_few_inks = few_ink_mapper(icc_profile)
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[key]
    for page in pdf.pages:
        for key in _SCREEN_KEYS:
            if key in page:
                del page[key]
        # Only crop marks stand beyond the bleed.
        left, bottom, right, top = _bleed_box(page)
        size = f"{right - left:.4f} {top - bottom:.4f}"
        clip = f"q {left:.4f} {bottom:.4f} {size} re W n\n".encode()
        content = _convert_matched_colours(page, to_few_inks)
        page.obj.Contents = pdf.make_stream(clip + content + b"\nQ")
    for stream in drawn_streams(pdf):
        stream.write(_convert_matched_colours(stream, to_few_inks))


def _convert_matched_colours(
    content: Page | Stream, to_few_inks: Callable[[Inks], Inks | None]
) -> bytes:
    """Remove tags; convert greys, and colours that one or two inks match, to CMYK."""
    instructions: list[tuple[Sequence[Any], Operator]] = []
    for instruction in pikepdf.parse_content_stream(content):
        name, operands = str(instruction.operator), list(instruction.operands)
        if name in _TAG_OPERATORS:
            continue
        if name in _RGB_TO_CMYK and len({float(part) for part in operands}) == 1:
            ink = round(1 - float(operands[0]), 6)
            instructions.append(([0, 0, 0, ink], Operator(_RGB_TO_CMYK[name])))
        elif name in _RGB_TO_CMYK and (inks := to_few_inks(tuple(map(float, operands)))):
            instructions.append((list(inks), Operator(_RGB_TO_CMYK[name])))
        else:
            instructions.append((operands, instruction.operator))
    return pikepdf.unparse_content_stream(instructions)


def _convert_colours(
    pdf: bytes, condition: PrintingCondition, ghostscript: str | None, place: Place
) -> Pdf:
    with TemporaryDirectory(prefix="briefs-press-") as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(pdf)
        (folder / "condition.icc").write_bytes(condition.icc_profile)
        run_ghostscript(ghostscript, _GHOSTSCRIPT_ARGUMENTS, folder, place)
        try:
            return pikepdf.open(io.BytesIO((folder / "inked.pdf").read_bytes()))
        except (FileNotFoundError, pikepdf.PdfError) as error:
            raise ghostscript_failure(place, "its output is not a complete PDF") from error


def _set_group_colour_spaces(pdf: Pdf) -> None:
    """Set the colour space of transparency groups to CMYK, and of soft masks to grey.

    Ghostscript 10.05 converts the colours in a group, and leaves the group itself in RGB.
    """
    dictionaries = [value for value in pdf.objects if isinstance(value, Dictionary)]
    masks = {
        mask.G.objgen
        for dictionary in dictionaries
        for mask in (dictionary, dictionary.get("/SMask"))
        if isinstance(mask, Dictionary) and mask.get("/S") in _SOFT_MASKS
    }
    for stream in drawn_streams(pdf):
        if "/Group" in stream:
            is_mask = stream.objgen in masks
            stream.Group.CS = Name.DeviceGray if is_mask else Name.DeviceCMYK


def _delete_unused_colour_spaces(pdf: Pdf) -> None:
    """Delete the colour spaces that Ghostscript lists and no content uses."""
    contents = [*pdf.pages, *drawn_streams(pdf)]
    used = {
        str(instruction.operands[0])
        for content in contents
        for instruction in pikepdf.parse_content_stream(content)
        if str(instruction.operator) in ("cs", "CS")
    }
    for content in contents:
        dictionary = content.obj if isinstance(content, Page) else content
        spaces = dictionary.get("/Resources", Dictionary()).get("/ColorSpace", Dictionary())
        for name in set(spaces.keys()) - used:
            del spaces[name]


def _write_metadata(pdf: Pdf, source: Pdf, data: bytes) -> None:
    """Write the metadata of the document `source`, which the conversion loses or replaces.

    The identifier follows from `data`, the bytes that the press file is made from.
    """
    identity = PdfIdentity.from_xmp(source.Root.Metadata.read_bytes()) or PdfIdentity()
    information = {key: str(value) for key, value in source.docinfo.items()}
    day_of_issue = _date_of(information, identity)
    del pdf.trailer.ID  # from the clock; pikepdf would keep its first half
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    date = f"D:{day_of_issue:%Y%m%d%H%M%S}Z"
    for key, value in {**information, "/CreationDate": date, "/ModDate": date}.items():
        pdf.docinfo[key] = value
    pdf.docinfo["/Trapped"] = Name("/False")
    if language := str(source.Root.get("/Lang", "")):
        pdf.Root.Lang = language
        # Not in a brief for readers: Chrome would copy its Latin words in reverse.
        if direction(language) == "rtl":
            pdf.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)
    packet = _XMP_TEMPLATE.format(
        standard=STANDARD,
        producer=escape(information.get("/Producer", "")),
        creator=escape(information.get("/Creator", "")),
        date=f"{day_of_issue:%Y-%m-%dT%H:%M:%SZ}",
        identifier=f"uuid:{uuid.UUID(bytes=hashlib.sha256(data).digest()[:16], version=5)}",
        title=escape(information.get("/Title", "")),
    )
    stream = Stream(pdf, identity.written_into(packet.encode()))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(stream)


def _date_of(information: Mapping[str, str], identity: PdfIdentity) -> datetime:
    """Return the day of issue; without one, the first day of the information date."""
    if issued := information.get("/CreationDate"):
        return decode_pdf_date(issued).astimezone(UTC)
    first_day = InformationDate.parse(identity.information_date).first_day
    return datetime.combine(first_day, time(), UTC)


def _output_intent(pdf: Pdf, condition: PrintingCondition) -> Object:
    icc_profile = pdf.make_stream(condition.icc_profile)
    icc_profile.N, icc_profile.Alternate = 4, Name.DeviceCMYK
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, Info=condition.name)
    intent.OutputConditionIdentifier = condition.name
    intent.DestOutputProfile = icc_profile
    if condition.name.startswith(_REGISTERED_PREFIX):
        intent.RegistryName = _ICC_REGISTRY
    return pdf.make_indirect(intent)


# The XMP packet with all properties that PDF/X-4 requires.
_XMP_TEMPLATE = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
    ' xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:x="adobe:ns:meta/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
    '<rdf:RDF><rdf:Description rdf:about="">'
    "<pdfxid:GTS_PDFXVersion>{standard}</pdfxid:GTS_PDFXVersion>"
    "<pdf:Trapped>False</pdf:Trapped><pdf:Producer>{producer}</pdf:Producer>"
    "<xmp:CreatorTool>{creator}</xmp:CreatorTool><xmp:CreateDate>{date}</xmp:CreateDate>"
    "<xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:MetadataDate>{date}</xmp:MetadataDate>"
    "<xmpMM:DocumentID>{identifier}</xmpMM:DocumentID>"
    "<xmpMM:VersionID>1</xmpMM:VersionID>"
    "<xmpMM:RenditionClass>default</xmpMM:RenditionClass><dc:title><rdf:Alt>"
    '<rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)


def _bleed_box(page: Page) -> tuple[float, float, float, float]:
    """Return the trim box of a page with 3 mm of bleed on each side, in points."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    bleed = BLEED_MM * MM
    return left - bleed, bottom - bleed, right + bleed, top + bleed


def _add_crop_marks(pdf: Pdf, page: Page) -> None:
    """Set the boxes of a page, and draw crop and registration marks outside the bleed.

    They are printed in all inks, to show whether the press registers these.
    """
    page.bleedbox = Array([round(edge, 4) for edge in _bleed_box(page)])
    for name in ("/CropBox", "/ArtBox"):
        if name in page:
            del page[name]
    if "/ColorSpace" not in page.obj.Resources:
        page.obj.Resources.ColorSpace = Dictionary()
    every_ink = Dictionary(
        FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1
    )
    page.obj.Resources.ColorSpace.EveryInk = Array(
        [Name.Separation, Name.All, Name.DeviceCMYK, every_ink]
    )
    lines = " ".join(
        f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S"
        for x1, y1, x2, y2 in _crop_mark_lines(page)
    )
    page.contents_add(pdf.make_stream(f"q /EveryInk CS 1 SCN 0.25 w {lines} Q".encode()))


def _crop_mark_lines(page: Page) -> Iterator[tuple[float, float, float, float]]:
    """Yield two lines at each corner, and a cross in the middle of each side."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    near, far = MARKS_FROM_MM * MM, MARGIN_MM * MM
    for x, outward in ((left, -1), (right, 1)):
        for y, upward in ((bottom, -1), (top, 1)):
            yield x + outward * near, y, x + outward * far, y
            yield x, y + upward * near, x, y + upward * far
    centre_x, centre_y = (left + right) / 2, (bottom + top) / 2
    middle, arm = (near + far) / 2, (far - near) / 2
    for x, y in (
        *((left - middle, centre_y), (right + middle, centre_y)),
        *((centre_x, bottom - middle), (centre_x, top + middle)),
    ):
        yield x - arm, y, x + arm, y
        yield x, y - arm, x, y + arm
