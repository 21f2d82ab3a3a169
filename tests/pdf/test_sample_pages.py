"""The pages of the English samples in large print and A5 keep together what should be."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.checks.layout_boxes import PageMetrics, measure_pages
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets

Sample = tuple[str, PageMetrics]


@cache
def samples(profile: str) -> tuple[Sample, ...]:
    """The name and the pages of each current edition."""
    return tuple(_lay_out(profile))


def _lay_out(profile: str) -> Iterator[Sample]:
    project = open_project(BUNDLED)
    content = read_content(project, BuildOptions((), ("en",)), date(2026, 1, 1))
    assert content.series
    assert content.brand
    design = Design(project, content.series, content.brand)
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    fonts = load_fonts(project.font_folders)
    for edition in content.editions:
        html = render_html(project, view_brief(design, edition, "en", profile))
        with lay_out(html, serve, fonts) as document:
            name = f"{edition.slug} {edition.information_date}"
            yield name, measure_pages(document.pages)


def numbers(metrics: PageMetrics, path: str) -> set[int]:
    """The numbers of the pages with a part of the content."""
    pages = (page for page in metrics.pages for i in page.items if i.path.startswith(path))
    return {page.number for page in pages}


def test_all_pull_figures_are_on_page_1_in_large_print() -> None:
    shown_on = {
        name: numbers(metrics, "pull_figures") for name, metrics in samples("large")
    }
    assert len(shown_on) == 6
    assert [name for name, pages in shown_on.items() if pages != {1}] == []


def test_no_page_has_only_contact_and_imprint() -> None:
    """In large print the contact is in the imprint, which is a note of the last page."""
    for name, metrics in samples("large"):
        items = metrics.pages[-1].items
        paths = {item.path for item in items if item.context.region == "page"}
        assert paths - {"edition:contact"}, name
        assert numbers(metrics, "edition:contact") == {len(metrics.pages)}, name


def test_a_lead_is_whole_in_a5() -> None:
    shown_on = {name: numbers(metrics, "lead") for name, metrics in samples("a5")}
    assert [name for name, pages in shown_on.items() if len(pages) > 1] == []


@pytest.mark.parametrize("profile", ["a5", "large"])
def test_no_page_ends_after_the_first_point_for_decision(profile: str) -> None:
    """tests/test_briefs.py has the same test for the profile "screen"."""
    for name, metrics in samples(profile):
        first, second = (numbers(metrics, f"points_for_decision.{n}") for n in (0, 1))
        assert first == second, name
