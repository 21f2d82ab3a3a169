"""Write a letter and its accent as one character, as Unicode recommends (NFC, UAX #15).

macOS names files, and some programs write texts, in the other form, in which "ş" is two
characters. It looks the same, so both must be the same text.
"""

import re
from unicodedata import is_normalized, normalize

# All but CJK compatibility ideographs: NFC would replace them, and a name may need them.
_COMPOSABLE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")


def compose(text: str) -> str:
    """Give a text in NFC; compatibility ideographs stay."""
    if text.isascii() or is_normalized("NFC", text):
        return text
    return _COMPOSABLE.sub(lambda match: normalize("NFC", match[0]), text)
