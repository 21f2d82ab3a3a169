"""A brand without a side column: what is beside the text stands in it."""

from pathlib import Path

import pypdfium2
import pytest

from pipeline.build import BuildResult
from pipeline.build import build_documents as build
from pipeline.design.stylesheets import FRONT_STYLESHEET, PACK_STYLESHEET, stylesheets_for
from pipeline.design.web_css import web_css
from pipeline.model.brand import Brand
from pipeline.model.dates import InformationDate
from pipeline.project import BUNDLED, Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

TODAY = InformationDate(2020).first_day
POINTS_PER_MM = 72 / 25.4
BRAND = 'color: {{primary: "#0a6b8f"}}\ndefaults: {{briefs: {{column: {0}}}}}\n'
TEXT = """\
title: A title
pull_figures: [{figure: 2 in 3, text: Counted}]
sections:
  - heading: One
    blocks:
      - side_note: {title: Aside, text: Noted.}
      - text: Argued in the text.
"""
COLUMN = "styles/one-column.css"


def build_with(write_project: WriteProject, column: str, *profiles: str) -> BuildResult:
    root = write_project(
        {"content/_brand.yml": BRAND.format(column), "content/brief/2017/en.yaml": TEXT}
    )
    options = BuildOptions(languages=("en",), profiles=profiles)
    return build(open_project(root), options, TODAY)


def place_of(word: str, file: Path) -> tuple[float, float]:
    """The left edge and the foot of a word on page 1, in millimetres."""
    with pypdfium2.PdfDocument(file) as pdf:
        text = pdf[0].get_textpage()
        first, _ = text.search(word).get_next()
        left, foot, _, _ = text.get_charbox(first, loose=True)
    return left / POINTS_PER_MM, foot / POINTS_PER_MM


@pytest.mark.parametrize("profile", ["screen", "office"])
def test_notes_and_figures_stand_in_the_text_of_a_brand_without_a_column(
    write_project: WriteProject, tmp_path: Path, profile: str
) -> None:
    end = "" if profile == "screen" else f"_{profile}"
    file = tmp_path / f"project/build/brief/brief_2017_en{end}.pdf"
    for column in ("side", "none"):
        outcome = build_with(write_project, column, profile)
        assert [t.state for t in outcome.targets] == ["built"]
        (text, foot), (note, note_foot) = place_of("Argued", file), place_of("Aside", file)
        figure, _ = place_of("2 in 3", file)
        if column == "side":
            assert min(note, figure) > text + 116
        else:
            assert figure == pytest.approx(text, abs=1)
            assert note < text + 5
            assert note_foot < foot - 3  # more than 3 mm below the text


def test_only_briefs_of_the_bundled_profiles_lose_their_column() -> None:
    project = Project(BUNDLED)
    lists = {
        (profile, extra): stylesheets_for(project, "en", profile, extra, "none")
        for profile in ("screen", "a5", "slides", "web")
        for extra in ("", PACK_STYLESHEET, FRONT_STYLESHEET, "job_sheet.css")
    }
    briefs = [key for key, names in lists.items() if COLUMN in names]
    assert briefs == [(p, e) for p in ("screen", "a5") for e in ("", PACK_STYLESHEET)]
    names = lists["screen", ""]
    assert names.index(COLUMN) == names.index("styles/profiles/screen.css") - 1
    assert COLUMN not in stylesheets_for(project, "en", "screen")


@pytest.mark.parametrize("column", ["side", "none"])
def test_a_web_page_has_the_column_of_the_brand(column: str) -> None:
    project = Project(BUNDLED)
    brand = Brand.model_validate(
        {"color": {"primary": "navy"}, "defaults": {"briefs": {"column": column}}}
    )
    css = web_css(project, brand, "en", lambda name: project.read_asset(name) or b"", {})
    assert (".with-side > .side" in css) == (column == "side")
