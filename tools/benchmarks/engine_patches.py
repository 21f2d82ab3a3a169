"""Compare the processor time of a warm document with and without each engine patch.

`python -m tools.benchmarks.engine_patches` prints a table of Markdown; with the name of a
module of `pipeline/pdf/weasyprint_patches/`, one row. Each row is measured in a process of
its own, so that no patch uses what another one has cached.
"""

import gc
import subprocess
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf import preload  # noqa: F401 – as worker processes do
from pipeline.pdf.weasyprint_patches import engine
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.jobs import render_document_pdf
from tools.benchmarks.corpus import write_project

WARM_UP, PAIRS = 6, 24
ALL = "all"


def measure(root: Path, patches: tuple[Any, ...]) -> tuple[list[float], int]:
    """Render each document twice; give the ratios of times, and how many PDFs differ."""
    write_project(root, (WARM_UP + PAIRS) // 3)
    project = open_project(root)
    content = read_content(project, BuildOptions(), date(2026, 1, 1))
    assert content.series
    assert content.brand
    assets = ProjectAssets(project, brand_css(content.brand))
    design = Design(project, content.series, content.brand)
    pages = [(edition, name) for edition in content.editions for name in edition.versions]

    def render(html: str, chosen: tuple[Any, ...]) -> tuple[float, bytes]:
        engine.PATCHES = chosen
        gc.collect()
        started = time.process_time()
        rendered, _ = render_document_pdf(assets, html, (), "", {})
        return time.process_time() - started, rendered.pdf

    ratios, different = [], 0
    for number, (edition, language) in enumerate(pages):
        html = render_html(project, view_brief(design, edition, language, "screen"))
        with_patches, without = partial(render, html, patches), partial(render, html, ())
        if number % 2:  # alternate the order: the first of a pair has colder caches
            patched, plain = with_patches(), without()
        else:
            plain, patched = without(), with_patches()
        if number >= WARM_UP:
            ratios.append(patched[0] / plain[0])
            different += patched[1] != plain[1]
    return sorted(ratios), different


def main(name: str = "") -> None:
    """Measure one row, or all of them."""
    names: dict[str, tuple[Any, ...]] = {
        patch.__module__.rpartition(".")[2]: (patch,) for patch in engine.PATCHES
    }
    names[ALL] = engine.PATCHES
    if not name:
        head = "| patch | pairs | ratio (quartiles) | bytes |\n|---|---|---|---|\n"
        sys.stdout.write(head)
        sys.stdout.flush()
        for patch_name in names:
            subprocess.run([sys.executable, "-m", __spec__.name, patch_name], check=True)
        return
    gc.set_threshold(100_000)  # as worker processes do
    with TemporaryDirectory() as folder:
        ratios, different = measure(Path(folder), names[name])
    low, high = ratios[PAIRS // 4], ratios[-1 - PAIRS // 4]
    bytes_ = f"{different} of {PAIRS} differ" if different else f"{PAIRS} of {PAIRS} equal"
    row = f"| {name} | {PAIRS} | {median(ratios):.3f} ({low:.2f}–{high:.2f}) | {bytes_} |\n"
    sys.stdout.write(row)


if __name__ == "__main__":
    main(*sys.argv[1:])
