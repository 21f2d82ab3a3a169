"""Turn the laid-out boxes of a document into its structure tree.

Input: WeasyPrint's pages, whose boxes refer to their HTML elements, and the marked content
of each page. Output: a tree with one `Element` for each HTML element that has a role, also
when it crosses pages, in the order of the HTML. `roles.py` gives the roles. Each piece of
marked content belongs to exactly one element, or is an artifact: running heads, page
numbers, repeated table heads, decoration, and what HTML or CSS hides (see `walk`).
"""

from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.pdf.box_tree import alt_text, child_boxes, is_figure, is_formula, is_hidden
from pipeline.pdf.roles import (
    ALTERNATIVES,
    GROUPS,
    MIXED,
    PHRASES,
    aria_label,
    aria_role,
    expansion_of,
    is_supported,
    list_numbering,
    presentational_parts,
    role_of,
    semantic_tag,
)
from pipeline.pdf.structure_elements import (
    Annotation,
    Element,
    LinkBox,
    MarkedContent,
    StructureTree,
)


def read_structure(
    pages: list[Any], tags: list[dict[Any, dict[str, Any]]]
) -> StructureTree:
    """Build the tree from the pages. `tags` holds the marked content of each, by box.

    Removes each entry of `tags` that it uses; `tag_writer.py` reports what remains.
    """
    builder = _TreeBuilder()
    for number, (page, marked) in enumerate(zip(pages, tags, strict=True)):
        builder.read_page(number, page, marked)
    _remove_empty_elements(builder.structure.root)
    return builder.structure


