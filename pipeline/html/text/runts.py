"""Keep a short word from being the last line of a paragraph all by itself.

A word of fewer than five letters, or a short number, is bound to the word before it, if the
two together are no longer than a narrow column takes. Chinese has no spaces to bind.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipeline.html.text.inline_tree import Node, TextNode

_NO_BREAK = "\u00a0"
_SHORT, _LONGEST_PAIR = 5, 20
# Three words at least, for two alone would be a line that never breaks.
_LAST = re.compile(r"(?<=\S) (?P<before>[^ \n]+)(?P<space> )(?P<last>[^ \n]+)\Z")


def prevent_runt(nodes: Sequence[Node], language: str) -> None:
    """Make the last space of a paragraph a no-break one, where its last word is short."""
    leaves = list(_leaves(nodes))
    # The space before a citation does not break anyhow.
    text = re.sub(" (?=\ufffc)", _NO_BREAK, "".join(leaf.text for leaf in leaves))
    match = _LAST.search(text)
    if language.split("-")[0] == "zh" or not match:
        return
    letters = sum(letter.isalnum() for letter in match["last"])
    if letters < _SHORT and len(f"{match['before']} {match['last']}") <= _LONGEST_PAIR:
        _replace(leaves, match.start("space"))


def _leaves(nodes: Sequence[Node]) -> Iterator[TextNode]:
    for node in nodes:
        if isinstance(node, TextNode):
            yield node
        else:
            yield from _leaves(node.children)


def _replace(leaves: Sequence[TextNode], at: int) -> None:
    for leaf in leaves:
        text = leaf.text
        if at < len(text):
            words = text[:at] + _NO_BREAK + text[at + 1 :]
            leaf.token = Token("text", "", 0, content=words)
            return
        at -= len(text)
