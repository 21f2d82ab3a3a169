"""Walk the boxes that WeasyPrint laid out, and recognise pictures and formulas."""

from collections.abc import Iterator
from typing import Any

from weasyprint.layout.absolute import AbsolutePlaceholder

SVG = "{http://www.w3.org/2000/svg}svg"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def child_boxes(box: Any) -> Iterator[Any]:
    """Yield the children of a box; a positioned box in place of its placeholder."""
    for child in getattr(box, "children", ()):
        yield child._box if isinstance(child, AbsolutePlaceholder) else child


def excerpt(text: str) -> str:
    """The beginning of a text for a message, with single spaces between its words."""
    words = " ".join(text.split())
    return words if len(words) <= 30 else f"{words[:30]}…"


def is_figure(html: Any) -> bool:
    """Whether an HTML element is a picture, whose alternative text is read instead."""
    return html.tag in ("img", SVG) or html.get("role") == "img"


def is_formula(html: Any) -> bool:
    """Whether an HTML element is a formula, whose alternative text is read instead."""
    return bool(html.tag == MATH or html.get("role") == "math")


def is_presentational(html: Any) -> bool:
    """Whether the HTML says that an element has no meaning of its own."""
    return str(html.get("role") or "").lower() in ("none", "presentation")


def is_hidden(html: Any) -> bool:
    """Whether the HTML hides an element from screen readers, but not from the page."""
    if html.get("aria-hidden") == "true":
        return True
    is_empty = html.tag == "img" and html.get("alt") == ""
    return is_empty or (html.tag in ("img", SVG) and is_presentational(html))


def alt_text(html: Any) -> str:
    """The alternative text of a picture or a formula."""
    label = html.get("aria-label") or ""
    if html.tag == SVG:
        return html.findtext("{http://www.w3.org/2000/svg}title") or label
    return html.get("alt") or html.get("alttext") or label
