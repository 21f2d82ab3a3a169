"""Look for the words of a brief as a reader does who types them into the search field.

By PDFium, the engine of Chrome and Edge: what it extracts is also what they copy and what
they hand to a screen reader. A file may be right by the standard and still fail here:
`ActualText` in Arabic is taken for glyphs from left to right, and every word comes out
backwards (so do Poppler and MuPDF).
"""

import re
from collections.abc import Sequence
from pathlib import Path

import pypdfium2

from tools.conformance.script import Phrase
from tools.conformance.speech import squeeze

# A run of letters and their marks; a single letter is found anywhere.
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f\u064b-\u065f]+")


def printed_words(script: Sequence[Phrase]) -> list[str]:
    """List the different words of a script that stand on the pages."""
    printed = (phrase.text for phrase in script if phrase.role != "Figure")
    return list(dict.fromkeys(word for text in printed for word in _WORD.findall(text)))


def find_lost_words(path: Path, script: Sequence[Phrase]) -> list[str]:
    """Give the words of a script that are not in the text of the pages."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    # U+FFFE is how PDFium writes a hyphen at the end of a line.
    text = squeeze("".join(pages).replace("\ufffe", ""))
    return [word for word in printed_words(script) if squeeze(word) not in text]
