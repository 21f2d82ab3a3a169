"""Parse, mix and compare sRGB colours.

The contrast limits are those of WCAG 2.2: 1.4.3 for text (4.5:1, and 3:1 from 18 pt or from
14 pt bold), 1.4.11 for graphics that carry meaning (3:1).
"""

import re
from collections.abc import Callable

TEXT_MIN, LARGE_TEXT_MIN, GRAPHICS_MIN = 4.5, 3.0, 3.0
# Red, green and blue, each from 0 to 1.
Colour = tuple[float, float, float]
# How a press prints a colour, again in sRGB.
SoftProof = Callable[[Colour], Colour]
BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def parse_colour(text: str) -> Colour | None:
    """Parse an opaque CSS colour ("#1e2dbe", "navy"); None for anything else."""
    if _HEX.fullmatch(text):
        red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return red, green, blue
    # Few brands need it, and the import takes 8 ms.
    from tinycss2.color3 import RGBA, parse_color

    value = parse_color(text)
    if not isinstance(value, RGBA) or value.alpha != 1:
        return None
    red, green, blue = (min(max(part, 0.0), 1.0) for part in value[:3])
    return red, green, blue


def format_colour(colour: Colour) -> str:
    """Format a colour as in a style sheet: "#1e2dbe"."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def mix(colour: Colour, background: Colour, share: float) -> Colour:
    """Mix a `share` of a colour into a background, like a colour of that opacity on it."""
    red, green, blue = (
        part * share + below * (1 - share)
        for part, below in zip(colour, background, strict=True)
    )
    return red, green, blue


def lightness(colour: Colour) -> float:
    """Perceived lightness, 0 to 100: L* of CIE 1976 (ISO/CIE 11664-4)."""
    light = _luminance(colour)
    return 116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27


def contrast(colour: Colour, background: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(colour), _luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lowest_contrast(
    colour: Colour, background: Colour, soft_proof: SoftProof | None
) -> float:
    """The contrast ratio of two colours, on screen or in print, whichever is lower."""
    on_screen = contrast(colour, background)
    if soft_proof is None:
        return on_screen
    return min(on_screen, contrast(soft_proof(colour), soft_proof(background)))


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
