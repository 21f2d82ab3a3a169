"""Turn the laid-out boxes of a document into its structure: what a screen reader hears.

Shape in: WeasyPrint's pages, whose boxes know the HTML element that they come from, and the
marked content of each page. Shape out: a tree of `Element`s. One element for each source
element, also when it crosses pages; order is the order of the HTML. Roles are those of
ISO 32000-1, 14.8.4; roles of PDF 2.0 that say more (Aside, Em, Strong) are mapped to them.

Every piece of marked content ends up in exactly one element, or is an artifact: running
heads, page numbers, repeated table heads, and what the HTML hides (`aria-hidden`, alt="").
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

_SVG = "{http://www.w3.org/2000/svg}svg"

# What an HTML element is. Elements that only group for layout (div, main, span without a
# language) are not here: their content belongs to the element around them.
ROLES = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "article": "Art",
    "aside": "Aside",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "em": "Em",
    "figcaption": "Caption",
    "figure": "Div",
    "footer": "Sect",
    "header": "Sect",
    "nav": "Sect",
    "p": "P",
    "section": "Sect",
    "strong": "Strong",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "th": "TH",
    "thead": "THead",
    "tr": "TR",
    "ul": "L",
    "ol": "L",
    "dl": "L",
}
# Roles that are not in ISO 32000-1, and the one there that they stand for.
ROLE_MAP = {"Aside": "Sect", "Em": "Span", "Strong": "Span"}
# Elements that may not hold text themselves; text inside gets a paragraph of its own.
_GROUPS = {"Document", "Art", "Aside", "BlockQuote", "Div", "Sect", "L", "LI", "Table"} | {
    "TOC",
    "TOCI",
}


# Roles that may hold text as well as paragraphs.
_MIXED = {"Caption", "LBody", "Note", "TD", "TH"}


@dataclass(eq=False)
class MarkedContent:
    """A piece of marked content. `text` is None for a picture.

    `said` is the text as a reader should get it: with the space that the end of a line took
    away, and a soft hyphen where a word was broken (see speech.py).
    """

    page: int
    mcid: int
    text: str | None
    generated: bool
    said: str = ""

    def __post_init__(self) -> None:
        """Until more is known, what is said is what is drawn."""
        self.said = self.said or self.text or ""


@dataclass(eq=False)
class Annotation:
    """A place on a page where an element can be clicked: WeasyPrint's annotation."""

    page: int
    dictionary: Any


@dataclass(eq=False)
class Element:
    """One structure element. `html` is its source element, None for one that is implied."""

    role: str
    parent: "Element | None" = None
    html: Any = None
    children: list["Element | MarkedContent | Annotation"] = field(default_factory=list)
    language: str = ""
    alt: str = ""
    id: str = ""
    scope: str = ""
    headers: tuple[str, ...] = ()
    numbering: str = ""
    across: int = 1
    down: int = 1
    # Where the element stands: page number, left, top, right, bottom in CSS pixels.
    bounds: tuple[int, float, float, float, float] | None = None
    # The element that a link of our own leads to: from a call to its note, and back.
    target: "Element | None" = None

    def within(self, role: str) -> "Element | None":
        """The nearest element of a role, from this one upwards."""
        element: Element | None = self
        while element is not None and element.role != role:
            element = element.parent
        return element

    def elements(self) -> Iterator["Element"]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.children:
            if isinstance(kid, Element):
                yield from kid.elements()


@dataclass
class StructureTree:
    """The tree of a document, and the marked content that no reader should hear.

    `artifacts` pairs page and number of the content with its kind ("Pagination" or "").
    `faults` says what could not be placed.
    """

    root: Element
    artifacts: dict[tuple[int, int], str]
    faults: list[str] = field(default_factory=list)


def read_structure(
    pages: list[Any], tags: list[dict[Any, dict[str, Any]]]
) -> StructureTree:
    """Read the tree off the pages. `tags` is the marked content of each, by its box.

    Takes every entry out of `tags`; what is left afterwards was on no page (a bug).
    """
    reader = _Reader()
    for number, (page, marked) in enumerate(zip(pages, tags, strict=True)):
        reader.read_page(number, page, marked)
    _prune(reader.structure.root)
    return reader.structure


