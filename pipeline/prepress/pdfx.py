"""Convert a document into PDF/X-4 (ISO 15930-7), the file that a print shop takes.

Input: a PDF in sRGB whose pages are larger than their TrimBox (`bleed` in
styles/profiles/press.css). Output: the same pages in the four inks of a printing condition,
with 3 mm of bleed and crop marks. Grey and black become black ink alone: small text in four
inks would blur when they are out of register. Ghostscript converts the other colours. The
same input gives the same bytes: Ghostscript writes the time and random numbers into a file,
so these are replaced by dates of the content and an identifier of the document.
"""

import hashlib
import io
import uuid
from collections.abc import Iterator, Sequence
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
from pipeline.prepress.crop_marks import Box, add_marks, bleed_box
from pipeline.prepress.ghostscript import ghostscript_failure, run_ghostscript
from pipeline.problems import Place

STANDARD = "PDF/X-4"
# The key by which pikepdf finds the standard in the XMP packet.
STANDARD_KEY = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"

# Operators for RGB colours, and those for CMYK colours.
_CMYK_OPERATORS = {"rg": "k", "RG": "K"}
# Operators of tagged content: a sheet of paper is not read by a screen reader.
_TAG_OPERATORS = {"BMC", "BDC", "EMC", "MP", "DP"}
_SCREEN_KEYS = ("/Annots", "/StructParents", "/Tabs", "/AF")
_SOFT_MASKS = (Name.Luminosity, Name.Alpha)
# Pictures of more than 600 pixels per inch are reduced to 400, twice the
# frequency of a fine halftone screen (200 lpi). Rendering intent 1 is relative
# colorimetric: paper stays white, and the colours of the brand are reproduced exactly.
_CONVERT = (
    *("-sDEVICE=pdfwrite", "-dPDFSETTINGS=/prepress", "-dCompatibilityLevel=1.6"),
    *("-dAutoRotatePages=/None", "-dRenderIntent=1"),
    *("-dColorImageResolution=400", "-dGrayImageResolution=400"),
    *("-sColorConversionStrategy=CMYK", "-sProcessColorModel=DeviceCMYK"),
    *("--permit-file-read=condition.icc", "-sOutputICCProfile=condition.icc"),
    *("-o", "inked.pdf", "document.pdf"),
)
_INFORMATION_KEYS = (
    *("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"),
    *("/InformationDate", "/DocumentSymbol", "/EditionCode", "/Toolchain"),
)
# The International Color Consortium registers printing conditions of these names.
_REGISTRY = "http://www.color.org"
_REGISTERED = "FOGRA"


@dataclass(frozen=True)
class PrintingCondition:
    """A printing condition: the name by which print shops know it, and its ICC profile."""

    name: str
    icc_profile: bytes


@dataclass(frozen=True)
class _Description:
    """The metadata of a document: information, name, identifier, date and language."""

    information: dict[str, str]
    document: str
    identifier: str
    date: datetime
    language: str