class _TreeBuilder:
    """One walk over all pages. Maps each HTML element and pseudo-element to its element.

    `block` is the innermost HTML block around a box, if that block has no `Element`.
    """

    def __init__(self) -> None:
        self.structure = StructureTree(Element("Document"), {})
        self.page = 0
        self.size = (0.0, 0.0)
        self.marked: dict[Any, dict[str, Any]] = {}
        self.elements: dict[tuple[Any, str], Element] = {}
        self.first_page: dict[Any, int] = {}
        self.presentational: set[Any] = set()
        # The outermost line of text that is being walked.
        self.line: Any = None

    def read_page(self, number: int, page: Any, marked: dict[Any, dict[str, Any]]) -> None:
        self.page, self.marked = number, marked
        self.size = (page.width, page.height)
        for box in child_boxes(page._page_box):
            if isinstance(box, boxes.MarginBox):
                self.make_artifact(box, "Pagination")
            else:
                self.walk(box, self.structure.root, None)

    def walk(self, box: Any, parent: Element, block: Any) -> None:
        if (box.element is not None and is_hidden(box.element)) or _is_invisible(box):
            self.make_artifact(box, "")
            return
        if self.is_repeated(box):
            self.make_artifact(box, "Pagination")
            return
        element = self.element_of(box, parent, block)
        if element is not parent:
            block = None
        elif box.element is not None and _is_block(box):
            block = box.element
        self.add_link_area(box, element.closest("Link") or element)
        if box in self.marked:
            self.place_content(box, element, block)
        is_outermost = self.line is None and isinstance(box, boxes.LineBox)
        if is_outermost:
            self.line = box
        for child in child_boxes(box):
            self.walk(child, element, block)
        if is_outermost:
            self.line = None

    def add_link_area(self, box: Any, link: Element | None) -> None:
        """Add the area of a box to the annotation of its line."""
        part: LinkBox | None = getattr(box, "link_annotation", None)
        if part is None:
            return
        if link is None:
            self.structure.faults.append("a link is hidden from screen readers")
            return
        annotations = [
            a for a in link.children if isinstance(a, Annotation) and a.page == self.page
        ]
        if any(annotation.contains(part.rect) for annotation in annotations):
            return
        annotation = next((a for a in annotations if a.line is self.line), None)
        if annotation is None:
            annotation = Annotation(self.page, self.line, part.destination, part.address)
            link.children.append(annotation)
        annotation.add(part.rect)

    def is_repeated(self, box: Any) -> bool:
        """Whether this is the head or foot of a table on a page after its first."""
        if not (getattr(box, "is_header", False) or getattr(box, "is_footer", False)):
            return False
        return self.first_page.setdefault(box.element, self.page) != self.page

    def make_artifact(self, box: Any, artifact: str, link: Element | None = None) -> None:
        """Make a box and its content an artifact; the annotation of a link is kept."""
        link = self.elements.get((box.element, box.element_tag or ""), link)
        if box in self.marked:
            mcid = self.marked.pop(box)["mcid"]
            self.structure.artifacts[self.page, mcid] = artifact
        self.add_link_area(box, link and link.closest("Link"))
        for child in child_boxes(box):
            self.make_artifact(child, artifact, link)

    def place_content(self, box: Any, element: Element, block: Any) -> None:
        """Add the marked content of a box to its element, or make it an artifact."""
        text = box.text if isinstance(box, boxes.TextBox) else None
        generated = "::" in (box.element_tag or "")
        # A picture of a style sheet, or a break opportunity (<wbr>).
        is_decoration = generated and (text is None or text == "\u200b")
        is_white_space = text is not None and not text.strip() and element.role in GROUPS
        if is_decoration or is_white_space:
            self.make_artifact(box, "")
            return
        mcid = self.marked.pop(box)["mcid"]
        content = MarkedContent(self.page, mcid, text, generated, text or "")
        self.text_parent(element, block).children.append(content)

    def text_parent(self, element: Element, block: Any) -> Element:
        """The element that holds a text: this one, or an implied paragraph in it.

        A cell holds its own text; the text of a <div> in it is a paragraph.
        """
        is_own = block is None or block is element.html
        if element.role not in GROUPS and (is_own or element.role not in MIXED):
            return element
        key = (block if block is not None else element.html, "implied")
        implied = self.elements.get(key)
        if implied is None or element.children[-1:] != [implied]:
            # After another child a new paragraph begins, to keep the reading order.
            role = "RB" if element.role == "Ruby" else "P"
            implied = self.elements[key] = _attach(Element(role, element))
        return implied

    def element_of(self, box: Any, parent: Element, block: Any) -> Element:
        """The element of a box, made for its first box; its parent if it has none."""
        html, tag = box.element, box.element_tag
        if html is None or isinstance(box, boxes.LineBox | boxes.TextBox):
            return parent
        if (html, tag) in self.elements:
            return self.elements[html, tag]
        if any(parent.closest(role) for role in ALTERNATIVES):
            return parent
        make = self.make_generated if "::" in tag else self.make_element
        element = make(box, parent, block)
        if element is not parent:
            self.elements[html, tag] = element
        return element

    def make_generated(self, box: Any, parent: Element, block: Any) -> Element:
        """Make the element of a pseudo-element: a label, or the call of a note."""
        tag = box.element_tag
        if tag.endswith("::footnote-marker"):
            return self.note_label(box, parent)
        if tag.endswith("::footnote-call"):
            reference = _attach(Element("Reference", self.text_parent(parent, block)))
            return _attach(Element("Link", reference, bounds=self.bounds(box)))
        if tag.endswith("::marker") or tag == "li::before":
            return _list_label(parent)
        return parent

    def make_element(self, box: Any, parent: Element, block: Any) -> Element:
        """Make the element of an HTML element; its parent when it has no role."""
        html, tag = box.element, box.element_tag
        if (reference := self.note_reference(html)) is not None:
            note = Element("Note", reference.parent, html, language=html.get("lang") or "")
            return _attach(note, after=reference)
        if not is_supported(html):
            self.structure.faults.append(f'the role "{aria_role(html)}" is not supported')
        if is_figure(html) or is_formula(html):
            return self.make_alternative(box, parent, block)
        self.presentational.update(presentational_parts(html))
        tag = "div" if html in self.presentational else semantic_tag(html)
        if html.get("role") == "doc-toc":
            return _attach(Element("TOC", parent, html))
        if tag == "li" and parent.role == "TOC":
            return _attach(Element("TOCI", parent, html))
        is_term_group = html.tag == "div" and parent.html is not None
        if tag in ("li", "dt", "dd") or (is_term_group and parent.html.tag == "dl"):
            return _make_list_item(html, tag, parent)
        role = role_of(html, tag, is_block=_is_block(box))
        if not role:
            return parent
        if role in PHRASES:
            parent = self.text_parent(parent, block)  # a phrase cannot stand in a group
        element = Element(role, parent, html, language=html.get("lang") or "")
        element.expansion = expansion_of(html)
        if role in PHRASES - {"Link"} or role[1:].isdigit():
            element.actual_text = aria_label(html)
        elif role != "Link":
            element.title = aria_label(html)
        if role == "L":
            element.numbering = list_numbering(html.tag, box.style["list_style_type"])
        if role in ("TH", "TD"):
            element.colspan = getattr(box, "colspan", 1)
            element.rowspan = getattr(box, "rowspan", 1)
        return _attach(element, is_first=role == "Caption" and parent.role == "Table")

    def make_alternative(self, box: Any, parent: Element, block: Any) -> Element:
        """Make a figure or a formula. One in a line of text joins its paragraph."""
        role = "Figure" if is_figure(box.element) else "Formula"
        is_in_figure = parent.html is not None and parent.html.tag == "figure"
        if isinstance(box, boxes.InlineLevelBox) and not is_in_figure:
            parent = self.text_parent(parent, block)
        alt, language = alt_text(box.element), box.element.get("lang") or ""
        element = Element(role, parent, box.element, language=language, alt=alt)
        element.bounds = self.bounds(box)
        return _attach(element)

    def bounds(self, box: Any) -> tuple[int, float, float, float, float]:
        """The bounds of a box; bleed beyond the edge of the page is cut off."""
        left, top, width, height = box.hit_area()
        right, bottom = min(left + width, self.size[0]), min(top + height, self.size[1])
        return self.page, max(left, 0), max(top, 0), right, bottom

    def note_reference(self, html: Any) -> Element | None:
        """The reference to a note, when an HTML element is a note; else None.

        Its call has been placed before. A call without text belongs to the imprint.
        """
        call = self.elements.get((html, f"{html.tag}::footnote-call"))
        if call is None or not any(isinstance(c, MarkedContent) for c in call.children):
            return None
        return call.closest("Reference") or call

    def note_label(self, box: Any, parent: Element) -> Element:
        """The label of a note: a link to its call."""
        note = parent.closest("Note")
        call = self.elements.get((box.element, f"{box.element.tag}::footnote-call"))
        if note is None or call is None:
            return parent
        label_element = _attach(Element("Lbl", note), is_first=True)
        link = _attach(Element("Link", label_element, bounds=self.bounds(box), target=call))
        call.target = link
        return link


