"""Find letters set in a font that the style sheets did not name for them.

When no font of its stack has a letter, Pango takes one from any other font of the brief and
says nothing: a Chinese word in an English brief, which no screen reader would then speak as
Chinese. The stack that a text was set with is the list of what is allowed; a phrase whose
language is marked has that language's stack (brand.py).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.design.font_metrics import FontFaces

# Spaces, controls and joiners are not drawn; variation selectors choose among forms.
_NOT_DRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})


def find_fallback_fonts(pages: list[Any], faces: FontFaces) -> list[tuple[str, str]]:
    """Pair each foreign phrase with the first family of its text, each pair once.

    Letters that no font has at all are left to WeasyPrint, which says so itself; so is a
    text whose stack names no font of the brief.
    """
    seen: dict[tuple[str, tuple[str, ...]], bool] = {}
    found: dict[tuple[str, str], None] = {}
    for page in pages:
        for box in _texts(page._page_box):
            stack = tuple(box.style["font_family"])
            for letter in set(box.text):
                if (letter, stack) not in seen:
                    seen[letter, stack] = _is_foreign(letter, stack, faces)
            for phrase in _phrases([(c, seen[c, stack]) for c in box.text]):
                found[phrase, stack[0]] = None
    return list(found)


def _phrases(letters: list[tuple[str, bool]]) -> Iterator[str]:
    """Foreign letters that stand together, with the spaces between their words."""
    text = "".join(letter for letter, _ in letters)
    kinds = "".join(
        "F" if foreign else "S" if c.isspace() else "-" for c, foreign in letters
    )
    for match in re.finditer("F+(?:S+F+)*", kinds):
        yield text[match.start() : match.end()]


def _is_foreign(letter: str, stack: tuple[str, ...], faces: FontFaces) -> bool:
    if unicodedata.category(letter) in _NOT_DRAWN or not faces.families & set(stack):
        return False
    if faces.covers(stack, letter):
        return False
    return faces.covers(tuple(faces.families), letter)


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)
