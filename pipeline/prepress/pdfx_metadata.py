"""Let a press file say what it is: PDF/X-4 (ISO 15930-7), and for which printing condition.

Shape in: what the painted document says of itself. Shape out: the same in the press file,
with what the standard asks for. Ghostscript would write the time and random numbers; here
dates come from content and the identifier from the document.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time
from xml.etree import ElementTree

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from pikepdf.models.metadata import decode_pdf_date

from pipeline.model.dates import InformationDate

STANDARD = "PDF/X-4"
# By this name pikepdf gives it out of the XMP packet.
CLAIM = "{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"
_KEPT = (
    *("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer"),
    *("/InformationDate", "/DocumentSymbol", "/EditionCode", "/Toolchain"),
)
# The ICC registers these; what it does not know has no registry.
_REGISTRY = "http://www.color.org"
_REGISTERED = "FOGRA"


@dataclass(frozen=True)
class PrintingCondition:
    """A printing condition: the name by which print shops know it, and its ICC profile."""

    name: str
    profile: bytes


@dataclass(frozen=True)
class Claims:
    """What a document says of itself: its information, name, identifier, date, language."""

    information: dict[str, str]
    document: str
    identifier: str
    dated: datetime
    language: str


def read_claims(pdf: Pdf, data: bytes, document: str) -> Claims:
    """Take down what a document says, before Ghostscript forgets it.

    `data` are the bytes that the press file is made from.
    """
    digest = hashlib.sha256(data + document.encode()).digest()
    return Claims(
        {key: str(pdf.docinfo[key]) for key in _KEPT if key in pdf.docinfo},
        document,
        f"uuid:{uuid.UUID(bytes=digest[:16], version=5)}",
        _date_of(pdf),
        str(pdf.Root.get("/Lang", "")),
    )


def _date_of(pdf: Pdf) -> datetime:
    """When it was issued; else the first day of its information date, as in attachments."""
    if issued := str(pdf.docinfo.get("/CreationDate", "")):
        return decode_pdf_date(issued).astimezone(UTC)
    information_date = str(pdf.docinfo["/InformationDate"])
    first_day = InformationDate.parse(information_date).first_day
    return datetime.combine(first_day, time(), UTC)


def write_claims(pdf: Pdf, claims: Claims, condition: PrintingCondition) -> None:
    """Write them into the press file."""
    del pdf.trailer.ID  # its first half would stay, and Ghostscript takes it from the clock
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    stamp = f"D:{claims.dated:%Y%m%d%H%M%S}Z"
    said = {**claims.information, "/CreationDate": stamp, "/ModDate": stamp}
    for key, value in {**said, "/Document": claims.document}.items():
        pdf.docinfo[key] = value
    pdf.docinfo["/Trapped"] = Name("/False")
    if claims.language:
        pdf.Root.Lang = claims.language
    pdf.Root.OutputIntents = Array([_output_intent(pdf, condition)])
    metadata = Stream(pdf, _packet(claims))
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    pdf.Root.Metadata = pdf.make_indirect(metadata)


def _output_intent(pdf: Pdf, condition: PrintingCondition) -> Object:
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


_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "x": "adobe:ns:meta/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
}
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
_END = b'<?xpacket end="r"?>'


def _packet(claims: Claims) -> bytes:
    """The XMP packet, with all that PDF/X-4 wants to stand in it."""
    for prefix, address in _NAMESPACES.items():
        ElementTree.register_namespace(prefix, address)
    when = f"{claims.dated:%Y-%m-%dT%H:%M:%SZ}"
    information = claims.information
    texts = {
        "pdfxid:GTS_PDFXVersion": STANDARD,
        "pdf:Trapped": "False",
        "pdf:Producer": information.get("/Producer", ""),
        "xmp:CreatorTool": information.get("/Creator", ""),
        "xmp:CreateDate": when,
        "xmp:ModifyDate": when,
        "xmp:MetadataDate": when,
        "xmpMM:DocumentID": claims.identifier,
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
