"""Keep results in a `FontConfiguration` of WeasyPrint, up to a number of entries.

WeasyPrint keeps the heights of lines ("struts") there too, because they depend on fonts.
"""

from contextlib import AbstractContextManager
from typing import Any

from weasyprint.text.fonts import FontConfiguration

from pipeline.pdf.weasyprint_patches.attributes import patched


def is_hashable(key: Any) -> bool:
    """Whether a key of values can be in a memo: one with a list cannot."""
    try:
        hash(key)
    except TypeError:
        return False
    return True


def memo_of(fonts: Any, name: str, limit: int) -> dict[Any, Any]:
    """Return a memo by its name; it is emptied when it has `limit` entries."""
    memo: dict[Any, Any] = vars(fonts).setdefault(name, {})
    if len(memo) >= limit:
        memo.clear()
    return memo


def forget_with_new_fonts(name: str) -> AbstractContextManager[None]:
    """Empty a memo when a style sheet adds a font: the same style may name it."""
    add = FontConfiguration.add_font_face

    def add_font_face(fonts: Any, *arguments: Any) -> None:
        vars(fonts).pop(name, None)
        add(fonts, *arguments)

    return patched(FontConfiguration, add_font_face=add_font_face)
