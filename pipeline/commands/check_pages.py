"""Lay out the editions of a project and measure their pages: `briefs check --pages`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.commands.check import CheckedContent
from pipeline.content.source_map import SourceMap
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.model.profiles import PROFILES
from pipeline.pdf.checks.layout_boxes import measure_pages
from pipeline.pdf.checks.page_fill import DocumentFill, measure_fill
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.problems import Problem, Rule, sort_and_dedupe
from pipeline.project import Project
from pipeline.tasks.assets import ProjectAssets

# The profiles to lay out: a booklet has the pages of A5.
MEASURED_PROFILES = tuple(
    profile.name for profile in PROFILES.values() if not profile.is_imposed
)
# A blank band of a larger share of the page height is a warning.
MAX_BLANK_BAND = 0.15
_HINT = "move this block, or make the text before it shorter or longer"


@dataclass(frozen=True)
class MeasuredDocument:
    """An edition in a language and a profile, and how well its pages are filled."""

    brief: str
    information_date: str
    language: str
    profile: str
    fill: DocumentFill

    @property
    def source(self) -> str:
        """The language file."""
        return f"content/{self.brief}/{self.information_date}/{self.language}.yaml"


def check_pages(
    project: Project, content: CheckedContent
) -> tuple[CheckedContent, tuple[MeasuredDocument, ...]]:
    """Measure each document of `content`; add a problem for each large blank band."""
    measured = tuple(measure_documents(project, content))
    problems = (*content.problems, *_find_blank_bands(project, measured))
    return replace(content, problems=sort_and_dedupe(problems)), measured


def measure_documents(
    project: Project, content: CheckedContent, profiles: Sequence[str] = MEASURED_PROFILES
) -> Iterator[MeasuredDocument]:
    """Lay out each edition that was read, in each language and profile, and measure it."""
    if content.series is None or content.brand is None:
        return
    design = Design(project, content.series, content.brand)
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    fonts = load_fonts(project.font_folders)
    for edition in content.editions:
        for language in edition.versions:
            for profile in profiles:
                html = render_html(project, view_brief(design, edition, language, profile))
                with lay_out(html, serve, fonts) as document:
                    fill = measure_fill(measure_pages(document.pages))
                date = str(edition.information_date)
                yield MeasuredDocument(edition.slug, date, language, profile, fill)


def _find_blank_bands(
    project: Project, measured: Sequence[MeasuredDocument]
) -> Iterator[Problem]:
    """Report each page with a large blank band, at the block that moved to the next
    page."""
    source_map = SourceMap(project)
    for document in measured:
        for page in document.fill.pages:
            if page.band > MAX_BLANK_BAND:
                place = source_map.find(document.source, "", page.path)
                share = f"{page.band * 100:.0f} per cent of the page"
                message = f"profile {document.profile}: page {page.number} has a blank "
                message += f"band of {share} before this block"
                yield Problem(Rule.BLANK_BAND, place, message, _HINT)
