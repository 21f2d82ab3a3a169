"""Turn a PDF/UA-1 and PDF/A-3a file into PDF/UA-2, PDF/A-4f and Well-Tagged PDF.

Input: a finished document, pack or job sheet of this program. Output: the same pages in
PDF 2.0 (ISO 32000-2), by ISO 14289-2, ISO 19005-4 and WTPDF 1.0. The targets of links and
bookmarks are not inferred: the input has them (`Ref` of each Link, `SE` of each bookmark).

    elements      are in the namespace of PDF 2.0, except for types that it does not have
    notes         are FENote; notes and their calls refer to each other
    captions      are in their figure or list; in UA-1 beside it, because readers may skip
                  the content of a figure with Alt (ISO 32000-1, 14.9.3)
    lists         with labels have ListNumbering; entries of the contents refer to headings
    destinations  are elements; the position on the page is kept for older readers
    metadata      is in XMP only
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, Pdf, String

from pipeline.problems import PipelineError, Place, Problem, Rule

NAMESPACE = "http://iso.org/pdf2/ssn"
# Structure types in the namespace of PDF 2.0 (ISO 32000-2, 14.8.4), and those that only
# PDF 1.7 has; these belong to its namespace, which is the default (14.8.6).
_PDF_2_TYPES = {
    *("Document", "DocumentFragment", "Part", "Sect", "Div", "Aside", "NonStruct", "P"),
    *(f"H{level}" for level in range(1, 7)),
    *("Title", "FENote", "Sub", "Lbl", "Span", "Em", "Strong", "Link", "Annot", "Form"),
    *("Ruby", "RB", "RT", "RP", "Warichu", "WT", "WP", "L", "LI", "LBody", "Table", "TR"),
    *("TH", "TD", "THead", "TBody", "TFoot", "Caption", "Figure", "Formula", "Artifact"),
}
_PDF_1_7_TYPES = {
    *("Art", "BlockQuote", "TOC", "TOCI", "Index", "Private", "Quote", "Reference"),
    *("BibEntry", "Code"),
}
# The conformance claims in the metadata of the input, and the schemas that only PDF/A-3
# requires.
_OLD_CLAIMS = (
    rb'<rdf:Description rdf:about="" pdfaid:part="3" pdfaid:conformance="A" ?/>',
    rb'<rdf:Description rdf:about="" pdfuaid:part="1" ?/>',
    rb'(?s)<rdf:Description rdf:about=""><pdfaExtension:schemas>.*?'
    rb"</pdfaExtension:schemas></rdf:Description>",
)
_DECLARATION = (
    '<rdf:li rdf:parseType="Resource"><pdfd:conformsTo>'
    "http://pdfa.org/declarations/wtpdf#{}</pdfd:conformsTo></rdf:li>"
)
_CLAIMS = (
    '<rdf:Description rdf:about="" pdfaid:part="4" pdfaid:rev="2020"'
    ' pdfaid:conformance="F" pdfuaid:part="2" pdfuaid:rev="2024"/>'
    '<rdf:Description rdf:about="" xmlns:pdfd="http://pdfa.org/declarations/">'
    f"<pdfd:declarations><rdf:Bag>{_DECLARATION.format('accessibility1.0')}"
    f"{_DECLARATION.format('reuse1.0')}</rdf:Bag></pdfd:declarations></rdf:Description>"
).encode()
_RDF_END = b"</rdf:RDF>"
_HINT = "check templates/, and see docs/accessibility.md"


def convert_to_ua2(pdf: bytes, place: Place) -> bytes:
    """Convert a file; the same input gives the same bytes.

    Raises PipelineError, at `place`, for a structure that cannot be converted.
    """
    with pikepdf.open(BytesIO(pdf)) as opened:
        try:
            _Converter(opened).convert()
        except _UnknownStructure as error:
            problem = Problem(Rule.PDF_STRUCTURE, place, f"as PDF/UA-2, {error}", _HINT)
            raise PipelineError(problem) from error
        output = BytesIO()
        opened.save(
            output,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
            force_version="2.0",
        )
        return output.getvalue()


class _UnknownStructure(ValueError):
    """The structure of the input is not one that this program writes."""


class _Converter:
    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.tree = pdf.Root.StructTreeRoot
        self.elements = list(_descendants(self.tree))

    def convert(self) -> None:
        self.set_namespace()
        for element in self.elements:
            if _role(element) == "L":
                _set_list_numbering(element)
            elif _role(element) == "TOCI":
                _refer_to_heading(element)
            _move_caption(element)
        self.add_note_references()
        self.convert_destinations()
        self.write_claims()

    def set_namespace(self) -> None:
        namespace = Dictionary(Type=Name.Namespace, NS=String(NAMESPACE))
        space = self.pdf.make_indirect(namespace)
        self.tree.Namespaces = Array([space])
        mapped = dict(self.tree.get("/RoleMap", Dictionary()))
        if mapped:
            del self.tree.RoleMap
        for element in self.elements:
            if _role(element) not in _PDF_1_7_TYPES | _PDF_2_TYPES:
                element.S = mapped.get(str(element.S), element.S)
            if _role(element) == "Note":
                element.S = Name.FENote
                element.A = Dictionary(O=Name.FENote, NoteType=Name.Footnote)
            if _role(element) in _PDF_2_TYPES:
                element.NS = space
            elif _role(element) not in _PDF_1_7_TYPES:
                raise _UnknownStructure(f"{_role(element)} is no standard structure type")

    def add_note_references(self) -> None:
        """Add to each note references to its calls (ISO 14289-2, 8.2.5.14)."""
        for element in self.elements:
            for note in element.get("/Ref", []):
                if _role(note) == "FENote":
                    note.Ref = Array([*note.get("/Ref", []), element])
        if any(_role(e) == "FENote" and "/Ref" not in e for e in self.elements):
            raise _UnknownStructure("nothing refers to a footnote")

    def convert_destinations(self) -> None:
        """Replace destinations on pages by structure destinations (ISO 14289-2, 8.8)."""
        names = self.pdf.Root.get("/Names", Dictionary())
        named = NameTree(names.Dests) if "/Dests" in names else {}
        elements_by_key = NumberTree(self.tree.ParentTree)
        for page in self.pdf.pages:
            for link in page.obj.get("/Annots", []):
                if "/Dest" not in link:
                    continue
                element: Any = elements_by_key[int(link.StructParent)]
                if "/Ref" not in element:
                    raise _UnknownStructure("a link leads to no element")
                destination: Any = link.Dest
                if isinstance(destination, String):
                    destination = named[str(destination)]
                _set_structure_destination(link, element.Ref[0], destination)
        if "/Dests" in names:
            del names.Dests  # no link uses positions on pages any more
        for item in _bookmarks(self.pdf.Root.get("/Outlines")):
            _set_structure_destination(item, item.SE, item.Dest)
            del item.SE

    def write_claims(self) -> None:
        """Claim the standards in the metadata, and drop the document information."""
        packet = self.pdf.Root.Metadata.read_bytes()
        for claim in _OLD_CLAIMS:
            packet, count = re.subn(claim, b"", packet)
            if count != 1:
                raise _UnknownStructure("the metadata does not claim PDF/UA-1 and PDF/A-3a")
        before, end, after = packet.rpartition(_RDF_END)
        self.pdf.Root.Metadata.write(before + _CLAIMS + end + after)
        if "/Info" in self.pdf.trailer:
            del self.pdf.trailer.Info


def _role(element: Any) -> str:
    return str(element.S).removeprefix("/")


def _children(element: Any) -> list[Any]:
    """The structure elements directly in an element."""
    children = element.get("/K", [])
    listed = children if isinstance(children, Array) else [children]
    return [child for child in listed if isinstance(child, Dictionary) and "/S" in child]


def _descendants(element: Any) -> Iterator[Any]:
    for child in _children(element):
        yield child
        yield from _descendants(child)


def _set_list_numbering(element: Any) -> None:
    """Set the numbering of a list whose labels are words (ISO 14289-2, 8.2.5.25)."""
    parts = (part for item in _children(element) for part in _children(item))
    is_labelled = any(_role(part) == "Lbl" for part in parts)
    if is_labelled and element.A.ListNumbering == Name("/None"):
        element.A.ListNumbering = Name.Description


def _refer_to_heading(entry: Any) -> None:
    """Let an entry of the contents refer to the target of its first link (8.2.5.8)."""
    links = (e for e in _descendants(entry) if _role(e) == "Link" and "/Ref" in e)
    if (link := next(links, None)) is None:
        raise _UnknownStructure("an entry of the contents leads to no element")
    entry.Ref = link.Ref


def _move_caption(element: Any) -> None:
    """Move a caption into the only figure or list beside it; the reading order stays."""
    children = _children(element)
    roles = [_role(child) for child in children]
    for first, second in pairwise(children):
        is_first = _role(first) == "Caption"
        caption, owner = (first, second) if is_first else (second, first)
        is_only = _role(owner) in ("Figure", "L") and roles.count(_role(owner)) == 1
        if _role(caption) == "Caption" and is_only:
            others = [child for child in element.K if not _is_same_object(child, caption)]
            element.K, caption.P = Array(others), owner
            owner.K = Array([caption, *owner.K] if is_first else [*owner.K, caption])
            return


def _is_same_object(child: Any, element: Any) -> bool:
    return isinstance(child, Dictionary) and child.objgen == element.objgen


def _set_structure_destination(item: Any, element: Any, destination: Any) -> None:
    """Set the action of a link or bookmark: to an element, or a page in older readers."""
    rest = list(destination)[1:]
    item.A = Dictionary(
        Type=Name.Action,
        S=Name.GoTo,
        SD=Array([element, *rest]),
        D=Array([destination[0], *rest]),
    )
    del item.Dest


def _bookmarks(parent: Any) -> Iterator[Any]:
    item = parent.get("/First") if parent is not None else None
    while item is not None:
        yield item
        yield from _bookmarks(item)
        item = item.get("/Next")
