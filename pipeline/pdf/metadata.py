"""Write the metadata of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) into one file.

WeasyPrint 70 writes the identifier of one standard: that of PDF/A-3a. The identifier of
PDF/UA and Dublin Core are added to the same XMP packet, with the schema that PDF/A-3
requires for properties that it does not define (6.6.2.3.1). So is the identity of the
document (`model/pdf_identity.py`).
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

from pipeline.model import pdf_identity
from pipeline.model.pdf_identity import PdfIdentity
from pipeline.model.profiles import PROFILES
from pipeline.pdf.tool_versions import format_toolchain
from pipeline.pdf.tounicode import resolve_reference

VARIANT = "pdf/a-3a"

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"

for _prefix, _address in (
    ("pdfuaid", _UA),
    ("pdfaExtension", _EXTENSION),
    ("pdfaSchema", _SCHEMA),
    ("pdfaProperty", _PROPERTY),
):
    ElementTree.register_namespace(_prefix, _address)


def _schema(title: str, address: str, prefix: str, properties: Mapping[str, str]) -> str:
    """Describe a namespace, as ISO 19005-3, 6.6.2.3.3 requires."""
    described = "".join(
        f'<rdf:li rdf:parseType="Resource"><p:name>{name}</p:name>'
        f"<p:valueType>{'Integer' if name == 'part' else 'Text'}</p:valueType>"
        "<p:category>internal</p:category>"
        f"<p:description>{description}</p:description></rdf:li>"
        for name, description in properties.items()
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><s:schema>{title}</s:schema>'
        f"<s:namespaceURI>{address}</s:namespaceURI><s:prefix>{prefix}</s:prefix>"
        f"<s:property><rdf:Seq>{described}</rdf:Seq></s:property></rdf:li>"
    )


_UA_PROPERTIES = {"part": "Part of ISO 14289 that the document conforms to"}
_SCHEMAS = (
    f'<e:schemas xmlns:e="{_EXTENSION}" xmlns:s="{_SCHEMA}" xmlns:p="{_PROPERTY}"'
    f' xmlns:rdf="{_RDF}"><rdf:Bag>'
    + _schema("PDF/UA identification schema", _UA, "pdfuaid", _UA_PROPERTIES)
    + _schema(
        *("Identity of a brief", pdf_identity.NAMESPACE, pdf_identity.PREFIX),
        pdf_identity.PROPERTIES,
    )
    + "</rdf:Bag></e:schemas>"
)
# The container of each Dublin Core term in XMP (XMP specification part 1, 8.3): an
# unordered list, an ordered list, alternatives by language, or plain text.
_CONTAINERS = {
    "coverage": "",
    "date": "Seq",
    "identifier": "",
    "language": "Bag",
    "publisher": "Bag",
    "rights": "Alt",
    "subject": "Bag",
}
# Profiles whose sheets a printer turns on their long edge.
_DUPLEX = {profile.name for profile in PROFILES.values() if profile.pages_per_sheet == 2}
_TERM_PREFIX = "dcterms."
# Terms with several values, separated by semicolons.
_LIST_TERMS = ("subject", "language")
# WeasyPrint 70 uses the list of content types of the system, which differs.
_CONTENT_TYPES = {".csv": "/text#2fcsv", ".yaml": "/application#2fyaml"}
_UNKNOWN_CONTENT_TYPE = "/application#2foctet-stream"


class _BriefMetadata(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint has no types
    identity = PdfIdentity()

    def include_in_pdf(
        self, pdf: Any, variant: Any, version: Any, level: Any, _: Any
    ) -> None:
        """Write the packet uncompressed, so that archives can search for it."""
        super().include_in_pdf(pdf, variant, version, level, compress=False)

    def generate_rdf_metadata(self, variant: Any, version: Any, level: Any) -> bytes:
        """Return the XMP packet of WeasyPrint with what it does not write."""
        packet = super().generate_rdf_metadata(variant, version, level)
        root = ElementTree.fromstring(packet)  # noqa: S314 – WeasyPrint has just written it
        for name, value in self.custom.items():
            term = name.removeprefix(_TERM_PREFIX)
            if name.startswith(_TERM_PREFIX) and term in _CONTAINERS:
                _add_term(_add_description(root), term, value)
        _add_description(root).set(f"{{{_UA}}}part", "1")
        _add_description(root).append(ElementTree.fromstring(_SCHEMAS))  # noqa: S314 – a constant
        return self.identity.written_into(ElementTree.tostring(root, encoding="utf-8"))


def prepare_metadata(document: Any, name: str, toolchain: Mapping[str, str]) -> None:
    """Prepare a laid-out document, so that it writes the metadata of a brief.

    Dublin Core is taken from `<meta name="dcterms.…">`, the identity from `name`, other
    `<meta>` elements, whose names WeasyPrint lowercases, and the toolchain.
    """
    metadata = document.metadata
    metadata.__class__ = _BriefMetadata
    metadata.identity = PdfIdentity(
        document=name,
        codes=metadata.custom.get("editioncode", ""),
        information_date=metadata.custom.get("informationdate", ""),
        symbol=metadata.custom.get("documentsymbol", ""),
        toolchain=format_toolchain(toolchain),
    )


def complete_pdf(pdf: Any, classes: Sequence[str] = ()) -> None:
    """Add page labels and the duplex setting; correct attached files and pictures.

    `classes` are those of the root element; the first names the layout.
    """
    if not _DUPLEX.isdisjoint(classes):
        pdf.catalog["ViewerPreferences"]["Duplex"] = "/DuplexFlipLongEdge"
    _correct_attachments(pdf)
    _forbid_interpolation(pdf)
    numbers = pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": numbers})


def _correct_attachments(pdf: Any) -> None:
    """Sort the attached files, list each once, and set their content types.

    A name tree is sorted (ISO 32000-1, 7.9.6); WeasyPrint 70 lists each file twice.
    """
    if "EmbeddedFiles" not in pdf.catalog.get("Names", {}):
        return
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    tree = resolve_reference(pdf, pdf.catalog["Names"]["EmbeddedFiles"])
    pairs = sorted(
        zip(tree["Names"][::2], tree["Names"][1::2], strict=True),
        key=lambda pair: _string_text(pair[0]),
    )
    tree["Names"] = pydyf.Array(item for pair in pairs for item in pair)
    for name, specification in pairs:
        stream = resolve_reference(pdf, resolve_reference(pdf, specification)["EF"]["F"])
        suffix = PurePosixPath(_string_text(name)).suffix
        stream.extra["Subtype"] = _CONTENT_TYPES.get(suffix, _UNKNOWN_CONTENT_TYPE)


def _forbid_interpolation(pdf: Any) -> None:
    """Forbid the interpolation of pictures (ISO 19005-3, 6.2.8), despite a style sheet."""
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream) and "Interpolate" in entry.extra:
            entry.extra["Interpolate"] = "false"


def _string_text(string: Any) -> str:
    text = string.string
    return text.decode() if isinstance(text, bytes) else str(text)


def _add_description(root: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.SubElement(root, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})


def _add_term(parent: ElementTree.Element, term: str, value: str) -> None:
    element = ElementTree.SubElement(parent, f"{{{_DC}}}{term}")
    container = _CONTAINERS[term]
    if not container:
        element.text = value
        return
    items = ElementTree.SubElement(element, f"{{{_RDF}}}{container}")
    for part in value.split("; ") if term in _LIST_TERMS else [value]:
        item = ElementTree.SubElement(items, f"{{{_RDF}}}li")
        item.text = part
        if container == "Alt":
            item.set("xml:lang", "x-default")
