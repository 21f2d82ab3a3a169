"""Make one HTML file that a browser shows without any other file.

Style sheets are written into it, fonts with the characters that it needs, pictures as data.
"""

import base64
import re
from collections.abc import Iterator
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

import uharfbuzz

from pipeline.design.font_metrics import FontFace
from pipeline.html.page_view import Design, PageView, read_stylesheet
from pipeline.project import BASE_URL

# Style sheets of pages; those for browsers stand in their place, the last ones first.
_OF_PAGES = ("page.css", "profiles/", "redline.css")
_FOR_BROWSERS = ("light.css", "one-zone.css", "redline.css", "browser.css")
_IMPORT = re.compile(r"@import [^;]*;|@charset [^;]*;|/\*.*?\*/", re.DOTALL)
_QUOTED_LANGUAGE = re.compile(r':lang\("([^"]*)"\)')  # Chromium 156 knows no quotes here
_TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)
_FILE = re.compile(rf'src="{re.escape(BASE_URL)}([^"]*)"')
# Parts that may be wider than a small screen; a keyboard must be able to scroll them.
_WIDE = re.compile(r'<(figure|div) class="(figure|table-block)')
_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}
# What a screen reader reads in place of an address: browsers must name what is seen.
_LINK_LABEL = re.compile(r'(<a href="[^"]*") aria-label="[^"]*"')
# Characters of style sheets: marks, bullets, digits of lists.
_GENERATED = "0123456789[]+−•–.• "


def browser_css(design: Design, page: PageView) -> str:
    """Join the style sheets of a page for browsers."""
    names = [address.removeprefix(f"{BASE_URL}styles/") for address in page.stylesheets]
    names = [name for name in names if not name.startswith(_OF_PAGES)]
    sheets = (
        read_stylesheet(design.project, design.brand, name).decode()
        for name in (*names, *_FOR_BROWSERS)
    )
    css = "\n".join(_IMPORT.sub("", sheet) for sheet in sheets).replace("</", "<\\/")
    return _QUOTED_LANGUAGE.sub(r":lang(\1)", css)


def embed_files(design: Design, page: PageView, html: str) -> str:
    """Write fonts and pictures into the HTML of a page."""
    characters = {*unescape(_TAG.sub("", html)), *_GENERATED}
    faces = "".join(_font_faces(page, characters))
    html = html.replace("<style>", f"<style>{faces}", 1)
    html = _LINK_LABEL.sub(r"\1", html)
    html = _WIDE.sub(r'<\1 tabindex="0" class="\2', html)
    return _FILE.sub(lambda match: f'src="{_data_address(design, match[1])}"', html)


def _font_faces(page: PageView, characters: set[str]) -> Iterator[str]:
    """Declare the fonts that the tokens name, each with the characters that are used."""
    measurer = page._measurer
    roles = ("text", "display")
    families = {family for role in roles for family in measurer.tokens.families(role)}
    for face in measurer.faces.faces:
        wanted = face.codepoints & {ord(character) for character in characters}
        if face.family in families and wanted:
            data = base64.b64encode(_subset(face, wanted)).decode()
            yield (
                f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
                f"font-style:{'italic' if face.italic else 'normal'};"
                f"src:url(data:font/ttf;base64,{data})}}\n"
            )


def _subset(face: FontFace, wanted: set[int] | frozenset[int]) -> bytes:
    subset = uharfbuzz.SubsetInput()
    subset.unicode_set.update(wanted)
    return bytes(uharfbuzz.subset(face.font.face, subset).blob.data)


def _data_address(design: Design, name: str) -> str:
    kind, _, rest = unquote(unescape(name)).partition("/")
    if kind == "styles":
        data = design.project.read_style(rest)
    else:
        path = design.project.find_content(rest)
        data = path.read_bytes() if path else None
    media_type = _TYPES.get(PurePosixPath(rest).suffix.lower(), "image/jpeg")
    return f"data:{media_type};base64,{base64.b64encode(data or b'').decode()}"
