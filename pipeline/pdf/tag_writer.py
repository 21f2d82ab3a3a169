"""Write the structure tree into the PDF, in place of the tags of WeasyPrint.

WeasyPrint 70 repeats an element on each page that it crosses, tags running heads, and has
neither notes nor scopes. It calls `weasyprint.pdf.add_tags` once, when the pages are drawn;
`patch_add_tags` replaces that function. PDF/UA-1 is ISO 14289-1.
"""

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

import pydyf
import weasyprint.pdf

from pipeline.pdf.destinations import find_destinations
from pipeline.pdf.links import LinkDescriptions, patch_add_links, write_annotation
from pipeline.pdf.reading_order import (
    first_reading_order_mismatch,
    move_to_reading_order,
    restore_breaks,
    restore_moved,
)
from pipeline.pdf.roles import ROLE_MAP
from pipeline.pdf.structure_elements import (
    Annotation,
    Element,
    MarkedContent,
    StructureTree,
)
from pipeline.pdf.structure_tree import read_structure
from pipeline.pdf.table_headers import associate_headers
from pipeline.pdf.tounicode import resolve_reference
from pipeline.pdf.weasyprint_patches.attributes import patched, require_known_version

# 0.75 = 72 PDF points per inch / 96 CSS pixels per inch
_PT_PER_PX = 0.75
# How inserted and deleted text is marked (ISO 32000-1, 14.8.5.4).
_DECORATIONS = {"Ins": "Underline", "Del": "LineThrough"}
# Readers reverse these letters, also in ActualText (see right_to_left.py).
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")


@contextmanager
def patch_add_tags(moved: Set[Any] = frozenset()) -> Iterator[list[StructureTree]]:
    """Let WeasyPrint write our tags within the context; yield a list for their tree.

    `moved` is the HTML that page_fitter.py moved on the pages. It is tagged at its original
    place.
    """
    require_known_version()
    result: list[StructureTree] = []

    def add_tags(pdf: Any, document: Any, version: Any, streams: Any) -> None:
        structure = read_structure(document.pages, [s._tags for s in streams])
        _write_tags(pdf, document, streams, structure, moved)
        result.append(structure)

    with patched(weasyprint.pdf, add_tags=add_tags), patch_add_links():
        yield result


def _write_tags(
    pdf: Any, document: Any, streams: Any, structure: StructureTree, moved: Set[Any]
) -> None:
    html = document._html.etree_element
    body = html.find("body")
    restore_moved(structure.root, body, moved)
    restore_breaks(structure.root, body)
    structure.faults += move_to_reading_order(structure.root, body)
    elements = list(structure.root.elements())
    for number, table in enumerate((e for e in elements if e.role == "Table"), 1):
        structure.faults += associate_headers(table, number)
    for number, note in enumerate((e for e in elements if e.role == "Note"), 1):
        note.id = f"note{number}"
    rtl_document = html.get("dir") == "rtl"
    structure.faults += _mark_content(streams, structure, rtl_document)
    for role, noun in (("Figure", "picture"), ("Formula", "formula")):
        if any(e.role == role and not e.alt for e in elements):
            structure.faults.append(f"a {noun} has no alternative text")
    mismatch = first_reading_order_mismatch(structure.root, body)
    if mismatch:
        structure.faults.append(f'the reading order differs from the HTML at "{mismatch}"')
    structure.faults[:] = dict.fromkeys(structure.faults)
    _StructureWriter(pdf, document, body).write(structure.root)


