"""Correct the ToUnicode maps of a PDF, so that Arabic is copied, found and read correctly.

Right-to-left text is stored from left to right; PDFium, Poppler and MuPDF reverse it, and
`ActualText`, character by character. That swaps the letters of a glyph of two, so a
lam-alef is mapped to the one character that Unicode has for it. WeasyPrint 70 also maps the
glyph of a mark to the letter and the mark; the letter, with a glyph of its own, would be
read twice.
"""

import re
from typing import Any

import pydyf

# The ligatures of lam and alef, and their characters in Arabic Presentation Forms-B.
_LAM_ALEF = {
    "\u0644\u0622": "\ufef5",
    "\u0644\u0623": "\ufef7",
    "\u0644\u0625": "\ufef9",
    "\u0644\u0627": "\ufefb",
}
_LETTER_WITH_MARKS = re.compile("[\u0620-\u064a\u066e-\u06d3]([\u064b-\u065f\u0670]+)")
_MAPPING = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>")


def fix_tounicode(pdf: Any) -> None:
    """Correct the ToUnicode maps of a PDF that is about to be written."""
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream) and b"begincmap" in entry.stream:
            entry.stream[:] = [_corrected_line(line) for line in entry.stream]


def _corrected_line(line: Any) -> Any:
    match = _MAPPING.fullmatch(line) if isinstance(line, bytes) else None
    if not match:
        return line
    text = bytes.fromhex(match[2].decode()).decode("utf-16-be")
    if marked := _LETTER_WITH_MARKS.fullmatch(text):
        text = marked[1]
    text = _LAM_ALEF.get(text, text)
    return b"<%s> <%s>" % (match[1], text.encode("utf-16-be").hex().encode())
