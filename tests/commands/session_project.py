"""A project with a session on A4: one brief of two languages, handed out in three."""

from datetime import date
from pathlib import Path

from pipeline.build import build_documents as build
from pipeline.problems import ExitCode, exit_code
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import changed

TEXT = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
SESSION = """\
body: {en: Governing Body, ar: مجلس الإدارة}
dates: {start: 2017-10-26, end: 2017-11-09}
place: {en: Geneva, ar: جنيف}
handouts:
  - brief: brief
    copies: {en: 120, fr: 60, ar: 25}
paper: {size: A4, grams: 80, duplex: true, finish: staple}
missing_language: default
"""
FILE = "content/sessions/331.yaml"
FRENCH = "content/brief/2017/fr.yaml"
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": (
        "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr, ar]\n"
    ),
    "content/brief/2017/en.yaml": TEXT,
    FRENCH: TEXT,
    FILE: SESSION,
}
SHEET = "build/sessions/331/331_order.pdf"
TODAY = date(2026, 1, 1)
ONE_COPY = changed(SESSION, "en: 120, fr: 60, ar: 25", "en: 1")
LATER: dict[str, str | bytes | None] = {
    "content/brief/2019/en.yaml": TEXT,
    "content/brief/2019/edition.yaml": "change_note: Newer.\n",
}


def build_for(root: Path, profile: str, language: str = "") -> None:
    """Build the briefs of a project in a profile."""
    languages = (language,) if language else ()
    options = BuildOptions(languages=languages, profiles=(profile,))
    assert exit_code(build(open_project(root), options, TODAY).problems) is ExitCode.OK