class _Reader:
    """One walk over all pages; remembers the element of each source element."""

    def __init__(self) -> None:
        self.structure = StructureTree(Element("Document"), {})
        self.page = 0
        self.size = (0.0, 0.0)
        self.marked: dict[Any, dict[str, Any]] = {}
        self.known: dict[tuple[Any, str], Element] = {}
        self.first_page: dict[Any, int] = {}

    def read_page(self, number: int, page: Any, marked: dict[Any, dict[str, Any]]) -> None:
        self.page, self.marked = number, marked
        self.size = (page.width, page.height)
        for box in page._page_box.children:
            if isinstance(box, boxes.MarginBox):
                self.hide(box, "Pagination")
            else:
                self.walk(box, self.structure.root, None)

    def walk(self, box: Any, parent: Element, block: Any) -> None:
        """Give a box and all in it their element. `block` holds text that has none."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if self.is_hidden(box):
            self.hide(box, "")
            return
        if self.is_repeated(box):
            self.hide(box, "Pagination")
            return
        element = self.element_of(box, parent, block)
        if element is not parent:
            block = None
        elif box.element is not None and _is_block(box):
            block = box.element
        if (annotation := getattr(box, "link_annotation", None)) is not None:
            link = element.within("Link") or element
            link.children.append(Annotation(self.page, annotation))
        if box in self.marked:
            self.place(box, element, block)
        for child in getattr(box, "children", ()):
            self.walk(child, element, block)

    def is_hidden(self, box: Any) -> bool:
        html = box.element
        if html is None:
            return False
        if html.get("aria-hidden") == "true":
            return True
        return bool(html.tag == "img" and html.get("alt") == "")

    def is_repeated(self, box: Any) -> bool:
        """A table's head and foot come again on each page; they are heard once."""
        if not (getattr(box, "is_header", False) or getattr(box, "is_footer", False)):
            return False
        return self.first_page.setdefault(box.element, self.page) != self.page

    def hide(self, box: Any, kind: str, link: Element | None = None) -> None:
        """Let a box and all in it be decoration, but for a repeated link: it is clicked."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        link = self.known.get((box.element, box.element_tag or ""), link)
        if box in self.marked:
            mcid = self.marked.pop(box)["mcid"]
            self.structure.artifacts[self.page, mcid] = kind
        if (annotation := getattr(box, "link_annotation", None)) is not None:
            if link and link.within("Link"):
                (link.within("Link") or link).children.append(
                    Annotation(self.page, annotation)
                )
            else:
                self.structure.faults.append("a link is hidden from screen readers")
        for child in getattr(box, "children", ()):
            self.hide(child, kind, link)

    def place(self, box: Any, element: Element, block: Any) -> None:
        text = box.text if isinstance(box, boxes.TextBox) else None
        generated = "::" in (box.element_tag or "")
        # A picture that only a style sheet knows, or the place of a break (<wbr>).
        drawn = generated and (text is None or text == "\u200b")
        between = text is not None and not text.strip() and element.role in _GROUPS
        if drawn or between:
            self.hide(box, "")
            return
        mcid = self.marked.pop(box)["mcid"]
        home = self.text_home(element, block)
        home.children.append(MarkedContent(self.page, mcid, text, generated))

    def text_home(self, element: Element, block: Any) -> Element:
        """The element that may hold text: this one, or a paragraph implied in it.

        A cell holds its own words; those of a <div> in it are a paragraph of their own.
        """
        own = block is None or block is element.html
        if element.role not in _GROUPS and (own or element.role not in _MIXED):
            return element
        key = (block if block is not None else element.html, "implied")
        implied = self.known.get(key)
        if implied is None or element.children[-1:] != [implied]:
            # After another kid a new paragraph begins, or its text would be read too early.
            implied = self.known[key] = self.add(Element("P", element, None))
        return implied

    def element_of(self, box: Any, parent: Element, block: Any) -> Element:
        html, tag = box.element, box.element_tag
        if html is None or isinstance(box, boxes.LineBox | boxes.TextBox):
            return parent
        if (html, tag) in self.known:
            return self.known[html, tag]
        if parent.within("Figure"):
            return parent
        element = self.make(box, html, tag, parent, block)
        if element is not parent:
            self.known[html, tag] = element
        return element

    def make(self, box: Any, html: Any, tag: str, parent: Element, block: Any) -> Element:
        """Make the element that a source element calls for, or none (its parent)."""
        if tag.endswith("::marker"):
            return self.label(parent)
        if tag.endswith("::footnote-marker"):
            return self.way_back(box, html, parent)
        if tag.endswith("::footnote-call"):
            return self.reference(box, parent, block)
        if tag == "li::before":
            return self.label(parent)
        if "::" in tag:
            return parent
        if self.is_note(html):
            return self.note(html, parent)
        if is_figure(html):
            return self.figure(box, html, self.home_of_figure(box, parent, block))
        if html.get("role") == "doc-toc":
            return self.add(Element("TOC", parent, html))
        if tag == "li" and parent.role == "TOC":
            return self.add(Element("TOCI", parent, html))
        if tag in ("li", "dt", "dd") or (tag == "div" and parent.role == "L"):
            return self.list_item(html, tag, parent)
        role = ROLES.get(tag, "")
        if tag == "a" and html.get("href"):
            role = "Link"
        if not role and html.get("lang") and tag not in ("html", "body"):
            role = "Div" if _is_block(box) else "Span"
        if not role:
            return parent
        element = Element(role, self.home_of(role, parent, block), html)
        element.language = html.get("lang") or ""
        if role == "L":
            plain = tag == "dl" or box.style["list_style_type"] == "none"
            element.numbering = "None" if plain else "Decimal" if tag == "ol" else "Disc"
        if role in ("TH", "TD"):
            element.across, element.down = box.colspan, box.rowspan
        return self.add(element)

    def home_of(self, role: str, parent: Element, block: Any) -> Element:
        """A phrase cannot stand in a group by itself: it joins the implied paragraph."""
        if role in ("Link", "Span", "Em", "Strong"):
            return self.text_home(parent, block)
        return parent

    def home_of_figure(self, box: Any, parent: Element, block: Any) -> Element:
        """A picture among words joins their paragraph; one in a <figure> stands alone."""
        alone = parent.html is not None and parent.html.tag == "figure"
        if alone or not isinstance(box, boxes.InlineLevelBox):
            return parent
        return self.text_home(parent, block)

    def add(self, element: Element, after: Element | None = None) -> Element:
        """Hang an element into its parent: last, or behind another kid."""
        children = element.parent.children if element.parent else []
        children.insert(children.index(after) + 1 if after else len(children), element)
        return element

    def label(self, parent: Element) -> Element:
        item = parent.within("LI") or parent
        if (
            item.children
            and isinstance(item.children[0], Element)
            and item.children[0].role == "Lbl"
        ):
            return item.children[0]
        label = Element("Lbl", item)
        item.children.insert(0, label)
        return label

    def list_item(self, html: Any, tag: str, parent: Element) -> Element:
        if tag == "div":
            return self.add(Element("LI", parent, html))
        item = parent if parent.role == "LI" else None
        around = parent.within("L") or parent
        if tag == "dd" and item is None and around.children:
            # A term and its description are one item, also without a group around them.
            last = around.children[-1]
            item = last if isinstance(last, Element) and last.role == "LI" else None
        if item is None:
            item = self.add(Element("LI", around))
        role = "Lbl" if tag == "dt" else "LBody"
        body = Element(role, item, html, language=html.get("lang") or "")
        return self.add(body)

    def figure(self, box: Any, html: Any, parent: Element) -> Element:
        element = Element("Figure", parent, html, alt=alternative(html))
        element.language = html.get("lang") or ""
        element.bounds = self.bounds(box)
        return self.add(element)

    def bounds(self, box: Any) -> tuple[int, float, float, float, float]:
        left, top, width, height = box.hit_area()
        right, bottom = left + width, top + height
        # What bleeds off the page ends at its edge.
        across, down = self.size
        return self.page, max(left, 0), max(top, 0), min(right, across), min(bottom, down)

    def is_note(self, html: Any) -> bool:
        """The foot of the page holds the note's box; its call came before, and is seen.

        A call that says nothing is that of something else that floats there: the imprint.
        """
        call = self.known.get((html, f"{html.tag}::footnote-call"))
        return call is not None and any(
            isinstance(kid, MarkedContent) for kid in call.children
        )

    def reference(self, box: Any, parent: Element, block: Any) -> Element:
        """The call of a note: a reference, and a link that will lead to the note."""
        home = self.text_home(parent, block)
        reference = self.add(Element("Reference", home))
        return self.add(Element("Link", reference, bounds=self.bounds(box)))

    def way_back(self, box: Any, html: Any, parent: Element) -> Element:
        """The label of a note: a link to its call."""
        note = parent.within("Note")
        call = self.known.get((html, f"{html.tag}::footnote-call"))
        if note is None or call is None:
            return parent
        label = Element("Lbl", note)
        note.children.insert(0, label)
        link = self.add(Element("Link", label, bounds=self.bounds(box), target=call))
        call.target = link
        return link

    def note(self, html: Any, parent: Element) -> Element:
        call = self.known[html, f"{html.tag}::footnote-call"]
        reference = call.within("Reference") or call
        note = Element("Note", reference.parent, html, language=html.get("lang") or "")
        return self.add(note, after=reference)


def _is_block(box: Any) -> bool:
    return isinstance(box, boxes.BlockLevelBox)


def is_figure(html: Any) -> bool:
    """Say whether an HTML element is a picture to a reader: its alternative is heard."""
    return html.tag in ("img", _SVG) or html.get("role") == "img"


def alternative(html: Any) -> str:
    """The words that stand for a picture."""
    if html.tag == _SVG:
        title = html.find("{http://www.w3.org/2000/svg}title")
        return (title.text if title is not None else "") or html.get("aria-label") or ""
    return html.get("alt") or html.get("aria-label") or ""


def _prune(element: Element) -> None:
    """Drop elements without content; an empty cell stays, for it counts in its row."""
    for kid in [k for k in element.children if isinstance(k, Element)]:
        _prune(kid)
        if not kid.children and kid.role not in ("TD", "TH"):
            element.children.remove(kid)
