"""Print numbers with the separators of a language, by CLDR data."""

from decimal import Decimal

# UN usage is British: "9 March 2018".
_LOCALES = {"en": "en_GB"}


def locale_of(language: str) -> str:
    """Return the locale of CLDR for the dates and numbers of a language."""
    language = language.partition("-u-")[0]
    return _LOCALES.get(language, language.replace("-", "_"))


def separate_digits(value: Decimal, language: str) -> str:
    """Print a number with the decimals that it was typed with, and a hyphen as minus."""
    from babel.numbers import format_decimal  # takes 50 ms; few contents have data tables

    decimals = len(f"{value:f}".partition(".")[2])
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    number = format_decimal(abs(value), format=pattern, locale=locale_of(language))
    return f"-{number}" if value < 0 else number


def percent_pattern(language: str) -> str:
    """Return the place of the percent sign: "{}%", or "{} %" with a no-break space."""
    from babel import Locale

    pattern = str(Locale.parse(locale_of(language)).percent_formats[None].pattern)
    return pattern.partition(";")[0].replace("#,##0", "{}")
