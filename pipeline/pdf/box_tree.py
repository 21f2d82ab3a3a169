"""Walk the boxes that WeasyPrint laid out, and recognise figures among their elements."""

from collections.abc import Iterator
from typing import Any

from weasyprint.layout.absolute import AbsolutePlaceholder

SVG = "{http://www.w3.org/2000/svg}svg"


def child_boxes(box: Any) -> Iterator[Any]:
    """Yield the children of a box; a positioned box in place of its placeholder."""
    for child in getattr(box, "children", ()):
        yield child._box if isinstance(child, AbsolutePlaceholder) else child


def excerpt(text: str) -> str:
    """A text for a message: its beginning, without thin spaces, as in the file."""
    words = " ".join(text.split())
    return words if len(words) <= 30 else f"{words[:30]}…"


def is_figure(html: Any) -> bool:
    """Whether an HTML element is a picture, whose alternative text is read instead."""
    return html.tag in ("img", SVG) or html.get("role") == "img"


def alternative(html: Any) -> str:
    """The alternative text of a picture."""
    if html.tag == SVG:
        title = html.find("{http://www.w3.org/2000/svg}title")
        return (title.text if title is not None else "") or html.get("aria-label") or ""
    return html.get("alt") or html.get("aria-label") or ""
