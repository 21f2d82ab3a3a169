"""Measure blank bands, runts, split lists and split boxes in all documents.

`python -m tools.page_fill` lays every edition out in all profiles but the booklet, and
prints one row of Markdown for each language and profile. With `--pages` it lists the pages
with a band above the goal, and the part of the brief below the band. Names of briefs and
profiles select the documents.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline.commands.check import read_content
from pipeline.commands.check_pages import (
    MEASURED_PROFILES,
    MeasuredDocument,
    measure_documents,
)
from pipeline.project import open_project
from pipeline.targets import BuildOptions

ROOT = Path(__file__).resolve().parents[1]
# The largest blank band, as a share of the page height.
GOALS = {"en": 0.12, "fr": 0.12, "es": 0.12}
OTHER_GOAL = 0.18


def goal(document: MeasuredDocument) -> float:
    """Return the largest band that the language of a document allows."""
    return GOALS.get(document.language, OTHER_GOAL)


def table(measured: Iterable[MeasuredDocument]) -> str:
    """Write one row for each language and profile, with totals of its documents."""
    rows: dict[tuple[str, str], list[MeasuredDocument]] = {}
    for document in measured:
        rows.setdefault((document.language, document.profile), []).append(document)
    head = (
        "| language | profile | pages | largest band | above goal | thin pages"
        " | empty sides | runts | split lists | split references | cut boxes"
        " | lone headings |"
    )
    lines = [head, "|---|---|" + "---:|" * 10]
    for (language, profile), group in sorted(rows.items()):
        fills = [document.fill for document in group]
        numbers = (
            sum(len(fill.pages) for fill in fills),
            f"{max(fill.largest_band for fill in fills):.0%}",
            sum(
                page.band > goal(document)
                for document in group
                for page in document.fill.pages
            ),
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


def pages_above_goal(measured: Iterable[MeasuredDocument]) -> str:
    """List the pages with a band above the goal."""
    return "".join(
        f"{document.source} {document.profile} p. {page.number} of"
        f" {len(document.fill.pages)}: {page.band:.0%} {page.path}\n"
        for document in measured
        for page in document.fill.pages
        if page.band > goal(document)
    )


def main() -> None:
    """Print the table, or the pages."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    profiles = (
        tuple(name for name in names if name in MEASURED_PROFILES) or MEASURED_PROFILES
    )
    slugs = tuple(name for name in names if name not in MEASURED_PROFILES)
    project = open_project(ROOT)
    content = read_content(project, BuildOptions(slugs), None)
    measured = list(measure_documents(project, content, profiles))
    sys.stdout.write(table(measured))
    if "--pages" in sys.argv:
        sys.stdout.write("\n" + pages_above_goal(measured))


if __name__ == "__main__":
    main()
