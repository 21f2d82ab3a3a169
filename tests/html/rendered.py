"""Render the HTML of a brief."""

from datetime import date

from pipeline.commands.check import read_content
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.project import Project
from pipeline.targets import BuildOptions


def html_of(
    project: Project, slug: str, language: str = "en", profile: str = "screen"
) -> str:
    content = read_content(project, BuildOptions((slug,)), date(2030, 1, 1))
    assert content.series
    assert content.brand
    (edition,) = content.editions
    design = Design(project, content.series, content.brand)
    view = view_brief(design, edition, language, profile, "7QK3M-F92TX")
    return render_html(project, view)
