"""Make the files of web pages: for a site, or as one file with styles and pictures."""

from base64 import b64encode
from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath

from pipeline.design.font_metrics import read_font_faces
from pipeline.design.web_css import web_css
from pipeline.design.web_fonts import web_fonts
from pipeline.html.charts.theme import CHART_TOKENS, read_chart_theme
from pipeline.html.page_view import Design, PageView, read_stylesheet
from pipeline.html.site_links import (
    absolute_links,
    inline_style,
    picture_names,
    place_pictures,
    text_characters,
)
from pipeline.project import Project, ReadLog
from pipeline.tasks.assets import ProjectAssets
from pipeline.tasks.context import TargetFiles

_IMAGE_TYPES = {".svg": "svg+xml", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}


def render_page(project: Project, view: PageView) -> str:
    """Render a page as HTML."""
    from pipeline.html.templates import render_html

    return render_html(project, view)


def stylesheet_of(design: Design, page: PageView) -> str:
    """Write the style sheet of a language, with the colours that its charts compute."""
    measurer = page._measurer
    colours = read_chart_theme(measurer.tokens, measurer.faces, page.locale).colours
    values = {CHART_TOKENS[name]: getattr(colours, name) for name in ("third", "fourth")}
    read = partial(read_stylesheet, design.project, design.brand)
    return web_css(design.project, design.brand, page.language, read, values)


def single_file(design: Design, page: PageView, root: str = "") -> bytes:
    """Render a page as one file; links into the site begin with `root`."""
    html = with_pictures(design.project, render_page(design.project, page))
    faces = read_font_faces(design.project.font_folders).faces
    fonts = "".join(font.inline_css for font in web_fonts(faces, text_characters(html)))
    html = inline_style(html, fonts + stylesheet_of(design, page))
    return absolute_links(html, root).encode()


def with_pictures(project: Project, html: str) -> str:
    """Embed the pictures of a page as data URLs."""
    pictures = pictures_of(project, html)
    return place_pictures(html, {n: _data_url(n, d) for n, d in pictures.items()})


def pictures_of(project: Project, html: str) -> dict[str, bytes]:
    """Read the pictures and logos that a page shows."""
    assets = ProjectAssets(project, b"")
    served = {name: assets.serve(name) for name in picture_names(html)}
    return {name: data for name, data in served.items() if data is not None}


def _data_url(name: str, data: bytes) -> str:
    kind = _IMAGE_TYPES.get(PurePosixPath(name).suffix.lower(), "png")
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def site_files(files: Mapping[str, bytes], reads: ReadLog) -> TargetFiles:
    """Return the files of a site with their paths below `build/`."""
    return TargetFiles({f"site/{name}": data for name, data in files.items()}, reads)


def read_built_pdf(project: Project, name: str) -> bytes:
    """Read a built PDF; b"" if it is missing, which the build of PDFs has reported."""
    path = project.build / name
    project.on_read(f"build/{name}")
    return project.read(f"build/{name}", path) if path.is_file() else b""
