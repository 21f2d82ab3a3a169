"""Cut the six types of chart out of a PDF, for the guide of authors: charts.png.

The PDF is that of the brief "charts" of the torture (tests/conformance/torture), which is
built here. A chart ends where its source is named. Part of `make pictures`.
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
# Six types, one of them with losses and a gap too; the last row takes both columns.
ROWS = ((1, 2), (3, 4), (5, 8), (6,))
WIDTH, GAP = 480, 30
_OVERSAMPLING = 2


def charts_picture() -> Image.Image:
    """Lay the charts in rows of two, the wide one below them."""
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
        order = BuildOptions(("charts",), ("en",))
        outcome = build(open_project(root), order, date(2020, 1, 1))
        (made,) = outcome.targets
        document = pypdfium2.PdfDocument(root / "build" / made.name)
        for page in document:
            yield from _charts_on(page)
        document.close()


def _charts_on(page: pypdfium2.PdfPage) -> Iterator[tuple[int, Image.Image]]:
    text = page.get_textpage()
    sources = [box[1] for box in _found(text, "Source:")]
    for number in (number for row in ROWS for number in row):
        for left, _, _, top in _found(text, f"Figure {number}."):
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


def _found(text: pypdfium2.PdfTextPage, words: str) -> Iterator[tuple[float, ...]]:
    """Where words stand: left, bottom, right, top of their first letter, in points."""
    search = text.search(words)
    while place := search.get_next():
        yield text.get_charbox(place[0])
