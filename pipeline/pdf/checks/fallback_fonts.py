"""Find characters that are rendered in a font which the style sheets do not name for them.

If no font of a `font-family` list has a character, Pango silently uses another font of the
brief: for example for a Chinese word in an English brief, which a screen reader would not
read as Chinese. A phrase with a marked language has the list of that language
(brand_css.py).
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.design.font_metrics import FontFaces

# Spaces, controls and joiners are not drawn; variation selectors select among forms.
_NOT_DRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def find_fallback_fonts(pages: list[Any], faces: FontFaces) -> list[tuple[str, str]]:
    """Pair each phrase in a fallback font with the first family of its text, each once.

    Characters that no font has are not listed, because WeasyPrint logs them. Texts whose
    list names no font of the brief are ignored.
    """
    pairs: dict[tuple[str, str], None] = {}
    for page in pages:
        descendants = page._page_box.descendants(placeholders=True)
        for box in (box for box in descendants if isinstance(box, boxes.TextBox)):
            families = tuple(box.style["font_family"])
            missing = {c for c in set(box.text) if _falls_back(faces, c, families)}
            if not missing:
                continue
            character_kinds = "".join(
                "F" if c in missing else "S" if c.isspace() else "-" for c in box.text
            )
            # The runs of characters in a fallback font, with the spaces between them.
            for match in re.finditer("F+(?:S+F+)*", character_kinds):
                pairs[box.text[match.start() : match.end()], families[0]] = None
    return list(pairs)


@lru_cache(maxsize=10_000)
def _falls_back(faces: FontFaces, character: str, families: tuple[str, ...]) -> bool:
    if unicodedata.category(character) in _NOT_DRAWN:
        return False
    if not faces.families & set(families) or faces.covers(families, character):
        return False
    return faces.covers(tuple(faces.families), character)
