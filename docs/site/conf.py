"""The settings of Sphinx for the site of the documentation: `make docs`.

The pages are the Markdown files of the repository, where they stand, so that their links
hold on the site as they do in the repository. Only the navigation is added here. A page in
docs/ that it lacks is an error, and so is a link to a page that it lacks.
"""

import shutil
from pathlib import Path
from typing import Any

import yaml
from pygments.lexers.special import TextLexer
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]

# --- Pages ---

NAVIGATION = {
    "Start": ["docs/gallery", "docs/coming-from", "docs/samples", "docs/glossary"],
    "Write": ["docs/authors", "docs/preview", "docs/editor", "docs/word"],
    "Design": ["docs/designers", "docs/pages", "docs/accessibility"],
    "Translate": ["docs/translators"],
    "Publish and sessions": [
        "docs/life-of-an-edition",
        "docs/what-changed",
        "docs/is-this-paper-current",
        "docs/handouts-for-a-session",
        "docs/what-is-due",
        "docs/print-order",
        "docs/print",
        "docs/web",
    ],
    "Run it": [
        "docs/rebuild-on-a-schedule",
        "docs/what-happens-when",
        "docs/scaling-up",
        "docs/security",
    ],
    "Reference": [
        "docs/reference/commands",
        "docs/reference/problems",
        "docs/python-api",
        "docs/conformance",
        "docs/performance",
        "ARCHITECTURE",
        "CONTRIBUTING",
        "CHANGELOG",
        "styles/fonts/SOURCES",
        "styles/icc/SOURCES",
        "tests/invalid/README",
        "tools/benchmarks/README",
    ],
    "Decisions": ["docs/decisions/*"],
}

project = html_title = "Briefs"
root_doc = "README"
_listed = [page for pages in NAVIGATION.values() for page in pages]
include_patterns = [f"{page}.md" for page in (root_doc, "docs/*", "docs/*/*", *_listed)]
exclude_patterns = [".*", "build"]
extensions = ["myst_parser"]
# Anchors as on GitHub.
myst_heading_anchors = 6
# A code block without a language is what a program prints.
highlight_language = "none"

# --- Looks ---


def _brand() -> dict[str, str]:
    """The colours of the bundled brand, by role."""
    colours = yaml.safe_load((ROOT / "styles/_brand.yml").read_text(encoding="utf-8"))[
        "color"
    ]
    palette = colours.pop("palette")
    return {role: palette[name] for role, name in colours.items()} | palette


_colour = _brand()
html_theme = "furo"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": _colour["dark"],
        "color-brand-content": _colour["primary"],
        "color-brand-visited": _colour["tertiary"],
        "color-sidebar-background": _colour["light"],
    },
    "dark_css_variables": {
        "color-brand-primary": _colour["teal-200"],
        "color-brand-content": _colour["teal-200"],
        "color-brand-visited": _colour["amber"],
        "color-sidebar-background": "#0f1d20",
    },
}
html_favicon = "icon.svg"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_sourcelink = html_copy_source = html_use_index = False

# --- Changes ---

# What the theme lacks for screen readers and the keyboard, as axe-core reports it. The last
# one lets a browser show a linked picture instead of saving it.
CORRECTIONS = {
    'role="heading">': 'role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<div id="search-results">': '<h1>Search</h1><div id="search-results">',
    ' download=""': "",
}


def add_navigation(app: Any, page: str, source: list[str]) -> None:
    """Add the navigation to the home page, which is the README."""
    if page == root_doc:
        for caption, pages in NAVIGATION.items():
            lines = [":hidden:", ":glob:", f":caption: {caption}", "", *pages]
            source[0] += "\n\n".join(["", "```{toctree}\n" + "\n".join(lines) + "\n```"])


def finish_pages(app: Any, error: Exception | None) -> None:
    """Correct the written pages, and make the home page the first page of the site."""
    if error:
        return
    pages = {file: file.read_text(encoding="utf-8") for file in app.outdir.rglob("*.html")}
    for old, new in CORRECTIONS.items():
        if not any(old in text for text in pages.values()):
            raise ExtensionError(f"the theme has changed: no page has {old}")
        pages = {file: text.replace(old, new) for file, text in pages.items()}
    for file, text in pages.items():
        file.write_text(text, encoding="utf-8")
    shutil.copy(app.outdir / f"{root_doc}.html", app.outdir / "index.html")


def setup(app: Any) -> None:
    """Connect the changes; called by Sphinx."""
    app.add_lexer("csv", TextLexer)
    app.connect("source-read", add_navigation)
    app.connect("build-finished", finish_pages)
