"""A project with a session that hands out two briefs, in English and Arabic."""

from datetime import date
from pathlib import Path
from typing import Any

from pipeline.build import BuildResult
from pipeline.commands.session import build_packs
from pipeline.project import open_project
from pipeline.targets import BuildOptions

FILE = "content/sessions/331.yaml"
SESSION = """\
body: {en: Governing Body, ar: مجلس الإدارة}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva  # a note
missing_language: default
handouts:
  - {brief: brief, copies: {en: 3, ar: 2}}
  - {brief: other, copies: {en: 3, ar: 2}}
"""


def text(title: str, parts: int = 1, paragraphs: int = 40) -> str:
    sections = "".join(
        f"  - heading: Part {number} of {title}\n    blocks:\n      - text: |\n"
        + paragraphs
        * "          A paragraph of some words in a column that is not wide.\n\n"
        for number in range(1, parts + 1)
    )
    return f"title: {title}\nsections:\n{sections}"


SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, ar]\n"
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": SERIES,
    "content/brief/2017/en.yaml": text("First brief", 2),
    "content/brief/2017/ar.yaml": (
        "title: الموجز\nsections:\n"
        "  - {heading: القسم الأول, blocks: [{text: نص قصير}]}\n"
        "  - {heading: القسم الثاني, blocks: [{text: نص قصير}]}\n"
    ),
    "content/other/2017/en.yaml": text("Second brief"),
    FILE: SESSION,
}
# Where the number of pages does not matter: a third of the time.
SMALL = FILES | {
    "content/brief/2017/en.yaml": text("First brief", 2, 1),
    "content/other/2017/en.yaml": text("Second brief", 1, 1),
}
TODAY = date(2026, 1, 1)


def pack(
    root: Path, *languages: str, profile: str = "office", **options: Any
) -> BuildResult:
    """Build the packs of a project; without languages, all."""
    chosen = BuildOptions(languages=languages, profiles=(profile,), **options)
    return build_packs(open_project(root), chosen, "331", TODAY)
