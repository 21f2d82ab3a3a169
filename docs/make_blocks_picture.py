"""Crop big figures, a timeline, options and a flow from a PDF, for the guide for authors.

The PDF is built from the brief "blocks" in tests/conformance/torture. A block ends at the
line of its source. Part of `make pictures`.
"""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
from PIL import Image

from pipeline.build import build
from pipeline.project import open_project
from pipeline.targets import BuildOptions

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "tests" / "conformance" / "torture"
# The picture, the first words of its block and what they are below, in points, the last
# words, and the width in millimetres.
BLOCKS = (
    ("big_figure.png", "56", 14, "Source: ILO, web page", 116),
    ("timeline.png", "Figure 1.", 9, "Source:", 172),
    ("flow.png", "Figure 3.", 9, "Source:", 116),
    ("compare.png", "Table 1.", 9, "Source:", 172),
    ("annotations.png", "Figure 7.", 9, "Source:", 116),
)
# Charts for one picture, beside each other.
SHADED = ("Figure 4.", "Figure 5.", "Figure 6.")
PIXELS_PER_MM = 4.2
_OVERSAMPLING = 2


def block_pictures() -> Iterator[tuple[str, Image.Image]]:
    """Give the name and the picture of each block."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(PROJECT, root)
        result = build(
            open_project(root), BuildOptions(("blocks",), ("en",)), date(2020, 1, 1)
        )
        (built,) = result.targets
        document = pypdfium2.PdfDocument(root / "build" / built.name)
        for name, first, above, last, width in BLOCKS:
            yield name, next(_crop(document, first, above, last, width))
        shaded = [next(_crop(document, first, 9, "Source:", 116)) for first in SHADED]
        yield "shaded.png", _beside(shaded)
        document.close()


def _beside(pictures: list[Image.Image]) -> Image.Image:
    small = [p.resize((p.width * 7 // 10, p.height * 7 // 10)) for p in pictures]
    width, height = sum(p.width for p in small), max(p.height for p in small)
    sheet = Image.new("RGB", (width + 40, height), "white")
    left = 0
    for picture in small:
        sheet.paste(picture, (left, 0))
        left += picture.width + 20
    return sheet


def _crop(
    document: pypdfium2.PdfDocument, first: str, above: int, last: str, width: int
) -> Iterator[Image.Image]:
    for page in document:
        text = page.get_textpage()
        for left, _, _, top in _find_text(text, first):
            below = [box[1] for box in _find_text(text, last) if box[3] < top]
            if not below:
                continue
            scale = _OVERSAMPLING * PIXELS_PER_MM * 25.4 / 72
            large = page.render(scale=scale).to_pil().convert("RGB")
            start, height = left - 14, page.get_height()
            edges = (start, height - top - above, start + width / 25.4 * 72 + 10)
            box = (edges[0], edges[1], edges[2], height - max(below) + 4)
            cut = large.crop(tuple(round(edge * scale) for edge in box))  # type: ignore[arg-type]  # four edges
            size = (cut.width // _OVERSAMPLING, cut.height // _OVERSAMPLING)
            yield cut.resize(size, Image.Resampling.LANCZOS)


def _find_text(text: pypdfium2.PdfTextPage, words: str) -> Iterator[tuple[float, ...]]:
    """Yield the box of the first letter of each match: left, bottom, right, top; points."""
    search = text.search(words)
    while place := search.get_next():
        yield text.get_charbox(place[0])
