"""Write Latin letters with the letters a to z alone, for ids and names of files."""

import re
import unicodedata

# Letters that Unicode does not decompose into a letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"}
    | {"þ": "th", "Ø": "O", "Ł": "L", "Đ": "D", "Æ": "AE", "Œ": "OE", "Þ": "Th"}
)


def without_accents(text: str) -> str:
    """Write letters without accents: "Öztürk" as "Ozturk", "kıyı" as "kiyi"."""
    letters = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return re.sub(r"[\u0300-\u036f]", "", letters)


def slugify(text: str) -> str:
    """Make a slug of lower-case letters, digits and hyphens; "" if no letter is Latin."""
    letters = without_accents(text).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