def convert_to_pdfx(
    pdf: bytes,
    condition: PrintingCondition,
    ghostscript: str | None,
    place: Place,
    document: str,
) -> bytes:
    """Convert a document into a press file; the same input gives the same bytes.

    `document` is its name, written into the file; `place` is the place of a problem.
    Raises PipelineError when Ghostscript is missing or fails.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source:
        description = _read_description(source, pdf + condition.icc_profile, document)
        _prepare(source)
        prepared = _saved(source)
    with _convert_colours(prepared, condition, ghostscript, place) as press:
        _set_group_colour_spaces(press)
        _drop_unused_colour_spaces(press)
        for page in press.pages:
            page.obj.Group = Dictionary(
                Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
            )
            add_marks(press, page)
        _write_description(press, description)
        press.Root.OutputIntents = Array([_output_intent(press, condition)])
        return _saved(press, force_version="1.6")


def _saved(pdf: Pdf, **options: Any) -> bytes:
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


# --- Before Ghostscript: content for print alone, black in black ink ---


def _prepare(pdf: Pdf) -> None:
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[key]
    for page in pdf.pages:
        for key in _SCREEN_KEYS:
            if key in page:
                del page[key]
        content = _in_black_ink(page)
        page.obj.Contents = pdf.make_stream(_clip(bleed_box(page)) + content + b"\nQ")
    for stream in drawn_streams(pdf):
        stream.write(_in_black_ink(stream))


def _in_black_ink(content: Page | Stream) -> bytes:
    """Return a content stream without tags, its RGB greys in black ink."""
    kept: list[tuple[Sequence[Any], Operator]] = []
    for instruction in pikepdf.parse_content_stream(content):
        name, operands = str(instruction.operator), list(instruction.operands)
        if name in _TAG_OPERATORS:
            continue
        if name in _CMYK_OPERATORS and len({float(part) for part in operands}) == 1:
            ink = round(1 - float(operands[0]), 6)
            kept.append(([0, 0, 0, ink], Operator(_CMYK_OPERATORS[name])))
        else:
            kept.append((operands, instruction.operator))
    return pikepdf.unparse_content_stream(kept)


def _clip(box: Box) -> bytes:
    """Clip a page to its bleed: only crop marks stand beyond it."""
    left, bottom, right, top = box
    size = f"{right - left:.4f} {top - bottom:.4f}"
    return f"q {left:.4f} {bottom:.4f} {size} re W n\n".encode()


# --- Ghostscript, and what it leaves to be corrected ---


def _convert_colours(
    pdf: bytes, condition: PrintingCondition, ghostscript: str | None, place: Place
) -> Pdf:
    with TemporaryDirectory(prefix="briefs-press-") as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(pdf)
        (folder / "condition.icc").write_bytes(condition.icc_profile)
        run_ghostscript(ghostscript, _CONVERT, folder, place)
        try:
            return pikepdf.open(io.BytesIO((folder / "inked.pdf").read_bytes()))
        except (FileNotFoundError, pikepdf.PdfError) as error:
            raise ghostscript_failure(place, "its output is not a complete PDF") from error


def _set_group_colour_spaces(pdf: Pdf) -> None:
    """Let transparency groups blend in CMYK, and soft masks in grey.

    Ghostscript 10.05 converts the colours in a group, and leaves the group itself in RGB.
    """
    masks = {mask.G.objgen for mask in _soft_masks(pdf)}
    for stream in drawn_streams(pdf):
        if "/Group" in stream:
            is_mask = stream.objgen in masks
            stream.Group.CS = Name.DeviceGray if is_mask else Name.DeviceCMYK


def _soft_masks(pdf: Pdf) -> Iterator[Any]:
    for value in pdf.objects:
        if isinstance(value, Dictionary):
            for mask in (value, value.get("/SMask")):
                if isinstance(mask, Dictionary) and mask.get("/S") in _SOFT_MASKS:
                    yield mask


def _drop_unused_colour_spaces(pdf: Pdf) -> None:
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


# --- Metadata and output intent ---


def _read_description(pdf: Pdf, data: bytes, document: str) -> _Description:
    """Read the metadata of a document, which Ghostscript drops.

    The identifier follows from `data`, the bytes that the press file is made from.
    """
    digest = hashlib.sha256(data + document.encode()).digest()
    return _Description(
        {key: str(pdf.docinfo[key]) for key in _INFORMATION_KEYS if key in pdf.docinfo},
        document,
        f"uuid:{uuid.UUID(bytes=digest[:16], version=5)}",
        _date_of(pdf),
        str(pdf.Root.get("/Lang", "")),
    )


def _date_of(pdf: Pdf) -> datetime:
    """The day of issue; without one, the first day of the information date."""
    if issued := str(pdf.docinfo.get("/CreationDate", "")):
        return decode_pdf_date(issued).astimezone(UTC)
    information_date = str(pdf.docinfo["/InformationDate"])
    first_day = InformationDate.parse(information_date).first_day
    return datetime.combine(first_day, time(), UTC)


def _write_description(pdf: Pdf, description: _Description) -> None:
    del pdf.trailer.ID  # from the clock; pikepdf would keep its first half
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    date = f"D:{description.date:%Y%m%d%H%M%S}Z"
    own = {"/CreationDate": date, "/ModDate": date, "/Document": description.document}
    for key, value in {**description.information, **own}.items():
        pdf.docinfo[key] = value
    pdf.docinfo["/Trapped"] = Name("/False")
    if description.language:
        pdf.Root.Lang = description.language
    metadata = Stream(pdf, _xmp_packet(description))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)


def _output_intent(pdf: Pdf, condition: PrintingCondition) -> Object:
    icc_profile = pdf.make_stream(condition.icc_profile)
    icc_profile.N, icc_profile.Alternate = 4, Name.DeviceCMYK
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, Info=condition.name)
    intent.OutputConditionIdentifier = condition.name
    intent.DestOutputProfile = icc_profile
    if condition.name.startswith(_REGISTERED):
        intent.RegistryName = _REGISTRY
    return pdf.make_indirect(intent)


_XMP = (
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


def _xmp_packet(description: _Description) -> bytes:
    """The XMP packet with all properties that PDF/X-4 requires."""
    information = description.information
    return _XMP.format(
        standard=STANDARD,
        producer=escape(information.get("/Producer", "")),
        creator=escape(information.get("/Creator", "")),
        date=f"{description.date:%Y-%m-%dT%H:%M:%SZ}",
        identifier=description.identifier,
        title=escape(information.get("/Title", "")),
    ).encode()
