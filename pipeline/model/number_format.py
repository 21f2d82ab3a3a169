"""Format numbers with the separators of a language, by CLDR data."""

from decimal import Decimal

# Languages that group the digits of 12 475, but not of 1475: `minimumGroupingDigits` of
# CLDR 48, which Babel does not have. American Spanish and Brazilian Portuguese group both.
_UNGROUPED = frozenset(
    {"be", "bg", "es", "es-ES", "et", "hu", "hy", "ia", "ie", "it", "ka", "lv", "pl"}
    | {"pt-PT", "sl", "sq"}
)
# UN usage is British: "9 March 2018".
_LOCALES = {"en": "en_GB"}


def locale_of(language: str) -> str:
    """Return the locale of CLDR for the dates and numbers of a language."""
    language = language.partition("-u-")[0]
    return _LOCALES.get(language, language.replace("-", "_"))


def plain_number(value: Decimal, language: str) -> str:
    """Format a number with the decimals that it was typed with, and a hyphen as minus."""
    from babel.numbers import format_decimal  # takes 50 ms; few contents have data tables

    decimals = len(f"{value:f}".partition(".")[2])
    ungrouped = language.partition("-u-")[0] in _UNGROUPED and abs(value) < 10_000
    pattern = ("0" if ungrouped else "#,##0") + ("." + "0" * decimals if decimals else "")
    number = format_decimal(abs(value), format=pattern, locale=locale_of(language))
    return f"-{number}" if value < 0 else number


def percent_pattern(language: str) -> str:
    """Return the pattern of a percentage: "{}%", or "{} %" with a no-break space."""
    from babel import Locale

    pattern = str(Locale.parse(locale_of(language)).percent_formats[None].pattern)
    return pattern.partition(";")[0].replace("#,##0", "{}")
