"""Print the signs of numbers: minus, the dash between years, their order in Arabic.

A hyphen is shorter than a minus, and a line may break after it. A hyphen is a minus before
a number at the start of a text, after an opening mark, or after a space without a digit
before it. Between two ascending years it is the dash of a range. Others stay: they may
belong to a date (2017-03), a symbol, a telephone number or an ISSN.

In text from right to left the order of `35%` depends on the text before it (UAX 9, rules W2
and W5), and so on line breaks. Marks around a number with a sign fix the order that CLDR
has for Latin digits (`latn`): minus left, per cent right. Arabic-Indic digits (`arab`)
always have the order of CLDR: minus right, per cent left.
"""

import re
from collections.abc import Iterator, Mapping

from pipeline.model.scripts import direction

_MINUS = "\u2212"
# Letters that form a word with a number; Arabic and Chinese letters do not.
_LETTERS = r"A-Za-z0-9_\u00c0-\u024f\u0386\u0388-\u03ff\u0400-\u04ff"
# Before a minus; in Arabic script also a word of one letter, which no space follows.
_BEFORE_MINUS = r"""(?:(?<![^\s(\[{«“„‘"'])(?<!\d\s)|(?<=\s[وفبلك]))"""
_HYPHEN_MINUS = re.compile(rf"{_BEFORE_MINUS}-(?=[$€£]?\d)")
_YEAR = r"(?:1[89]|20)\d\d"
_YEARS = re.compile(
    rf"(?<![{_LETTERS}./:@&+#-])(?<!ISSN )({_YEAR})-({_YEAR})(?![{_LETTERS}/-]|[.:]\d)"
)

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\u200e", "\u200f"
_SIGNS = rf"+{_MINUS}±$€£¥%‰#"
_SIGNED = re.compile(
    rf"(?<![{_LETTERS}.,/:@&{_LEFT_TO_RIGHT}{_SIGNS}-])"
    rf"(?P<before>{_BEFORE_MINUS}-[{_SIGNS}]?|[{_SIGNS}]+)?"
    rf"\d+(?:[.,/:-]\d+)*(?P<after>[ \u00a0\u202f]?[%‰€£¥°][CF]?)?(?![{_LETTERS}])"
)


def replace_hyphen_minus(text: str, language: str) -> Mapping[int, str]:
    """Map the positions of hyphens to a minus or to the dash between years."""
    minuses = {match.start(): _MINUS for match in _HYPHEN_MINUS.finditer(text)}
    years = (match for match in _YEARS.finditer(text) if match[1] < match[2])
    return minuses | {match.end(1): "–" for match in years}


def isolate_signed_numbers(text: str, language: str) -> Iterator[tuple[int, str, str]]:
    """Yield positions, and the invisible marks before and after these characters.

    The last mark has the direction of the paragraph: without it two consecutive numbers
    with signs would be ordered as one.
    """
    if direction(language) == "ltr" or "-nu-" in language:
        return
    for match in _SIGNED.finditer(text):
        if _YEARS.fullmatch(match[0]):
            continue  # a range keeps the direction of its sentence
        if match["before"] or match["after"] or "-" in match[0]:
            yield match.start(), _LEFT_TO_RIGHT, ""
            yield match.end() - 1, "", _LEFT_TO_RIGHT + _RIGHT_TO_LEFT
