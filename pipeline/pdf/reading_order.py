"""Compare the reading order of a structure tree with the HTML, and restore its line breaks.

A validator accepts a paragraph that is hidden as decoration or read in the wrong place: the
file is well formed. So the text of the tree must equal the text of the HTML, in order.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipeline.pdf.box_tree import alternative, is_figure
from pipeline.pdf.structure_tree import Element, MarkedContent

# White space, hyphens and break opportunities: layout adds and removes them.
_BREAKS = re.compile(r"[\s\u00ad\u200b\u2010\u2011-]+")
_HYPHENS = ("-", "\u2010")
BLOCKS = {
    *("P", "Lbl", "LBody", "Caption", "Figure", "TH", "TD", "Note"),
    *(f"H{level}" for level in range(1, 7)),
}


def first_reading_order_mismatch(root: Element, body: Any) -> str:
    """The text of the HTML around its first difference from the tree; "" without one."""
    tree = _normalized("".join(text for text, _, _ in _tree_texts(root, None)))
    html = _normalized("".join(_html_texts(body)))
    if tree == html:
        return ""
    pairs = enumerate(zip(tree, html, strict=False))
    position = next((i for i, (a, b) in pairs if a != b), min(len(tree), len(html)))
    return html[max(0, position - 20) : position + 20] or tree[position : position + 40]


def _normalized(text: str) -> str:
    """A text without breaks and case, which a style sheet may change."""
    return _BREAKS.sub("", text).casefold()


def restore_breaks(root: Element, body: Any) -> None:
    """Set `actual_text` of all content: restore the spaces and hyphens that layout changed.

    ISO 32000-1 requires the space at the end of a line, which is not drawn (14.8.2.5), and
    a soft hyphen where a hyphen breaks a word (14.8.2.2.3). From the first mismatch of tree
    and HTML on, the text is left unchanged.
    """
    html = "".join(_html_texts(body))
    position = 0
    last_of_block: dict[Element | None, MarkedContent] = {}
    texts = [*_tree_texts(root, None), ("", None, None)]
    for (text, content, block), (next_text, _, next_block) in pairwise(texts):
        if content and block in last_of_block and html[position : position + 1].isspace():
            # After a note its line continues in the block of the call.
            before = last_of_block[block].actual_text
            if not (before[-1:].isspace() or text[:1].isspace()):
                content.actual_text = " " + text
        for letter in _BREAKS.sub("", text):
            position = _skip_breaks(html, position)
            if html[position : position + 1].casefold() != letter.casefold():
                return
            position += 1
        if content is None or not text.strip():
            continue
        last_of_block[block] = content
        if text[-1] in _HYPHENS:
            if html[position : position + 1] not in _HYPHENS:
                content.actual_text = content.actual_text[:-1] + "\u00ad"
                continue
            position += 1
        lost_space = html[position : position + 1].isspace() and not next_text[:1].isspace()
        if lost_space and block is next_block and not text[-1].isspace():
            content.actual_text += " "


def _skip_breaks(text: str, position: int) -> int:
    match = _BREAKS.match(text, position)
    return match.end() if match else position


_Text = tuple[str, MarkedContent | None, Element | None]


def _tree_texts(element: Element, block: Element | None) -> Iterator[_Text]:
    """Yield the texts of an element in reading order, each with its content and block."""
    if element.role in BLOCKS:
        block = element
    if element.role == "Figure":
        yield element.alt, None, block
        return
    for child in element.children:
        if isinstance(child, Element):
            yield from _tree_texts(child, block)
        elif isinstance(child, MarkedContent) and not child.generated:
            yield child.text or "", child, block


def _html_texts(html: Any) -> Iterator[str]:
    if html.get("aria-hidden") == "true" or html.tag == "style":
        return
    if is_figure(html):
        yield alternative(html)
        return
    if html.tag == "br":
        yield "\n"
    yield html.text or ""
    for child in html:
        if isinstance(child.tag, str):
            yield from _html_texts(child)
        yield child.tail or ""
