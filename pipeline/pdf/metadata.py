"""Say what a PDF is: PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) in one file.

WeasyPrint 70 writes one standard's identifier at a time. PDF/A-3a is asked of it, since
that brings the output intent and the rest; PDF/UA's identifier and Dublin Core are added to
the same XMP packet. PDF/A-2 and 3 want a schema for whatever XMP they do not know
(6.6.2.3.1), so pdfuaid brings its own.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

from pipeline.pdf.toolchain import format_toolchain

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

# How XMP holds each Dublin Core term (XMP specification part 1, 8.3): as a list without
# order, as one with order, as alternatives by language, or as plain text.
_CONTAINERS = {
    "coverage": "",
    "date": "Seq",
    "identifier": "",
    "language": "Bag",
    "publisher": "Bag",
    "rights": "Alt",
    "subject": "Bag",
}
_TERM = "dcterms."
# Terms with several values, between semicolons.
_LISTS = ("subject", "language")
# Metadata of the HTML (WeasyPrint makes its names small) that also stands in the document
# information, under these names.
_INFORMATION = {
    "informationdate": "InformationDate",
    "documentsymbol": "DocumentSymbol",
    "editioncode": "EditionCode",
}


class _BriefMetadata(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint has no types
    """The metadata of a brief: WeasyPrint's, Dublin Core, and the mark of PDF/UA-1."""

    def include_in_pdf(
        self, pdf: Any, variant: Any, version: Any, level: Any, _: Any
    ) -> None:
        """Write the packet uncompressed, so that archives can search for it."""
        super().include_in_pdf(pdf, variant, version, level, compress=False)

    def generate_rdf_metadata(self, variant: Any, version: Any, level: Any) -> bytes:
        """Extend what WeasyPrint says of the document."""
        packet = super().generate_rdf_metadata(variant, version, level)
        root = ElementTree.fromstring(packet)  # noqa: S314 – WeasyPrint has just written it
        for name, value in self.custom.items():
            term = name.removeprefix(_TERM)
            if name.startswith(_TERM) and term in _CONTAINERS:
                _add_term(_describe(root), term, value)
        _describe(root).set(f"{{{_UA}}}part", "1")
        _add_ua_schema(_describe(root))
        return bytes(ElementTree.tostring(root, encoding="utf-8"))


def prepare(document: Any) -> None:
    """Let a laid-out document write the metadata of a brief.

    Dublin Core is taken from `<meta name="dcterms.…">`; several subjects or languages are
    separated by semicolons.
    """
    document.metadata.__class__ = _BriefMetadata


def finish(document: Any, pdf: Any, *, toolchain: Mapping[str, str]) -> None:
    """Add what WeasyPrint does not write: page labels, the date, the tools."""
    _set_in_order(pdf)
    numbers = pydyf.Array([0, pydyf.Dictionary({"S": "/D"})])
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": numbers})
    for name, key in _INFORMATION.items():
        if value := document.metadata.custom.get(name):
            pdf.info[key] = pydyf.String(value)
    pdf.info["Toolchain"] = pydyf.String(format_toolchain(toolchain))


# WeasyPrint 70 asks the machine's own list of file types, and machines differ.
_KINDS = {".csv": "/text#2fcsv", ".yaml": "/application#2fyaml"}


def _set_in_order(pdf: Any) -> None:
    """Sort the attached files, say what they are, and once that they are the document's.

    A name tree is sorted (ISO 32000-1, 7.9.6); WeasyPrint 70 lists each file twice.
    """
    if "AF" not in pdf.catalog:
        return
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    tree = _object(pdf, pdf.catalog["Names"]["EmbeddedFiles"])
    pairs = sorted(
        zip(tree["Names"][::2], tree["Names"][1::2], strict=True),
        key=lambda pair: _name(pair[0]),
    )
    tree["Names"] = pydyf.Array(item for pair in pairs for item in pair)
    for name, specification in pairs:
        stream = _object(pdf, _object(pdf, specification)["EF"]["F"])
        stream.extra["Subtype"] = _KINDS[PurePosixPath(_name(name)).suffix]


def _name(string: Any) -> str:
    text = string.string
    return text.decode() if isinstance(text, bytes) else str(text)


def _object(pdf: Any, reference: Any) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _describe(root: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.SubElement(root, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""})


def _add_term(parent: ElementTree.Element, term: str, value: str) -> None:
    element = ElementTree.SubElement(parent, f"{{{_DC}}}{term}")
    container = _CONTAINERS[term]
    if not container:
        element.text = value
        return
    items = ElementTree.SubElement(element, f"{{{_RDF}}}{container}")
    for part in value.split("; ") if term in _LISTS else [value]:
        item = ElementTree.SubElement(items, f"{{{_RDF}}}li")
        item.text = part
        if container == "Alt":
            item.set("xml:lang", "x-default")


def _add_ua_schema(parent: ElementTree.Element) -> None:
    """Describe the namespace pdfuaid, as ISO 19005-3, 6.6.2.3.3 asks."""
    bag = ElementTree.SubElement(
        ElementTree.SubElement(parent, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag"
    )
    schema = _resource(bag)
    for name, text in (
        ("schema", "PDF/UA identification schema"),
        ("namespaceURI", _UA),
        ("prefix", "pdfuaid"),
    ):
        ElementTree.SubElement(schema, f"{{{_SCHEMA}}}{name}").text = text
    properties = ElementTree.SubElement(schema, f"{{{_SCHEMA}}}property")
    part = _resource(ElementTree.SubElement(properties, f"{{{_RDF}}}Seq"))
    for name, text in (
        ("name", "part"),
        ("valueType", "Integer"),
        ("category", "internal"),
        ("description", "Part of ISO 14289 that the document conforms to"),
    ):
        ElementTree.SubElement(part, f"{{{_PROPERTY}}}{name}").text = text


def _resource(parent: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.SubElement(
        parent, f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"}
    )
