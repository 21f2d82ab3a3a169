"""Mend what the glyphs of a PDF stand for, so that Arabic is copied, found and read right.

Right-to-left text is drawn, and so stored, from left to right; every reader turns it round
(measured: PDFium, Poppler, MuPDF). Turned round letter by letter, a glyph that stands for
two letters swaps them. A lam-alef is therefore named by its own character, which Unicode
has. `ActualText` is no way out: the same readers turn that round too.

WeasyPrint 70 also gives the letter and its mark to the glyph of the mark; the letter has a
glyph of its own, and would be heard twice.
"""

import re
from typing import Any

import pydyf

# The ligatures of lam and alef, and the character that stands for each (Unicode, Arabic
# Presentation Forms-B).
_LAM_ALEF = {
    "\u0644\u0622": "\ufef5",
    "\u0644\u0623": "\ufef7",
    "\u0644\u0625": "\ufef9",
    "\u0644\u0627": "\ufefb",
}
_LETTER_WITH_MARKS = re.compile("[\u0620-\u064a\u066e-\u06d3]([\u064b-\u065f\u0670]+)")
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")


def fix_tounicode(pdf: Any) -> None:
    """Change the ToUnicode maps of a PDF that is about to be written."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and b"begincmap" in thing.stream:
            thing.stream[:] = [_mended_line(line) for line in thing.stream]


def _mended_line(line: Any) -> Any:
    match = _MAPPING.fullmatch(line) if isinstance(line, bytes) else None
    if not match:
        return line
    text = bytes.fromhex(match[2].decode()).decode("utf-16-be")
    return b"<%s> <%s>" % (match[1], _mended(text).encode("utf-16-be").hex().encode())


def _mended(text: str) -> str:
    if marked := _LETTER_WITH_MARKS.fullmatch(text):
        return marked[1]
    return _LAM_ALEF.get(text, text)
