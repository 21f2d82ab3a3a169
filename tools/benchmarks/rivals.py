"""Write the same briefs for other programs: as HTML with styles and fonts, and for Typst.

The HTML and the style sheets are those of a build, except for the addresses of the style
sheets. The Typst source has the same text, fonts, chart, table and footnote on a plainer
page.
"""

import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from tools.benchmarks.corpus import DATED, LANGUAGES, brief, slug_of

_BASE = "https://project.invalid/"
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>
"""
_HERE = Path(__file__).resolve().parent


def write_html(root: Path, folder: Path) -> None:
    """Write the HTML of a project's documents, and the files that it loads."""
    project = open_project(root)
    content = read_content(project, BuildOptions(), date(2026, 1, 1))
    assert content.series is not None
    assert content.brand is not None
    shutil.copytree(BUNDLED / "styles", folder / "styles")
    (folder / "styles/_brand.css").write_bytes(brand_css(content.brand))
    fonts = _FONTS.format(BUNDLED / "styles/fonts", folder / "fontconfig")
    (folder / "fonts.conf").write_text(fonts, encoding="utf-8")
    for edition in content.editions:
        for language in edition.versions:
            design = Design(project, content.series, content.brand)
            html = render_html(project, view_brief(design, edition, language, "screen"))
            html = html.replace(_BASE, "").replace("_brand.yml", "_brand.css")
            name = f"{edition.slug}_{edition.information_date}_{language}.html"
            (folder / name).write_text(html, encoding="utf-8")


def write_typst(briefs: int, folder: Path) -> None:
    """Write the sources for Typst: one template, the content as JSON, a file for each."""
    folder.mkdir()
    shutil.copyfile(_HERE / "brief.typ", folder / "template.typ")
    for number in range(briefs):
        for language in LANGUAGES:
            name = f"{slug_of(number)}_{DATED}_{language}"
            text = json.dumps(_plain(brief(number, language)), ensure_ascii=False)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
            source = (
                f'#import "template.typ": brief\n#brief(json("{name}.json"), "{language}")'
            )
            (folder / f"{name}.typ").write_text(source, encoding="utf-8")


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with separate paragraphs, and the note apart from the text."""
    sections = []
    for section in content["sections"]:
        text, *others = section["blocks"]
        text_without_note, _, note = text["text"].partition("[^n]\n\n[^n]: ")
        other_blocks = {kind: value for block in others for kind, value in block.items()}
        sections.append(
            {
                "heading": section["heading"],
                "paragraphs": text_without_note.split("\n\n"),
                "note": note.strip(),
                **other_blocks,
            }
        )
    return {**content, "sections": sections}


def chromium() -> str | None:
    """Find Chromium."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def weasyprint() -> str:
    """Find the `weasyprint` command of this environment."""
    return str(Path(sys.executable).with_name("weasyprint"))
