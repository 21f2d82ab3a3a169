"""Crop the six types of chart from a PDF to charts.png, for the guide for authors.

The PDF is built from the brief "charts" in tests/conformance/torture. A chart ends at the
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
NAME = "charts.png"
# Six types, one also with negative values and a gap; the last spans both columns.
ROWS = ((1, 2), (3, 4), (5, 8), (6,))
WIDTH, GAP = 480, 30
_OVERSAMPLING = 2


def charts_picture() -> Image.Image:
    """Arrange the charts in rows of two, with the wide one at the bottom."""
    charts = dict(_charts())
    rows = [[charts[number] for number in row] for row in ROWS]
    height = sum(max(chart.height for chart in row) + GAP for row in rows) + GAP
    sheet = Image.new("RGB", (2 * WIDTH + 3 * GAP, height), "white")
    top = GAP
    for row in rows:
        for place, chart in enumerate(row):
            sheet.paste(chart, (GAP + place * (WIDTH + GAP), top))
        top += max(chart.height for chart in row) + GAP
    return sheet


def _charts() -> Iterator[tuple[int, Image.Image]]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(PROJECT, root)
        options = BuildOptions(("charts",), ("en",))
        result = build(open_project(root), options, date(2020, 1, 1))
        (built,) = result.targets
        document = pypdfium2.PdfDocument(root / "build" / built.name)
        for page in document:
            yield from _charts_on(page)
        document.close()


def _charts_on(page: pypdfium2.PdfPage) -> Iterator[tuple[int, Image.Image]]:
    text = page.get_textpage()
    sources = [box[1] for box in _find_text(text, "Source:")]
    for number in (number for row in ROWS for number in row):
        for left, _, _, top in _find_text(text, f"Figure {number}."):
            foot = max(y for y in sources if y < top)
            scale = _OVERSAMPLING * WIDTH / (116 / 25.4 * 72)
            large = page.render(scale=scale).to_pil().convert("RGB")
            # From the rule above the title to the line of the source.
            edges = left - 14, page.get_height() - top - 9, 0, page.get_height() - foot + 4
            width = (172 if (number,) in ROWS else 116) / 25.4 * 72 + 4
            box = (edges[0], edges[1], edges[0] + width, edges[3])
            cut = large.crop(tuple(round(edge * scale) for edge in box))  # type: ignore[arg-type]  # four edges
            size = (cut.width // _OVERSAMPLING, cut.height // _OVERSAMPLING)
            yield number, cut.resize(size, Image.Resampling.LANCZOS)


def _find_text(text: pypdfium2.PdfTextPage, words: str) -> Iterator[tuple[float, ...]]:
    """Yield the box of the first letter of each match: left, bottom, right, top; points."""
    search = text.search(words)
    while place := search.get_next():
        yield text.get_charbox(place[0])
