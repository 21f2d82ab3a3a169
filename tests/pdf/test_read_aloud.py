"""A brief of two pages in four languages, as a screen reader reads it from start to end."""

import difflib
from datetime import date
from pathlib import Path

import pytest

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets
from tests.pdf.read_aloud import read_aloud

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "read_aloud"
FONTS = (BUNDLED / "styles" / "fonts",)


@pytest.mark.parametrize("language", ["en", "fr", "ar", "zh"])
def test_a_brief_is_read_as_a_person_would_read_it(
    language: str, update_golden: bool
) -> None:
    """Read a difference aloud before it is recorded: is it what you would say?"""
    project = open_project(ROOT)
    options = BuildOptions(("global-advocacy",))
    content = read_content(project, options, date(2017, 12, 31))
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    view = view_brief(design, edition, language, "screen", "7QK3M-F92TX")
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    rendered, problems = render_pdf(
        render_html(project, view), serve, load_fonts(FONTS), Place
    )
    assert problems == []
    assert rendered.structure
    assert rendered.pages == 2
    transcript, golden = read_aloud(rendered.structure.root), GOLDEN / f"{language}.txt"
    if update_golden:
        golden.write_text(transcript, encoding="utf-8")
    recorded = golden.read_text(encoding="utf-8").splitlines()
    assert list(difflib.unified_diff(recorded, transcript.splitlines(), lineterm="")) == []
