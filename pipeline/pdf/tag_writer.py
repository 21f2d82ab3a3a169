"""Write the structure of a document into its PDF, in place of WeasyPrint's own tags.

WeasyPrint 70 repeats an element on each page that it crosses, hangs running heads into
nothing, and knows neither notes nor scopes. The one seam is `weasyprint.pdf.add_tags`,
called once when pages are drawn; `patch_add_tags` puts ours there. PDF/UA-1 is ISO 14289-1.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
import weasyprint
import weasyprint.pdf

from pipeline.pdf.reading_order import first_reading_order_mismatch, restore_breaks
from pipeline.pdf.structure_tree import (
    ROLE_MAP,
    Annotation,
    Element,
    MarkedContent,
    StructureTree,
    read_structure,
)
from pipeline.pdf.table_headers import associate_headers

VERSION = "70.0"
# 0.75 = 72 PDF points per inch / 96 CSS pixels per inch
_POINTS = 0.75
# Readers turn this round, also where it is written out for them (see letters.py).
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")


class TagResult:
    """What was written: the structure of the document, and what is wrong with it."""

    def __init__(self) -> None:
        self.structure: StructureTree | None = None
        self.faults: list[str] = []


@contextmanager
def patch_add_tags() -> Iterator[TagResult]:
    """Let WeasyPrint write our tags while the context lasts."""
    if weasyprint.__version__ != VERSION:
        raise RuntimeError(
            f"tags.py knows WeasyPrint {VERSION}, not {weasyprint.__version__}"
        )
    tagged = TagResult()

    def add_tags(pdf: Any, document: Any, version: Any, streams: Any) -> None:
        tagged.structure = read_structure(document.pages, [s._tags for s in streams])
        tagged.faults = _write(pdf, document, streams, tagged.structure)

    original = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = add_tags
    try:
        yield tagged
    finally:
        weasyprint.pdf.add_tags = original


def _write(pdf: Any, document: Any, streams: Any, structure: StructureTree) -> list[str]:
    for number, table in enumerate(
        e for e in structure.root.elements() if e.role == "Table"
    ):
        associate_headers(table, number + 1)
    for number, note in enumerate(e for e in structure.root.elements() if e.role == "Note"):
        note.id = f"note{number + 1}"
    body = document._html.etree_element.find("body")
    restore_breaks(structure.root, body)
    faults = [*structure.faults, *_mark_content(streams, structure)]
    if any(e.role == "Figure" and not e.alt for e in structure.root.elements()):
        faults.append("a picture has no words that stand for it")
    unheard = first_reading_order_mismatch(structure.root, body)
    if unheard:
        faults.append(f'a screen reader does not hear "{unheard}" where it stands')
    _Writer(pdf, document).write(structure.root)
    return faults


def _mark_content(streams: Any, structure: StructureTree) -> Iterator[str]:
    """Mark artifacts and Arabic in the pages, and check that nothing is left over."""
    owners: dict[tuple[int, int], Element] = {}
    contents: dict[tuple[int, int], MarkedContent] = {}
    for element in structure.root.elements():
        for kid in element.children:
            if isinstance(kid, MarkedContent):
                if (kid.page, kid.mcid) in owners:
                    yield "a piece of content belongs to two elements"
                owners[kid.page, kid.mcid] = element
                contents[kid.page, kid.mcid] = kid
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
                properties = {"Type": f"/{kind}"} if kind else {}
                operators[index - 1 : index + 1] = [
                    "/Artifact",
                    pydyf.Dictionary(properties),
                ]
            elif owner := owners.pop(key, None):
                operators[index - 1] = "/Figure" if owner.role == "Figure" else "/Span"
                content = contents[key]
                if content.said != (content.text or "") and not _turned_round(content):
                    operator["ActualText"] = pydyf.String(content.said)
            else:
                yield f"page {page + 1}: content that belongs to no element"
    if owners:
        yield "an element holds content that is on no page"


def _words(element: Element) -> str:
    """All that is said in an element, for the description of a link."""
    said = (
        k.said
        for e in element.elements()
        for k in e.children
        if isinstance(k, MarkedContent)
    )
    alternatives = (e.alt for e in element.elements())
    return " ".join(" ".join([*said, *alternatives]).split())


def _turned_round(content: MarkedContent) -> bool:
    return bool(_RIGHT_TO_LEFT.search(content.said))


class _Writer:
    """One structure tree on its way into the objects of a PDF."""

    def __init__(self, pdf: Any, document: Any) -> None:
        self.pdf = pdf
        self.heights = [page.height for page in document.pages]
        self.content: list[dict[int, Any]] = [{} for _ in document.pages]
        self.annotations: list[tuple[Any, Any]] = []
        self.ids: dict[str, Any] = {}

    def write(self, root: Element) -> None:
        tree = self.new({"Type": "/StructTreeRoot"})
        tree["K"] = pydyf.Array([self.element(root, tree.reference)])
        tree["RoleMap"] = pydyf.Dictionary({k: f"/{v}" for k, v in ROLE_MAP.items()})
        tree["ParentTree"] = self.parents().reference
        tree["ParentTreeNextKey"] = len(self.content) + len(self.annotations)
        if self.ids:
            names = pydyf.Array()
            for id in sorted(self.ids):
                names.extend([pydyf.String(id), self.ids[id]])
            tree["IDTree"] = self.new({"Names": names}).reference
        self.pdf.catalog["StructTreeRoot"] = tree.reference
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
            {"DisplayDocTitle": "true"}
        )

    def new(self, entries: dict[str, Any]) -> Any:
        dictionary = pydyf.Dictionary(entries)
        self.pdf.add_object(dictionary)
        return dictionary

    def element(self, element: Element, parent: Any) -> Any:
        """Write one element and all below it; give its reference."""
        written = self.new({"Type": "/StructElem", "S": f"/{element.role}", "P": parent})
        if element.language:
            written["Lang"] = pydyf.String(element.language)
        if element.alt:
            written["Alt"] = pydyf.String(element.alt)
        if element.id:
            written["ID"] = pydyf.String(element.id)
            self.ids[element.id] = written.reference
        if attributes := self.attributes(element):
            written["A"] = attributes
        if element.target:
            element.children.append(self.jump(element, element.target))
        if pages := [k.page for k in element.children if not isinstance(k, Element)]:
            written["Pg"] = self.pdf.page_references[pages[0]]
        for kid in element.children:
            if isinstance(kid, Annotation):
                # WeasyPrint gives the address; PDF/UA-1 (7.18.5) wants a description.
                kid.dictionary["Contents"] = pydyf.String(_words(element))
        written["K"] = pydyf.Array(
            self.kid(kid, written, pages[0] if pages else None) for kid in element.children
        )
        return written.reference

    def jump(self, element: Element, target: Element) -> Annotation:
        """Make the place on the page that leads from a call to its note, or back."""
        page, *corners = self.corners(element)
        there, left, _, _, top = self.corners(target)
        pages = self.pdf.page_references
        annotation = self.new(
            {
                "Type": "/Annot",
                "Subtype": "/Link",
                "F": 4,  # printed, as PDF/A asks of every annotation
                "Rect": pydyf.Array(corners),
                "BS": pydyf.Dictionary({"W": 0}),
                "Dest": pydyf.Array([pages[there], "/XYZ", left, top, 0]),
            }
        )
        number = int(pages[page].split()[0])
        self.pdf.objects[number].setdefault("Annots", pydyf.Array()).append(
            annotation.reference
        )
        return Annotation(page, annotation)

    def corners(self, element: Element) -> tuple[int, float, float, float, float]:
        """Page and corners of an element, in points from the bottom left of the page."""
        page, left, top, right, bottom = element.bounds or (0, 0, 0, 0, 0)
        height = self.heights[page]
        points = (left, height - bottom, right, height - top)
        x1, y1, x2, y2 = (round(point * _POINTS, 2) for point in points)
        return page, x1, y1, x2, y2

    def kid(
        self, kid: Element | MarkedContent | Annotation, parent: Any, page: int | None
    ) -> Any:
        if isinstance(kid, Element):
            return self.element(kid, parent.reference)
        pages = self.pdf.page_references
        if isinstance(kid, Annotation):
            self.annotations.append((parent.reference, kid.dictionary))
            return pydyf.Dictionary(
                {"Type": "/OBJR", "Pg": pages[kid.page], "Obj": kid.dictionary.reference}
            )
        self.content[kid.page][kid.mcid] = parent.reference
        if kid.page == page:
            return kid.mcid
        return pydyf.Dictionary({"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.mcid})

    def attributes(self, element: Element) -> Any:
        if element.role == "L":
            numbering = f"/{element.numbering}"
            return pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        if element.role in ("TH", "TD"):
            return self.cell(element)
        if element.role == "Figure" and element.bounds:
            box = pydyf.Array(self.corners(element)[1:])
            return pydyf.Dictionary({"O": "/Layout", "Placement": "/Block", "BBox": box})
        return None

    def cell(self, element: Element) -> Any:
        attributes = pydyf.Dictionary({"O": "/Table"})
        if element.scope:
            attributes["Scope"] = f"/{element.scope}"
        if element.headers:
            attributes["Headers"] = pydyf.Array(pydyf.String(id) for id in element.headers)
        if element.across > 1:
            attributes["ColSpan"] = element.across
        if element.down > 1:
            attributes["RowSpan"] = element.down
        return attributes if len(attributes) > 1 else None

    def parents(self) -> Any:
        """Write the way back: from content and annotations to their elements."""
        numbers = pydyf.Array()
        for page, owners in enumerate(self.content):
            last = max(owners, default=-1)
            numbers.append(page)
            numbers.append(pydyf.Array(owners.get(m, "null") for m in range(last + 1)))
        for number, (reference, annotation) in enumerate(
            self.annotations, len(self.content)
        ):
            annotation["StructParent"] = number
            numbers.extend([number, reference])
        return self.new({"Nums": numbers})
