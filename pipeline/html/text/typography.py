"""Turn what an author typed into what is printed, character by character.

Text in, one piece of text out for each of its characters: a space, a quotation mark, a
sign or a digit may become another one, a letter never does. So a text that is spread over
emphasis and links is set as a whole and then given back to its parts. Addresses and
telephone numbers stay as they were typed; so does nearly all in a language that is not
known here.
"""

from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_decimal

from pipeline.html.text.digits import native_digits
from pipeline.html.text.inline_tree import ADDRESS
from pipeline.html.text.quotes import quotation_marks
from pipeline.html.text.signs import isolate_signed_numbers, replace_hyphen_minus
from pipeline.html.text.spacing import no_break_spaces

# UN usage is British: "9 March 2018".
_LOCALES = {"en": "en_GB"}
# Stands for each character of an address while the rules look at a text.
_PLACEHOLDER = "\ufffc"


def locale_of(language: str) -> str:
    """Name the locale whose dates and numbers a language is printed with (CLDR)."""
    language = language.partition("-u-")[0]
    return _LOCALES.get(language, language.replace("-", "_"))


def set_characters(text: str, language: str) -> tuple[str, ...]:
    """Give what is printed in the place of each character of a text.

    `language` may name its digits, as `ar-u-nu-arab` does (see numerals.py).
    """
    printed = list(text)
    read = ADDRESS.sub(lambda match: _PLACEHOLDER * len(match[0]), text)
    for rule in (no_break_spaces, quotation_marks, replace_hyphen_minus, native_digits):
        for at, piece in rule(read, language).items():
            printed[at] = piece
    for at, before, behind in isolate_signed_numbers(read, language):
        printed[at] = before + printed[at] + behind
    return tuple(printed)


def spacing(language: str) -> Callable[[str], str]:
    """Give the function that sets plain text as a language does."""
    return lambda text: "".join(set_characters(text, language))


def print_number(value: Decimal, language: str) -> str:
    """Print a number as a language does, with the decimals that were typed."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    number = format_decimal(abs(value), format=pattern, locale=locale_of(language))
    return spacing(language)(f"-{number}" if value < 0 else number)
