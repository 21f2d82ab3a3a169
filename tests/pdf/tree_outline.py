"""Write a structure tree as an indented outline, for golden files and assertions."""

from collections.abc import Iterator

from pipeline.pdf.reading_order import BLOCKS
from pipeline.pdf.roles import ROLE_MAP
from pipeline.pdf.structure_elements import Element, MarkedContent


def outline(root: Element) -> str:
    """Write the role, language and text of each block in a line, indented by depth."""
    return "\n".join(_outline_lines(root, 0)) + "\n"


def _outline_lines(element: Element, depth: int) -> Iterator[str]:
    language = f" [{element.language}]" if element.language else ""
    text = " ".join(_printed_text(element).split()) if element.role in BLOCKS else ""
    text = text.replace("\u00ad", "")
    yield f"{'  ' * depth}{element.role}{language}{': ' + text if text else ''}"
    for child in element.children:
        is_in_line = element.role in BLOCKS and _is_phrase(child)
        if isinstance(child, Element) and not is_in_line:
            yield from _outline_lines(child, depth + 1)


def _is_phrase(element: object) -> bool:
    if not isinstance(element, Element):
        return False
    return ROLE_MAP.get(element.role, element.role) in ("Span", "Link", "Reference")


def _printed_text(element: Element) -> str:
    if element.role == "Figure":
        return f"({element.alt})"
    parts = []
    for child in element.children:
        if isinstance(child, MarkedContent):
            parts.append(child.actual_text)
        elif isinstance(child, Element) and _is_phrase(child):
            text = _printed_text(child)
            if child.role == "Link":
                text = f"<{text.strip()}>"
            if child.language:
                text = f"[{child.language}: {text.strip()}]"
            parts.append(text)
    return "".join(parts)
