"""Compare the time of rendering samples with the page fitter and without.

`python -m tools.benchmarks.page_fitter` prints one row of Markdown for the documents that
the fitter changes, because they have a blank band, one for the others, one for each profile
and one for all. The samples are those in English and French.
Both renderings of a pair are measured in one run.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from statistics import median

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf import document_fitter, page_fitter
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.pdf.weasyprint_patches.attributes import patched
from pipeline.problems import Place
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets

ROOT = Path(__file__).resolve().parents[2]
PAIRS, PROFILES, LANGUAGES = 3, ("screen", "a5", "large"), ("en", "fr")


@contextmanager
def without_fitter() -> Iterator[None]:
    """Switch the page fitter off: each page is laid out once."""
    with (
        patched(page_fitter, _MIN_BAND=9.0, MAX_BAND=9.0),
        patched(document_fitter, MAX_BAND=9.0, is_well_filled=lambda _: True),
    ):
        yield


def seconds(render: Callable[[], RenderedPdf]) -> tuple[float, bytes]:
    """Measure the processor time of one rendering."""
    gc.collect()
    started = time.process_time()
    pdf = render().pdf
    return time.process_time() - started, pdf


def main() -> None:
    """Measure in pairs whose order alternates; print medians of ratios."""
    project = open_project(ROOT)
    content = read_content(project, BuildOptions((), LANGUAGES), None)
    assert content.series
    assert content.brand
    design = Design(project, content.series, content.brand)
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    fonts = load_fonts(project.font_folders)
    names = ("with a blank band", "without a blank band", *PROFILES, "all")
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for edition in content.editions:
        for language, profile in ((x, y) for x in LANGUAGES for y in PROFILES):
            html = render_html(project, view_brief(design, edition, language, profile))

            def render(html: str = html) -> RenderedPdf:
                return render_pdf(html, serve, fonts, lambda *_: Place(""))[0]

            render()
            pairs, is_fitted = [], False
            for number in range(PAIRS):
                turns: list[Callable[[], AbstractContextManager[None]]]
                turns = (
                    [nullcontext, without_fitter]
                    if number % 2
                    else [without_fitter, nullcontext]
                )
                results = {}
                for turn in turns:
                    with turn():
                        results[turn] = seconds(render)
                is_fitted = results[nullcontext][1] != results[without_fitter][1]
                pairs.append((results[nullcontext][0], results[without_fitter][0]))
            fitted, plain = (median(column) for column in zip(*pairs, strict=True))
            rows["with a blank band" if is_fitted else "without a blank band"].append(
                (fitted, plain)
            )
            rows[profile].append((fitted, plain))
            rows["all"].append((fitted, plain))
    sys.stdout.write(
        "\n| documents | number | with | without | ratio of the sums"
        " | median ratio of a document | largest ratio |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
    )
    for name, times in rows.items():
        fitted, plain = (sum(column) for column in zip(*times, strict=True))
        ratios = [fitted / plain for fitted, plain in times]
        sys.stdout.write(
            f"| {name} | {len(times)} | {fitted:.2f} s | {plain:.2f} s"
            f" | {fitted / plain:.2f} | {median(ratios):.2f} | {max(ratios):.2f} |\n"
        )


if __name__ == "__main__":
    main()
