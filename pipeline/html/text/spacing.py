"""Replace typed spaces by no-break spaces and narrow spaces; no space is added.

The rules are those of the style manuals of each language:

- all: no break between a number and its unit or sign, between initials, between day and
  month (by the names of CLDR), inside a range; where their words are known, before a
  multiplier and after "No." or "figure" (*United Nations Editorial Manual*; ISO 80000-1)
- all but those from right to left: no break between a number and the word that it counts,
  if the two are no longer than a long word, and nothing else is bound to the number
- French: narrow before ; ! ? and inside « », a full one before : (Imprimerie nationale,
  *Lexique des règles typographiques en usage*)
- Spanish: a space before % (Real Academia Española, *Ortografía de la lengua española*)
- German: inside abbreviations such as "z. B." (Duden, *Die deutsche Rechtschreibung*;
  DIN 5008)
- Russian: after a word of one letter, and before a dash (А. Э. Мильчин, Л. К. Чельцова,
  *Справочник издателя и автора*)

Chinese and Japanese have no spaces; WeasyPrint prevents a closing mark at a line's start
(GB/T 15834).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from babel import Locale, localedata

from pipeline.model.scripts import direction, script_of

_NARROW, _NO_BREAK = "\u202f", "\u00a0"
_CAPITAL = "[A-ZÀ-ÖØ-ÞΆΈ-ΏΑ-ΫА-ЯЁ]"
_CURRENCY = r"(?:CHF|EUR|GBP|USD|US\$|[$€£₽])"
_UNITS = (
    r"(?:[kcm]?m[²³]?|ha|[kmM]?g|t|[hm]?l|h|min|s|[kMG]?Hz|[kMGT]?Wh?|°[CF]?|[kMGT]B"
    rf"|[%‰]|{_CURRENCY})(?![\w'’])"
)
# A number, not a year, and a word of at least four letters: a shorter word is rarely a noun
# that the number counts.
_COUNTED = re.compile(
    r"(?<![\w.,/:–-])(?!(?:1[89]|20)\d\d )\d(?:[\d.,]*\d)?"
    r"(?P<space> )[^\W\d_]{4,}(?![\w'’/-])"
)
_MAX_PAIR_LENGTH = 15
_SPACED_NUMBER = re.compile(r"(?<![\d.,])(?<!\d[ \u00a0])\d+(?: \d+)+(?![\d.,]*\d)")

# Words before a number, after a number, and before a name.
_BEFORE_NUMBER = {
    "en": r"figures?|tables?|box(?:es)?|sections?|chapters?|paragraphs?|articles?|pages?"
    r"|annex(?:es)?|goals?|targets?|indicators?|nos?\.|figs?\.|pp?\.|paras?\.|vols?\.|arts?\."
    r"|sect\.|ch\.",
    "fr": r"figures?|tableaux?|encadrés?|sections?|chapitres?|paragraphes?|articles?|pages?"
    r"|annexes?|n[o°]s?|fig\.|pp?\.|par\.|vol\.|art\.|chap\.",
    "es": r"gráficos?|cuadros?|recuadros?|secci(?:ón|ones)|capítulos?|párrafos?|artículos?"
    r"|páginas?|anexos?|n\.º|núms?\.|págs?\.|pp?\.|fig\.|párr\.|vol\.|art\.|cap\.",
    "pt": r"figuras?|gráficos?|quadros?|tabelas?|caixas?|se[cç]+(?:ão|ões)|capítulos?"
    r"|parágrafos?|artigos?|páginas?|anexos?|n\.?º|pp?\.|fig\.|vol\.|art\.|cap\.",
    "de": r"Abbildung(?:en)?|Tabellen?|Kasten|Kästen|Abschnitte?|Kapitel|Abs[aä]tze?"
    r"|Artikel|Seiten?|Anhang|Nr\.|Abb\.|Tab\.|S\.|Bd\.|Art\.|Abs\.|Kap\.|§§?",
    "ru": r"рисун\w+|таблиц\w*|вставк\w+|раздел\w*|глав\w+|пункт\w*|стать\w+|страниц\w*"
    r"|№|с\.|стр\.|рис\.|табл\.|гл\.|т\.|ст\.|п\.|пп\.",
    "ar": r"(?:ال)?(?:شكل|جدول|إطار|فقرة|صفحة|مادة|هدف)|رقم",
}
_AFTER_NUMBER = {
    "en": r"per cent|percent|million|billion|trillion",
    "fr": r"pour cent|millions?|milliards?",
    "es": r"por ciento|mil(?:lón|lones)?",
    "pt": r"por cento|mil|milh(?:ão|ões)|bilh(?:ão|ões)",
    "de": r"Prozent|Mio\.|Mrd\.|Million(?:en)?|Milliarden?",
    "ru": r"процент\w*|тыс\.|млн|млрд|трлн|гг?\.|руб\.",
    "ar": r"في المائة|في المئة|مليون|مليار",
}
_PERSON_TITLES = {
    "en": r"M(?:r|rs|s)\.?|Dr\.?|Prof\.",
    "fr": r"MM?\.|M(?:me|mes|lle)|Dr|Pr",
    "es": r"Sra?\.|Dra?\.",
    "pt": r"Sra?\.|Dra?\.|Prof\.",
    "de": r"Dr\.|Prof\.|Herrn?|Frau",
    "ru": r"г-н|г-жа|им\.",
}
# The only group of each pattern is the space.
_OWN_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "en": ((r"(?<!\w)[Pp]er( )cent(?!\w)", _NO_BREAK),),
    "fr": (
        (r"(?<!\w)[Pp]our( )cent(?!\w)", _NO_BREAK),
        (r"([ \u00a0])(?=[;!?»])", _NARROW),
        (r"(?<=«)([ \u00a0])", _NARROW),
        (r"( )(?=:(?:\s|$))", _NO_BREAK),
    ),
    "es": (
        (r"(?<!\w)EE\.( )(?=UU\.)", _NO_BREAK),
        (r"(?<!\w)[Pp]or( )ciento(?!\w)", _NO_BREAK),
    ),
    "de": (
        (r"(?<!\w)[zdusvio]\.( )(?=[BhaouUAäR]\.)", _NO_BREAK),
        (r"(?<!\w)§( )(?=\d)", _NO_BREAK),
    ),
    "ru": (
        (r"""(?<![\w-])[ВКСУОИАЯвксуоиая]( )(?=[\w«„"'(])""", _NO_BREAK),
        (r"(?<=\S)( )(?=—)", _NO_BREAK),
        (r"(?<!\w)[тТ]\.( )(?=[дпекоч]\.)", _NO_BREAK),
    ),
}
# Languages with the rules of another one.
_RULES_OF_LANGUAGE = {"fa": "ar", "ur": "ar"}


