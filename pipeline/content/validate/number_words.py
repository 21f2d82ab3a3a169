"""Find the powers of ten that the words after a number mean: "million", "mln", "万".

The words of other languages come from the compact number formats of CLDR.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain

from pipeline.model.locale_format import locale_of

# The powers of ten that a word means in some language: English "billion" is 9, "billón" 12.
# The first that matches counts.
_WORDS = {
    r"mil millones|mil milhões|milliard|Mrd|Mds?\b|bn\b|[mM]ld\b|млрд|миллиард|مليار": (9,),
    r"[bB]il[lh]": (9, 12),
    r"[mM]illi|mill[oó]n|milh|Mio|M\b|[mM]ln\b|млн|миллион|مليون|ملايين": (6,),
    r"mil\b|mille\b|thousand|тыс|ألف|آلاف": (3,),
    "[亿億]": (8,),
    "[万萬]": (4,),
}
_LISTED_LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "pt", "ru", "zh"})
_SPACES = r"[\s\u00a0\u202f-]*"
_Multipliers = Mapping[re.Pattern[str], tuple[int, ...]]
_LISTED_WORDS: _Multipliers = {
    re.compile(rf"{_SPACES}(?:{words})\w*"): powers for words, powers in _WORDS.items()
}


def powers_after(text: str, end: int, language: str) -> tuple[tuple[int, ...], int]:
    """The powers of ten that the word after a number may mean, and where it ends."""
    for multipliers in (_words_of_cldr(language), _LISTED_WORDS):
        for words, powers in multipliers.items():
            if match := words.match(text, end):
                return powers, match.end()
    return (0,), end


def is_listed(language: str) -> bool:
    """Whether all forms of the words of a language for large numbers are listed here."""
    return language.partition("-")[0] in _LISTED_LANGUAGES


@cache
def _words_of_cldr(language: str) -> _Multipliers:
    """The words that CLDR has after a number in a language that is not listed."""
    from babel import Locale, localedata

    locale = locale_of(language)
    if is_listed(language) or not localedata.exists(locale):  # reported in the series
        return {}
    formats = Locale.parse(locale).compact_decimal_formats
    powers: dict[str, set[int]] = {}
    for patterns in chain.from_iterable(length.values() for length in formats.values()):
        for number, pattern in patterns.items():
            word = pattern.suffix[0].replace("'", "").strip("\u00a0\u200f ")
            zeros = pattern.pattern.partition(";")[0].count("0")
            if word:
                powers.setdefault(word, set()).add(len(number) - zeros)
    # The longest first: "mila miliardi" before "mila".
    return {_with_ending(word): (*powers[word],) for word in sorted(powers, key=len)[::-1]}


def _with_ending(word: str) -> re.Pattern[str]:
    """Find a word after a number; one that is no abbreviation may have an ending."""
    ending = r"\w*" if len(word) > 3 or not word.isascii() else r"(?!\w)"
    return re.compile(f"{_SPACES}{re.escape(word)}{ending}")
