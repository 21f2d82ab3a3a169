"""Move the footnotes of a web page to its end: a screen has no foot of the page.

A footnote is written at its call (`html/text/markdown.py`); a call becomes a link.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_NOTE = '<span class="footnote">'
_SPAN = re.compile(r"<span\b[^>]*>|</span>")


@dataclass(frozen=True)
class Endnotes:
    """The HTML of a text with the calls of its notes, and that of the notes in order."""

    text: str
    notes: tuple[str, ...]


def move_notes(html: str, call: Callable[[int], str]) -> Endnotes:
    """Replace each footnote by the HTML that `call` returns for its number."""
    texts: list[str] = []
    notes: list[str] = []
    end, start, depth = 0, 0, 0
    for span in _SPAN.finditer(html):
        if depth:
            depth += -1 if span[0] == "</span>" else 1
        elif span[0] == _NOTE:
            texts.append(html[end : span.start()])
            start, depth = span.end(), 1
        if start and not depth:
            notes.append(html[start : span.start()])
            texts.append(call(len(notes)))
            end, start = span.end(), 0
    texts.append(html[end:])
    return Endnotes("".join(texts), tuple(notes))
