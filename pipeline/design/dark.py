"""Compute the colours of a brand for a dark background, by the roles of `tokens.css`.

Each colour of the light design is lightened until it is readable on the dark background and
on its panels: at least 4.5:1 for text and 3:1 for marks (WCAG 2.2), less for hairlines.
"""

from collections.abc import Mapping
from functools import cache

from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import (
    BLACK,
    GRAPHICS_MIN,
    TEXT_MIN,
    WHITE,
    Colour,
    contrast,
    lightness,
    mix,
)

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


def dark_tokens(brand: Brand) -> dict[str, Colour]:
    """Return the tokens that differ on a dark background; the brand must be valid."""
    colours = resolve_colours(brand)
    paper = mix(_darken(colours["dark"], _PAPER_LIGHTNESS), _NEUTRAL_GREY, _BRAND_SHARE)
    panel = mix(WHITE, paper, _PANEL_SHARE)
    lightened = {
        token: _lighten(_start_colour(colours[role], paper), (paper, panel), minimum)
        for token, (role, minimum) in _TOKEN_ROLES.items()
    }
    parts = {
        name: _darken(colours["context"], max_lightness)
        for name, max_lightness in _PART_LIGHTNESS.items()
    }
    return {"paper": paper, "panel": panel, **lightened, **parts}


def _start_colour(colour: Colour, paper: Colour) -> Colour:
    """Replace a colour that is lighter than needed by that of the background."""
    return paper if contrast(colour, paper) > 7 and lightness(colour) > 70 else colour


def _lighten(colour: Colour, against: tuple[Colour, ...], minimum: float) -> Colour:
    """Mix white into a colour until it has the contrast with all backgrounds."""

    @cache
    def lightened(step: int) -> Colour:
        return mix(WHITE, colour, step / _STEPS)

    def is_enough(step: int) -> bool:
        return all(
            contrast(lightened(step), background) >= minimum for background in against
        )

    return lightened(next(filter(is_enough, range(_STEPS)), _STEPS))


def _darken(colour: Colour, max_lightness: float) -> Colour:
    """Mix black into a colour, down to a lightness."""
    shares = (mix(BLACK, colour, step / _STEPS) for step in range(_STEPS + 1))
    return next((c for c in shares if lightness(c) <= max_lightness), BLACK)
