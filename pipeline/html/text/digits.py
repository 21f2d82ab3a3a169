"""Print numbers as a language does, and in the digits that the series asks for.

A language may carry its digits, as BCP 47 writes them (RFC 6067, key `nu` of UTS 35):
`ar-u-nu-arab` is Arabic in Arabic-Indic digits, ٠ to ٩, with ٫ for decimals, ٬ for
thousands and ٪. Persian and Urdu have their own forms of the same digits (`arabext`).
"""

import re
from collections.abc import Iterator, Mapping

from pipeline.model.fields import Digits

_SYSTEMS = {"ar": "arab", "fa": "arabext", "ur": "arabext"}
_DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹"}
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?:[ \u00a0]?%)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
# A word with Latin letters and what belongs to it: GB.329/INS/5, ISO 9001, COVID-19.
_LATIN = re.compile(
    r"(?<![\w./:@&+#-])[\w./:@&+#-]*[A-Za-z\u00c0-\u024f][\w./:@&+#\u00c0-\u024f-]*"
    r"(?: [0-9][0-9.:/-]*)*",
    re.ASCII,
)


def locale_with_numbering(language: str, digits: Digits) -> str:
    """Add to a language the digits that the series asks for, if they are its own."""
    system = _SYSTEMS.get(language.split("-")[0])
    return f"{language}-u-nu-{system}" if digits == "arabic-indic" and system else language


def native_digits(text: str, language: str) -> Mapping[int, str]:
    """Say at which characters of a text a digit, or a sign of its number, is another one.

    A number that belongs to a word in Latin letters keeps its digits.
    """
    digits = _DIGITS.get(language.rpartition("-nu-")[2])
    if digits is None:
        return {}
    latin = {at for m in _LATIN.finditer(text) for at in range(*m.span())}
    signs = {str(n): digit for n, digit in enumerate(digits)}
    return {
        at: signs.get(sign, sign)
        for match in _NUMBER.finditer(text)
        if match.start() not in latin
        for at, sign in _own_signs(match)
        if not sign.isspace()  # that is the business of spaces.py
    }


def _own_signs(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """The characters of a number; its separators only where they can be nothing else."""
    number = match[0].rstrip("% \u00a0")
    grouped, decimal = _GROUPED.fullmatch(number), _DECIMAL.fullmatch(number)
    signs = {"%": "٪"}
    if grouped:
        signs[","] = "٬"
    if grouped or decimal:
        signs["."] = "٫"
    for at, sign in enumerate(match[0], match.start()):
        yield at, signs.get(sign, sign)
