"""Give the writing direction of languages and texts."""

from unicodedata import bidirectional

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    """Return the direction in which a language is written: "ltr" or "rtl"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def text_direction(text: str, default: str = "ltr") -> str:
    """Return the direction of the first letter that has one (UAX 9, rule P2)."""
    for letter in text:
        if (kind := bidirectional(letter)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return default
