"""Compare the time of rendering the samples with the page fitter and without.

`python -m tools.benchmarks.page_fitter` prints one row of Markdown for the documents that
have a hole, and one for the others. Each pair of turns is made in one run.
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
def without() -> Iterator[None]:
    """Find no hole and no last page that is nearly empty: each page is laid out once."""
    with (
        patched(page_fitter, _HOLE=9.0, HOLE_LEFT=9.0),
        patched(document_fitter, HOLE_LEFT=9.0, is_well_filled=lambda _: True),
    ):
        yield


def seconds(render: Callable[[], RenderedPdf]) -> tuple[float, bytes]:
    """Time one rendering by the time of the processor."""
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
    ratios: dict[bool, list[float]] = {True: [], False: []}
    times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for edition in content.editions:
        for language, profile in ((x, y) for x in LANGUAGES for y in PROFILES):
            html = render_html(project, view_brief(design, edition, language, profile))

            def render(html: str = html) -> RenderedPdf:
                return render_pdf(html, serve, fonts, lambda *_: Place(""))[0]

            render()
            pairs, is_fitted = [], False
            for number in range(PAIRS):
                turns: list[Callable[[], AbstractContextManager[None]]]
                turns = [nullcontext, without] if number % 2 else [without, nullcontext]
                found = {}
                for turn in turns:
                    with turn():
                        found[turn] = seconds(render)
                is_fitted = found[nullcontext][1] != found[without][1]
                pairs.append((found[nullcontext][0], found[without][0]))
            ratios[is_fitted].append(median(one / other for one, other in pairs))
            one, other = zip(*pairs, strict=True)
            times[is_fitted].append((median(one), median(other)))
    sys.stdout.write(
        "\n| documents | number | with | without | ratio | median | largest |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
    )
    for is_fitted, name in ((True, "with a hole"), (False, "without a hole")):
        one, other = (sum(column) for column in zip(*times[is_fitted], strict=True))
        sys.stdout.write(
            f"| {name} | {len(ratios[is_fitted])} | {one:.2f} s | {other:.2f} s"
            f" | {one / other:.2f} | {median(ratios[is_fitted]):.2f}"
            f" | {max(ratios[is_fitted]):.2f} |\n"
        )
    everything = [pair for group in times.values() for pair in group]
    one, other = (sum(column) for column in zip(*everything, strict=True))
    sys.stdout.write(
        f"| all | {len(everything)} | {one:.2f} s | {other:.2f} s | {one / other:.2f} |||\n"
    )


if __name__ == "__main__":
    main()