def _mark_content(
    streams: Any, structure: StructureTree, rtl_document: bool
) -> Iterator[str]:
    """Mark artifacts and actual text in the pages. Yields faults of the structure."""
    owners: dict[tuple[int, int], tuple[Element, MarkedContent]] = {}
    for element, content in structure.root.contents():
        if (content.page, content.mcid) in owners:
            yield "a piece of content belongs to two elements"
        owners[content.page, content.mcid] = element, content
    for page, stream in enumerate(streams):
        if stream._tags:
            yield f"page {page + 1}: content outside the page's boxes"
        operators = stream.stream
        for index, operator in enumerate(operators):
            if not isinstance(operator, pydyf.Dictionary) or "MCID" not in operator:
                continue
            key = (page, operator["MCID"])
            if key in structure.artifacts:
                kind = structure.artifacts[key]
                properties = pydyf.Dictionary({"Type": f"/{kind}"} if kind else {})
                operators[index - 1 : index + 1] = ["/Artifact", properties]
            elif key in owners:
                element, content = owners.pop(key)
                operators[index - 1] = "/Figure" if element.role == "Figure" else "/Span"
                text = content.actual_text
                is_reversed = _RIGHT_TO_LEFT.search(text) or (
                    rtl_document and not _LETTER.search(text)
                )
                if text != (content.text or "") and not is_reversed:
                    operator["ActualText"] = pydyf.String(text)
            else:
                yield f"page {page + 1}: content that belongs to no element"
    if owners:
        yield "an element holds content that is on no page"


