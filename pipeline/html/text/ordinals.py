"""Set the letters of French ordinals as superscript: 1er, 2e, XXIe.

Source: Imprimerie nationale, *Lexique*. The text is unchanged, so it is copied, searched
and read aloud as typed. A Roman numeral, at most XXXIX, needs two letters, or
a noun after it: Xe siècle. Only Ier and Ire do not.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipeline.html.text.inline_tree import InlineNode, Node, TextNode, text_node

_SPACE = "[ \u00a0\u202f]"
_NOUNS_AFTER = r"siècles?|s\.|République|Internationale|arrondissement|session|réunion"
_ROMAN = r"X{0,3}(?:IX|IV|V?I{0,3})"
_ORDINAL = re.compile(
    r"(?<![\w.,/:@&+#–-])(?:"
    r"1(?P<first>ers?|res?)|2(?P<second>de?s?|nde?s?)|\d+(?P<digits>es?)"
    rf"|(?=[XVI]{{2}}){_ROMAN}(?P<roman>es?)|I(?P<roman_first>er|re)"
    rf"|[XV](?P<before_noun>e)(?={_SPACE}(?:{_NOUNS_AFTER}))"
    r")(?![\w@/-]|\.\w)"
)


def superscript_ordinals(nodes: Sequence[Node], language: str) -> Iterator[Node]:
    """Put the letters of ordinals into `<sup>`, in French text only."""
    for node in nodes:
        if isinstance(node, TextNode):
            is_french = language.split("-")[0] == "fr" and node.token.type == "text"
            yield from _split_at_ordinals(node) if is_french else [node]
        elif node.is_address or node.first.type in ("sup_open", "sub_open"):
            yield node
        else:
            inner = superscript_ordinals(node.children, node.language or language)
            yield node.with_children(list(inner))


def _split_at_ordinals(node: TextNode) -> Iterator[Node]:
    text, end = node.text, 0
    for match in _ORDINAL.finditer(text):
        before, (start, end) = end, match.span(match.lastgroup or 0)
        yield text_node(text[before:start])
        first, last = Token("sup_open", "sup", 1), Token("sup_close", "sup", -1)
        yield InlineNode(first, [text_node(text[start:end])], last)
    if end < len(text) or not end:
        yield text_node(text[end:])