def no_break_spaces(text: str, language: str) -> Mapping[int, str]:
    """Map the positions of typed spaces to no-break or narrow spaces."""
    spaces: dict[int, str] = {}
    language = language.split("-")[0]
    if script_of(language).has_word_spaces:
        for pattern, space in _space_rules(language):
            spaces.update((m.start(1), space) for m in pattern.finditer(text))
        spaces.update((position, _NARROW) for position in _thousands_separators(text))
        if direction(language) == "ltr":
            spaces.update((position, _NO_BREAK) for position in _counted(text, spaces))
    return spaces


def _counted(text: str, spaces: Mapping[int, str]) -> list[int]:
    """The spaces between a number and the word that it counts.

    A space beside another no-break space is left out.
    """
    bound = {position for position, space in spaces.items() if space == _NO_BREAK}
    return [
        match.start("space")
        for match in _COUNTED.finditer(text)
        if len(match[0]) <= _MAX_PAIR_LENGTH
        and text[match.start() - 1 : match.start()] != _NO_BREAK
        and not {match.start() - 1, match.start("space"), match.end()} & bound
    ]


def _thousands_separators(text: str) -> Iterator[int]:
    """The spaces in "1 250 000"; not in telephone numbers, or after a year."""
    for match in _SPACED_NUMBER.finditer(text):
        first, *rest = match[0].split(" ")
        if len(first) <= 3 and first[0] != "0" and {len(part) for part in rest} == {3}:
            yield from (match.start() + m.start() for m in re.finditer(" ", match[0]))


@cache
def _space_rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    base = _RULES_OF_LANGUAGE.get(language, language)
    # The names of months in dates (CLDR); in Russian these are genitives.
    is_known = localedata.exists(language)
    names = Locale.parse(language).months["format"]["wide"].values() if is_known else ()
    months = "|".join(re.escape(str(name)) for name in names)
    rules = [
        (rf"\d( )(?={_UNITS})", _NO_BREAK),
        (rf"(?<!\w){_CURRENCY}( )(?=\d)", _NO_BREAK),
        (rf"(?<!\w){_CAPITAL}\.( )(?={_CAPITAL}\.)", _NO_BREAK),
        # After a comma, initials end a name: "Smith, A. *A title*".
        (rf"(?<!\w)(?<!, ){_CAPITAL}\.( )(?={_CAPITAL})", _NO_BREAK),
        (rf"(?<!\w)\d{{1,2}}(?:er|\.|º)?( )(?=(?:de )?(?:{months})(?!\w))", _NO_BREAK),
        (rf"(?<!\w)\d{{1,2}} de( )(?=(?:{months})(?!\w))", _NO_BREAK),
    ]
    if before_number := _BEFORE_NUMBER.get(base):
        rules.append((rf"(?<!\w)(?i:{before_number})( )(?=\d)", _NO_BREAK))
    if after_number := _AFTER_NUMBER.get(base):
        rules.append((rf"\d( )(?=(?:{after_number})(?!\w))", _NO_BREAK))
    if titles := _PERSON_TITLES.get(base):
        rules.append((rf"(?<!\w)(?:{titles})( )(?={_CAPITAL})", _NO_BREAK))
    rules += _OWN_RULES.get(base, ())
    return tuple((re.compile(pattern), space) for pattern, space in rules)
