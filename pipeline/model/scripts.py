"""Scripts: how each is set, and the languages written in it. The one table that knows them.

A language that is not in the table is written in Latin, Cyrillic or Greek letters. Another
script is an entry here, and its font a family in `styles/fonts/`.
"""

from typing import NamedTuple
from unicodedata import bidirectional, name


class Script(NamedTuple):
    """A script, by codes of languages; `families` are the bundled fonts that have it.

    `unicode` begins the names of its letters in the Unicode Character Database.
    """

    unicode: str = ""
    languages: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    direction: str = "ltr"
    has_word_spaces: bool = True


SCRIPTS = (
    Script("ARABIC", ("ar", "fa", "ur"), ("Brief Arabic",), "rtl"),
    Script("CJK", ("zh",), ("Brief SC",), has_word_spaces=False),
    Script("HEBREW", ("he",), (), "rtl"),
)
_BY_LANGUAGE = {code: script for script in SCRIPTS for code in script.languages}
# The bundled families of languages that have their own.
SCRIPT_FAMILIES = {code: one.families for code, one in _BY_LANGUAGE.items() if one.families}


def script_of(language: str) -> Script:
    """Return the script of a language."""
    return _BY_LANGUAGE.get(language.split("-")[0], Script())


def direction(language: str) -> str:
    """Return the direction in which a language is written: "ltr" or "rtl"."""
    return script_of(language).direction


def language_of(letter: str) -> str:
    """Return a language that a letter is written in; "" if it is in no script listed."""
    letter_name = name(letter, "")
    scripts = (s for s in SCRIPTS if s.unicode and letter_name.startswith(s.unicode))
    return next((script.languages[0] for script in scripts), "")


def text_direction(text: str, default: str = "ltr") -> str:
    """Return the direction of the first letter that has one (UAX 9, rule P2)."""
    for letter in text:
        if (kind := bidirectional(letter)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return default
