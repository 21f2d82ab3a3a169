"""A correction in four languages, as a screen reader reads its redline."""

import difflib
import re
import shutil
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from pipeline.content.discovery import find_editions
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import RenderedPdf, render_pdf
from pipeline.problems import Place, Problem
from pipeline.project import BUNDLED, open_project
from pipeline.redline.changes import Redline
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.redlines import render_redline
from tests.pdf.read_aloud import read_aloud
from tests.redline.corrected import NEW, OLD, write_corrected

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "redline"
FONTS = (BUNDLED / "styles" / "fonts",)


def render(
    root: Path, slug: str, language: str, *, full: bool = False
) -> tuple[RenderedPdf, list[Problem], Redline]:
    from pipeline.commands.diff import diff_editions

    project = open_project(root)
    dates = [f.information_date for f in find_editions(project)[0] if f.slug == slug]
    compared = diff_editions(project, slug, dates[0], dates[-1], (language,))
    assert compared.problems == ()
    assert compared.content.series
    assert compared.content.brand
    design = Design(project, compared.content.series, compared.content.brand)
    (redline,) = compared.redlines
    page = render_redline(design, redline, full)
    serve = ProjectAssets(project, brand_css(design.brand)).serve
    rendered, problems = render_pdf(page.html, serve, load_fonts(FONTS), Place)
    return rendered, problems, redline


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corrected(tmp_path_factory.mktemp("corrected"))


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh"])
def test_a_correction_is_read_with_its_signs(
    corrected: Path, language: str, update_golden: bool
) -> None:
    """Read a difference aloud before it is recorded: is it what you would say?"""
    rendered, problems, redline = render(corrected, "wpsdg", language)
    assert problems == []
    assert rendered.structure
    assert (redline.old, redline.new) == (OLD, NEW)
    transcript, golden = read_aloud(rendered.structure.root), GOLDEN / f"{language}.txt"
    if update_golden:
        golden.write_text(transcript, encoding="utf-8")
    recorded = golden.read_text(encoding="utf-8").splitlines()
    assert list(difflib.unified_diff(recorded, transcript.splitlines(), lineterm="")) == []
    roles = {element.role for element in rendered.structure.root.elements()}
    assert {"Ins", "Del"} <= roles
    # A deletion holds no link, wherever it stands.
    for element in rendered.structure.root.elements():
        if element.role == "Del":
            assert "Link" not in {inner.role for inner in element.elements()}


@cache
def sample(slug: str, full: bool) -> tuple[RenderedPdf, list[Problem], Redline]:
    return render(ROOT, slug, "fr", full=full)


def test_what_is_gone_has_no_number_and_moves_none() -> None:
    """The text of the new edition refers to its figures by their numbers."""
    rendered, _, _ = sample("policy-coherence", full=False)
    assert rendered.structure
    heard = read_aloud(rendered.structure.root)
    titles = re.findall(r"^ *((?:Figure|Tableau) .+)$", heard, re.MULTILINE)
    assert [title[:12] for title in titles if "[−" not in title] == [
        "Figure 1. [+",
        "Figure 2. [+",
        "Figure 3. [+",
        "Tableau 1. C",
    ]
    gone = [title[:10] for title in titles if "[−" in title]
    assert gone == ["Tableau [−"]


@pytest.mark.parametrize(
    ("slug", "full"),
    [("policy-coherence", False), ("informality", False), ("informality", True)],
)
def test_editions_with_much_change_have_no_problem(slug: str, full: bool) -> None:
    """Titles, pull figures and tables hold the old and the new text."""
    rendered, problems, redline = sample(slug, full=full)
    assert problems == []
    assert redline.is_rewritten == (slug == "informality")
    assert rendered.pages == 2 if redline.is_rewritten and not full else rendered.pages > 4


def test_the_underline_of_a_large_figure_is_above_the_next_line(tmp_path: Path) -> None:
    """It is 0.23 em below the baseline."""
    for year, figure in ("2017", "12"), ("2018", "14"):
        folder = tmp_path / "content/brief" / year
        folder.mkdir(parents=True)
        big = f"{{big_figure: {{figure: {figure}, text: HHHH, source: S}}}}"
        content = f"title: A title\nsections:\n  - heading: X\n    blocks: [{big}]\n"
        (folder / "en.yaml").write_text(content, encoding="utf-8")
        (folder / "edition.yaml").write_text("change_note: {en: New.}\n", encoding="utf-8")
    shutil.copy(BUNDLED / "content/series.yaml", tmp_path / "content")
    rendered, *_ = render(tmp_path, "brief", "en")
    text = pypdfium2.PdfDocument(rendered.pdf)[0].get_textpage()
    start, _ = text.search("14+").get_next()
    below, _ = text.search("HHHH", match_case=True).get_next()
    _, baseline, _, top = text.get_charbox(start)  # of the digit 1
    size = (top - baseline) / 0.712
    assert baseline - 0.3 * size > text.get_charbox(below)[3]
