"""Put a structure tree in reading order, compare it with the HTML, restore line breaks.

The order is that of the HTML, with two exceptions: a note is read after the sentence of its
call, and what another element owns (`aria-owns`, WAI-ARIA 1.2) at the end of that element.
Notes and owned elements are separate flows beside that of the body.

A validator accepts a file in which a paragraph is hidden as decoration, or read in the
wrong place. So the text of each flow is compared with the text of its HTML.
"""

import re
from collections.abc import Iterator, Set
from itertools import pairwise
from typing import Any

from pipeline.model.normalization import fold_case
from pipeline.pdf.box_tree import alt_text, is_figure, is_formula, is_hidden
from pipeline.pdf.roles import ALTERNATIVES, PHRASES
from pipeline.pdf.structure_elements import Annotation, Element, MarkedContent

# White space, hyphens and break opportunities: layout adds and removes them.
_BREAKS = re.compile(r"[\s\u00ad\u200b\u2010\u2011-]+")
_LAST_BREAKS = re.compile(rf"{_BREAKS.pattern}\Z")
_HYPHENS = ("-", "\u2010")
BLOCKS = {
    *("P", "Lbl", "LBody", "Caption", "Figure", "TH", "TD", "Note"),
    *(f"H{level}" for level in range(1, 7)),
}
# Elements that browsers and WeasyPrint do not display.
_NOT_DISPLAYED = {"style", "script", "template", "title", "rp", "datalist", "noframes"}
_BLOCK_TAGS = {
    *("p", "div", "li", "dt", "dd", "td", "th", "caption", "figcaption", "section"),
    *(f"h{level}" for level in range(1, 7)),
}
# Characters after the end of a sentence that belong to it.
_CLOSING = ".,;:!?…)]”’»。，；：！？）」』"
_SENTENCE_END = re.compile(r"[.!?…؟۔]\s*[\"'”’»)\]]*\s+$")
_CJK_SENTENCE_END = re.compile(r"[。！？][”’」』）]*\s*$")


def first_reading_order_mismatch(root: Element, body: Any) -> str:
    """The text of the HTML around the first difference from the tree; "" without one."""
    for texts, html in _flows(root, body):
        tree = _normalized("".join(text for text, _, _ in texts))
        if mismatch := _mismatch(tree, _normalized(html)):
            return mismatch
    return ""


def _mismatch(tree: str, html: str) -> str:
    if tree == html:
        return ""
    pairs = enumerate(zip(tree, html, strict=False))
    position = next((i for i, (a, b) in pairs if a != b), min(len(tree), len(html)))
    return html[max(0, position - 20) : position + 20] or tree[position : position + 40]


def _normalized(text: str) -> str:
    """A text without breaks and case, which a style sheet may change."""
    return fold_case(_BREAKS.sub("", text))


def restore_breaks(root: Element, body: Any) -> None:
    """Restore the spaces and hyphens that layout changed, in `actual_text` of the content.

    ISO 32000-1 requires the space at the end of a line, which is not drawn (14.8.2.5), and
    a soft hyphen for a hyphen that breaks a word (14.8.2.2.3). After the first mismatch of
    tree and HTML, the text of a flow is not changed.
    """
    for texts, html in _flows(root, body):
        _restore_breaks([*texts, ("", None, None)], html)


def _restore_breaks(texts: "list[_Text]", html: str) -> None:
    position = 0
    last_of_block: dict[Element | None, MarkedContent] = {}
    for (text, content, block), (next_text, _, next_block) in pairwise(texts):
        if content and block in last_of_block and html[position : position + 1].isspace():
            # After a note its line continues in the block of the call.
            before = last_of_block[block].actual_text
            if not (before[-1:].isspace() or text[:1].isspace()):
                content.actual_text = " " + text
        if (after := _skip_letters(html, position, text)) is None:
            return
        position = after
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


