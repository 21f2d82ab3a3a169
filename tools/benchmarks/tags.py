"""Compare the time of writing a PDF with our tags and with WeasyPrint's, on the same pages.

`python -m tools.benchmarks.tags` prints one row of Markdown.
"""

import gc
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import weasyprint

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.fontconfig import load_fonts
from pipeline.project import BASE_URL, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 21


def lay_out() -> Any:
    """Lay out the English brief "wpsdg" without writing it."""
    project = open_project(ROOT)
    content = read_content(project, BuildOptions(("wpsdg",), ("en",)), date(2026, 1, 1))
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    html = render_html(project, view_brief(design, edition, "en", "screen"))
    fonts = load_fonts(project.font_folders)
    from weasyprint import HTML

    from pipeline.pdf import metadata
    from pipeline.pdf import render as paint

    fetcher = paint._make_fetcher(ProjectAssets(project, brand_css(content.brand)).serve)
    document = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).render(
        font_config=fonts.configuration, pdf_variant=metadata.VARIANT
    )
    metadata.prepare_metadata(document, "", {})
    return document


def measure_seconds(write: Callable[[], bytes]) -> float:
    """Measure the time of one writing, after collecting garbage."""
    gc.collect()
    started = time.perf_counter()
    write()
    return time.perf_counter() - started


def main() -> None:
    """Measure in pairs whose order alternates; print medians and quartiles."""
    document = lay_out()
    from pipeline.pdf import metadata
    from pipeline.pdf import tag_writer as tags

    def write(context: Callable[[], Any]) -> bytes:
        with context():
            return bytes(
                document.write_pdf(
                    pdf_variant=metadata.VARIANT,
                    finisher=lambda document, pdf: metadata.complete_pdf(pdf),
                )
            )

    ours, theirs = partial(write, tags.patch_add_tags), partial(write, nullcontext)
    sizes = len(ours()), len(theirs())
    pairs = []
    for number in range(PAIRS):
        # Alternate the order: the first of a pair has colder caches.
        if number % 2:
            pairs.append((measure_seconds(ours), measure_seconds(theirs)))
        else:
            their_seconds, our_seconds = measure_seconds(theirs), measure_seconds(ours)
            pairs.append((our_seconds, their_seconds))
    ours_ms, theirs_ms = (median(column) * 1000 for column in zip(*pairs, strict=True))
    ratios = sorted(our / their for our, their in pairs)
    low, high = ratios[PAIRS // 4], ratios[-1 - PAIRS // 4]
    sys.stdout.write(
        "\n| WeasyPrint | pairs | our tags | WeasyPrint's | ratio (quartiles) | size |"
        "\n|---|---|---|---|---|---|"
        f"\n| {weasyprint.__version__} | {PAIRS} | {ours_ms:.0f} ms | {theirs_ms:.0f} ms"
        f" | {median(ratios):.2f} ({low:.2f}–{high:.2f})"
        f" | {sizes[0] / 1000:.0f} kB / {sizes[1] / 1000:.0f} kB |\n"
    )


if __name__ == "__main__":
    main()
