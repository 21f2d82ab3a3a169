"""Measure blank bands, runts, split lists and cut boxes in all documents of all profiles.

`python -m tools.page_fill` lays every edition out and prints one row of Markdown for each
language and profile. With `--pages` it lists the pages with a band above the goal, and what
stands below the band. Names of briefs and profiles limit what is laid out.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.pdf.checks.page_fill import DocumentFill, measure_fill
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import lay_out
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets

ROOT = Path(__file__).resolve().parents[1]
PROFILES = ("screen", "office", "press", "a5", "large")
# The largest blank band, as a share of the sheet.
GOALS = {"en": 0.12, "fr": 0.12, "es": 0.12}
OTHER_GOAL = 0.18


@dataclass(frozen=True)
class Measured:
    """One document and its measurements."""

    name: str
    language: str
    profile: str
    fill: DocumentFill

    @property
    def goal(self) -> float:
        """The largest band that is allowed in the language."""
        return GOALS.get(self.language, OTHER_GOAL)

    @property
    def bands_above_goal(self) -> int:
        """The number of pages with a larger band."""
        return sum(page.band > self.goal for page in self.fill.pages)


def measure_documents(
    root: Path, slugs: tuple[str, ...], profiles: tuple[str, ...]
) -> Iterator[Measured]:
    """Lay out every edition of a project in every language and profile, and measure it."""
    project = open_project(root)
    content = read_content(project, BuildOptions(slugs), None)
    assert content.series
    assert content.brand
    design = Design(project, content.series, content.brand)
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    for edition in content.editions:
        for language in edition.versions:
            for profile in profiles:
                html = render_html(project, view_brief(design, edition, language, profile))
                with lay_out(html, serve, load_fonts(project.font_folders)) as document:
                    fill = measure_fill(document.pages)
                name = f"{edition.slug} {edition.information_date}"
                yield Measured(name, language, profile, fill)


def table(measured: Iterable[Measured]) -> str:
    """Write one row for each language and profile, with totals of its documents."""
    rows: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        rows.setdefault((one.language, one.profile), []).append(one)
    head = (
        "| language | profile | pages | largest band | above goal | thin pages"
        " | empty sides | runts | split lists | split references | cut boxes"
        " | lone headings |"
    )
    lines = [head, "|---|---|" + "---:|" * 10]
    for (language, profile), group in sorted(rows.items()):
        fills = [one.fill for one in group]
        numbers = (
            sum(len(fill.pages) for fill in fills),
            f"{max(fill.largest_band for fill in fills):.0%}",
            sum(one.bands_above_goal for one in group),
            sum(fill.thin_pages for fill in fills),
            sum(fill.empty_sides for fill in fills),
            sum(fill.runts for fill in fills),
            sum(fill.split_lists for fill in fills),
            sum(fill.split_references for fill in fills),
            sum(fill.cut_boxes for fill in fills),
            sum(fill.lone_headings for fill in fills),
        )
        lines.append(f"| {language} | {profile} | {' | '.join(map(str, numbers))} |")
    return "\n".join(lines) + "\n"


def pages_above_goal(measured: Iterable[Measured]) -> str:
    """List the pages with a band above the goal."""
    return "".join(
        f"{one.name} {one.language} {one.profile} p. {page.number} of"
        f" {len(one.fill.pages)}: {page.band:.0%} {page.path}\n"
        for one in measured
        for page in one.fill.pages
        if page.band > one.goal
    )


def main() -> None:
    """Print the table, or the pages."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    profiles = tuple(name for name in names if name in PROFILES) or PROFILES
    slugs = tuple(name for name in names if name not in PROFILES)
    measured = list(measure_documents(ROOT, slugs, profiles))
    sys.stdout.write(table(measured))
    if "--pages" in sys.argv:
        sys.stdout.write("\n" + pages_above_goal(measured))


if __name__ == "__main__":
    main()