def _skip_letters(html: str, position: int, text: str) -> int | None:
    """Return the position after the letters of a text; None if other letters follow."""
    start = _skip_breaks(text, 0)
    length = len(_LAST_BREAKS.sub("", text)) - start
    if length > 0:
        position = _skip_breaks(html, position)
        if html.startswith(text[start : start + length], position):
            return position + length
    letters, read = fold_case(_BREAKS.sub("", text)), 0
    while read < len(letters):
        position = _skip_breaks(html, position)
        letter = fold_case(html[position : position + 1])  # of "ß" two: "ss"
        if position == len(html) or not letters.startswith(letter, read):
            return None
        position, read = position + 1, read + len(letter)
    return position


def _skip_breaks(text: str, position: int) -> int:
    match = _BREAKS.match(text, position)
    return match.end() if match else position


_Text = tuple[str, MarkedContent | None, Element | None]


def _flows(root: Element, body: Any) -> Iterator[tuple[list[_Text], str]]:
    """Yield the texts of each flow in the tree, and its text in the HTML."""
    notes = {e.html for e in root.elements() if e.role == "Note" and e.html is not None}
    others = notes | {html for html, _ in _owned_elements(body)}
    flows = [(root, body), *((e, e.html) for e in root.elements() if e.html in others)]
    for element, html in flows:
        beside = others - {html}
        yield [*_tree_texts(element, None, beside)], "".join(_html_texts(html, beside))


def _tree_texts(
    element: Element, block: Element | None, others: Set[Any]
) -> Iterator[_Text]:
    """Yield the texts of an element in order, each with its content and block."""
    if element.role in BLOCKS:
        block = element
    if element.role in ALTERNATIVES:
        yield element.alt, None, block
        return
    for child in element.children:
        if isinstance(child, Element):
            if child.html in others:
                yield "", None, None  # a space that layout dropped belongs after it
            else:
                yield from _tree_texts(child, block, others)
        elif isinstance(child, MarkedContent) and not child.generated:
            yield child.text or "", child, block


def _html_texts(
    html: Any, others: Set[Any] = frozenset(), separator: str = ""
) -> Iterator[str]:
    is_unread = is_hidden(html) or html.get("hidden") is not None
    if is_unread or html.tag in _NOT_DISPLAYED:
        return
    if is_figure(html) or is_formula(html):
        yield alt_text(html)
        return
    if html.tag == "br":
        yield "\n"
    yield html.text or ""
    for child in html:
        if isinstance(child.tag, str) and child not in others:
            yield from _html_texts(child, others, separator)
        yield child.tail or ""
    if html.tag in _BLOCK_TAGS:
        yield separator


def html_text(html: Any) -> str:
    """The text of an HTML element, its blocks separated by spaces."""
    return " ".join("".join(_html_texts(html, separator=" ")).split())


# --- Notes and owned elements ---


def move_to_reading_order(root: Element, body: Any) -> Iterator[str]:
    """Move notes after the sentences of their calls, and owned elements to their owners.

    Yields a message for each element that cannot be moved. `restore_breaks` must have set
    the texts.
    """
    for note in [element for element in root.elements() if element.role == "Note"]:
        _move_note(note)
    order = {html: number for number, html in enumerate(body.iter())}
    elements = {e.html: e for e in root.elements() if e.html is not None}
    for owned, owner in list(_owned_elements(body)):
        element = elements.get(owned)
        if element is None or element.parent is None or owned in owner.iterfind(".//"):
            yield f'aria-owns cannot move "{owned.get("id")}": it has no role of its own'
            continue
        element.parent.children.remove(element)
        if owner in elements:
            element.parent = elements[owner]
            element.parent.children.append(element)
        else:  # where it would be if the owner had a role
            _insert_element(element, owner, elements, order)


