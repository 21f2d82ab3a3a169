"""Add the spaces that a language asks for and an author need not type.

French: a narrow no-break space before ; ! ? and inside « », a no-break space before :
(Imprimerie nationale, *Lexique des règles typographiques*). Where the author typed a plain
space it is replaced; where none was typed (12:30, https:) nothing is added.
"""

import re
from collections.abc import Callable

# UN usage is British: "9 March 2018".
_LOCALES = {"en": "en_GB"}
_NARROW, _NO_BREAK = "\u202f", "\u00a0"


def locale_of(language: str) -> str:
    """Name the locale whose dates and numbers a language is printed with (CLDR)."""
    return _LOCALES.get(language, language.replace("-", "_"))


def spacing(language: str) -> Callable[[str], str]:
    """Give the function that sets the spaces of a language in plain text."""
    return _SPACING.get(language.split("-")[0], _plain)


def _plain(text: str) -> str:
    return text


def _french(text: str) -> str:
    text = re.sub(r"[ \u00a0](?=[;!?»])", _NARROW, text)
    text = re.sub(r"(?<=«)[ \u00a0]", _NARROW, text)
    text = re.sub(r" (?=:(?:\s|$))", _NO_BREAK, text)
    text = re.sub(r"(?<=\d) (?=%|pour cent)", _NO_BREAK, text)
    return re.sub(r"(?<=\d) (?=\d{3}\b)", _NARROW, text)


_SPACING: dict[str, Callable[[str], str]] = {"fr": _french}
