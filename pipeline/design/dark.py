"""Compute the colours of a brand for a dark background, by the roles of `tokens.css`.

Each colour of the light design is lightened until it is readable on the dark background and
on its panels: 4.5:1 for text, 3:1 for marks (WCAG 2.2), as is checked for paper.
"""

from collections.abc import Mapping
from functools import cache

from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import (
    BLACK,
    MIN_GRAPHICS_CONTRAST,
    MIN_TEXT_CONTRAST,
    WHITE,
    Colour,
    contrast,
    lightness,
    mix,
)

# Token -> role of the brand, and contrast. Some more than needed: text is read for longer.
_INKS: Mapping[str, tuple[str, float]] = {
    "ink": ("foreground", 11.0),
    "ink-quiet": ("secondary", 6.0),
    "ink-heading": ("dark", 12.0),
    "ink-accent": ("primary", 6.0),
    "ink-label": ("tertiary", 6.0),
    "ink-link": ("primary", 6.0),
    "ink-draft": ("danger", MIN_TEXT_CONTRAST),
    "rule-strong": ("dark", 12.0),
    "rule-quiet": ("hairline", 1.6),
    "rule-note": ("tint", MIN_GRAPHICS_CONTRAST),
    "rule-link": ("context", MIN_GRAPHICS_CONTRAST),
    "mark-highlighted": ("primary", 6.0),
    "mark-context": ("context", MIN_GRAPHICS_CONTRAST),
}
# The background: the dark colour of the brand, made darker and mixed with a neutral one, so
# that the masthead is distinct from it.
_PAPER, _NEUTRAL, _BRAND_SHARE = 8.0, (0.07, 0.07, 0.07), 0.35
# Lightness of the third and fourth part of a stacked bar, distinct from their neighbours
# as on paper (html/charts/theme.py).
_PARTS = {"mark-third": 42.0, "mark-fourth": 26.0}
_PANEL_SHARE, _STEPS = 0.08, 64


def dark_tokens(brand: Brand) -> dict[str, Colour]:
    """Give the tokens that differ on a dark background. The brand must have no problems."""
    colours = resolve_colours(brand)
    paper = mix(_darken(colours["dark"], _PAPER), _NEUTRAL, _BRAND_SHARE)
    panel = mix(WHITE, paper, _PANEL_SHARE)
    inks = {
        token: _lighten(_start(colours[role], paper), (paper, panel), needed)
        for token, (role, needed) in _INKS.items()
    }
    parts = {name: _darken(colours["context"], light) for name, light in _PARTS.items()}
    return {"paper": paper, "panel": panel, **inks, **parts}


def _start(colour: Colour, paper: Colour) -> Colour:
    """Begin at the paper for a colour that is lighter than any mark needs to be."""
    return paper if contrast(colour, paper) > 7 and lightness(colour) > 70 else colour


def _lighten(colour: Colour, against: tuple[Colour, ...], needed: float) -> Colour:
    """Mix white into a colour until it has a contrast with some backgrounds."""

    @cache
    def lightened(step: int) -> Colour:
        return mix(WHITE, colour, step / _STEPS)

    def is_enough(step: int) -> bool:
        return all(contrast(lightened(step), ground) >= needed for ground in against)

    return lightened(next(filter(is_enough, range(_STEPS)), _STEPS))


def _darken(colour: Colour, wanted: float) -> Colour:
    """Mix black into a colour, down to a lightness."""
    shares = (mix(BLACK, colour, step / _STEPS) for step in range(_STEPS + 1))
    return next((c for c in shares if lightness(c) <= wanted), BLACK)
