"""Find characters that are rendered in a font which the style sheets do not name for them.

When no font of a `font-family` list has a character, Pango silently takes another font of
the brief: for a Chinese word in an English brief, which a screen reader would then not read
as Chinese. A phrase with a marked language has the list of that language (brand_css.py).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.design.font_metrics import FontFaces
from pipeline.pdf.box_tree import child_boxes

# Spaces, controls and joiners are not drawn; variation selectors select among forms.
_NOT_DRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def find_fallback_fonts(pages: list[Any], faces: FontFaces) -> list[tuple[str, str]]:
    """Pair each phrase in a fallback font with the first family of its text, each once.

    Characters that no font has are left to WeasyPrint, which logs them; so are texts
    whose list names no font of the brief.
    """
    known: dict[tuple[str, tuple[str, ...]], bool] = {}
    pairs: dict[tuple[str, str], None] = {}
    for page in pages:
        for box in _text_boxes(page._page_box):
            families = tuple(box.style["font_family"])
            for character in set(box.text):
                if (character, families) not in known:
                    known[character, families] = _falls_back(character, families, faces)
            for phrase in _phrases([(c, known[c, families]) for c in box.text]):
                pairs[phrase, families[0]] = None
    return list(pairs)


def _phrases(characters: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield the runs of characters in a fallback font, with the spaces between them."""
    text = "".join(character for character, _ in characters)
    kinds = "".join(
        "F" if falls_back else "S" if character.isspace() else "-"
        for character, falls_back in characters
    )
    for match in re.finditer("F+(?:S+F+)*", kinds):
        yield text[match.start() : match.end()]


def _falls_back(character: str, families: tuple[str, ...], faces: FontFaces) -> bool:
    if unicodedata.category(character) in _NOT_DRAWN:
        return False
    if not faces.families & set(families) or faces.covers(families, character):
        return False
    return faces.covers(tuple(faces.families), character)


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    for child in child_boxes(box):
        yield from _text_boxes(child)
