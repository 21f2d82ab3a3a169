"""Turn a document as it was painted into what a print shop takes: PDF/X-4 (ISO 15930-7).

Shape in: a PDF in sRGB, whose pages are larger than what is cut out of them (`bleed` in
styles/profiles/press.css). Shape out: the same pages in the four inks of a printing
condition, with 3 mm of bleed, crop marks, and what the standard wants a file to say of
itself. Grey and black become black ink alone, or small text would be printed in four inks
that miss each other. Ghostscript turns the other colours into inks; all that it says of the
time and of itself is replaced, so that the same input gives the same bytes.
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
from xml.etree import ElementTree

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Page, Pdf, Stream

from pipeline.content.dates import InformationDate
from pipeline.errors import Place
from pipeline.paper.ghostscript import run_ghostscript

_MM = 72 / 25.4
BLEED_MM = 3.0
# Crop marks begin where nothing is printed any more; all of it has room in 10 mm.
_MARK_FROM_MM, _MARK_TO_MM = 4.0, 9.0
MARGIN_MM = _MARK_TO_MM
_INK = {"rg": "k", "RG": "K"}
# What tells a screen reader what is what: the sheet of paper has no use for it.
_TAGGING = {"BMC", "BDC", "EMC", "MP", "DP"}
_OF_A_PAGE_ON_SCREEN = ("/Annots", "/StructParents", "/Tabs", "/AF")
# Perceptual quality, no picture made smaller, colours into inks by the profile; relative
# colorimetric, so that paper stays white and the colours of the brand are met.
_CONVERT = (
    "-sDEVICE=pdfwrite",
    "-dPDFSETTINGS=/prepress",
    "-dCompatibilityLevel=1.6",
    "-dAutoRotatePages=/None",
    *(f"-dDownsample{kind}Images=false" for kind in ("Color", "Gray", "Mono")),
    "-sColorConversionStrategy=CMYK",
    "-sProcessColorModel=DeviceCMYK",
    "--permit-file-read=condition.icc",
    "-sOutputICCProfile=condition.icc",
    "-dRenderIntent=1",
    "-o",
    "inked.pdf",
    "document.pdf",
)
_KEPT = (
    *("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"),
    *("/InformationDate", "/DocumentSymbol", "/Toolchain"),
)
# The ICC registers these; what it does not know has no registry.
_REGISTRY = "http://www.color.org"
_REGISTERED = "FOGRA"


@dataclass(frozen=True)
class Condition:
    """A printing condition: the name by which print shops know it, and its ICC profile."""

    name: str
    profile: bytes


def make_press(
    pdf: bytes, condition: Condition, ghostscript: str | None, place: Place, document: str
) -> bytes:
    """Make the press file of a document; the same input gives the same bytes.

    `document` is its name, written into the file; `place` is what a problem is about.
    Raises PipelineError when Ghostscript is missing or does not succeed.
    """
    with pikepdf.open(io.BytesIO(pdf)) as painted:
        digest = hashlib.sha256(pdf + condition.profile + document.encode())
        about = _About(painted, document, digest.digest())
        _prepare(painted)
        ready = _saved(painted)
    inked = _convert(ready, condition, ghostscript, place)
    with pikepdf.open(io.BytesIO(inked)) as press:
        for page in press.pages:
            _set_boxes(page)
            _draw_marks(press, page)
            page.obj.Group = Dictionary(
                Type=Name.Group, S=Name.Transparency, CS=Name.DeviceCMYK, I=True
            )
        _describe(press, about, condition)
        return _saved(press, force_version="1.6")


def _saved(pdf: Pdf, **how: Any) -> bytes:
    written = io.BytesIO()
    # The metadata is written here, as it is meant.
    pdf.save(written, deterministic_id=True, fix_metadata_version=False, **how)
    return written.getvalue()


# --- Before Ghostscript ---


def _prepare(pdf: Pdf) -> None:
    """Leave what is printed: the marks on the pages, black in black ink."""
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[key]
    for page in pdf.pages:
        for key in _OF_A_PAGE_ON_SCREEN:
            if key in page:
                del page[key]
        content = _in_black_ink(page)
        page.obj.Contents = pdf.make_stream(_clip(_bleed_box(page)) + content + b"\nQ")
    for stream in _streams_drawn(pdf):
        stream.write(_in_black_ink(stream))


def _streams_drawn(pdf: Pdf) -> Iterator[Stream]:
    """What pages draw by name: groups, and the tiles of patterns."""
    for found in pdf.objects:
        if isinstance(found, Stream) and (
            found.get("/Subtype") == "/Form" or found.get("/PatternType") == 1
        ):
            yield found


def _in_black_ink(drawn: Page | Stream) -> bytes:
    """The same marks, without tags; red, green and blue alike become black ink."""
    kept: list[tuple[Sequence[Any], Operator]] = []
    for mark in pikepdf.parse_content_stream(drawn):
        name, operands = str(mark.operator), list(mark.operands)
        if name in _TAGGING:
            continue
        if name in _INK and len({float(part) for part in operands}) == 1:
            ink = round(1 - float(operands[0]), 6)
            kept.append(([0, 0, 0, ink], Operator(_INK[name])))
        else:
            kept.append((operands, mark.operator))
    return pikepdf.unparse_content_stream(kept)


def _bleed_box(page: Page) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    bleed = BLEED_MM * _MM
    return left - bleed, bottom - bleed, right + bleed, top + bleed


def _clip(box: tuple[float, float, float, float]) -> bytes:
    """Cut off what lies beyond the bleed: crop marks stand there, and nothing else."""
    left, bottom, right, top = box
    return (
        f"q {left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f} re W n\n".encode()
    )


def _convert(
    pdf: bytes, condition: Condition, ghostscript: str | None, place: Place
) -> bytes:
    with TemporaryDirectory(prefix="briefs-press-") as name:
        folder = Path(name)
        (folder / "document.pdf").write_bytes(pdf)
        (folder / "condition.icc").write_bytes(condition.profile)
        run_ghostscript(ghostscript, _CONVERT, folder, place)
        return (folder / "inked.pdf").read_bytes()


# --- After Ghostscript ---


def _set_boxes(page: Page) -> None:
    page.bleedbox = Array([round(edge, 4) for edge in _bleed_box(page)])
    for name in ("/CropBox", "/ArtBox"):
        if name in page:
            del page[name]


def _draw_marks(pdf: Pdf, page: Page) -> None:
    """Draw crop marks and a cross on each side, in all inks, beyond the bleed."""
    if "/ColorSpace" not in page.obj.Resources:
        page.obj.Resources.ColorSpace = Dictionary()
    every_ink = Dictionary(
        FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1
    )
    page.obj.Resources.ColorSpace.EveryInk = Array(
        [Name.Separation, Name.All, Name.DeviceCMYK, every_ink]
    )
    lines = " ".join(
        f"{x1:.3f} {y1:.3f} m {x2:.3f} {y2:.3f} l S" for x1, y1, x2, y2 in _mark_lines(page)
    )
    drawn = f"q /EveryInk CS 1 SCN 0.25 w {lines} Q".encode()
    page.contents_add(pdf.make_stream(drawn))


def _mark_lines(page: Page) -> Iterator[tuple[float, float, float, float]]:
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    near, far = _MARK_FROM_MM * _MM, _MARK_TO_MM * _MM
    for x, out in ((left, -1), (right, 1)):
        for y, up in ((bottom, -1), (top, 1)):
            yield x + out * near, y, x + out * far, y
            yield x, y + up * near, x, y + up * far
    across, height = (left + right) / 2, (bottom + top) / 2
    middle, arm = (near + far) / 2, (far - near) / 2
    for x, y in (
        *((left - middle, height), (right + middle, height)),
        *((across, bottom - middle), (across, top + middle)),
    ):
        yield x - arm, y, x + arm, y
        yield x, y - arm, x, y + arm


class _About:
    """What a document says of itself, taken down before Ghostscript forgets it."""

    def __init__(self, pdf: Pdf, document: str, digest: bytes) -> None:
        self.information = {
            key: str(pdf.docinfo[key]) for key in _KEPT if key in pdf.docinfo
        }
        self.document = document
        self.identity = f"uuid:{uuid.UUID(bytes=digest[:16], version=5)}"
        self.dated = _date_of(pdf)
        self.language = str(pdf.Root.get("/Lang", ""))


def _date_of(pdf: Pdf) -> datetime:
    """When it was issued; else the first day of its information date, as in every PDF."""
    if issued := str(pdf.docinfo.get("/CreationDate", "")):
        return pikepdf.models.metadata.decode_pdf_date(issued).astimezone(UTC)
    information_date = str(pdf.docinfo["/InformationDate"])
    first_day = InformationDate.parse(information_date).first_day
    return datetime.combine(first_day, time(), UTC)


def _describe(pdf: Pdf, about: _About, condition: Condition) -> None:
    del pdf.trailer.ID  # its first half would stay, and Ghostscript takes it from the clock
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    stamp = f"D:{about.dated:%Y%m%d%H%M%S}Z"
    said = {**about.information, "/CreationDate": stamp, "/ModDate": stamp}
    for key, value in {**said, "/Document": about.document}.items():
        pdf.docinfo[key] = value
    pdf.docinfo["/Trapped"] = Name("/False")
    if about.language:
        pdf.Root.Lang = about.language
    pdf.Root.OutputIntents = Array([_output_intent(pdf, condition)])
    metadata = Stream(pdf, _packet(about))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)


def _output_intent(pdf: Pdf, condition: Condition) -> pikepdf.Object:
    profile = pdf.make_stream(condition.profile)
    profile.N, profile.Alternate = 4, Name.DeviceCMYK
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=condition.name,
        Info=condition.name,
        DestOutputProfile=profile,
    )
    if condition.name.startswith(_REGISTERED):
        intent.RegistryName = _REGISTRY
    return pdf.make_indirect(intent)


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "rdf": _RDF,
    "x": "adobe:ns:meta/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
_END = b'<?xpacket end="r"?>'


def _packet(about: _About) -> bytes:
    """The XMP packet: ISO 15930-7, 6.14 says what has to stand in it."""
    for prefix, address in _NAMESPACES.items():
        ElementTree.register_namespace(prefix, address)
    when = f"{about.dated:%Y-%m-%dT%H:%M:%SZ}"
    information = about.information
    texts = {
        "pdfxid:GTS_PDFXVersion": "PDF/X-4",
        "pdf:Trapped": "False",
        "pdf:Producer": information.get("/Producer", ""),
        "xmp:CreatorTool": information.get("/Creator", ""),
        "xmp:CreateDate": when,
        "xmp:ModifyDate": when,
        "xmp:MetadataDate": when,
        "xmpMM:DocumentID": about.identity,
        "xmpMM:VersionID": "1",
        "xmpMM:RenditionClass": "default",
    }
    meta = ElementTree.Element(_named("x:xmpmeta"))
    rdf = ElementTree.SubElement(meta, _named("rdf:RDF"))
    described = ElementTree.SubElement(
        rdf, _named("rdf:Description"), {_named("rdf:about"): ""}
    )
    for name, text in texts.items():
        ElementTree.SubElement(described, _named(name)).text = text
    title = ElementTree.SubElement(described, _named("dc:title"))
    alternatives = ElementTree.SubElement(title, _named("rdf:Alt"))
    item = ElementTree.SubElement(alternatives, _named("rdf:li"))
    item.set("xml:lang", "x-default")
    item.text = information.get("/Title", "")
    return _BEGIN + bytes(ElementTree.tostring(meta, encoding="utf-8")) + _END


def _named(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
