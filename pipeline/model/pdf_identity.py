"""Read and write the identity of a document in the XMP metadata (ISO 16684-1) of its PDF.

The metadata have an `rdf:Description` in a namespace of this program. Older files have the
same values in the document information, which PDF 2.0 deprecates.
"""

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import quoteattr

CREATOR = "Briefs"
# A name, not an address: docs/decisions/0028-identity-in-xmp.md.
NAMESPACE, PREFIX = "urn:briefs:identity#", "briefs"
# The properties, for the schema that PDF/A-3 requires (ISO 19005-3, 6.6.2.3.3).
PROPERTIES = {
    "document": "Name of the file when it was made",
    "codes": "Codes of the editions in the file, separated by spaces",
    "informationDate": "Date of the information in the edition",
    "symbol": "Symbol of the document",
    "toolchain": "Tools that the file was made with, and their versions",
}
# The same properties, as keys of the document information.
_INFORMATION_KEYS = (
    *("/Document", "/EditionCode", "/InformationDate", "/DocumentSymbol", "/Toolchain"),
)
_DESCRIPTION_START = f'<rdf:Description rdf:about="" xmlns:{PREFIX}="{NAMESPACE}"'
_DESCRIPTION = re.compile(re.escape(_DESCRIPTION_START).encode() + b"[^>]*/>")
_RDF_END = b"</rdf:RDF>"
_EMPTY_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="r"?>'
).encode()
# Characters that XML cannot hold: controls and lone surrogates (XML 1.0, 2.2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class PdfIdentity:
    """The identity of the document in a PDF. The fields are in the order of `PROPERTIES`.

    `document` is the name of the file; it is empty for a part of a pack. `codes` are the
    codes of the editions in the file, separated by spaces.
    """

    document: str = ""
    codes: str = ""
    information_date: str = ""
    symbol: str = ""
    toolchain: str = ""

    @classmethod
    def from_xmp(cls, packet: bytes) -> "PdfIdentity | None":
        """Read it from the metadata of any PDF; None if there is none, or no XML."""
        names = {f"{NAMESPACE} {name}": name for name in PROPERTIES}
        values: dict[str, str] = {}
        inside = ""

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            inside = names.get(tag, "")
            for key in attributes.keys() & names.keys():
                values.setdefault(names[key], attributes[key])

        def read_text(text: str) -> None:
            # Other programs may store a property as an element.
            if inside:
                values[inside] = values.get(inside, "") + text

        def end(tag: str) -> None:
            nonlocal inside
            inside = ""

        parser = ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = read_text
        parser.StartDoctypeDeclHandler = _reject_document_type
        try:
            parser.Parse(packet, True)
        except (ExpatError, ValueError, LookupError):  # also an unknown encoding
            return None
        return cls(*(values.get(name, "") for name in PROPERTIES)) if values else None

    @classmethod
    def from_information(cls, information: Mapping[str, str]) -> "PdfIdentity | None":
        """Read it from the document information of a file without it in XMP."""
        if information.get("/Creator") != CREATOR:
            return None
        return cls(*(information.get(key, "") for key in _INFORMATION_KEYS))

    def to_xmp(self) -> str:
        """Write it as a description; the prefix `rdf` is that of the packet."""
        properties = "".join(
            f" {PREFIX}:{name}={quoteattr(_NOT_XML.sub('?', value))}"
            for name, value in zip(PROPERTIES, astuple(self), strict=True)
            if value
        )
        return f"{_DESCRIPTION_START}{properties}/>"

    def written_into(self, packet: bytes = _EMPTY_PACKET) -> bytes:
        """Return a packet of this program with this identity in place of the old one."""
        before, end, after = _DESCRIPTION.sub(b"", packet).rpartition(_RDF_END)
        return before + self.to_xmp().encode() + end + after


def _reject_document_type(*_: object) -> None:
    """Reject a document type: XMP has none, and its entities could expand without limit."""
    raise ValueError("the metadata has a document type")
