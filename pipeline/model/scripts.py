"""Scripts: how each is set, and the languages written in it.

A language that is not in the table is written in Latin, Cyrillic or Greek letters. Another
script is an entry here, and its font a family in `styles/fonts/`.
"""

from typing import NamedTuple
from unicodedata import bidirectional, name


class Script(NamedTuple):
    """A script, by codes of languages; `families` are the bundled fonts that have it.

    `unicode` begins the names of its letters in the Unicode Character Database. `cldr`
    lists the codes of CLDR for languages that are written in it.
    """

    unicode: str = ""
    cldr: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    direction: str = "ltr"
    has_word_spaces: bool = True
    has_chinese_letters: bool = False


# Codes of CLDR for scripts with Chinese characters. Japanese and Korean use these beside
# their own letters.
_CODES_WITH_HAN = ("Hans", "Hant", "Jpan", "Kore")
SCRIPTS = (
    Script("ARABIC", ("Arab",), ("ar", "fa", "ur"), ("Brief Arabic",), "rtl"),
    Script("CJK", _CODES_WITH_HAN, ("zh",), ("Brief SC",), has_word_spaces=False),
    Script("HEBREW", ("Hebr",), ("he", "yi"), (), "rtl"),
    Script("KATAKANA", ("Jpan",), ("ja",), (), "ltr", False, has_chinese_letters=True),
    Script("HIRAGANA", ("Jpan",), ("ja",), (), "ltr", False, has_chinese_letters=True),
    Script("HANGUL", ("Kore",), ("ko",), has_chinese_letters=True),
    Script("DEVANAGARI", ("Deva",), ("hi", "mr", "ne")),
    Script("BENGALI", ("Beng",), ("bn", "as")),
    Script("TAMIL", ("Taml",), ("ta",)),
    Script("THAI", ("Thai",), ("th",), has_word_spaces=False),
    Script("ETHIOPIC", ("Ethi",), ("am", "ti")),
    Script("GEORGIAN", ("Geor",), ("ka",)),
    Script("ARMENIAN", ("Armn",), ("hy",)),
)
_BY_LANGUAGE = {code: script for script in SCRIPTS for code in script.languages}
# The bundled families of languages that have their own.
SCRIPT_FAMILIES = {
    code: script.families for code, script in _BY_LANGUAGE.items() if script.families
}


def script_of(language: str) -> Script:
    """Return the script of a language."""
    return _BY_LANGUAGE.get(language.split("-")[0], Script())


def direction(language: str) -> str:
    """Return the direction in which a language is written: "ltr" or "rtl"."""
    return script_of(language).direction


def script_name(letter: str) -> str:
    """Return the script of a letter, the first word of its name in Unicode, or ""."""
    return name(letter, "").partition(" ")[0].partition("-")[0]


def language_of(letter: str) -> str:
    """Return a language that uses the script of a letter; "" if it is not in `SCRIPTS`."""
    letter_name = name(letter, "")
    scripts = (s for s in SCRIPTS if s.unicode and letter_name.startswith(s.unicode))
    return next((script.languages[0] for script in scripts), "")


def is_own_letter(letter: str, language: str) -> bool:
    """Whether a letter belongs to a script of a language that is in `SCRIPTS`."""
    letter_language, own_script = language_of(letter), script_of(language)
    is_kanji = letter_language == "zh" and own_script.has_chinese_letters
    return is_kanji or bool(letter_language and script_of(letter_language) == own_script)


def missing_glyph_hint(letter: str, language: str) -> str:
    """Return the hint of a problem: no font of a brief in a language has a letter."""
    if not language_of(letter):
        return "write it differently, or add a font with it to styles/fonts/"
    if not is_own_letter(letter, language):
        language = language_of(letter)
    letters = script_of(language).unicode.capitalize().replace("Cjk", "Chinese")
    hint = f"put a font with {letters} letters (.ttf, .otf, .woff2) into styles/fonts/, "
    hint += "and its family into content/_brand.yml: "
    return hint + f"defaults: briefs: typography: {language}"


def text_direction(text: str, default: str = "ltr") -> str:
    """Return the direction of the first letter that has one (UAX 9, rule P2)."""
    for letter in text:
        if (kind := bidirectional(letter)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return default
