"""Compare making the site of the samples with making its PDFs; search 5,000 briefs.

`python -m tools.benchmarks.site` prints a table of Markdown. Both sides run in this
process, and processor time is compared. The search needs Chromium, and the tools of
`make browser`.
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from pipeline.build import build_documents as build
from pipeline.build import build_targets
from pipeline.content.loader import load_brand, load_series
from pipeline.html.catalogue_entry import CatalogueEntry
from pipeline.html.page_view import Design
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.tasks.catalogue_jobs import render_catalogue
from pipeline.tasks.site_plans import plan_catalogue, plan_pages
from tools.web.browser import TOOLS, visit

ROOT = Path(__file__).resolve().parents[2]
DAY, URL = date(2026, 1, 1), "https://briefs.example.org"
BRIEFS = 5000


def processor_seconds(run: Callable[[], object]) -> float:
    """Measure the processor time of a function."""
    started = time.process_time()
    run()
    return time.process_time() - started


def compare(root: Path) -> list[str]:
    """Compare the site with the PDFs of all editions, and build it a second time."""
    # Without the published files, which a build copies.
    copytree(ROOT / "content", root / "content", ignore=ignore_patterns("published"))
    options = BuildOptions(all_editions=True, unpublished=True)
    project = Project(root)

    def site() -> None:
        for plan in (plan_pages, plan_catalogue):
            build_targets(project, options, partial(plan, today=DAY, url=URL))

    pdfs = processor_seconds(lambda: build(project, options, DAY))
    first, second = processor_seconds(site), processor_seconds(site)
    return [
        f"| site from nothing, as a share of its PDFs (at most 0.5) | {first / pdfs:.2f} |",
        f"| site with nothing to do | {second * 1000:.0f} ms |",
    ]


def entry(number: int) -> CatalogueEntry:
    """Return the catalogue entry of a brief, with as many words as a sample has."""
    words = " ".join(f"word{number * 7 % 997 + i} trade jobs policy" for i in range(25))
    return CatalogueEntry(
        brief=f"brief-{number}",
        information_date="2024",
        language="en",
        title=f"Trade and jobs, part {number}",
        standfirst=words[:150],
        words=words,
        subjects=(f"subject {number % 40}",),
        change_note="",
        symbol="",
        code="",
        day=f"20{number % 20 + 10}-01-01",
        events=(),
        pdf="brief.pdf",
        pdf_size="80 kB",
        characters="",
    )


def search(root: Path) -> list[str]:
    """Render the catalogue of many briefs, and search it for a word."""
    project = Project(ROOT)
    (series, _), (brand, _) = load_series(project, ()), load_brand(project)
    assert series
    assert brand
    folders = []
    for item in map(entry, range(BRIEFS)):
        path = root / "build/site" / item.folder / "data.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(item.to_json())
        folders.append(item.folder)
    (root / "templates").symlink_to(ROOT / "templates")
    design = Design(Project(root), series, brand)
    results = []
    render_seconds = processor_seconds(
        lambda: results.append(render_catalogue(design, folders, (), URL))
    )
    for name, data in results[0].files.items():
        (root / "build" / name).write_bytes(data)
    visits = [{"path": "/all.en.html", "width": 1280, "search": "word3"}]
    (result,) = visit(root / "build/site", visits)
    slowest = max(result["times"])
    return [
        f"| catalogue of {BRIEFS:,} briefs | {render_seconds:.1f} s |",
        f"| a key in the search over {BRIEFS:,} (at most 50 ms) | {slowest:.0f} ms |",
    ]


def main() -> None:
    """Print the rows."""
    lines = ["", "| site | |", "|---|---|"]
    for rows in (compare, search) if TOOLS.is_dir() else (compare,):
        with TemporaryDirectory() as folder:
            lines += rows(Path(folder).resolve())
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
