"""Replace Latin digits by those that the series chooses for a language.

A language tag may include its digits (RFC 6067, key `nu` of UTS 35): `ar-u-nu-arab` is
Arabic in Arabic-Indic digits, ٠ to ٩, with ٫ for decimals, ٬ for thousands and ٪. Persian
and Urdu have their own forms of these digits (`arabext`). CLDR names those of a language.
"""

import re
from collections.abc import Iterator, Mapping

from babel import Locale

from pipeline.model.fields import Digits

_DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?:[ \u00a0]?%)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
# A word with Latin letters, and the numbers that follow it: GB.329/INS/5, ISO 9001.
_ACCENTED = "À-ÖØ-öø-ɏ"  # without × and ÷
_LATIN = re.compile(
    rf"(?<![\w./:@&+#-])[\w./:@&+#-]*[A-Za-z{_ACCENTED}][\w./:@&+#{_ACCENTED}-]*"
    r"(?: [0-9][0-9.:/-]*)*",
    re.ASCII,
)


def locale_with_numbering(language: str, digits: Digits) -> str:
    """Add the digits chosen by the series to a language that has digits of its own."""
    system = Locale.parse(language, sep="-").other_numbering_systems.get("native")
    is_native = digits == "arabic-indic" and system in _DIGITS
    return f"{language}-u-nu-{system}" if is_native else language


def native_digits(text: str, language: str) -> Mapping[int, str]:
    """Map positions of digits, and of signs of their numbers, to native characters.

    A number that belongs to a word in Latin letters keeps its digits.
    """
    digits = _DIGITS.get(language.rpartition("-nu-")[2])
    if digits is None:
        return {}
    latin = {position for m in _LATIN.finditer(text) for position in range(*m.span())}
    native = {str(value): digit for value, digit in enumerate(digits)}
    return {
        position: native.get(character, character)
        for match in _NUMBER.finditer(text)
        if match.start() not in latin
        for position, character in _native_signs(match)
        if not character.isspace()  # spacing.py replaces spaces
    }


def _native_signs(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The characters of a number, with native separators where these are certain."""
    number = match[0].rstrip("% \u00a0")
    grouped, decimal = _GROUPED.fullmatch(number), _DECIMAL.fullmatch(number)
    signs = {"%": "٪"}
    if grouped:
        signs[","] = "٬"
    if grouped or decimal:
        signs["."] = "٫"
    for position, character in enumerate(match[0], match.start()):
        yield position, signs.get(character, character)
