"""Extract the text of a PDF with the programs that readers use.

PDFium is in Chrome and Edge, Poppler in Evince and Okular, MuPDF in its own viewer and in
many tools, pdf.js in Firefox. What they extract is what is found, copied and, without
tags, read aloud. Each has heuristics of its own for text from right to left.

MuPDF (AGPL) runs as a separate program, in the environment of the gate. pdf.js is no part
of it: set PDFJS to the folder of the npm package `pdfjs-dist` (4.x; Node 20).
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2

from tools.conformance import environment

PDFJS = os.environ.get("PDFJS", "")
_MUPDF = """
import sys, pymupdf
sys.stdout.reconfigure(encoding="utf-8")
print("\\f".join(page.get_text() for page in pymupdf.open(sys.argv[1])))
"""


def extract_with_pdfium(path: Path) -> str:
    """Extract by PDFium, which writes U+FFFE for a hyphen at the end of a line."""
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "\f".join(pages).replace("\ufffe", "")


def extract_with_poppler(path: Path) -> str:
    """Extract by Poppler."""
    return _output("pdftotext", "-enc", "UTF-8", path, "-")


def extract_with_mupdf(path: Path) -> str:
    """Extract by MuPDF."""
    return _output(environment.PYTHON, "-c", _MUPDF, path)


def extract_with_pdfjs(path: Path) -> str:
    """Extract by pdf.js."""
    script = Path(__file__).with_name("extract_with_pdfjs.mjs")
    return _output("node", script, Path(PDFJS).absolute(), path)


def _output(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    return done.stdout


Extractor = Callable[[Path], str]
# Those that the gate needs, and so always has.
EXTRACTORS: Mapping[str, Extractor] = {
    "PDFium": extract_with_pdfium,
    "Poppler": extract_with_poppler,
    "MuPDF": extract_with_mupdf,
}


def available_extractors() -> Mapping[str, Extractor]:
    """The extractors of the gate, and pdf.js where it is."""
    if PDFJS and shutil.which("node"):
        return {**EXTRACTORS, "pdf.js": extract_with_pdfjs}
    return EXTRACTORS
