"""Prevent runts: a short word alone on the last line of a paragraph.

A last word of fewer than five letters, or a short number, is bound to the word before it,
unless the two together would be longer than a narrow column holds. A script without spaces
between words is excluded.
"""

import re
from collections.abc import Sequence

from pipeline.html.text.inline_tree import Node, TextNode, leaves, text_node
from pipeline.model.scripts import script_of

_NO_BREAK = "\u00a0"
_MIN_LETTERS, _MAX_PAIR = 5, 20
# At least three words: two bound words would be a line that never breaks.
_LAST_WORDS = re.compile(r"(?<=\S) (?P<before>[^ \n]+)(?P<space> )(?P<last>[^ \n]+)\Z")


def prevent_runt(nodes: Sequence[Node], language: str) -> None:
    """Make the last space of a paragraph a no-break space if its last word is short."""
    text_nodes = list(leaves(nodes))
    # The space before a citation does not break in any case.
    text = re.sub(" (?=\ufffc)", _NO_BREAK, "".join(node.text for node in text_nodes))
    match = _LAST_WORDS.search(text)
    if not script_of(language).has_word_spaces or not match:
        return
    letters = sum(letter.isalnum() for letter in match["last"])
    if letters < _MIN_LETTERS and len(f"{match['before']} {match['last']}") <= _MAX_PAIR:
        _bind_words(text_nodes, match.start("space"))


def _bind_words(nodes: Sequence[TextNode], position: int) -> None:
    for node in nodes:
        text = node.text
        if position < len(text):
            words = text[:position] + _NO_BREAK + text[position + 1 :]
            node.token = text_node(words).token
            return
        position -= len(text)
