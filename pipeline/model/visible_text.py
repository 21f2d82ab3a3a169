"""Check whether a text has a visible character: not only spaces and combining marks."""

import unicodedata

# Letters and symbols without ink: Hangul fillers, the Braille pattern without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Spaces, controls, formats, unassigned characters, and marks that need a letter.
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Cs", "Mn", "Me"})


def has_visible_text(text: str) -> bool:
    """Whether a text has a visible character."""
    return any(
        unicodedata.category(character) not in _INVISIBLE and character not in _BLANK
        for character in text
    )
