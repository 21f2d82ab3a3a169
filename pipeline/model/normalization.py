"""Normalize and shorten texts; find whether a text has a visible character."""

import re
from unicodedata import category, is_normalized, normalize

# All but CJK compatibility ideographs: NFC would replace them, and a name may need them.
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
# A dot above belongs to the case of a Turkish or Lithuanian letter; capitals in Greek texts
# have none of the other marks, or get a diaeresis.
_CASE_MARKS = re.compile("[\u0300\u0301\u0304\u0306\u0307\u0308\u0313\u0314\u0342\u0345]")
# Letters that Unicode does not decompose into a letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"}
    | {"þ": "th", "Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "Th"}
)
# Letters and symbols without ink: Hangul fillers, the Braille pattern without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Spaces, controls, formats, unassigned characters, and marks that need a letter.
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Cs", "Mn", "Me"})


def compose(text: str) -> str:
    """Return a text in NFC, as Unicode recommends (UAX #15), where "ş" is one character.

    macOS names files, and some programs write texts, in another form, which looks the same.
    Compatibility ideographs stay.
    """
    if text.isascii() or is_normalized("NFC", text):
        return text
    return _COMPOSABLE.sub(lambda match: normalize("NFC", match[0]), text)


def fold_case(text: str) -> str:
    """Return a text that is the same for a word and its capitals in any language.

    `str.casefold` has no language: it keeps "ı" and "I" apart, and "İ" and "i".
    """
    if text.isascii():
        return text.casefold()
    letters = normalize("NFD", text).replace("ı", "i")
    return normalize("NFC", _CASE_MARKS.sub("", letters).casefold())


def without_accents(text: str) -> str:
    """Write letters without accents: "Öztürk" as "Ozturk", "kıyı" as "kiyi"."""
    letters = normalize("NFKD", text.translate(_UNDECOMPOSED))
    return re.sub(r"[\u0300-\u036f]", "", letters)


def slugify(text: str) -> str:
    """Make a slug of lower-case letters, digits and hyphens; "" if no letter is Latin."""
    letters = without_accents(text).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def has_visible_text(text: str) -> bool:
    """Whether a text has a visible character."""
    return any(
        category(letter) not in _INVISIBLE and letter not in _BLANK for letter in text
    )


def shorten(text: str, max_length: int) -> str:
    """Shorten a text to `max_length` characters, between two words where possible."""
    if len(text) <= max_length:
        return text
    words, _, rest = text[:max_length].rpartition(" ")
    return (words or rest) + "…"
