"""Render 1,000 documents in this process; print its MiB at the 100th and at the last."""

import sys
from datetime import date
from itertools import cycle, islice
from pathlib import Path

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf import preload  # noqa: F401 – as worker processes do
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.jobs import render_document_pdf


def resident_mib() -> int:
    """Return the resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 >> 20


def main(root: Path, documents: int) -> None:
    """Render the documents of a project again and again."""
    project = open_project(root)
    content = read_content(project, BuildOptions(), date(2026, 1, 1))
    assert content.series
    assert content.brand
    assets = ProjectAssets(project, brand_css(content.brand))
    pages = [
        (edition, language) for edition in content.editions for language in edition.versions
    ]
    for number, (edition, language) in enumerate(islice(cycle(pages), documents), 1):
        design = Design(project, content.series, content.brand)
        html = render_html(project, view_brief(design, edition, language, "screen"))
        source = f"content/{edition.slug}/{edition.information_date}/{language}.yaml"
        render_document_pdf(assets, html, (), source, {})
        if number in (100, documents):
            print(resident_mib(), flush=True)  # noqa: T201 – its answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), 1000)