class _StructureWriter:
    def __init__(self, pdf: Any, document: Any, body: Any) -> None:
        self.pdf, self.pages = pdf, document.pages
        self.descriptions = LinkDescriptions(body)
        self.content: list[dict[int, Any]] = [{} for _ in document.pages]
        self.annotations: list[tuple[Any, Any]] = []
        self.ids: dict[str, Any] = {}
        self.written: dict[Element, Any] = {}

    def write(self, root: Element) -> None:
        tree = self.add_dictionary({"Type": "/StructTreeRoot"})
        tree["K"] = pydyf.Array([self.write_element(root, tree.reference)])
        tree["RoleMap"] = pydyf.Dictionary({k: f"/{v}" for k, v in ROLE_MAP.items()})
        self.write_targets(*find_destinations(self.pages, root))
        tree["ParentTree"] = self.write_parent_tree().reference
        tree["ParentTreeNextKey"] = len(self.content) + len(self.annotations)
        if self.ids:
            names = pydyf.Array()
            for id in sorted(self.ids):
                names.extend([pydyf.String(id), self.ids[id]])
            tree["IDTree"] = self.add_dictionary({"Names": names}).reference
        catalog = self.pdf.catalog
        catalog["StructTreeRoot"] = tree.reference
        catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})

    def add_dictionary(self, entries: dict[str, Any]) -> Any:
        dictionary = pydyf.Dictionary(entries)
        self.pdf.add_object(dictionary)
        return dictionary

    def write_element(self, element: Element, parent: Any) -> Any:
        """Write an element and its descendants; return its reference."""
        entries = {"Type": "/StructElem", "S": f"/{element.role}", "P": parent}
        self.written[element] = written = self.add_dictionary(entries)
        texts = {"Lang": element.language, "Alt": element.alt}
        texts |= {"ActualText": element.actual_text, "E": element.expansion}
        texts |= {"T": element.title, "ID": element.id}
        written.update({key: pydyf.String(text) for key, text in texts.items() if text})
        if element.id:
            self.ids[element.id] = written.reference
        if attributes := self.element_attributes(element):
            written["A"] = attributes
        if element.target:
            element.children.append(self.note_link(element, element.target))
        pages = [child.page for child in element.children if not isinstance(child, Element)]
        if pages:
            written["Pg"] = self.pdf.page_references[pages[0]]
        written["K"] = pydyf.Array(
            self.write_child(child, element, written, pages[0] if pages else None)
            for child in element.children
        )
        return written.reference

    def write_targets(self, anchors: dict[str, Element], bookmarks: list[Element]) -> None:
        """Write the target element of each link and each bookmark.

        `Ref` is an entry of PDF 2.0, which older readers ignore; `SE` is in ISO 32000-1,
        12.3.3.
        """
        for link, written in self.written.items():
            targets = [link.target.closest("Note") or link.target] if link.target else []
            targets += (
                anchors[child.destination]
                for child in link.children
                if isinstance(child, Annotation) and not link.target
                if isinstance(child.destination, str) and child.destination
            )
            if targets:
                written["Ref"] = pydyf.Array([self.written[targets[0]].reference])
        items = [
            item
            for item in self.pdf.objects
            if isinstance(item, pydyf.Dictionary) and {"Title", "Dest"} <= item.keys()
        ]
        for item, element in zip(items, bookmarks, strict=True):
            item["SE"] = self.written[element].reference

    def note_link(self, element: Element, target: Element) -> Annotation:
        """The annotation from the call of a note to the note, or back."""
        page, *area = self.corners_of(element)
        return Annotation(page, None, target, "", [(area[0], area[1], area[2], area[3])])

    def write_link_annotation(self, link: Annotation, element: Element) -> Any:
        pages = self.pdf.page_references
        if isinstance(link.destination, Element):
            number, left, _, _, top = self.corners_of(link.destination)
            action = {"Dest": pydyf.Array([pages[number], "/XYZ", left, top, 0])}
        elif link.destination:
            action = {"Dest": pydyf.String(link.destination)}
        else:
            uri = {"Type": "/Action", "S": "/URI", "URI": pydyf.String(link.address)}
            action = {"A": pydyf.Dictionary(uri)}
        link.description = self.descriptions.describe(element)
        action["Contents"] = pydyf.String(link.description)
        page = resolve_reference(self.pdf, pages[link.page])
        return write_annotation(self.pdf, page, link, action)

    def corners_of(self, element: Element) -> tuple[int, float, float, float, float]:
        """Page and corners of an element, in points from the bottom left of the page."""
        page, left, top, right, bottom = element.bounds or (0, 0, 0, 0, 0)
        height = self.pages[page].height
        points = (left, height - bottom, right, height - top)
        x1, y1, x2, y2 = (round(point * _PT_PER_PX, 2) for point in points)
        return page, x1, y1, x2, y2

    def write_child(
        self,
        child: Element | MarkedContent | Annotation,
        element: Element,
        parent: Any,
        page: int | None,
    ) -> Any:
        """Write a child of an element; return its entry in `K`.

        `parent` is the element as written, whose `Pg` is `page`.
        """
        if isinstance(child, Element):
            return self.write_element(child, parent.reference)
        reference = self.pdf.page_references[child.page]
        if isinstance(child, Annotation):
            annotation = self.write_link_annotation(child, element)
            self.annotations.append((parent.reference, annotation))
            entries = {"Type": "/OBJR", "Pg": reference, "Obj": annotation.reference}
            return pydyf.Dictionary(entries)
        self.content[child.page][child.mcid] = parent.reference
        if child.page == page:
            return child.mcid
        return pydyf.Dictionary({"Type": "/MCR", "Pg": reference, "MCID": child.mcid})

    def element_attributes(self, element: Element) -> Any:
        attributes = pydyf.Dictionary()
        if element.role == "L":
            attributes.update({"O": "/List", "ListNumbering": f"/{element.numbering}"})
        elif element.role == "Figure" and element.bounds:
            box = pydyf.Array(self.corners_of(element)[1:])
            attributes.update({"O": "/Layout", "Placement": "/Block", "BBox": box})
        elif element.role in _DECORATIONS:
            line = _DECORATIONS[element.role]
            attributes.update({"O": "/Layout", "TextDecorationType": f"/{line}"})
        elif element.role in ("TH", "TD"):
            attributes["O"] = "/Table"
            if element.scope:
                attributes["Scope"] = f"/{element.scope}"
            if element.headers:
                headers = map(pydyf.String, element.headers)
                attributes["Headers"] = pydyf.Array(headers)
            if element.colspan > 1:
                attributes["ColSpan"] = element.colspan
            if element.rowspan > 1:
                attributes["RowSpan"] = element.rowspan
        return attributes if len(attributes) > 1 else None

    def write_parent_tree(self) -> Any:
        """Write the map from content and annotations to their elements."""
        numbers = pydyf.Array()
        for page, owners in enumerate(self.content):
            last = max(owners, default=-1)
            references = [owners.get(mcid, "null") for mcid in range(last + 1)]
            numbers.extend([page, pydyf.Array(references)])
        links = enumerate(self.annotations, len(self.content))
        for number, (reference, annotation) in links:
            annotation["StructParent"] = number
            numbers.extend([number, reference])
        return self.add_dictionary({"Nums": numbers})
