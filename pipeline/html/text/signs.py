"""Print the signs of numbers: a true minus, the dash between years, one order in Arabic.

A hyphen is too short for a minus and breaks from its number. It is one where nothing but a
number can follow it: at the beginning, behind a space or behind what opens. Between two
years that follow each other it is the dash of a range; every other hyphen stays, for it may
belong to a date (2017-03), a symbol, a telephone number or an ISSN.

In Arabic a line would set `35%` in two ways, by what stands before it (Unicode annex 9, W2
and W5): the order would depend on where the line breaks. So a number with a sign is set
apart by marks, in the order that CLDR has for the digits: with Latin digits (`latn`) minus
left, per cent right. Digits of their own (`arab`) have one order by themselves, also that
of CLDR: minus right, per cent left.
"""

import re
from collections.abc import Iterator, Mapping

from pipeline.model.languages import direction

_MINUS = "\u2212"
# Letters that make one word with a number; those of Arabic and Chinese stand beside it.
_LETTERS = r"A-Za-z0-9_\u00c0-\u024f\u0400-\u04ff"
# What a sign follows; in Arabic also a word of one letter, which has no space behind it.
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
    rf"\d+(?:[.,/:-]\d+)*(?P<behind>[ \u00a0\u202f]?[%‰€£¥°][CF]?)?(?![{_LETTERS}])"
)


def replace_hyphen_minus(text: str, language: str) -> Mapping[int, str]:
    """Say at which characters of a text a hyphen is a minus, or the dash between years."""
    found = {match.start(): _MINUS for match in _HYPHEN_MINUS.finditer(text)}
    years = (match for match in _YEARS.finditer(text) if match[1] < match[2])
    return found | {match.end(1): "–" for match in years}


def isolate_signed_numbers(text: str, language: str) -> Iterator[tuple[int, str, str]]:
    """Say before and behind which characters of a text invisible marks stand.

    The last mark has the direction of the paragraph: without it two numbers with signs
    that follow each other would be set as one.
    """
    if direction(language) == "ltr" or "-nu-" in language:
        return
    for match in _SIGNED.finditer(text):
        if _YEARS.fullmatch(match[0]):
            continue  # a range has the direction of its sentence, as one typed with a dash
        if match["before"] or match["behind"] or "-" in match[0]:
            yield match.start(), _LEFT_TO_RIGHT, ""
            yield match.end() - 1, "", _LEFT_TO_RIGHT + _RIGHT_TO_LEFT