def _attach(
    element: Element, after: Element | None = None, is_first: bool = False
) -> Element:
    """Add an element to its parent: last, first, or after another child."""
    siblings = element.parent.children if element.parent else []
    end = 0 if is_first else len(siblings)
    siblings.insert(siblings.index(after) + 1 if after else end, element)
    return element


def _list_label(parent: Element) -> Element:
    """The label of a list item, its first child."""
    item = parent.closest("LI") or parent
    first = item.children[0] if item.children else None
    if isinstance(first, Element) and first.role == "Lbl":
        return first
    return _attach(Element("Lbl", item), is_first=True)


def _make_list_item(html: Any, tag: str, parent: Element) -> Element:
    """Make an item of a list, its term (<dt>), or its body (<li>, <dd>)."""
    if tag == "div":
        return _attach(Element("LI", parent, html))
    item = parent if parent.role == "LI" else None
    container = parent.closest("L") or parent
    if tag == "dd" and item is None and container.children:
        # A term and its description are one item, also without a <div> around them.
        last = container.children[-1]
        item = last if isinstance(last, Element) and last.role == "LI" else None
    if item is None:
        item = _attach(Element("LI", container))
    role = "Lbl" if tag == "dt" else "LBody"
    return _attach(Element(role, item, html, language=html.get("lang") or ""))


def _is_block(box: Any) -> bool:
    return isinstance(box, boxes.BlockLevelBox)


def _is_invisible(box: Any) -> bool:
    """Whether `visibility` hides a text or a picture."""
    is_content = isinstance(box, boxes.TextBox | boxes.ReplacedBox)
    return is_content and box.style["visibility"] != "visible"


def _remove_empty_elements(element: Element) -> None:
    """Remove elements without content, except cells and rows of a table.

    An empty cell fills its column; a row is empty when cells from above fill it (see
    table_headers.py).
    """
    for child in element.child_elements:
        _remove_empty_elements(child)
        if not child.children and child.role not in ("TD", "TH", "TR"):
            element.children.remove(child)
