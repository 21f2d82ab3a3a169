"""Compare texts without regard to case, also of Turkish, Greek and German letters."""

import re
import unicodedata

# A dot above belongs to the case of a Turkish or Lithuanian letter; capitals in Greek texts
# have none of the other marks, or get a diaeresis.
_CASE_MARKS = re.compile("[\u0300\u0301\u0304\u0306\u0307\u0308\u0313\u0314\u0342\u0345]")


def fold_case(text: str) -> str:
    """Give a text that is the same for a word and its capitals in any language.

    `str.casefold` has no language: it keeps "ı" and "I" apart, and "İ" and "i".
    """
    if text.isascii():
        return text.casefold()
    letters = unicodedata.normalize("NFD", text).replace("ı", "i")
    return unicodedata.normalize("NFC", _CASE_MARKS.sub("", letters).casefold())