def _owned_elements(body: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each element that another one owns, with its owner."""
    owners = [element for element in body.iter() if element.get("aria-owns")]
    if owners:
        by_id = {element.get("id"): element for element in reversed(list(body.iter()))}
        for owner in owners:
            for id in owner.get("aria-owns").split():
                if id in by_id:
                    yield by_id[id], owner


def restore_moved(root: Element, body: Any, moved: Set[Any]) -> None:
    """Restore the order of the HTML for the blocks that page_fitter.py moved."""
    order = {html: number for number, html in enumerate(body.iter())}
    elements = {e.html: e for e in root.elements() if e.html is not None}
    for html in sorted(moved, key=order.__getitem__):
        inside = set(html.iter())
        parts = []
        for element in [elements[part] for part in html.iter() if part in elements]:
            # The element of an item is in one without HTML.
            above = (e.html for e in element.ancestors() if e is not element)
            is_top = next((h for h in above if h is not None), None) not in inside
            if is_top and element.parent is not None:
                parts.append((element, element.parent))
        # All are removed first: no place is found beside a part that is still to be moved.
        for element, parent in parts:
            parent.children.remove(element)
        for element, _ in parts:
            _insert_element(element, element.html, elements, order)


def _insert_element(
    element: Element, target: Any, elements: dict[Any, Element], order: dict[Any, int]
) -> None:
    """Insert an element where the HTML element `target` ends in the HTML."""
    ancestors = [html for html in elements if target in html.iterfind(".//")]
    root = next(e for e in element.ancestors() if e.parent is None)
    parent = elements[max(ancestors, key=order.__getitem__)] if ancestors else root
    last = max(order[html] for html in target.iter())
    following = (
        index
        for index, child in enumerate(parent.children)
        if isinstance(child, Element) and order.get(child.html, 0) > last
    )
    element.parent = parent
    parent.children.insert(next(following, len(parent.children)), element)


def _move_note(note: Element) -> None:
    """Move a note from its call to the next end of a sentence, before any inner block.

    A piece of content is not divided, so the sentence must end at the end of a piece.
    """
    siblings = note.parent.children if note.parent else []
    reference = siblings[siblings.index(note) - 1]
    block = next(e for e in note.ancestors() if e is not note and e.role not in PHRASES)
    run: list[_Piece] = []
    for piece in [*_content_pieces(block), None]:
        if piece is not None:
            run.append(piece)
        elif any(child is reference for _, child, _ in run):
            break
        else:
            run.clear()
    start = next(n for n, (_, child, _) in enumerate(run) if child is reference)
    texts = [text for _, _, text in run]
    for number in range(start, len(run)):
        parent, child, _ = run[number]
        read, unread = "".join(texts[: number + 1]), "".join(texts[number + 1 :])
        top = _child_ending_with(parent, child, block)
        if top is not None and _is_sentence_end(read, unread):
            siblings.remove(note)
            index = block.children.index(top) + 1
            while _is_note(block.children[index : index + 1]):
                index += 1
            note.parent = block
            block.children.insert(index, note)
            return


_Child = Element | MarkedContent | Annotation
_Piece = tuple[Element, _Child, str]


def _content_pieces(element: Element) -> Iterator[_Piece | None]:
    """Yield the content of a block with parents and texts; None for a block in it."""
    for child in element.children:
        if isinstance(child, MarkedContent):
            yield element, child, "" if child.generated else child.actual_text
        elif not isinstance(child, Element) or child.role == "Note":
            continue
        elif child.role == "Reference" or child.role in ALTERNATIVES:
            yield element, child, child.alt
        elif child.role in PHRASES:
            yield from _content_pieces(child)
        else:
            yield None


def _child_ending_with(parent: Element, child: _Child, block: Element) -> _Child | None:
    """The child of a block whose last content is a piece of content; None without one."""
    while parent is not block:
        last = [c for c in parent.children if not _is_note([c])][-1]
        if last is not child or parent.parent is None:
            return None
        child, parent = parent, parent.parent
    return child


def _is_note(children: list[_Child]) -> bool:
    return any(isinstance(child, Element) and child.role == "Note" for child in children)


def _is_sentence_end(read: str, unread: str) -> bool:
    """Whether a sentence ends between two texts of a block, or the block does."""
    following = unread.lstrip()
    if not following:
        return True
    read += unread[: len(unread) - len(following)]
    first = following[0]
    if first in _CLOSING:
        return False
    is_start = not (first.islower() or first.isdigit())
    end = (is_start and _SENTENCE_END.search(read)) or _CJK_SENTENCE_END.search(read)
    return bool(end)
