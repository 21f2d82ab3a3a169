"""Format dates and numbers by CLDR data, without the typography of a language."""

from datetime import date
from decimal import Decimal

from pipeline.model.dates import InformationDate

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


def format_plain_date(dated: InformationDate, language: str) -> str:
    """Format a date with the precision that it has, with the name of its month."""
    from babel.dates import format_date, format_skeleton  # few briefs print a date

    locale = locale_of(language)
    if dated.day is not None:
        return str(format_date(dated.first_day, "long", locale))
    skeleton = "y" if dated.month is None else "yMMMM"
    return str(format_skeleton(skeleton, dated.first_day, locale=locale))


def add_eastern_name(printed: str, language: str, *days: date) -> str:
    """Add the eastern names of the months to a date in Arabic, as the United Nations do.

    The eastern name (CLDR has it for Lebanon) comes before the one that CLDR prints.
    """
    if language.partition("-")[0] != "ar":
        return printed
    from babel.dates import get_month_names

    names, eastern = get_month_names(locale="ar"), get_month_names(locale="ar_LB")
    for month in sorted({day.month for day in days}):
        printed = printed.replace(names[month], f"{eastern[month]}/{names[month]}")
    return printed
