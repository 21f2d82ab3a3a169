"""Join the style sheets of a web page: those of a PDF without its pages, and `web.css`.

For a dark background, each colour of the light design is lightened until it is readable on
it and on its panels: at least 4.5:1 for text and 3:1 for marks (WCAG 2.2), less for
hairlines.
"""

import re
from collections.abc import Callable, Mapping

from tinycss2.bytes import decode_stylesheet_bytes

from pipeline.design.brand_css import brand_css
from pipeline.design.stylesheets import stylesheets_for
from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import (
    BLACK,
    GRAPHICS_MIN,
    TEXT_MIN,
    WHITE,
    Colour,
    contrast,
    format_colour,
    lightness,
    mix,
)
from pipeline.model.profiles import WEB_PROFILE
from pipeline.project import Project

_WEB_STYLESHEET, _REDLINE_STYLESHEET = "web.css", "styles/redline.css"
_COLUMN_STYLESHEET = "styles/web-column.css"
_IMPORT = re.compile(r"@import [^;]*;\n?")
# Margins and running heads, which only printed pages have.
_PAGE_STYLESHEET = "styles/page.css"

# Token -> role of the brand, and minimum contrast; for most texts more than WCAG requires.
_TOKEN_ROLES: Mapping[str, tuple[str, float]] = {
    "ink": ("foreground", 11.0),
    "ink-quiet": ("secondary", 6.0),
    "ink-heading": ("dark", 12.0),
    "ink-accent": ("primary", 6.0),
    "ink-label": ("tertiary", 6.0),
    "ink-link": ("primary", 6.0),
    "ink-draft": ("danger", TEXT_MIN),
    "rule-strong": ("dark", 12.0),
    "rule-quiet": ("hairline", 1.6),
    "rule-note": ("tint", GRAPHICS_MIN),
    "rule-link": ("context", GRAPHICS_MIN),
    "mark-highlighted": ("primary", 6.0),
    "mark-context": ("context", GRAPHICS_MIN),
}
# The background: the dark colour of the brand, made darker and mixed with a neutral one, so
# that the masthead is distinct from it.
_PAPER_LIGHTNESS, _NEUTRAL_GREY, _BRAND_SHARE = 8.0, (0.07, 0.07, 0.07), 0.35
# Lightness of the third and fourth part of a stacked bar, distinct from their neighbours
# as on paper (html/charts/theme.py).
_PART_LIGHTNESS = {"mark-third": 42.0, "mark-fourth": 26.0}
_PANEL_SHARE, _STEPS = 0.08, 64


def web_css(
    project: Project,
    brand: Brand,
    language: str,
    read: Callable[[str], bytes],
    tokens: dict[str, str],
) -> str:
    """Write the style sheet of the pages in one language.

    `read` returns the content of a style sheet. `tokens` are additional tokens of the light
    design: the colours that the program computes for charts.
    """
    _, *names = stylesheets_for(project, language, WEB_PROFILE, _WEB_STYLESHEET)
    columns = [_COLUMN_STYLESHEET] if brand.briefs.column == "side" else []
    names = [*(n for n in names if n != _PAGE_STYLESHEET), *columns, _REDLINE_STYLESHEET]
    # Imported style sheets are for printed pages only.
    texts = (decode_stylesheet_bytes(read(name))[0] for name in names)
    stylesheets = [_IMPORT.sub("", text) for text in texts]
    light = "".join(f"  --{name}: {value};\n" for name, value in tokens.items())
    dark_colours = dark_tokens(brand).items()
    dark = "".join(f"    --{name}: {format_colour(c)};\n" for name, c in dark_colours)
    dark_scheme = "@media screen and (prefers-color-scheme: dark)"
    token_rules = f":root {{\n{light}}}\n{dark_scheme} {{\n  :root {{\n{dark}  }}\n}}\n"
    return "\n".join([brand_css(brand, on_web=True).decode(), *stylesheets, token_rules])


def dark_tokens(brand: Brand) -> dict[str, Colour]:
    """Return the tokens that differ on a dark background; the brand must be valid."""
    colours = resolve_colours(brand)
    paper = mix(_darken(colours["dark"], _PAPER_LIGHTNESS), _NEUTRAL_GREY, _BRAND_SHARE)
    panel = mix(WHITE, paper, _PANEL_SHARE)
    lightened = {
        token: _lighten(_start_colour(colours[role], paper), (paper, panel), minimum)
        for token, (role, minimum) in _TOKEN_ROLES.items()
    }
    limits = _PART_LIGHTNESS.items()
    parts = {name: _darken(colours["context"], limit) for name, limit in limits}
    return {"paper": paper, "panel": panel, **lightened, **parts}


def _start_colour(colour: Colour, paper: Colour) -> Colour:
    """Replace a colour that is lighter than needed by that of the background."""
    return paper if contrast(colour, paper) > 7 and lightness(colour) > 70 else colour


def _lighten(colour: Colour, against: tuple[Colour, ...], minimum: float) -> Colour:
    """Mix white into a colour until it has the contrast with all backgrounds."""
    shares = (mix(WHITE, colour, step / _STEPS) for step in range(_STEPS))
    readable = (c for c in shares if all(contrast(c, b) >= minimum for b in against))
    return next(readable, WHITE)


def _darken(colour: Colour, max_lightness: float) -> Colour:
    """Mix black into a colour, down to a lightness."""
    shares = (mix(BLACK, colour, step / _STEPS) for step in range(_STEPS + 1))
    return next((c for c in shares if lightness(c) <= max_lightness), BLACK)
