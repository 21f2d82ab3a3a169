"""Warm WeasyPrint: `python -m tools.benchmarks.warm_weasyprint FOLDER N NAME...`.

Its processes keep WeasyPrint and the fonts, and write one document after the other, as its
documentation advises: without our checks, our tags and attachments. FONTCONFIG_FILE must
name the fonts.
"""

import gc
import sys
from multiprocessing import get_context
from pathlib import Path

from weasyprint import HTML  # before the fork: imported once
from weasyprint.text.fonts import FontConfiguration


def write_all(folder: str, names: list[str]) -> None:
    """Write documents with one configuration of fonts."""
    gc.freeze()
    fonts = FontConfiguration()
    for name in names:
        html = HTML(filename=f"{folder}/{name}.html")
        html.write_pdf(f"{folder}/{name}.pdf", font_config=fonts, pdf_variant="pdf/a-3a")


if __name__ == "__main__":
    folder, processes, *names = sys.argv[1:]
    number = int(processes)
    Path(folder).resolve(strict=True)
    with get_context("fork").Pool(number) as pool:
        pool.starmap(write_all, [(folder, names[i::number]) for i in range(number)])
