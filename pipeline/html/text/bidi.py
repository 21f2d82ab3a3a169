"""Wrap runs of the opposite direction that inline markup would reorder in `<span dir>`.

WeasyPrint 70 orders the letters within an inline box and places the boxes of a line in the
direction of their parent: `ONE **TWO** THREE` in an Arabic sentence is printed as
THREE TWO ONE. Wrapped in `<span dir="ltr">` it is correct, and browsers render the same
with and without the span. An address in Arabic text is always wrapped: otherwise its
leading + or trailing / would move to the other end.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from markdown_it.token import Token

from pipeline.html.text.inline_tree import (
    ADDRESS,
    PLACEHOLDER,
    InlineNode,
    Node,
    TextNode,
    text_node,
)
from pipeline.model.scripts import direction
from pipeline.shared_library import load_library

# Inline elements that may be split in two; a link may not.
_DIVISIBLE = ("em", "strong")
# Replaces an address in the text that is analysed: U+200E, a left-to-right character.
_ADDRESS_MARK = "\u200e"


def isolate_opposite_runs(nodes: Sequence[Node], language: str) -> list[Node]:
    """Wrap the runs whose direction is opposite to that of their paragraph or phrase."""
    rtl = direction(language) == "rtl"
    return _wrap_runs(list(_isolate_inner(nodes, rtl=rtl)), rtl=rtl)


def embedding_levels(line: str, *, rtl: bool) -> list[int]:
    """Return the embedding level of each character (UAX 9): even is left to right.

    Levels 0 and 1 are the base direction. Pango computes them, which also lays out the
    page. The line must not contain U+0000.
    """
    levels_of = load_library("libpango-1.0", 0).pango_log2vis_get_embedding_levels
    levels_of.restype = ctypes.POINTER(ctypes.c_uint8)
    data, base = line.encode(), ctypes.c_int(int(rtl))  # PANGO_DIRECTION_LTR, _RTL
    levels = levels_of(data, len(data), ctypes.byref(base))
    try:
        return list(levels[: len(line)])
    finally:
        load_library("libglib-2.0", 0).g_free(levels)


def _isolate_inner(nodes: Sequence[Node], *, rtl: bool) -> Iterator[Node]:
    """Process phrases in another language; wrap addresses in text from right to left."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield from _wrap_addresses(node) if rtl else [node]
        elif node.is_address:
            yield _make_span([node], rtl=False) if rtl else node
        elif node.language:
            yield node.with_children(isolate_opposite_runs(node.children, node.language))
        else:
            yield node.with_children(list(_isolate_inner(node.children, rtl=rtl)))


def _wrap_addresses(node: TextNode) -> Iterator[Node]:
    end = 0
    for match in ADDRESS.finditer(node.text):
        yield from _text_nodes(node.text[end : match.start()])
        yield _make_span(_text_nodes(match[0]), rtl=False)
        end = match.end()
    yield from _text_nodes(node.text[end:]) if end else [node]


def _wrap_runs(nodes: list[Node], *, rtl: bool, is_wrapped: bool = False) -> list[Node]:
    text = "".join(map(_analysed_text, nodes))
    # From the last run to the first, so that the positions before it stay valid.
    for start, end in reversed(list(_opposite_runs(text, rtl=rtl))):
        # Arabic-Indic digits oppose both directions: one span around them is enough.
        if not is_wrapped or end - start < len(text):
            nodes = _wrap_range(nodes, start, end, rtl=rtl)
    return nodes


def _analysed_text(node: Node) -> str:
    """The text that the bidirectional algorithm sees; an isolated node is one character."""
    if isinstance(node, TextNode):
        return node.text
    if node.is_address or node.first.type == "direction_open":
        return _ADDRESS_MARK
    return PLACEHOLDER if node.language else "".join(map(_analysed_text, node.children))


def _opposite_runs(text: str, *, rtl: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each run of the opposite direction; lines are independent."""
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        levels = embedding_levels(line[0], rtl=rtl)
        for is_opposite, run in groupby(level > int(rtl) for level in levels):
            end = start + len(list(run))
            if is_opposite:
                yield start, end
            start = end


def _wrap_range(nodes: list[Node], start: int, end: int, *, rtl: bool) -> list[Node]:
    """Put a span around a range of text that crosses a node border, as deep as possible.

    The nodes are returned unchanged if the span would split a link, for example.
    """
    position = 0
    for node in nodes:
        length = len(_analysed_text(node))
        if position <= start and end <= position + length:
            if isinstance(node, InlineNode) and length > 1:
                inner = node.children, start - position, end - position
                node.children = _wrap_range(*inner, rtl=rtl)
            return nodes
        position += length
    if (head := _split(nodes, start)) and (tail := _split(head[1], end - start)):
        inside = _wrap_runs(tail[0], rtl=not rtl, is_wrapped=True)
        return [*head[0], _make_span(inside, rtl=not rtl), *tail[1]]
    return nodes


def _split(nodes: list[Node], position: int) -> tuple[list[Node], list[Node]] | None:
    """Split nodes at a position of their text; None inside an element that stays whole."""
    count = 0
    while position and count < len(nodes):
        length = len(_analysed_text(nodes[count]))
        if length > position:
            break
        position -= length
        count += 1
    if not position:
        return nodes[:count], nodes[count:]
    node = nodes[count]
    if isinstance(node, TextNode):
        first, last = _text_nodes(node.text[:position]), _text_nodes(node.text[position:])
        return [*nodes[:count], *first], [*last, *nodes[count + 1 :]]
    if node.first.tag in _DIVISIBLE and (parts := _split(node.children, position)):
        before, after = map(node.with_children, parts)
        return [*nodes[:count], before], [after, *nodes[count + 1 :]]
    return None


def _text_nodes(text: str) -> list[Node]:
    return [text_node(text)] if text else []


def _make_span(nodes: list[Node], *, rtl: bool) -> InlineNode:
    first = Token("direction_open", "span", 1, attrs={"dir": "rtl" if rtl else "ltr"})
    return InlineNode(first, nodes, Token("direction_close", "span", -1))
